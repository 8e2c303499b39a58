"""Database connection without TLS

## What it finds
Database servers to which the audit connects in clear text. The detail `loopback` says that the server is on
this machine.

## Why it matters
Whoever listens on the network reads every row that is fetched, and the password of the role (GDPR Art.
32(1)(a)).

## How to fix
Turn TLS on at the server: `ssl = on`, with `hostssl` in `pg_hba.conf`. Then connect with
`sslmode=verify-full`.

## Limits
A Unix socket needs no encryption, because the data does not leave the machine. The severity is low for a
server on this machine. A tunnel or a proxy that begins there must encrypt, and the check cannot see it.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-tls-off"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 32(1)(a), encryption and pseudonymisation
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 32(1)(a)",), says="{loopback:the server is on this machine}")
def tls_off(sessions: ir.Table) -> ir.Table:
    """Return the servers that are reached in clear text, over a network or on this machine."""
    plain = sessions.filter(~sessions.encrypted.fill_null(True))
    severity = ibis.cases((plain.loopback, Severity.LOW.value), else_=Severity.HIGH.value)
    return plain.select("target", loopback=plain.loopback.nullif(False), severity=severity)
