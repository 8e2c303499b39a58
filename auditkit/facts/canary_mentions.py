from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.facts.canaries import places
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations
from auditkit.relations.canaries import Canaries
from auditkit.relations.owner import TENANT

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("rows", pa.int64()), ("of", pa.int64())]
)


def canary_mentions(
    dataset: Dataset, relations: Relations, relation: Examined, tenanted: ir.Table, canaries: Canaries
) -> ir.Table | Missing:
    """How many cells of each text column of a tenant's table hold the canary of another tenant; the canaries'
    own place is none.
    """
    kept = set(places(dataset, relations))
    texts = [
        c
        for c in tenanted.columns
        if c != TENANT and tenanted[c].type().is_string() and (relation.name, c) not in kept
    ]
    if not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    of, rows = [0] * len(texts), [0] * len(texts)
    for batch in dataset.stream(tenanted.select(TENANT, *texts)):
        tenants, *columns = zip(*batch, strict=True)
        for i, cells in enumerate(columns):
            of[i] += sum(cell is not None for cell in cells)
            rows[i] += canaries.foreign(tenants, cells)
    told = [{"table": relation.name, "column": c, "rows": rows[i], "of": of[i]} for i, c in enumerate(texts)]
    return ibis.memtable(pa.Table.from_pylist(told, schema=SCHEMA))
