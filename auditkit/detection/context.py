"""What the other columns and the table's name say about a column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from auditkit.detection.header import tokens
from auditkit.detection.lexicon import words
from auditkit.detection.view import View

_OF_PEOPLE = frozenset({"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "GENDER", "NATIONAL_ID", "MARITAL_STATUS", "AGE"})
IDENTIFYING = frozenset({
    "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "STREET_ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "TAX_ID", "PASSPORT", "DRIVER_LICENSE",
    "CREDIT_CARD", "IBAN_CODE", "BANK_ACCOUNT", "CRYPTO", "LICENSE_PLATE", "VIN", "IP_ADDRESS", "MAC_ADDRESS", "DEVICE_ID", "COOKIE_ID",
    "USERNAME", "PSEUDONYM", "PASSWORD",
})  # fmt: skip
"""What says whom a row is about."""

_COUNTED = _OF_PEOPLE | {"STREET_ADDRESS"}
_WIDE = 400  # a table with more columns is a matrix: its columns are not compared with each other


@dataclass(frozen=True)
class Context:
    """What surrounds a column.

    Attributes:
        people: log-odds that the rows of the table are people.
        beside: log-odds by entity, from columns that come in company (latitude and longitude, first and last name).
        nobody: no column of the table says whom a row is about.
        titled: the table's name says that its rows are people.
    """

    people: float = 0.0
    beside: Mapping[str, float] = field(default_factory=dict)
    nobody: bool = False
    titled: bool = False


def contexts(views: Sequence[View], alone: Sequence[Mapping[str, float]]) -> list[Context]:
    """Return the context of every column of one table.

    Args:
        views: its columns.
        alone: for each the probabilities of the entities that it may hold, looked at by itself.
    """
    if not views:
        return []
    held = [dict(a) for a in alone] if len(views) <= _WIDE else [dict[str, float]() for _ in views]
    for view, probable in zip(views, held, strict=True):
        probable |= {e: max(probable.get(e, 0.0), 0.95) for e, s in view.header.says.items() if s >= 5}
    _unpaired(views, held)
    title = _title(views[0].table)
    nobody = False
    if sum(bool(view.filled) for view in views) > 1:
        nobody = _any(max((p for e, p in h.items() if e in IDENTIFYING), default=0.0) for h in held) < 0.5
    none = {e: sum(_none(h, e) for h in held) for e in _COUNTED}
    return [_context(held, i, none, title, nobody) for i in range(len(held))]


def _unpaired(views: Sequence[View], held: Sequence[dict[str, float]]) -> None:
    """Take back degrees that no name speaks of and that are no pair: three in a row are measurements, and so are two small ones."""
    runs = groupby(range(len(held)), key=lambda i: held[i].get("GEO_COORDINATES", 0.0) >= 0.5)
    for run in [list(run) for degrees, run in runs if degrees]:
        if any("GEO_COORDINATES" in views[i].header.says for i in run):
            continue
        if len(run) > 2 or all(median(map(abs, views[i].numbers or [0.0])) < _NEAR_ZERO for i in run):
            for i in run:
                del held[i]["GEO_COORDINATES"]


_NEAR_ZERO = 15.0  # degrees: few people live where both are below it, and logarithms of most things are


def _context(held: Sequence[Mapping[str, float]], i: int, none: Mapping[str, float], title: float, nobody: bool) -> Context:
    def others(entity: str) -> float:
        return 1.0 - math.exp(none[entity] - _none(held[i], entity))

    near = [held[j] for j in (i - 1, i + 1) if 0 <= j < len(held)]
    near_two = [held[j] for j in (i - 2, i - 1, i + 1, i + 2) if 0 <= j < len(held)]
    around = sum(map(others, _OF_PEOPLE))
    people = max(-2.5, min(3.5, (title if title > 0 or around < 1.5 else 0.4 * title) + 1.4 * around))
    beside = {
        "PERSON": max(2.0 * _any(h.get("PERSON", 0.0) for h in near), others("PERSON")),
        "GENDER": others("PERSON"),
        "GEO_COORDINATES": 4.5 * _any(h.get("GEO_COORDINATES", 0.0) for h in near),
        "POSTAL_CODE": max(
            4.5 * _any(h.get("STREET_ADDRESS", 0.0) for h in near_two),
            3.0 * _any(h.get("LOCATION", 0.0) for h in near),
            2.0 * others("STREET_ADDRESS"),
        ),
    }
    return Context(people, {e: weight for e, weight in beside.items() if weight > 0.1}, nobody, title > 1)


def _none(held: Mapping[str, float], entity: str) -> float:
    """Return the logarithm of the probability that a column does not hold an entity."""
    return math.log1p(-min(held.get(entity, 0.0), 0.9999))


def _any(probabilities: Iterable[float]) -> float:
    """Return the probability that one at least is so."""
    return 1.0 - math.prod(1.0 - p for p in probabilities)


def _title(table: str) -> float:
    """Return what the table's name says about whether its rows are people."""
    found = [t for name in tokens(table) for t in {name, name.removesuffix("s"), name.removesuffix("es")}]
    if any(t in words("people") for t in found):
        return 1.5
    return -2.0 if any(t in words("thing") for t in found) else 0.0
