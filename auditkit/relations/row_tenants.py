"""The rows of a table with the tenant that each belongs to, as an additional column.

The tenant of a row is in the column `TENANT`. Functions that compare a row with another row put the tenant of
the other row into `PARENT_TENANT`. A tenant that is not known is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.relations.key_text import key_text, same_key
from auditkit.relations.references import Membership, Reference, Relations, ScopeKind
from auditkit.relations.tables import key_family
from auditkit.relations.united import united

TENANT = "auditkit_tenant"
PARENT_TENANT = "auditkit_parent_tenant"


def with_tenant(
    tables: Mapping[str, ir.Table],
    relations: Relations,
    name: str,
    path: tuple[Reference, ...] | None = None,
    columns: Sequence[str] | None = None,
) -> ir.Table:
    """Return the rows of a table with the tenant that each belongs to, in the column `TENANT`.

    Staff may act in every tenant, so a row of staff has none. Neither has a row that names a tenant that does
    not exist. A row of a tenant that was merged into another one belongs to that other tenant.

    Args:
        tables: the tables of the dataset.
        relations: their references and scopes.
        name: the table.
        path: the references that lead to the tenant; for a table of derived scope the first of its paths is
            the default.
        columns: the columns to keep beside it; all by default. Ibis takes its time for each of them.
    """
    scope, table = relations.scopes[name], tables[name]
    kept = table.columns if columns is None else columns
    if path is None and scope.kind is not ScopeKind.DERIVED:
        tenant = _tenant(relations, table[scope.column]) if scope.column is not None else ibis.null()
        if name in relations.staff:
            tenant = relations.staff[name].ifelse(None, tenant)
        rows = table.select(*kept, **{TENANT: tenant})
        if name in relations.orphaned:
            rows = _with_known_tenant(tables, relations, rows)
        is_merged = relations.survivor is not None and scope.column is not None
        return _with_surviving_tenant(tables, relations, rows) if is_merged else rows
    first, *rest = path if path is not None else scope.paths[0]
    parent = with_tenant(tables, relations, first.parent, tuple(rest) or None, first.parent_columns)
    return with_parent_tenant(table, first, parent, TENANT, kept)


def with_parent_tenant(
    rows: ir.Table,
    reference: Reference,
    parent: ir.Table,
    column: str,
    kept: Sequence[str] | None = None,
) -> ir.Table:
    """Return rows with the tenant of the row that each refers to; null where there is no such row.

    The key of the parent is unique: it is declared, or was measured before the reference was inferred. So no
    row is doubled.

    Args:
        rows: the rows of the reference's table.
        reference: the reference.
        parent: the rows of its parent, with their tenant.
        column: the name of the new column.
        kept: the other columns; by default all columns of the rows.
    """
    keys = [f"auditkit_key_{i}" for i in range(len(reference.parent_columns))]
    narrow = parent.select(
        **{key: parent[c] for key, c in zip(keys, reference.parent_columns, strict=True)},
        **{column: parent[TENANT]},
    )
    matches = [same_key(rows[c], narrow[k]) for c, k in zip(reference.columns, keys, strict=True)]
    joined = rows.left_join(narrow, matches)
    columns = rows.columns if kept is None else kept
    return joined.select(*[joined[c] for c in columns], **{column: joined[column]})


def _with_known_tenant(tables: Mapping[str, ir.Table], relations: Relations, rows: ir.Table) -> ir.Table:
    """Return rows with their tenant, null where there is no such tenant."""
    boundary = relations.boundary
    assert boundary is not None  # without a root no row has a tenant
    root = tables[boundary.root]
    known = root.select(auditkit_root=_tenant(relations, root[boundary.root_key])).distinct()
    joined = rows.left_join(known, rows[TENANT] == known.auditkit_root)
    return joined.select(*[joined[c] for c in rows.columns if c != TENANT], **{TENANT: joined.auditkit_root})


def orphans(tables: Mapping[str, ir.Table], relations: Relations, name: str) -> ir.Table:
    """Return how many rows of a table name a tenant that does not exist, as the only column and row."""
    column = relations.scopes[name].column
    assert column is not None  # the table carries its tenant
    own = _tenant(relations, tables[name][column])
    known = _with_known_tenant(tables, relations, tables[name].select(auditkit_own=own, **{TENANT: own}))
    return known.aggregate(n=known.count(where=known.auditkit_own.notnull() & known[TENANT].isnull()))


def _with_surviving_tenant(tables: Mapping[str, ir.Table], relations: Relations, rows: ir.Table) -> ir.Table:
    """Return rows with the tenant into which theirs was merged; a chain of two mergers is followed."""
    boundary, survivor = relations.boundary, relations.survivor
    assert boundary is not None and survivor is not None  # without a root no tenant is merged
    root = tables[boundary.root]
    key, into = _tenant(relations, root[boundary.root_key]), _tenant(relations, root[survivor])
    second = root.select(auditkit_next=key, auditkit_last=into)
    first = root.select(auditkit_from=key, auditkit_into=into).filter(lambda t: t.auditkit_into.notnull())
    both = first.left_join(second, first.auditkit_into == second.auditkit_next)
    mergers = both.select(
        auditkit_from=both.auditkit_from, auditkit_into=ibis.coalesce(both.auditkit_last, both.auditkit_into)
    )
    joined = rows.left_join(mergers, rows[TENANT] == mergers.auditkit_from)
    return joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        **{TENANT: ibis.coalesce(joined.auditkit_into, joined[TENANT])},
    )


def _tenant(relations: Relations, key: ir.Column) -> ir.Column:
    """Return the key of a tenant, as text where tables keep it in different types."""
    return key_text(key) if relations.tenants_as_text else key


def membership_pairs(
    tables: Mapping[str, ir.Table], relations: Relations, memberships: Sequence[Membership]
) -> ir.Table:
    """Return who may act where, each pair once, as the columns `auditkit_user` and `auditkit_in`."""
    narrow = [
        tables[m.table].select(
            auditkit_user=_user(tables, memberships, m),
            auditkit_in=_tenant(relations, tables[m.table][m.tenant]),
        )
        for m in memberships
    ]
    pairs = united(narrow)
    return pairs.filter(pairs.auditkit_user.notnull() & pairs.auditkit_in.notnull()).distinct()


def membership_spans(
    tables: Mapping[str, ir.Table], relations: Relations, memberships: Sequence[Membership]
) -> ir.Table:
    """Return who may act where and when.

    `auditkit_since` and `auditkit_until` are the beginning and the end of a membership; null where there is
    no limit.
    """
    spans = []
    for m in memberships:
        table = tables[m.table]
        since, until = (
            clock(table[c]).moment if c is not None else ibis.null("timestamp") for c in (m.since, m.until)
        )
        spans.append(
            table.select(
                auditkit_user=_user(tables, memberships, m),
                auditkit_in=_tenant(relations, table[m.tenant]),
                auditkit_since=since,
                auditkit_until=until,
            )
        )
    return united(spans)


def _user(
    tables: Mapping[str, ir.Table], memberships: Sequence[Membership], membership: Membership
) -> ir.Column:
    """Return the member, as text where memberships keep it in different types."""
    user = tables[membership.table][membership.user]
    families = {key_family(tables[m.table][m.user].type()) for m in memberships}
    return user if len(families) == 1 else key_text(user)


def with_member_tenant(
    tables: Mapping[str, ir.Table],
    relations: Relations,
    reference: Reference,
    rows: ir.Table,
    *,
    own: str,
    other: str,
) -> ir.Table:
    """Return rows in which a person counts as part of every tenant that they are a member of.

    Where the person that a row refers to is a member of the tenant in the column `other`, the column `own`
    gets that tenant. So the two columns agree. Without memberships the rows stay as they are.
    """
    memberships = relations.members_of(reference.parent, reference.parent_columns)
    if not memberships:
        return rows
    pairs = membership_pairs(tables, relations, memberships)
    is_same = same_key(rows[reference.columns[0]], pairs.auditkit_user)
    joined = rows.left_join(pairs, [is_same, rows[other] == pairs.auditkit_in])
    tenant = joined.auditkit_in.notnull().ifelse(joined[other], joined[own])
    return joined.select(**{c: tenant if c == own else joined[c] for c in rows.columns})


def with_comparable_keys(rows: ir.Table, reference: Reference, parent: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Return rows and parent with keys that can be compared.

    Where one table keeps as text what is a number or a UUID in the other, both keys become text.
    """
    for column, key in zip(reference.columns, reference.parent_columns, strict=True):
        if key_family(rows[column].type()) != key_family(parent[key].type()):
            rows = rows.mutate(**{column: key_text(rows[column])})
            parent = parent.mutate(**{key: key_text(parent[key])})
    return rows, parent


def with_both_tenants(tables: Mapping[str, ir.Table], relations: Relations, reference: Reference) -> ir.Table:
    """Return the rows of a reference's table with their own tenant and that of the row they refer to.

    The tenants are the last two columns. A person who is a member of several tenants counts as part of the
    row's tenant, where they are a member of it.
    """
    rows = with_tenant(tables, relations, reference.table)
    parent = with_tenant(tables, relations, reference.parent, columns=reference.parent_columns)
    joined = with_parent_tenant(rows, reference, parent, PARENT_TENANT)
    joined = with_member_tenant(tables, relations, reference, joined, own=PARENT_TENANT, other=TENANT)
    return tenants_last(joined)


def tenants_last(rows: ir.Table) -> ir.Table:
    """Return rows with the columns of the two tenants at the end."""
    own_columns = [c for c in rows.columns if c not in (TENANT, PARENT_TENANT)]
    return rows.select(*own_columns, TENANT, PARENT_TENANT)
