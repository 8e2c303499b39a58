"""Passwords, tokens or sessions stand inside URLs.

A URL is written down by every proxy, browser history and log that it passes, and handed to other sites as
`Referer`; whoever reads one of them can act as the person (CWE-598; GDPR Art. 5(1)(f), 32(1)(a)). Found are
passwords before the host or in the query, tokens and keys by the name of their parameter or by their issuer's
mark, ids of sessions, and signed links that still open what they were made for. Placeholders, public keys and
page tokens are none. `pii-secret` may count the same cells as readable; that they came by a URL has a remedy
of its own.

Remedy: revoke what stood there. Send credentials in a header (`Authorization`) or a body, sessions in a
    cookie, and take them out of
database URLs (`PGPASSFILE`, a store of secrets); let links for a new password serve once and for minutes;
redact parameters where the log is written, then the rows that hold them.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"url": ["/reset?token=9f2c77aab01d", "/login?user=eva&password=hunter2", "/list?page_token=CAUQAA", None]})
>>> audit = auditkit.audit({"requests": log}, checks=["access-secret-in-url"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail) for f in audit.findings]
[('requests', ('url',), 2, 3, {'password': 1, 'token': 1})]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"))
def secret_in_url(url_secrets: ir.Table) -> ir.Table:
    """Return the columns whose URLs hold secrets; sessions and signed links end by themselves, and weigh
    less.
    """
    lasting = url_secrets.password.notnull() | url_secrets.token.notnull()
    grave = ibis.cases((lasting, Severity.HIGH.value), else_=Severity.MEDIUM.value)
    return url_secrets.mutate(
        severity=grave, sensitive=ibis.literal(False)
    )  # that it is a credential is in the severity already
