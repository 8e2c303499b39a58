from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.facts.password_part import PasswordPart
from auditkit.facts.server import Server
from auditkit.outcome import Severity

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
