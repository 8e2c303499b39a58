"""How tables hang together: keys, references and the tenant each table belongs to.

A reference is declared in the database, named in the policy, or inferred from names and from the data; each says which. From them and
from the policy's `tenancy` every table gets one tenant scope.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.policy import Policy, PolicyError
from auditkit.policy.predicate import columns_of, predicate
from auditkit.relations import names
from auditkit.relations.infer import Tables, family, inferred
from auditkit.relations.membership import memberships_of
from auditkit.relations.names import is_people
from auditkit.relations.nouns import Boundary, Membership, Origin, Reference, Relations, Scope, ScopeKind
from auditkit.relations.scope import boundary_of, scopes_of

__all__ = ["Membership", "Origin", "Reference", "Relations", "Scope", "ScopeKind", "of", "on_day"]


def of(dataset: Dataset, policy: Policy) -> Relations:
    """Return the references and tenant scopes of a dataset under a policy; nobody counts as staff yet, which takes a day."""
    tables = _examined(dataset, policy)
    known = [*_declared(dataset, tables), *_named(policy, tables)]
    boundary = boundary_of(policy, tables)
    guessed, unknown = inferred(tables, known, boundary, _not_references(policy))
    references = tuple(sorted({(r.table, r.columns): r for r in [*guessed, *known]}.values(), key=lambda r: (r.table, r.columns)))
    scopes = scopes_of(policy, tables, references, boundary)
    if boundary is None:
        return Relations(references, scopes, tuple(unknown), None)
    members = tuple(memberships_of(policy, tables, references, scopes, boundary))
    return Relations(references, scopes, tuple(unknown), boundary, {}, members, _survivor(tables, boundary))


def on_day(relations: Relations, dataset: Dataset, policy: Policy, as_of: date) -> Relations:
    """Return relations with whose rows are staff on the day of the audit.

    Raises:
        PolicyError: no table of people has what the policy's condition reads.
    """
    return replace(relations, staff=_staff(policy, _examined(dataset, policy), as_of))


def _examined(dataset: Dataset, policy: Policy) -> Tables:
    return Tables(dataset, {name: table for name, table in dataset.tables.items() if policy.exclusion(name) is None})


def _survivor(tables: Tables, boundary: Boundary) -> str | None:
    """Return the column of the root with the tenant that one was merged into, or None."""
    root = tables.all[boundary.root]
    told = [c for c in root.columns if names.stem(c) in names.MERGED and family(root[c].type()) == family(root[boundary.root_key].type())]
    return told[0] if told else None


def _staff(policy: Policy, tables: Tables, as_of: date) -> dict[str, ir.BooleanValue]:
    """Return whose rows are staff, for every table of people that has what the policy's condition reads.

    Raises:
        PolicyError: no table of people has it.
    """
    condition = policy.tenancy.staff if policy.tenancy is not None else None
    if not condition:
        return {}
    read = {c.casefold() for c in columns_of(condition)}
    people = {name: t for name, t in tables.all.items() if is_people(name, t.columns) and read <= {c.casefold() for c in t.columns}}
    if not people:
        raise PolicyError.at(policy, ("tenancy", "staff"), "no table of people has the columns that this condition reads")
    return {name: predicate(condition, table, as_of) for name, table in people.items()}


def _declared(dataset: Dataset, tables: Tables) -> list[Reference]:
    """Return the foreign keys of the database whose two ends can be read."""
    return [
        Reference(k.table, k.columns, k.parent, k.parent_columns, Origin.DECLARED, k.on_delete)
        for k in dataset.foreign_keys()
        if k.table in tables.all and k.parent in tables.all
    ]


def _named(policy: Policy, tables: Tables) -> list[Reference]:
    """Return the references that the policy names; a name that is nowhere is a policy error."""
    found = []
    for table, declared in policy.tables.items():
        if table not in tables.all:
            continue
        for column, target in declared.references.items():
            parent, _, key = target.rpartition(".")
            tables.require(policy, table, column, ("tables", table, "references", column))
            tables.require(policy, parent, key, ("tables", table, "references", column))
            found.append(Reference(table, (column,), parent, (key,), Origin.POLICY))
    return found


def _not_references(policy: Policy) -> frozenset[tuple[str, str]]:
    """Return the columns that look like references and are requests: the object that a caller asked for may be anybody's."""
    log = policy.access_log
    return frozenset({(log.table, log.object)}) if log is not None and log.table and log.object else frozenset()
