"""Database passwords stored with a weak method

## What it finds
Database roles whose password the server keeps as MD5, as SHA-1 without salt (`mysql_native_password`), or
with an older method; and a PostgreSQL server that will store new passwords so.

## Why it matters
Whoever reads a backup or the catalogue can try a billion guesses a second, because these methods are fast
(GDPR Art. 32(1)(a)).

## How to fix
On PostgreSQL run `ALTER SYSTEM SET password_encryption = 'scram-sha-256'`, reload the configuration, and set
each password again. On MySQL run `ALTER USER u IDENTIFIED WITH caching_sha2_password BY '...'`. On MariaDB
use `IDENTIFIED VIA ed25519`.

## Limits
Only some roles may see how the server keeps passwords. The finding names the role and the method, never the
stored hash.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-password-storage"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 32(1)(a), encryption and pseudonymisation
- CWE-916, password hash with insufficient computational effort
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.facts.access.server import Server
from auditkit.outcome import Missing, Severity

SETTING, STORED = "password_encryption", "kept passwords"
STRONG = "scram-sha-256"
WEAK = {
    "md5": Severity.MEDIUM,
    "mysql_old_password": Severity.HIGH,
    "mysql_native_password": Severity.LOW,
    "sha256_password": Severity.LOW,
}
"""Methods that can be brute-forced (MD5, SHA-1 without salt, one like DES), or that servers drop."""
SCHEMA = pa.schema([("target", pa.string()), ("method", pa.string()), ("ddl", pa.string())])


@dataclass(frozen=True)
class PasswordPart(Item, target="name"):
    """The passwords that the check looks at: those that a server will store, or those that it has stored."""

    name: str
    missing: Missing | None = None


@each
def password_part(server: Server) -> tuple[PasswordPart, ...]:
    """The passwords that a server will store, by its setting, and those that it has stored.

    Only some roles may see the stored ones.
    """
    stored = PasswordPart(STORED, server.rights.unseen.get("passwords"))
    return (PasswordPart(SETTING), stored) if server.rights.statements.password_setting else (stored,)


@fact
def password_methods(server: Server, password_part: PasswordPart) -> ir.Table:
    """The method by which the server stores new passwords, or the one of each role that logs in."""
    rights = server.rights
    if password_part.name == SETTING:
        ddl = f"ALTER SYSTEM SET {SETTING} = '{STRONG}'"
        rows: list[dict[str, str | None]] = [
            {"target": SETTING, "method": rights.settings.get(SETTING, ""), "ddl": ddl}
        ]
    else:
        rows = [
            {"target": role.name, "method": role.password}
            for role in rights.roles.values()
            if role.logs_in and not role.built_in
        ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.MEDIUM, articles=("GDPR 32(1)(a)",), says="method: {method}")
def password_storage(password_methods: ir.Table, password_part: PasswordPart) -> ir.Table:
    """Return the setting, or the roles, whose passwords are stored with a weak method."""
    method = password_methods.method
    if password_part.name == SETTING:
        return password_methods.filter(method != STRONG)
    severity = ibis.cases(*((method == name, severity.value) for name, severity in WEAK.items()))
    return password_methods.filter(method.isin(list(WEAK))).mutate(severity=severity)
