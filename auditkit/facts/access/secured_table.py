from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.check import Item, each
from auditkit.facts.access.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy


@dataclass(frozen=True)
class ServerTable(Item):
    """A table of a database server."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.name, "target": None}


@each
def secured_table(server: Server, policy: Policy) -> tuple[ServerTable, ...] | Missing:
    """The tables of a server that are under row-level security."""
    if not server.rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security")
    secured = [
        name
        for name, guarded in server.rights.relations.items()
        if guarded.secured and not guarded.of_extension
    ]
    found = [ServerTable(name, policy.excluded(name)) for name in secured]
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE, f"no table of {server.name} is under row-level security"
    )
