"""Passwords, keys or tokens stand readable in data.

Whoever reads the table, a backup or an export of it can act as the person, or as the service, that the
credential belongs to; and a password is often the same elsewhere (GDPR Art. 5(1)(f), 32(1)(a)). Columns of
credentials are counted cell by cell where the data lives: what a function for passwords has hashed (bcrypt,
scrypt, Argon2, PBKDF2, crypt), what is masked, encrypted, or only names a place in a store of secrets, is no
finding; hashes without salt are told as a detail. Keys and tokens inside other columns are known by the
prefix that their issuer gave them.

Remedy: revoke and change what was readable first, for it may have been read. Keep passwords as hashes of
    Argon2id or bcrypt, tokens as
SHA-256 and only where they must be compared, other keys in a store of secrets; then empty the column (`UPDATE
users SET password_hash = ..., password = NULL; ALTER TABLE users DROP COLUMN password`) and the backups that
hold it. In texts, redact them where the text comes in.

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"password": ["correct horse", "hunter2", "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2 + "IjZAgcfl7", None]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-secret"])
>>> [(f.columns, f.entity, f.rows, f.of, f.severity.value) for f in audit.findings]
[(('password',), 'PASSWORD', 2, 3, 'critical')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"))
def secret(readable_secrets: ir.Table) -> ir.Table:
    """Return the columns in which passwords, keys or tokens can be read; all of them are sensitive."""
    return readable_secrets.filter(readable_secrets.rows > 0).mutate(sensitive=ibis.literal(True))
