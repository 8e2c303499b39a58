from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing

SCHEMA = pa.schema([("target", pa.string()), ("encrypted", pa.bool_()), ("administers", pa.bool_()), ("writable", pa.int64())])


def sessions(dataset: Dataset) -> ir.Table | Missing:
    """How the audit is connected to each database server: encrypted or not (null over a Unix socket), and what its role could change.

    `administers` says that the role may do anything, or make roles or databases; `writable` is how many relations it may change.
    """
    found = dataset.sessions()
    if not found:
        return Missing(Cause.NOT_APPLICABLE, "the source is no database server")
    rows = [{"target": s.server, "encrypted": s.encrypted, "administers": s.administers, "writable": len(s.writable)} for s in found]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
