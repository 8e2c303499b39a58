"""The words that name each tenant, and how the texts of a table name tenants."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy
from auditkit.relations import Scope, ScopeKind, names
from auditkit.relations.references import Boundary
from auditkit.relations.row_tenants import TENANT
from auditkit.relations.tokens import SHORTEST, Mentions, Tokens, count_mentions

SCHEMA = pa.schema(
    [("kind", pa.string()), ("table", pa.string()), ("column", pa.string()),
     ("rows", pa.int64()), ("of", pa.int64()), ("own", pa.int64())]
)  # fmt: skip


@fact
def tokens(dataset: Dataset, policy: Policy, boundary: Boundary) -> Tokens | Missing:
    """The words that name each tenant in texts and paths.

    They stand in the columns of the tenants that the policy declares. Without such a declaration they stand
    in the text columns whose values are unique and have 6 characters or more.
    """
    root = dataset.tables[boundary.root]
    declared = policy.tenancy.tokens if policy.tenancy is not None else ()
    for column in declared:
        if column not in root.columns:
            raise NoColumnError.of(policy, ("tenancy", "tokens"), boundary.root, column, root.columns)
    columns = [c for c in declared or _naming(dataset, root) if c != boundary.root_key]
    named = [
        (str(key), words)
        for batch in dataset.stream(root.select(boundary.root_key, *columns))
        for key, *words in batch
    ]
    return Tokens.of(named, names.singular(boundary.root))


def _naming(dataset: Dataset, root: ir.Table) -> list[str]:
    """Return the text columns of the tenants whose values are unique, and long enough to name a tenant."""
    texts = [c for c in root.columns if root[c].type().is_string()]
    if not texts:
        return []
    unique = {c: (root[c].nunique() == root[c].count()) & (root[c].length().min() >= SHORTEST) for c in texts}
    found = dataset.fetch(root.aggregate(**unique))[0]
    return [c for c in texts if found[c]]


@fact
def mentions(
    dataset: Dataset, relation: Examined, scope: Scope, tenanted: ir.Table, tokens: Tokens
) -> ir.Table | Missing:
    """How the texts of a tenant's table name tenants: one row for each text column.

    `kind` is `path` where the cells are storage paths that name their tenant at one place, else `text`.
    `rows` cells name another tenant than the one of their row, and `own` cells name the tenant of their row.
    """
    if scope.kind is ScopeKind.ROOT:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} holds the tenants themselves")
    texts = [
        c for c in tenanted.columns if c not in (TENANT, scope.column) and tenanted[c].type().is_string()
    ]
    if not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    counts = [Mentions() for _ in texts]
    for batch in dataset.stream(tenanted.select(TENANT, *texts)):
        tenants, *columns = zip(*batch, strict=True)
        counts = [
            count + count_mentions(tokens, tenants, cells)
            for count, cells in zip(counts, columns, strict=True)
        ]
    rows = [_row(relation.name, column, count) for column, count in zip(texts, counts, strict=True)]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(table: str, column: str, count: Mentions) -> dict[str, object]:
    place = count.template
    where = {"table": table, "column": column, "of": count.cells}
    if place is None:
        return {**where, "kind": "text", "rows": count.foreign, "own": count.own}
    return {**where, "kind": "path", "rows": count.foreign_at.get(place, 0), "own": count.own_at[place]}
