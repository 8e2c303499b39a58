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
    """A table of a database server, or why it cannot be seen."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """The table, in place of the server that would be the target."""
        return {"table": self.name, "target": None}


@each
def secured_table(server: Server, policy: Policy) -> tuple[ServerTable, ...] | Missing:
    """The tables of a server that have row-level security."""
    if not server.rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security")
    secured = tuple(
        ServerTable(name, policy.excluded(name))
        for name, guarded in server.rights.relations.items()
        if guarded.secured and not guarded.of_extension
    )
    return secured or Missing(Cause.NOT_APPLICABLE, f"no table of {server.name} has row-level security")
