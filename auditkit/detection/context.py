"""What the other columns and the table's name say about a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditkit.detection.header import tokens
from auditkit.detection.lexicon import words
from auditkit.detection.view import View

_OF_PEOPLE = frozenset({"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "GENDER", "NATIONAL_ID", "MARITAL_STATUS", "AGE"})


@dataclass(frozen=True)
class Context:
    """What surrounds a column.

    Attributes:
        people: log-odds that the rows of the table are people.
        neighbours: log-odds by entity, from columns that come in company (latitude and longitude).
    """

    people: float = 0.0
    neighbours: Mapping[str, float] = field(default_factory=dict)


def contexts(views: Sequence[View]) -> list[Context]:
    """Return the context of every column of one table."""
    if not views:
        return []
    named = [{e for e, s in view.header.says.items() if s >= 5} for view in views]
    others = [
        set().union(*(n for j, n in enumerate(named) if j != i)) & _OF_PEOPLE if len(named) <= 400 else set() for i in range(len(named))
    ]
    title = _title(views[0].table)
    names = sum("PERSON" in n for n in named)
    places = sum("GEO_COORDINATES" in n for n in named)
    out = []
    for own, around in zip(named, others, strict=True):
        people = max(-2.5, min(2.5, title + 0.8 * len(around)))
        beside = {"PERSON": 1.0} if "PERSON" in own and names > 1 else {}
        if "GEO_COORDINATES" in own and places > 1:
            beside["GEO_COORDINATES"] = 1.5
        out.append(Context(people, beside))
    return out


def _title(table: str) -> float:
    """Return what the table's name says about whether its rows are people."""
    found = [t for name in tokens(table) for t in {name, name.removesuffix("s"), name.removesuffix("es")}]
    if any(t in words("people") for t in found):
        return 1.5
    return -2.0 if any(t in words("thing") for t in found) else 0.0
