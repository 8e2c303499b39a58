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

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.facts.access.server import Server
from auditkit.outcome import Severity

SCHEMA = pa.schema(
    [("target", pa.string()), ("faulty", pa.bool_()), ("severity", pa.string()), ("ddl", pa.string())]
)


@fact
def log_settings(server: Server) -> ir.Table:
    """The settings that decide what a server logs, whether each is faulty, and the statement for a repair."""
    rights = server.rights
    rows = [
        {"target": s.name, "faulty": s.faulty, "severity": s.severity, "ddl": s.ddl}
        for s in rights.statements.log_settings(rights.settings)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.MEDIUM, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def audit_log_off(log_settings: ir.Table) -> ir.Table:
    """Return the settings under which the server logs too little, or logs values."""
    return log_settings.filter(log_settings.faulty).drop("faulty")
