"""The tenant of each row, as a column: the row's own, or the one that its references give."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.relations.nouns import Reference, Relations, ScopeKind

TENANT = "auditkit_tenant"
PARENT_TENANT = "auditkit_parent_tenant"


def owned(tables: Mapping[str, ir.Table], relations: Relations, name: str, path: tuple[Reference, ...] | None = None) -> ir.Table:
    """Return the rows of a table with the tenant they belong to in the column `TENANT`, null where it cannot be told.

    A table of derived scope takes its tenant along `path`, or along the first of its paths. Staff, who may act everywhere, have none.
    """
    scope, table = relations.scopes[name], tables[name]
    if path is None and scope.kind is not ScopeKind.DERIVED:
        tenant = table[scope.column] if scope.column is not None else ibis.null()
        return table.mutate(**{TENANT: relations.staff[name].ifelse(None, tenant) if name in relations.staff else tenant})
    first, *rest = path if path is not None else scope.paths[0]
    parent = owned(tables, relations, first.parent, tuple(rest) or None)
    return beside(table, first, parent, TENANT)


def beside(rows: ir.Table, reference: Reference, parent: ir.Table, called: str) -> ir.Table:
    """Return rows with the tenant of the parent's row in a column; null where the reference leads nowhere.

    The parent's key is unique (declared, or measured before a reference is inferred), so that no row comes twice.
    """
    keys = [f"auditkit_key_{i}" for i in range(len(reference.parent_columns))]
    narrow = parent.select(
        **{key: parent[column] for key, column in zip(keys, reference.parent_columns, strict=True)},
        **{called: parent[TENANT]},
    )
    matches = [rows[column] == narrow[key] for column, key in zip(reference.columns, keys, strict=True)]
    joined = rows.left_join(narrow, matches)
    return joined.select(*[joined[c] for c in rows.columns], **{called: joined[called]})


def linked(tables: Mapping[str, ir.Table], relations: Relations, reference: Reference) -> ir.Table:
    """Return the rows of a reference's table with their own tenant, and that of the row they refer to, as the last two columns."""
    rows = owned(tables, relations, reference.table)
    joined = beside(rows, reference, owned(tables, relations, reference.parent), PARENT_TENANT)
    own = [c for c in joined.columns if c not in (TENANT, PARENT_TENANT)]
    return joined.select(*own, TENANT, PARENT_TENANT)
