from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.agreements import Agreement
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import ColumnPolicy
from auditkit.relations import Origin

SHARE, COMPARED, VALUES = 0.99, 50, 5
"""A copy is equal in 99 % of 50 rows or more, with 5 values or more: few values agree by chance."""


@dataclass(frozen=True)
class CopiedColumn:
    """A personal column that may repeat one of the row it refers to."""

    agreement: Agreement
    confidence: Confidence
    missing: Missing | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it does."""
        told = self.agreement
        return told.compared >= COMPARED and told.values >= VALUES and told.share >= SHARE

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.agreement.column,), "target": self.agreement.reference.parent}


@many
def copied_column(
    relation: Examined, agreements: tuple[Agreement, ...], columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[CopiedColumn, ...] | Missing:
    """The personal columns of the table that a table it refers to has, too; a declared `snapshot` must keep
    its copy.
    """
    stated = columns or {}
    found = tuple(_column(a, stated.get(a.column)) for a in agreements)
    return found or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} has no personal data of a kind that a table it refers to has, too",
    )


def _column(agreement: Agreement, stated: ColumnPolicy | None) -> CopiedColumn:
    sure = Confidence.MEDIUM if agreement.reference.origin is Origin.INFERRED else Confidence.HIGH
    kept = stated.snapshot if stated is not None else None
    return CopiedColumn(
        agreement, sure, Missing(Cause.EXCLUDED, f"declared to keep its copy: {kept}") if kept else None
    )
