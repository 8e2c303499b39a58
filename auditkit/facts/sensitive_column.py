from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.held_categories import Held
from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.vocabulary import Sensitivity

HIGH = frozenset(
    {
        Sensitivity.SPECIAL_CATEGORY,
        Sensitivity.CRIMINAL,
        Sensitivity.CREDENTIAL,
        Sensitivity.FINANCIAL,
        Sensitivity.GOVERNMENT_ID,
    }
)
"""What harms people when it gets out."""


@dataclass(frozen=True)
class SensitiveColumn:
    """A column with personal data of high sensitivity; of a relation of which nobody can tell, that one and
    why.
    """

    held: Held
    others: tuple[str, ...] = ()
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {
            "table": self.held.table,
            "columns": (self.held.column,) if self.held.column is not None else (),
            "target": None,
        }


@many
def sensitive_column(
    server: Server, low_trust: tuple[str, ...], held_categories: tuple[Held, ...]
) -> tuple[SensitiveColumn, ...] | Missing:
    """The columns of a server with personal data of high sensitivity; `others` of its relation hold none."""
    here = [held for held in held_categories if held.table in server.rights.relations]
    high = {
        (held.table, held.column) for held in here if held.column is not None and held.sensitivity in HIGH
    }
    found = []
    for held in here:
        if held.missing is not None:
            found.append(SensitiveColumn(held, missing=held.missing))
        elif (held.table, held.column) in high:
            columns = server.rights.relations[held.table].types
            found.append(SensitiveColumn(held, tuple(c for c in columns if (held.table, c) not in high)))
    assert low_trust  # without such roles nothing is read for personal data
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE, f"no column of {server.name} holds personal data of high sensitivity"
    )
