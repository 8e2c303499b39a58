from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.server import Server
from auditkit.outcome import Missing


@dataclass(frozen=True)
class PasswordPart:
    """Which passwords of a server are looked at: those to come, or those it keeps."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": self.name}


@many
def password_part(server: Server) -> tuple[PasswordPart, ...]:
    """The passwords of a server: those that it will make, by its settings, and those that it keeps, which
    only some roles may see.
    """
    kept = PasswordPart("kept passwords", server.rights.unseen.get("passwords"))
    return (PasswordPart("password_encryption"), kept) if server.rights.dialect == "postgres" else (kept,)
