from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.facts.purposed import Purposed

SCHEMA = pa.schema(
    [("columns_personal", pa.int64()), ("columns_declared", pa.int64()), ("sensitive", pa.bool_()), ("severity", pa.string()),
     ("confidence", pa.string()), ("lacks", pa.string())]
)  # fmt: skip
PURPOSE, TABLE = "a purpose", "a table"


def aimless(purposed: Purposed) -> ir.Table:
    """What a table with personal data, or a purpose, `lacks` of the other: one row, or none where it lacks
    nothing.

    A purpose without any table promises a processing that this source does not show, which weighs less than
    data without a purpose.
    """
    rows = []
    if not purposed.other and purposed.table is not None:
        told = {
            "columns_personal": purposed.personal,
            "columns_declared": purposed.declared,
            "sensitive": purposed.sensitive,
        }
        rows = [{**told, "confidence": "high" if purposed.declared else "medium", "lacks": PURPOSE}]
    elif not purposed.other:
        rows = [{"severity": "low", "sensitive": False, "lacks": TABLE}]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
