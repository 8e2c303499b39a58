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

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def audit_log_off(audit_trail: ir.Table) -> ir.Table:
    """Return the settings under which too little, or too much, is written down."""
    return audit_trail
