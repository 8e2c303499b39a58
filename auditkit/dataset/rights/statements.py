"""What an administrator types on a kind of server to change roles and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class LogSetting:
    """A setting that decides what a server logs of who did what.

    Attributes:
        name: of the setting.
        faulty: with it the server logs too little, or logs the values of the data.
        severity: how bad that is, as a word.
        ddl: the statement that repairs it, where there is one.
    """

    name: str
    faulty: bool
    severity: str
    ddl: str | None


class Statements(Protocol):
    """The SQL that changes roles and settings on one kind of server."""

    @property
    def password_setting(self) -> str | None:
        """The setting that says how new passwords are stored, where there is one."""

    def name(self, name: str) -> str:
        """Return the name of a role, table or column as the server reads it, quoted where it must be."""

    def lock_role(self, role: str) -> str:
        """Return the statement after which a role cannot log in."""

    def limit_password(self, role: str) -> str:
        """Return the statement that gives the password of a role an end."""

    def log_settings(self, settings: Mapping[str, str]) -> Iterator[LogSetting]:
        """Yield the settings that decide what the server logs, as they are in its settings."""


_OFF = frozenset({"", "off", "none", "no", "false", "0"})


def is_on(settings: Mapping[str, str], name: str) -> bool:
    """Return whether a setting is switched on.

    >>> is_on({"general_log": "ON"}, "general_log"), is_on({"general_log": "OFF"}, "general_log")
    (True, False)
    """
    return settings.get(name, "").lower() not in _OFF
