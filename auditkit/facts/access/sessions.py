from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.access.rights import no_server
from auditkit.outcome import Missing

SCHEMA = pa.schema(
    [
        ("target", pa.string()),
        ("encrypted", pa.bool_()),
        ("loopback", pa.bool_()),
        ("administers", pa.bool_()),
    ]
    + [(name, pa.int64()) for name in ("writable", "acting", "creates")]
)


@fact
def sessions(dataset: Dataset) -> ir.Table | Missing:
    """How the audit is connected to each database server: encrypted or not (null over a Unix socket), and
    what its role could change.

    `loopback` says that the other end is on this machine. `administers` says that the role may do anything,
    copy the server, or make roles or databases; `writable` is how many relations it may change, `acting` how
    many more as a role that it may act as, and `creates` in how many schemas it may create.
    """
    found = dataset.sessions()
    if not found:
        return no_server(dataset)
    rows = [
        {"target": s.server, "encrypted": s.encrypted, "loopback": s.loopback, "administers": s.administers,
         "writable": len(s.writable), "acting": len(s.acting), "creates": s.creates}
        for s in found
    ]  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
