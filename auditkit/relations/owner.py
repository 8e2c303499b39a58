"""The tenant of each row, as a column: the row's own, or the one that its references give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.relations.infer import family
from auditkit.relations.references import Membership, Reference, Relations, ScopeKind

TENANT = "auditkit_tenant"
PARENT_TENANT = "auditkit_parent_tenant"


def owned(
    tables: Mapping[str, ir.Table], relations: Relations, name: str, path: tuple[Reference, ...] | None = None
) -> ir.Table:
    """Return the rows of a table with the tenant they belong to in the column `TENANT`, null where it cannot
    be told.

    A table of derived scope takes its tenant along `path`, or along the first of its paths. Staff, who may
    act everywhere, have none. The rows of a tenant that was merged into another belong to that one.
    """
    scope, table = relations.scopes[name], tables[name]
    if path is None and scope.kind is not ScopeKind.DERIVED:
        tenant = table[scope.column] if scope.column is not None else ibis.null()
        own = table.mutate(
            **{TENANT: relations.staff[name].ifelse(None, tenant) if name in relations.staff else tenant}
        )
        return (
            _merged(tables, relations, own)
            if relations.survivor is not None and scope.column is not None
            else own
        )
    first, *rest = path if path is not None else scope.paths[0]
    parent = owned(tables, relations, first.parent, tuple(rest) or None)
    return beside(table, first, parent, TENANT)


def beside(rows: ir.Table, reference: Reference, parent: ir.Table, called: str) -> ir.Table:
    """Return rows with the tenant of the parent's row in a column; null where the reference leads nowhere.

    The parent's key is unique (declared, or measured before a reference is inferred), so that no row comes
    twice.
    """
    keys = [f"auditkit_key_{i}" for i in range(len(reference.parent_columns))]
    narrow = parent.select(
        **{key: parent[column] for key, column in zip(keys, reference.parent_columns, strict=True)},
        **{called: parent[TENANT]},
    )
    matches = [rows[column] == narrow[key] for column, key in zip(reference.columns, keys, strict=True)]
    joined = rows.left_join(narrow, matches)
    return joined.select(*[joined[c] for c in rows.columns], **{called: joined[called]})


def _merged(tables: Mapping[str, ir.Table], relations: Relations, rows: ir.Table) -> ir.Table:
    """Return rows with the tenant that theirs was merged into, and that one again, where there is any."""
    boundary, survivor = relations.boundary, relations.survivor
    assert boundary is not None and survivor is not None  # there is no merged tenant without a root
    root = tables[boundary.root]
    next_one = root.select(auditkit_next=root[boundary.root_key], auditkit_last=root[survivor])
    first = root.select(auditkit_from=root[boundary.root_key], auditkit_into=root[survivor]).filter(
        lambda t: t.auditkit_into.notnull()
    )
    both = first.left_join(next_one, first.auditkit_into == next_one.auditkit_next)
    ends = both.select(
        auditkit_from=both.auditkit_from, auditkit_into=ibis.coalesce(both.auditkit_last, both.auditkit_into)
    )
    joined = rows.left_join(ends, rows[TENANT] == ends.auditkit_from)
    return joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        **{TENANT: ibis.coalesce(joined.auditkit_into, joined[TENANT])},
    )


def members(tables: Mapping[str, ir.Table], memberships: Sequence[Membership]) -> ir.Table:
    """Return who may act where, each pair once, as the columns `auditkit_user` and `auditkit_in`."""
    narrow = [
        tables[m.table].select(auditkit_user=tables[m.table][m.user], auditkit_in=tables[m.table][m.tenant])
        for m in memberships
    ]
    whole = ibis.union(*narrow) if len(narrow) > 1 else narrow[0]
    return whole.filter(whole.auditkit_user.notnull() & whole.auditkit_in.notnull()).distinct()


def lasted(tables: Mapping[str, ir.Table], memberships: Sequence[Membership]) -> ir.Table:
    """Return who may act where, from `auditkit_since` until `auditkit_until`, which are null where nothing
    bounds it.
    """
    narrow = []
    for m in memberships:
        table = tables[m.table]
        since, until = (
            clock(table[c]).moment if c is not None else ibis.null("timestamp") for c in (m.since, m.until)
        )
        narrow.append(
            table.select(
                auditkit_user=table[m.user],
                auditkit_in=table[m.tenant],
                auditkit_since=since,
                auditkit_until=until,
            )
        )
    return ibis.union(*narrow) if len(narrow) > 1 else narrow[0]


def at_home(
    tables: Mapping[str, ir.Table],
    relations: Relations,
    reference: Reference,
    rows: ir.Table,
    *,
    own: str,
    other: str,
) -> ir.Table:
    """Return rows in which whoever a reference names has the tenant `other` in the column `own` where he is a
    member of it.
    """
    memberships = relations.members_of(reference.parent, reference.parent_columns)
    if not memberships:
        return rows
    narrow = members(tables, memberships)
    if family(rows[reference.columns[0]].type()) != family(narrow.auditkit_user.type()):
        narrow = narrow.mutate(auditkit_user=narrow.auditkit_user.cast(rows[reference.columns[0]].type()))
    joined = rows.left_join(
        narrow, [rows[reference.columns[0]] == narrow.auditkit_user, rows[other] == narrow.auditkit_in]
    )
    tenant = joined.auditkit_in.notnull().ifelse(joined[other], joined[own])
    return joined.select(**{c: tenant if c == own else joined[c] for c in rows.columns})


def aligned(rows: ir.Table, reference: Reference, parent: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Return rows and parent with keys that compare: as text where one side keeps as text what is a number or
    a UUID on the other.
    """
    for column, key in zip(reference.columns, reference.parent_columns, strict=True):
        if family(rows[column].type()) != family(parent[key].type()):
            rows, parent = (
                rows.mutate(**{column: rows[column].cast("string")}),
                parent.mutate(**{key: parent[key].cast("string")}),
            )
    return rows, parent


def linked(tables: Mapping[str, ir.Table], relations: Relations, reference: Reference) -> ir.Table:
    """Return the rows of a reference's table with their own tenant, and that of the row they refer to, as the
    last two columns.

    Whoever is a member of the row's tenant belongs to it, whichever is his first.
    """
    rows = owned(tables, relations, reference.table)
    joined = beside(rows, reference, owned(tables, relations, reference.parent), PARENT_TENANT)
    joined = at_home(tables, relations, reference, joined, own=PARENT_TENANT, other=TENANT)
    own = [c for c in joined.columns if c not in (TENANT, PARENT_TENANT)]
    return joined.select(*own, TENANT, PARENT_TENANT)
