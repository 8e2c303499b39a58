from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts import many
from auditkit.facts.environments import Environments
from auditkit.facts.production_identifiers import kind_of
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.vocabulary import PRESENT


@dataclass(frozen=True)
class MirroredColumn:
    """A column of a test source with identifiers of some kind."""

    table: str
    column: str
    kind: str
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.table, "columns": (self.column,)} if self.column else {"table": self.table}


@many
def mirrored_column(
    dataset: Dataset, profile: Profile, environments: Environments
) -> tuple[MirroredColumn, ...] | Missing:
    """The columns of the test sources with identifiers of people, whoever these are; a table that cannot be
    read says so.
    """
    sure = environments.confidence
    lost = tuple(
        MirroredColumn(t, "", "", sure, profile.failed[t]) for t in environments.test if t in profile.failed
    )
    found = tuple(
        MirroredColumn(c.table, c.column, kind, sure)
        for c in profile.columns
        if c.table in environments.test and c.verdict in PRESENT and (kind := kind_of(c.entity)) is not None
    )
    return (*found, *lost) or Missing(Cause.NOT_APPLICABLE, "no source for tests has a column of identifiers")
