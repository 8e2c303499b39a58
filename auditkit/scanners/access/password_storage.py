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

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.facts.access.server import Server
from auditkit.outcome import Missing, Severity


@dataclass(frozen=True)
class PasswordPart(Item, target="name"):
    """Which passwords of a server are looked at: those to come, or those it keeps."""

    name: str
    missing: Missing | None = None


@each
def password_part(server: Server) -> tuple[PasswordPart, ...]:
    """The passwords of a server: those that it will make, by its settings, and those that it keeps, which
    only some roles may see.
    """
    kept = PasswordPart("kept passwords", server.rights.unseen.get("passwords"))
    return (PasswordPart("password_encryption"), kept) if server.rights.dialect == "postgres" else (kept,)


SCHEMA = pa.schema([(name, pa.string()) for name in ("target", "method", "severity", "ddl")])
_WEAK = {
    "md5": Severity.MEDIUM,
    "mysql_old_password": Severity.HIGH,
    "mysql_native_password": Severity.LOW,
    "sha256_password": Severity.LOW,
}
"""How passwords are kept that somebody who reads them can guess fast, or that servers give up: MD5, SHA-1
without salt, DES-like.
"""


@fact
def password_keeping(server: Server, password_part: PasswordPart) -> ir.Table:
    """Which roles have a password that is kept in a weak way, or whether new ones will be: the method, never
    what is kept.
    """
    rights, rows = server.rights, []
    if password_part.name == "password_encryption":
        method = rights.settings.get("password_encryption", "")
        if method != "scram-sha-256":
            ddl = "ALTER SYSTEM SET password_encryption = 'scram-sha-256'"
            rows.append(
                {
                    "target": "password_encryption",
                    "method": method,
                    "severity": str(Severity.MEDIUM),
                    "ddl": ddl,
                }
            )
    else:
        kept = [r for r in rights.roles.values() if r.password in _WEAK and r.logs_in and not r.built_in]
        rows += [
            {"target": r.name, "method": str(r.password), "severity": str(_WEAK[str(r.password)])}
            for r in kept
        ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.MEDIUM, articles=("GDPR 32(1)(a)",))
def password_storage(password_keeping: ir.Table) -> ir.Table:
    """Return the setting and the roles whose password is kept in a weak way."""
    return password_keeping
