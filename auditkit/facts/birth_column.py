from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.detection import Profile
from auditkit.facts import many
from auditkit.facts.detections import CONFIDENCE
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES

AGES = {ENTITIES[e].category: e for e in ("DATE_OF_BIRTH", "AGE")}


@dataclass(frozen=True)
class BirthColumn:
    """A column that says how old people are: by `DATE_OF_BIRTH` or by `AGE`."""

    name: str
    entity: str
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.name,)}


@many
def birth_column(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[BirthColumn, ...] | Missing:
    """The columns of the table with dates of birth or ages of people: declared so, or found."""
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    return tuple(_columns(profile, relation, columns or {})) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column with dates of birth or ages"
    )


def _columns(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy]
) -> Iterator[BirthColumn]:
    found = {c.column: c for c in profile.columns if c.table == relation.name and c.verdict in CONFIDENCE}
    for name in relation.table.columns if relation.table is not None else ():
        stated, seen = columns.get(name), found.get(name)
        if stated is not None and stated.category in AGES:
            yield BirthColumn(name, AGES[stated.category], Confidence.HIGH)
        elif (stated is None or stated.personal) and seen is not None and seen.entity in AGES.values():
            yield BirthColumn(name, str(seen.entity), Confidence(CONFIDENCE[seen.verdict]))
