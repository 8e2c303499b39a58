from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.rights import Entrance
from auditkit.facts.server import Server
from auditkit.outcome import Missing, Severity

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("target", "origin", "severity")]
    + [
        (name, pa.bool_())
        for name in ("unproven", "anonymous", "readable_password", "from_anywhere", "without_tls")
    ]
)
NEAR = frozenset({"local", "loopback"})
_READABLE = frozenset({"password", "ldap", "radius", "pam", "bsd", "mysql_clear_password"})
"""Methods by which the server is sent the password itself, so as to ask another."""


def entrances(server: Server) -> ir.Table | Missing:
    """The rules by which a server lets clients in that are too wide: one row for each line of `pg_hba.conf`,
    or account of MySQL's.

    Who comes need not prove who he is, or sends his password readable; may come from anywhere; or need not
    speak TLS. No address is told.
    """
    if "entrances" in server.rights.unseen:
        return server.rights.unseen["entrances"]
    return ibis.memtable(
        pa.Table.from_pylist([row for e in server.rights.entrances if (row := _row(e))], schema=SCHEMA)
    )


def _row(e: Entrance) -> dict[str, object] | None:
    far = e.origin not in NEAR
    unproven, anonymous, readable = (
        e.method == "trust",
        e.method == "anonymous",
        e.method in _READABLE and far and not e.needs_tls,
    )
    anywhere, plain = e.origin == "any", far and not e.needs_tls
    if not (unproven or anonymous or readable or anywhere or plain):
        return None
    open_to_all = unproven or anonymous
    severity = (
        Severity.CRITICAL
        if open_to_all and far
        else Severity.MEDIUM
        if open_to_all or not (plain and anywhere)
        else Severity.HIGH
    )
    return {
        "target": e.name, "origin": e.origin, "unproven": unproven or None, "anonymous": anonymous or None,
        "readable_password": readable or None, "from_anywhere": anywhere or None,
        "without_tls": plain or None,
        "severity": str(Severity.HIGH if readable and severity is Severity.MEDIUM else severity),
    }  # fmt: skip
