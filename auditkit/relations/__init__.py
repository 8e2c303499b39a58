"""How tables hang together: keys, references and the tenant each table belongs to.

A reference is declared in the database, named in the policy, or inferred from names and from the data; each
says which. From them and from the policy's `tenancy` every table gets one tenant scope.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.policy import Policy, PolicyError
from auditkit.policy.predicate import columns_of, predicate
from auditkit.relations import names
from auditkit.relations.infer import Tables, family, inferred, referred
from auditkit.relations.membership import memberships_of
from auditkit.relations.names import is_people
from auditkit.relations.references import Boundary, Membership, Origin, Reference, Relations, Scope, ScopeKind
from auditkit.relations.scope import boundary_of, scopes_of

__all__ = [
    "Membership",
    "Origin",
    "Reference",
    "Relations",
    "Scope",
    "ScopeKind",
    "Tables",
    "examined",
    "of",
    "on_day",
    "reference_of",
]


def of(dataset: Dataset, policy: Policy, tables: Tables | None = None) -> Relations:
    """Return the references and tenant scopes of a dataset under a policy; nobody counts as staff yet, which
    takes a day.

    Args:
        dataset: an open one.
        policy: what is declared.
        tables: those that are examined, where some of them are measured already.
    """
    tables = tables or examined(dataset, policy)
    known = _known(policy, tables)
    boundary = boundary_of(policy, tables)
    guessed, unknown = inferred(tables, known, boundary, _not_references(policy))
    references = tuple(
        sorted(
            {(r.table, r.columns): r for r in [*guessed, *known]}.values(), key=lambda r: (r.table, r.columns)
        )
    )
    scopes = scopes_of(policy, tables, references, boundary)
    if boundary is None:
        return Relations(references, scopes, tuple(unknown), None, lost=tables.lost)
    members = tuple(memberships_of(policy, tables, references, scopes))
    return Relations(
        references, scopes, tuple(unknown), boundary, {}, members, _survivor(tables, boundary), tables.lost
    )


def on_day(relations: Relations, dataset: Dataset, policy: Policy, as_of: date) -> Relations:
    """Return relations with whose rows are staff on the day of the audit.

    Raises:
        PolicyError: no table of people has what the policy's condition reads.
    """
    return replace(relations, staff=_staff(policy, examined(dataset, policy), as_of))


def reference_of(tables: Tables, policy: Policy, table: str, column: str) -> Reference | None:
    """Return the reference of one column, the same as among all of them, or None; nothing is measured that it
    does not need.

    Raises:
        SourceError: it is nowhere declared, and the tables it could lead to cannot be read.
    """
    known = _known(policy, tables)
    told = next((r for r in known if r.table == table and r.columns == (column,)), None)
    if told is not None or table not in tables.all or column not in tables.all[table].columns:
        return told
    return referred(tables, table, column, known, boundary_of(policy, tables), _not_references(policy))


def examined(dataset: Dataset, policy: Policy) -> Tables:
    """Return the tables that can be read and that the policy does not exclude; nothing is measured yet."""
    return Tables(
        dataset, {name: table for name, table in dataset.tables.items() if policy.exclusion(name) is None}
    )


def _survivor(tables: Tables, boundary: Boundary) -> str | None:
    """Return the column of the root with the tenant that one was merged into, or None."""
    root = tables.all[boundary.root]
    told = [
        c
        for c in root.columns
        if names.stem(c) in names.MERGED and family(root[c].type()) == family(root[boundary.root_key].type())
    ]
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
    people = {
        name: t
        for name, t in tables.all.items()
        if is_people(name, t.columns) and read <= {c.casefold() for c in t.columns}
    }
    if not people:
        raise PolicyError.at(
            policy, ("tenancy", "staff"), "no table of people has the columns that this condition reads"
        )
    return {name: predicate(condition, table, as_of) for name, table in people.items()}


def _known(policy: Policy, tables: Tables) -> list[Reference]:
    """Return the references that are declared in the database or named in the policy; one that is both is
    declared.
    """
    declared = _declared(tables)
    keys = {(r.table, r.columns, r.parent) for r in declared}
    return [*declared, *(r for r in _named(policy, tables) if (r.table, r.columns, r.parent) not in keys)]


def _declared(tables: Tables) -> list[Reference]:
    """Return the foreign keys of the database whose two ends can be read."""
    return [
        Reference(k.table, k.columns, k.parent, k.parent_columns, Origin.DECLARED, k.on_delete)
        for k in tables.dataset.foreign_keys()
        if k.table in tables.all and k.parent in tables.all
    ]


def _named(policy: Policy, tables: Tables) -> list[Reference]:
    """Return the references that the policy names; a name that is nowhere is a policy error."""
    found = []
    for table in tables.all:
        declared = policy.table(table)
        for column, target in declared.references.items() if declared is not None else ():
            parent, _, key = target.rpartition(".")
            beside = f"{table.rpartition('.')[0]}.{parent}"
            parent = (
                beside if table not in policy.tables and beside in tables.all else parent
            )  # a pattern is of every schema by itself
            tables.require(policy, table, column, ("tables", table, "references", column))
            tables.require(policy, parent, key, ("tables", table, "references", column))
            found.append(Reference(table, (column,), parent, (key,), Origin.POLICY))
    return found


def _not_references(policy: Policy) -> frozenset[tuple[str, str]]:
    """Return the columns that look like references and are requests: the object that a caller asked for may
    be anybody's.
    """
    log = policy.access_log
    return (
        frozenset({(log.table, log.object)}) if log is not None and log.table and log.object else frozenset()
    )
