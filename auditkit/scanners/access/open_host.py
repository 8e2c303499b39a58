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

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 32(1)(b)",))
def open_host(entrances: ir.Table) -> ir.Table:
    """Return the rules that are too wide."""
    return entrances
