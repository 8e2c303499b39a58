from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset.rights import RowPolicy
from auditkit.facts import many
from auditkit.facts.secured_table import ServerTable
from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.relations.row_policies import is_readable


@dataclass(frozen=True)
class DeclaredPolicy:
    """A row policy of a table under row-level security."""

    declared: RowPolicy
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": self.declared.name}


@many
def row_policy(server: Server, secured_table: ServerTable) -> tuple[DeclaredPolicy, ...] | Missing:
    """The row policies of a table under row-level security; without any nobody sees a row, but who passes it
    by.
    """
    told = Missing(
        Cause.UNSEEN, "the condition of this row policy cannot be parsed: read it yourself, with \\d in psql"
    )
    found = server.rights.policies_of(secured_table.name)
    none = Missing(Cause.NOT_APPLICABLE, f"{secured_table.name} has no row policy: nobody sees a row of it")
    return tuple(DeclaredPolicy(p, None if is_readable(p) else told) for p in found) or none
