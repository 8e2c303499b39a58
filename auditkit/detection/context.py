"""What the other columns and the table's name say about a column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from auditkit.detection.evidence import NAME_WORD, close
from auditkit.detection.header import tokens
from auditkit.detection.lexicon import fold, words
from auditkit.detection.view import View

_OF_PEOPLE = frozenset(
    {
        "PERSON",
        "EMAIL_ADDRESS",
        "PHONE_NUMBER",
        "DATE_OF_BIRTH",
        "GENDER",
        "NATIONAL_ID",
        "MARITAL_STATUS",
        "AGE",
    }
)
IDENTIFYING = frozenset({
    "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "STREET_ADDRESS", "DATE_OF_BIRTH", "NATIONAL_ID", "TAX_ID",
    "PASSPORT", "DRIVER_LICENSE", "CREDIT_CARD", "IBAN_CODE", "BANK_ACCOUNT", "CRYPTO", "LICENSE_PLATE",
    "VIN", "IP_ADDRESS", "MAC_ADDRESS", "DEVICE_ID", "COOKIE_ID", "USERNAME", "PSEUDONYM", "PASSWORD",
})  # fmt: skip
"""What says whom a row is about."""

_COUNTED = _OF_PEOPLE | {"STREET_ADDRESS"}
_WIDE = 400  # a table with more columns is a matrix: its columns are not compared with each other


@dataclass(frozen=True)
class Context:
    """What surrounds a column.

    Attributes:
        people: log-odds that the rows of the table are people.
        beside: log-odds by entity, from columns that come in company (latitude and longitude, first and last
            name).
        echoed: log-odds that a column holds names, because its words stand in the e-mail addresses of the
            table.
        nobody: no column of the table says whom a row is about.
        titled: the table's name says that its rows are people.
    """

    people: float = 0.0
    beside: Mapping[str, float] = field(default_factory=dict)
    echoed: float = 0.0
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
    echoes = _echoes(views, held)
    return [_context(held, i, none, title, nobody, echoes[i]) for i in range(len(held))]


_LOOKED_UP = 200  # values of a column that are looked for in e-mail addresses
_ECHO, _ECHO_AT_MOST = 1.5, 4.5


def _echoes(views: Sequence[View], held: Sequence[Mapping[str, float]]) -> list[float]:
    """Return for every column what it says for names that its words stand in the local parts of the table's
    e-mail addresses.

    `anna` and `lindqvist` beside `anna.lindqvist@example.org`: no list of names is needed for it. Words for
    offices (`info`, `sales`) are looked for in vain: they stand in no column of names.
    """
    inside = [i for i, h in enumerate(held) if h.get("EMAIL_ADDRESS", 0.0) >= 0.5]
    local = " ".join(fold(text.partition("@")[0]) for i in inside for text in views[i].texts[:_LOOKED_UP])
    return [0.0 if i in inside or not local else _echo(view, local) for i, view in enumerate(views)]


def _echo(view: View, local: str) -> float:
    if not view.n or view.typical_length > 40 or view.letters < 0.8:
        return 0.0
    folded = view.folded[:_LOOKED_UP]
    words = [[w for w in NAME_WORD.findall(text) if len(w) > 2] for text in folded]
    share = sum(any(w in local for w in found) for found in words) / len(folded)
    return min(_ECHO * share * len(folded), _ECHO_AT_MOST) * share if share >= _ECHOED else 0.0


_ECHOED = 0.4  # the least share of the values


def _unpaired(views: Sequence[View], held: Sequence[dict[str, float]]) -> None:
    """Take back degrees that no name speaks of and that are no pair.

    Three in a row are measurements, and so are two small ones, and two that are both wide apart.
    """
    runs = groupby(range(len(held)), key=lambda i: held[i].get("GEO_COORDINATES", 0.0) >= 0.5)
    for run in [list(run) for degrees, run in runs if degrees]:
        if any("GEO_COORDINATES" in views[i].header.says for i in run):
            continue
        small = all(median(map(abs, views[i].numbers or [0.0])) < _NEAR_ZERO for i in run)
        if len(run) > 2 or small or not any(close(views[i].numbers) for i in run):
            for i in run:
                del held[i]["GEO_COORDINATES"]


_NEAR_ZERO = 15.0  # degrees: few people live where both are below it, and logarithms of most things are


def _context(
    held: Sequence[Mapping[str, float]],
    i: int,
    none: Mapping[str, float],
    title: float,
    nobody: bool,
    echo: float,
) -> Context:
    def others(entity: str) -> float:
        return 1.0 - math.exp(none[entity] - _none(held[i], entity))

    def near(entity: str, within: int = 1) -> float:
        return _any(
            held[j].get(entity, 0.0)
            for j in range(max(0, i - within), min(len(held), i + within + 1))
            if j != i
        )

    around = sum(map(others, _OF_PEOPLE))
    people = max(-2.5, min(3.5, (title if title > 0 or around < 1.5 else 0.4 * title) + 1.4 * around))
    beside = {
        "PERSON": max(2.0 * near("PERSON"), others("PERSON")),
        "GENDER": others("PERSON"),
        "AGE": max(3.0 * near("GENDER", 2), near("PERSON", 2)),
        "DATE_OF_BIRTH": max(near("GENDER", 2), 0.7 * near("PERSON", 2)) - near("DATE_OF_BIRTH"),
        "GEO_COORDINATES": 4.5 * near("GEO_COORDINATES"),
        "PHONE_NUMBER": max(1.5 * near("EMAIL_ADDRESS", 2), near("STREET_ADDRESS", 2), near("PERSON", 2)),
        "STREET_ADDRESS": max(
            2.0 * near("POSTAL_CODE", 3),
            1.5 * near("LOCATION", 2),
            near("PHONE_NUMBER"),
            near("EMAIL_ADDRESS"),
        ),
        "POSTAL_CODE": max(
            4.5 * near("STREET_ADDRESS", 3), 3.0 * near("LOCATION"), 2.0 * others("STREET_ADDRESS")
        ),
    }
    return Context(
        people, {e: weight for e, weight in beside.items() if abs(weight) > 0.1}, echo, nobody, title > 1
    )


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
