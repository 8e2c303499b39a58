from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Scope, ScopeKind
from auditkit.relations.owner import TENANT
from auditkit.relations.tokens import Mentions, Tokens
from auditkit.relations.tokens import mentions as mentioned

SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("table", pa.string()),
        ("column", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("own", pa.int64()),
    ]
)


@fact
def mentions(
    dataset: Dataset, relation: Examined, scope: Scope, tenanted: ir.Table, tokens: Tokens
) -> ir.Table | Missing:
    """How the texts of a tenant's table name tenants: one row a column, with how many cells name another
    tenant than their row's.

    `kind` is `path` where the cells are storage paths that name their tenant at one place, else `text`; `own`
    cells name their own.
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
            count + mentioned(tokens, tenants, cells) for count, cells in zip(counts, columns, strict=True)
        ]
    rows = [_row(relation.name, column, count) for column, count in zip(texts, counts, strict=True)]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(table: str, column: str, count: Mentions) -> dict[str, object]:
    place = count.template
    if place is None:
        return {
            "kind": "text",
            "table": table,
            "column": column,
            "rows": count.foreign,
            "of": count.cells,
            "own": count.own,
        }
    told = {"rows": count.foreign_at.get(place, 0), "of": count.cells, "own": count.own_at[place]}
    return {"kind": "path", "table": table, "column": column, **told}
