from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy


@dataclass(frozen=True)
class Examined:
    """One table, view, file or frame of the dataset; `missing` says why it is not examined.

    `value_names` says of a column whose own name is a value what kind of value that is.
    """

    name: str
    table: ir.Table | None
    missing: Missing | None = None
    value_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.name}


@many
def relation(dataset: Dataset, policy: Policy) -> tuple[Examined, ...]:
    """Every relation of the dataset; those that the policy excludes, or that cannot be read, say why."""
    examined = []
    for name, found in dataset.relations.items():
        excluded = policy.exclusion(name)
        missing = Missing(Cause.EXCLUDED, f"excluded by the policy: {excluded}") if excluded is not None else found.missing
        examined.append(Examined(name, found.table, missing, found.value_names))
    return tuple(examined)
