"""What an administrator of MySQL or MariaDB types to change accounts and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditkit.dataset.rights import LogSetting
from auditkit.dataset.rights.statements import is_on
from auditkit.dataset.sql import backticked, identifier

_MARIADB_PLUGIN = (
    "INSTALL SONAME 'server_audit'; SET GLOBAL server_audit_events = 'CONNECT,QUERY_DDL,QUERY_DCL';"
    " SET GLOBAL server_audit_logging = ON"
)


@dataclass(frozen=True)
class MySQLStatements:
    """Writes statements for MySQL, or for MariaDB."""

    is_mariadb: bool
    password_setting = None

    def name(self, name: str) -> str:
        """Return a name, quoted where it must be; an account is written as it is.

        >>> [MySQLStatements(False).name(name) for name in ("tickets", "Order Lines", "'app'@'%'")]
        ['tickets', '`Order Lines`', "'app'@'%'"]
        """
        return name if identifier(name) == name or "'@'" in name else backticked(name)

    def lock_role(self, role: str) -> str:
        """Return the statement after which an account cannot log in."""
        return f"ALTER USER {self.name(role)} ACCOUNT LOCK"

    def limit_password(self, role: str) -> str:
        """Return the statement that gives the password of an account an end."""
        return f"ALTER USER {self.name(role)} PASSWORD EXPIRE INTERVAL 90 DAY"

    def log_settings(self, settings: Mapping[str, str]) -> Iterator[LogSetting]:
        """Yield the settings that decide what the server logs."""
        audited = is_on(settings, "server_audit_logging") or is_on(settings, "audit_log_policy")
        plugin = _MARIADB_PLUGIN if self.is_mariadb else None
        no_queries = "SET GLOBAL general_log = OFF"
        yield LogSetting("general_log", is_on(settings, "general_log"), "medium", no_queries)
        yield LogSetting("server_audit_logging", not audited, "medium", plugin)
