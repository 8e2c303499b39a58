"""Passwords of database roles are kept in a way that can be guessed.

Who reads a backup or the catalogue gets them and tries a billion guesses a second: MD5 and MySQL's older
methods are made for speed (GDPR Art. 32(1)(a)). Told is the method and the role, never what is kept;
`mysql_native_password` is an SHA-1 without salt.

Remedy: `ALTER SYSTEM SET password_encryption = 'scram-sha-256'` (in `detail.ddl`), reload, and set each
    password anew; on MySQL `ALTER
USER u IDENTIFIED WITH caching_sha2_password BY '...'`, on MariaDB `IDENTIFIED VIA ed25519`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-password-storage"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 32(1)(a)",))
def password_storage(password_keeping: ir.Table) -> ir.Table:
    """Return the setting and the roles whose password is kept in a weak way."""
    return password_keeping
