"""The privacy best practices that an assessment goes through, each with its field of the policy."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PREFIX = "practice."
"""The beginning of the fields with statements about practices."""


@dataclass(frozen=True)
class Practice:
    """One point of the list; `checks` are ids, or beginnings of ids, of the checks that see it."""

    group: str
    text: str
    checks: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The field under which the policy's attestations speak of it.

        >>> Practice("Credentials", "Rotate API keys and passwords regularly").field
        'practice.rotate-api-keys-and-passwords-regularly'
        """
        return PREFIX + _key(self.text)

    @property
    def area(self) -> str:
        """The key of its group."""
        return _key(self.group)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@cache
def practices() -> tuple[Practice, ...]:
    """Return the list, in its order."""
    data = tomllib.loads(files("auditkit.policy").joinpath("best_practices.toml").read_text(encoding="utf-8"))
    return tuple(
        Practice(g["title"], p["text"], tuple(p.get("checks", ())))
        for g in data["group"]
        for p in g["practice"]
    )
