from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.server import Server
from auditkit.outcome import Missing


@dataclass(frozen=True)
class RoleSign:
    """What can be told of the roles of a server: how long they last, or who uses them."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": f"{self.name} of roles"}


@many
def role_sign(server: Server) -> tuple[RoleSign, ...]:
    """What is looked at of the roles of a server: their expiry, and their use; who is connected only some
    roles may see.
    """
    unseen = server.rights.unseen
    return RoleSign("expiry", unseen.get("grants")), RoleSign("use", unseen.get("sessions"))
