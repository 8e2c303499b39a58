"""How tables are connected: references between them, and the tenant that the rows of each table belong to.

A **reference** is one or several columns of a table that hold the key of a row of another table, its parent.
The database declares it as a foreign key, the policy names it, or its name and its values show it; `Origin`
says which. The **boundary** is what separates tenants: the *root*, a table whose rows are the tenants, and
the *key*, the column that says in other tables which tenant a row belongs to. From both follows the **scope**
of each table: whether its rows are tenants, belong to a tenant, or belong to no tenant.

Take these tables, where `*` marks a key:

    tenants   id*, name
    users     id*, tenant_id, email
    tickets   id*, tenant_id, author_id
    comments  id*, ticket_id, text
    members   user_id, tenant_id
    plans     id*, price

The boundary is the root `tenants` with the key `tenant_id`. `tickets.author_id -> users.id` and
`comments.ticket_id -> tickets.id` are references. The scopes are:

- `tenants` is *root*: its rows are the tenants.
- `users` and `tickets` are *direct*: a column of their own carries the tenant.
- `comments` is *derived*: the tenant of a comment is the tenant of its ticket.
- `members` is a *membership*: each row says that a user may act in a tenant.
- `plans` is *global*, if the policy declares it as shared, else *unknown*.

A user may be a member of several tenants. *Staff* are users who may act in every tenant.

Where to find what:

- `references`: these concepts as classes; `tables`, `infer`, `scope` and `membership` find them in a source.
- `row_tenants`: the rows of a table with the tenant that each belongs to. `actors`, `ancestry`, `pairs` and
  `polymorphic` add a second tenant, with which it is compared.
- `tokens`, `canaries`, `documents`, `queries`: tenants in texts, in JSON and in logged queries.
- `names`, `moments`, `embeddings`: what the names and types of columns say.
- `tenant_map`: the scopes and references as a text for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.policy import Policy, PolicyError
from auditkit.policy.predicate import columns_of, predicate
from auditkit.relations import names
from auditkit.relations.infer import inferred_reference, inferred_references
from auditkit.relations.membership import memberships_of, without_strays
from auditkit.relations.names import is_people
from auditkit.relations.references import (
    CARRIES,
    Boundary,
    Membership,
    Origin,
    Reference,
    Relations,
    Scope,
    ScopeKind,
)
from auditkit.relations.row_tenants import orphans
from auditkit.relations.scope import boundary_of, scopes_of
from auditkit.relations.tables import Tables, key_family, tables_of

__all__ = [
    "Boundary", "Membership", "Origin", "Reference", "Relations", "Scope", "ScopeKind", "Tables",
    "known_references", "of", "reference_of", "references_from", "tables_of", "with_orphans", "with_staff",
]  # fmt: skip


def of(dataset: Dataset, policy: Policy, tables: Tables | None = None) -> Relations:
    """Return the references and tenant scopes of a dataset under a policy, without the staff.

    `with_staff` adds the staff, which depends on the day of the audit.

    Args:
        dataset: an open dataset.
        policy: what is declared.
        tables: the tables to look at, where some of them are measured already.
    """
    tables = tables or tables_of(dataset, policy)
    known = known_references(policy, tables)
    boundary = boundary_of(policy, tables)
    inferred, unknown = inferred_references(tables, _taken(policy, known), boundary)
    by_place = {(r.table, r.columns): r for r in [*inferred, *known]}
    references = tuple(sorted(by_place.values(), key=lambda r: (r.table, r.columns)))
    scopes = scopes_of(policy, tables, references, boundary)
    if boundary is None:
        return Relations(references, scopes, tuple(unknown), None, lost=tables.lost)
    scopes = without_strays(policy, tables, references, scopes)
    return Relations(
        references,
        scopes,
        tuple(unknown),
        boundary,
        memberships=tuple(memberships_of(policy, tables, references, scopes)),
        survivor=_survivor(tables, boundary),
        lost=tables.lost,
        tenants_as_text=_tenants_as_text(tables, scopes),
    )


def with_orphans(relations: Relations, tables: Tables) -> Relations:
    """Return relations with the tables in which rows name a tenant that does not exist.

    Where the database enforces a foreign key to the tenants there is nothing to count.
    """
    boundary = relations.boundary
    if boundary is None:
        return relations
    enforced = {
        key.table
        for key in tables.dataset.foreign_keys()
        if key.validated
        and key.parent == boundary.root
        and key.parent_columns == (boundary.root_key,)
        and key.table in relations.scopes
        and key.columns == (relations.scopes[key.table].column,)
    }
    carrying = [
        name
        for name, scope in relations.scopes.items()
        if scope.kind in CARRIES and name not in enforced and tables.joinable(name, boundary.root)
    ]
    return replace(relations, orphaned=frozenset(n for n in carrying if _has_orphans(relations, tables, n)))


def _has_orphans(relations: Relations, tables: Tables, name: str) -> bool:
    try:
        (counted,) = tables.dataset.fetch(orphans(tables.all, relations, name))
    except SourceError:  # whoever reads the table says so
        return False
    return bool(counted["n"])


def with_staff(relations: Relations, dataset: Dataset, policy: Policy, as_of: date) -> Relations:
    """Return relations with the people who count as staff on the day of the audit.

    Raises:
        PolicyError: no table of people has the columns that the policy's condition reads.
    """
    return replace(relations, staff=_staff(policy, tables_of(dataset, policy), as_of))


def reference_of(tables: Tables, policy: Policy, table: str, column: str) -> Reference | None:
    """Return the reference of one column, the same one that `of` finds, or None.

    Only the tables that this reference needs are measured.

    Raises:
        SourceError: the reference is not declared, and a table that it could refer to cannot be read.
    """
    known = known_references(policy, tables)
    declared = next((r for r in known if r.table == table and r.columns == (column,)), None)
    if declared is not None or table not in tables.all or column not in tables.all[table].columns:
        return declared
    boundary = boundary_of(policy, tables)
    return inferred_reference(tables, table, column, _taken(policy, known), boundary)


def references_from(
    tables: Tables, policy: Policy, table: str, parent: str | None = None
) -> tuple[Reference, ...]:
    """Return the references of one table, as `of` finds them; only the tables that they need are measured.

    Args:
        tables: the tables.
        policy: what is declared.
        table: the table that refers.
        parent: the only table whose references matter: no column that names another one is measured.

    Raises:
        SourceError: a table that a column could refer to cannot be read.
    """
    known = known_references(policy, tables)
    found = [r for r in known if r.table == table]
    boundary, taken = boundary_of(policy, tables), _taken(policy, known)
    for column in tables.all[table].columns if table in tables.all else ():
        noun = names.stem(column)
        may_be = noun is not None and (parent is None or names.fits(noun, parent) or names.is_role(noun))
        if may_be and not any(column in r.columns for r in found):
            inferred = inferred_reference(tables, table, column, taken, boundary)
            found += [inferred] if inferred is not None else []
    return tuple(found)


def _tenants_as_text(tables: Tables, scopes: Mapping[str, Scope]) -> bool:
    """Return whether tables keep the keys of tenants in types that are not compared with each other."""
    kinds = {tables.all[name][s.column].type() for name, s in scopes.items() if s.column is not None}
    families = {key_family(kind) for kind in kinds}
    return len(families) > 1 or (None in families and len(kinds) > 1)


def _survivor(tables: Tables, boundary: Boundary) -> str | None:
    """Return the column of the root that says into which tenant a tenant was merged, or None."""
    root = tables.all[boundary.root]
    key = key_family(root[boundary.root_key].type())
    columns = [c for c in root.columns if names.stem(c) in names.MERGED and key_family(root[c].type()) == key]
    return columns[0] if columns else None


def _staff(policy: Policy, tables: Tables, as_of: date) -> dict[str, ir.BooleanValue]:
    """Return, for every table of people with the needed columns, whether a row is staff.

    Raises:
        PolicyError: no table of people has the columns that the policy's condition reads.
    """
    condition = policy.tenancy.staff if policy.tenancy is not None else None
    if not condition:
        return {}
    needed = {column.casefold() for column in columns_of(condition)}
    people = {
        name: table
        for name, table in tables.all.items()
        if is_people(name, table.columns) and needed <= {column.casefold() for column in table.columns}
    }
    if not people:
        raise PolicyError.at(
            policy, ("tenancy", "staff"), "no table of people has the columns that this condition reads"
        )
    return {name: predicate(condition, table, as_of) for name, table in people.items()}


def known_references(policy: Policy, tables: Tables) -> list[Reference]:
    """Return the references that the database declares, then those that only the policy names."""
    declared = _foreign_keys(tables)
    keys = {(r.table, r.columns, r.parent) for r in declared}
    named = _named_in_policy(policy, tables)
    return [*declared, *(r for r in named if (r.table, r.columns, r.parent) not in keys)]


def _foreign_keys(tables: Tables) -> list[Reference]:
    """Return the foreign keys of the database between two tables that can be read."""
    return [
        Reference(key.table, key.columns, key.parent, key.parent_columns, Origin.DECLARED, key.on_delete)
        for key in tables.dataset.foreign_keys()
        if key.table in tables.all and key.parent in tables.all
    ]


def _named_in_policy(policy: Policy, tables: Tables) -> list[Reference]:
    """Return the references that the policy names.

    Raises:
        PolicyError: the policy names a table or a column that does not exist.
    """
    found = []
    for table in tables.all:
        declared = policy.table(table)
        own = policy.tables.get(str(policy.declares(table)))
        for column, target in declared.references.items() if declared is not None else ():
            if own is not None and column not in own.references and column not in tables.all[table].columns:
                continue  # what is declared for all tables holds where the column is
            parent, _, key = target.rpartition(".")
            parent = _in_same_schema(policy, tables, table, parent)
            place = ("tables", table, "references", column)
            tables.require(policy, table, column, place)
            tables.require(policy, parent, key, place)
            found.append(Reference(table, (column,), parent, (key,), Origin.POLICY))
    return found


def _in_same_schema(policy: Policy, tables: Tables, table: str, parent: str) -> str:
    """Return the parent in the schema of the table, where the policy covers the table by a pattern.

    `tenant_*.orders` covers a table of every schema; each refers to the parent in its own schema.
    """
    neighbour = f"{table.rpartition('.')[0]}.{parent}"
    return neighbour if table not in policy.tables and neighbour in tables.all else parent


def _taken(policy: Policy, known: Iterable[Reference]) -> frozenset[tuple[str, str]]:
    """Return the columns whose references are known, and one that only looks like a reference.

    What the caller of a logged request asked for may be the key of any table.
    """
    taken = {(reference.table, column) for reference in known for column in reference.columns}
    log = policy.access_log
    if log is not None and log.table and log.object:
        taken.add((log.table, log.object))
    return frozenset(taken)
