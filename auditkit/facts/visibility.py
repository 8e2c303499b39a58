from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.outcome import BLIND
from auditkit.policy import Policy

SCHEMA = pa.schema([("table", pa.string()), ("cause", pa.string()), ("closed_columns", pa.int64())])


def visibility(dataset: Dataset, policy: Policy) -> ir.Table:
    """What the audit cannot see of the relations that it should: one row for each, with the cause, or with
    how many columns are closed.

    What the policy excludes is not meant to be seen.
    """
    rows = [
        {
            "table": name,
            "cause": r.missing.cause.value if r.missing else None,
            "closed_columns": r.closed_columns,
        }
        for name, r in dataset.relations.items()
        if policy.exclusion(name) is None
        and (r.closed_columns or (r.missing is not None and r.missing.cause in BLIND))
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
