from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.outcome import Missing

SCHEMA = pa.schema(
    [
        ("target", pa.string()),
        ("encrypted", pa.bool_()),
        ("loopback", pa.bool_()),
        ("administers", pa.bool_()),
        ("writable", pa.int64()),
        ("acting", pa.int64()),
        ("creates", pa.int64()),
    ]
)


@fact
def sessions(dataset: Dataset) -> ir.Table | Missing:
    """How the audit is connected to each database server, and what its role could change there.

    `encrypted` is null over a Unix socket; `loopback` says that the server is on this machine. `administers`
    says that the role may do anything, copy the server, or make roles or databases. `writable` is how many
    relations it may change, `acting` how many more it may change by SET ROLE, and `creates` in how many
    schemas it may create.
    """
    found = dataset.sessions()
    if not found:
        return dataset.no_server()
    rows = [
        {
            "target": session.server,
            "encrypted": session.encrypted,
            "loopback": session.loopback,
            "administers": session.administers,
            "writable": len(session.writable),
            "acting": len(session.acting),
            "creates": session.creates,
        }
        for session in found
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
