"""The server does not write down who did what, or writes down the data itself.

Without a log of connections and changes no breach can be told from a rumour (GDPR Art. 5(2), 32(1)(d), 33).
With the values of parameters in it the log is a copy of the data that no retention rule knows. The settings
are the server's own; that the log is kept and read is for people to state.

Remedy: `ALTER SYSTEM SET log_connections = on`, pgaudit with `pgaudit.log = 'ddl, role, write'` or
    `log_statement = 'ddl'`, and
`log_parameter_max_length = 0`; then `SELECT pg_reload_conf()`. On MariaDB the plugin `server_audit`;
`general_log` writes every value. The statement is in `detail.ddl`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-audit-log-off"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset.rights import Rights
from auditkit.facts.access.server import Server
from auditkit.outcome import Severity

SCHEMA = pa.schema([(name, pa.string()) for name in ("target", "severity", "ddl")])
_OFF = frozenset({"", "off", "none", "no", "false", "0"})
_TELLING = frozenset({"ddl", "mod", "all", "read", "write"})


@fact
def audit_trail(server: Server) -> ir.Table:
    """What a server does not write down of who did what, or writes down too much of: one row for each, with
    the statement that mends it.

    The values of parameters in a log are personal data in a file that no retention rule knows.
    """
    told = _postgres(server.rights) if server.rights.dialect == "postgres" else _mysql(server.rights)
    rows = [{"target": target, "severity": severity, "ddl": ddl} for target, severity, ddl in told]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _postgres(rights: Rights) -> Iterator[tuple[str, str, Any]]:
    at = rights.settings.get
    statements, audited = (
        at("log_statement", "").lower(),
        {part.strip().lower() for part in at("pgaudit.log", "").split(",")},
    )
    if not _is_set(rights, "log_connections"):
        yield "log_connections", "low", "ALTER SYSTEM SET log_connections = on"
    if not (audited & _TELLING) and statements not in ("ddl", "mod", "all"):
        yield "log_statement", "medium", "ALTER SYSTEM SET log_statement = 'ddl'"
    logged = statements in ("mod", "all") or at("log_min_duration_statement", "-1") != "-1"
    if logged and at("log_parameter_max_length") == "-1":
        yield "log_parameter_max_length", "medium", "ALTER SYSTEM SET log_parameter_max_length = 0"
    if at("log_parameter_max_length_on_error", "0") != "0":
        yield (
            "log_parameter_max_length_on_error",
            "medium",
            "ALTER SYSTEM SET log_parameter_max_length_on_error = 0",
        )
    if _is_set(rights, "pgaudit.log_parameter"):
        yield "pgaudit.log_parameter", "medium", "ALTER SYSTEM SET pgaudit.log_parameter = off"


def _mysql(rights: Rights) -> Iterator[tuple[str, str, Any]]:
    if _is_set(rights, "general_log"):
        yield "general_log", "medium", "SET GLOBAL general_log = OFF"
    if not _is_set(rights, "server_audit_logging") and not _is_set(rights, "audit_log_policy"):
        told = (
            "INSTALL SONAME 'server_audit'; SET GLOBAL server_audit_events = 'CONNECT,QUERY_DDL,QUERY_DCL'; "
        )
        yield (
            "server_audit_logging",
            "medium",
            f"{told}SET GLOBAL server_audit_logging = ON" if rights.server == "MariaDB" else None,
        )


def _is_set(rights: Rights, name: str) -> bool:
    return rights.settings.get(name, "").lower() not in _OFF


@check(severity=Severity.MEDIUM, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def audit_log_off(audit_trail: ir.Table) -> ir.Table:
    """Return the settings under which too little, or too much, is written down."""
    return audit_trail
