"""The server lets clients in that need not prove who they are, or from anywhere.

A rule of `pg_hba.conf`, or an account of MySQL's, that is wider than it need be is found by the first scanner
that passes by (GDPR Art. 32(1)(b)). `detail` says of each: `unproven` (`trust`, an account without a
password), `anonymous`, `readable_password` (it is sent as it is), `from_anywhere` (`0.0.0.0/0`, `'%'`),
`without_tls` (`host` instead of `hostssl`, an account that does not require TLS). Rules for the machine
itself matter less. Only a superuser sees them; no address is ever shown.

Remedy: `hostssl app app 10.0.0.0/8 scram-sha-256` in `pg_hba.conf`, nothing with `trust`, then `SELECT
    pg_reload_conf()`; on MySQL
`RENAME USER 'app'@'%' TO 'app'@'10.%'`, `ALTER USER app REQUIRE SSL`, `DROP USER ''@'%'`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-open-host"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset.rights import Entrance
from auditkit.facts.access.server import Server
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


@fact
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


@check(severity=Severity.HIGH, articles=("GDPR 32(1)(b)",))
def open_host(entrances: ir.Table) -> ir.Table:
    """Return the rules that are too wide."""
    return entrances
