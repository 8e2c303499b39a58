"""What an administrator of PostgreSQL types to change roles and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditkit.dataset.rights import LogSetting
from auditkit.dataset.rights.statements import is_on
from auditkit.dataset.sql import identifier

_AUDITED_CHANGES = frozenset({"ddl", "mod", "all", "read", "write"})
"""The classes of statements with which pgaudit logs changes."""


class PostgresStatements:
    """Writes statements for PostgreSQL."""

    password_setting = "password_encryption"

    def name(self, name: str) -> str:
        """Return a name, quoted where it must be."""
        return identifier(name)

    def lock_role(self, role: str) -> str:
        """Return the statement after which a role cannot log in."""
        return f"ALTER ROLE {self.name(role)} NOLOGIN"

    def limit_password(self, role: str) -> str:
        """Return the statement that gives the password of a role an end."""
        return f"ALTER ROLE {self.name(role)} VALID UNTIL '<date of the next change>'"

    def log_settings(self, settings: Mapping[str, str]) -> Iterator[LogSetting]:
        """Yield the settings that decide what the server logs."""
        statements = settings.get("log_statement", "").lower()
        audited = {part.strip().lower() for part in settings.get("pgaudit.log", "").split(",")}
        logs_changes = bool(audited & _AUDITED_CHANGES) or statements in ("ddl", "mod", "all")
        logs_queries = (
            statements in ("mod", "all") or settings.get("log_min_duration_statement", "-1") != "-1"
        )
        logs_values = logs_queries and settings.get("log_parameter_max_length") == "-1"
        logs_values_on_error = settings.get("log_parameter_max_length_on_error", "0") != "0"
        for name, faulty, severity, value in (
            ("log_connections", not is_on(settings, "log_connections"), "low", "on"),
            ("log_statement", not logs_changes, "medium", "'ddl'"),
            ("log_parameter_max_length", logs_values, "medium", "0"),
            ("log_parameter_max_length_on_error", logs_values_on_error, "medium", "0"),
            ("pgaudit.log_parameter", is_on(settings, "pgaudit.log_parameter"), "medium", "off"),
        ):
            yield LogSetting(name, faulty, severity, f"ALTER SYSTEM SET {name} = {value}")
