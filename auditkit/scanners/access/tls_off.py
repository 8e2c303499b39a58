"""The connection to the database is not encrypted.

Whoever stands on the way reads every row that is fetched, and the password of the role (GDPR Art. 32(1)(a)).
A Unix socket leaves no machine and needs no encryption. What goes to this machine's own address is low
(`detail.loopback`): nothing leaves it, unless a tunnel or a proxy begins there, and that one must encrypt.

Remedy: turn TLS on at the server (`ssl = on`, with `hostssl` in `pg_hba.conf`), and connect with
    `sslmode=verify-full`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-tls-off"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 32(1)(a)",))
def tls_off(sessions: ir.Table) -> ir.Table:
    """Return the servers that are reached in clear text, over a network or at this machine's own address."""
    plain = sessions.filter(~sessions.encrypted.fill_null(True))
    severity = ibis.cases((plain.loopback, Severity.LOW.value), else_=Severity.HIGH.value)
    return plain.select("target", loopback=ibis.cases((plain.loopback, True)), severity=severity)
