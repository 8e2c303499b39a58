from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.rights import PUBLIC, READS, Grant, Rights
from auditkit.facts.sensitive import is_sensitive
from auditkit.facts.sensitive_column import SensitiveColumn
from auditkit.facts.server import Server

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("target", "category", "confidence", "through")]
    + [("sensitive", pa.bool_()), ("filtered", pa.bool_()), ("ddl", pa.string())]
)


def low_trust_reads(
    server: Server, low_trust: tuple[str, ...], sensitive_column: SensitiveColumn
) -> ir.Table:
    """Which roles of low trust may read a column of high sensitivity: one row for each, with the statements
    that take it away.

    `filtered` says that row-level security shows them some rows only; where it shows them none, they may not
    read it.
    """
    rights, held = server.rights, sensitive_column.held
    rows = []
    for role in low_trust:
        filtered = rights.filtered(role, held.table)
        if filtered is None or not rights.may(role, READS, held.table, held.column):
            continue
        granted = rights.through(role, READS, held.table, held.column)
        through = sorted({g.grantee for g in granted} - {role})
        rows.append({
            "target": role, "category": held.category, "confidence": str(held.confidence),
            "through": ", ".join(through) or None, "sensitive": is_sensitive(held.category),
            "filtered": filtered or None,
            "ddl": "; ".join(s for g in granted for s in _taken(rights, g, role, sensitive_column)) or None,
        })  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _taken(rights: Rights, grant: Grant, role: str, column: SensitiveColumn) -> list[str]:
    """Return the statements that take a right to a column away, and leave the others of the table; nothing is
    granted to everybody.
    """
    to, on = (
        PUBLIC if grant.grantee == PUBLIC else rights.sql(grant.grantee),
        rights.relations[grant.table].sql,
    )
    if grant.columns:
        return [f"REVOKE SELECT ({rights.sql(str(column.held.column))}) ON {grant.on} FROM {to}"]
    others, whom = (
        ", ".join(map(rights.sql, column.others)),
        rights.sql(role) if grant.grantee == PUBLIC else to,
    )
    return [
        f"REVOKE SELECT ON {grant.on} FROM {to}",
        *([f"GRANT SELECT ({others}) ON {on} TO {whom}"] if others else []),
    ]
