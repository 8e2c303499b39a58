"""Server keeps no audit log, or logs personal data

## What it finds
Settings of the database server under which it does not record who connects and who changes the schema, or
under which its log holds the values of query parameters.

## Why it matters
Without a log of connections and changes nobody can tell a breach from a rumour (GDPR Art. 5(2), 32(1)(d),
33). A log that holds parameter values is a copy of the data that no retention rule covers.

## How to fix
Run the statement of the finding. On PostgreSQL set `log_connections = on`. Load pgaudit with `pgaudit.log =
'ddl, role, write'`, or set `log_statement = 'ddl'`. Set `log_parameter_max_length = 0`, then run `SELECT
pg_reload_conf()`. On MariaDB install the plugin `server_audit`. Turn `general_log` off, because it writes
every value.

## Limits
The check reads the settings of the server. Only people can state that the log is kept and that somebody reads
it.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-audit-log-off"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 32(1)(d), testing the security of processing
- GDPR Art. 33, notification of a breach
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset.rights import Rights
from auditkit.facts.access.server import Server
from auditkit.outcome import Severity

SCHEMA = pa.schema(
    [("target", pa.string()), ("faulty", pa.bool_()), ("severity", pa.string()), ("ddl", pa.string())]
)
_OFF = frozenset({"", "off", "none", "no", "false", "0"})
_LOGS_CHANGES = frozenset({"ddl", "mod", "all", "read", "write"})
"""The classes of statements with which pgaudit logs changes."""
_MARIADB_PLUGIN = (
    "INSTALL SONAME 'server_audit'; SET GLOBAL server_audit_events = 'CONNECT,QUERY_DDL,QUERY_DCL';"
    " SET GLOBAL server_audit_logging = ON"
)


@fact
def log_settings(server: Server) -> ir.Table:
    """The settings that decide what a server logs, whether each is faulty, and the statement for a repair."""
    settings = _postgres if server.rights.dialect == "postgres" else _mysql
    rows = [
        {"target": name, "faulty": faulty, "severity": severity, "ddl": ddl}
        for name, faulty, severity, ddl in settings(server.rights)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _postgres(rights: Rights) -> Iterator[tuple[str, bool, str, str | None]]:
    setting = rights.settings.get
    statements = setting("log_statement", "").lower()
    audited = {part.strip().lower() for part in setting("pgaudit.log", "").split(",")}
    logs_changes = bool(audited & _LOGS_CHANGES) or statements in ("ddl", "mod", "all")
    logs_queries = statements in ("mod", "all") or setting("log_min_duration_statement", "-1") != "-1"
    logs_values = logs_queries and setting("log_parameter_max_length") == "-1"
    logs_values_on_error = setting("log_parameter_max_length_on_error", "0") != "0"
    for name, faulty, severity, value in (
        ("log_connections", not _is_on(rights, "log_connections"), "low", "on"),
        ("log_statement", not logs_changes, "medium", "'ddl'"),
        ("log_parameter_max_length", logs_values, "medium", "0"),
        ("log_parameter_max_length_on_error", logs_values_on_error, "medium", "0"),
        ("pgaudit.log_parameter", _is_on(rights, "pgaudit.log_parameter"), "medium", "off"),
    ):
        yield name, faulty, severity, f"ALTER SYSTEM SET {name} = {value}"


def _mysql(rights: Rights) -> Iterator[tuple[str, bool, str, str | None]]:
    audited = _is_on(rights, "server_audit_logging") or _is_on(rights, "audit_log_policy")
    plugin = _MARIADB_PLUGIN if rights.server == "MariaDB" else None
    yield "general_log", _is_on(rights, "general_log"), "medium", "SET GLOBAL general_log = OFF"
    yield "server_audit_logging", not audited, "medium", plugin


def _is_on(rights: Rights, name: str) -> bool:
    return rights.settings.get(name, "").lower() not in _OFF


@check(severity=Severity.MEDIUM, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def audit_log_off(log_settings: ir.Table) -> ir.Table:
    """Return the settings under which the server logs too little, or logs values."""
    return log_settings.filter(log_settings.faulty).drop("faulty")
