"""The shapes of identifiers that countries give to people.

The tests compare every check with python-stdnum.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from auditkit.detection.recognizers.countries import countries
from auditkit.detection.recognizers.country import Digits, Identifier, Written
from auditkit.detection.recognizers.international import IDENTIFIERS as INTERNATIONAL
from auditkit.detection.shapes import NUMBER, Family, Shape, joined_gates

IDENTIFIERS: tuple[Identifier, ...] = (
    *(identifier for country in countries() for identifier in country.identifiers),
    *INTERNATIONAL,
)

DIGITS: tuple[tuple[str, Digits], ...] = tuple(
    (identifier.entity, digits) for identifier in IDENTIFIERS for digits in identifier.digits
)
"""What fills a cell with digits alone: the entity, and how it is checked."""

_GATE_OF_DIGITS = r"^\s*[0-9](?:[0-9 \-/]{7,}|[0-9.]+[.\-][0-9]{2,4}[.\-][0-9.\-]+)(?:\.0)?\s*$"


def _of_digits(entity: str, digits: Digits) -> Shape:
    return Shape(
        entity,
        NUMBER,
        chance=digits.chance,
        luck=digits.luck,
        checks={digits.length: digits.check},
        whole=True,
        score=0.4,
    )


def _of_text(entity: str, written: Written) -> Shape:
    return Shape(
        entity,
        rf"(?:^|[^0-9A-Za-z_.\-])(?P<v>{written.pattern})(?:$|[^0-9A-Za-z_\-])",
        chance=written.chance,
        luck=written.luck,
        checks=written.checks,
        reject=written.reject,
        invalid=written.invalid,
        decides=written.decides,
        score=written.score,
    )


def _family(holds: Callable[[str], object]) -> Family:
    """Return the family of the written numbers whose pattern has a property.

    Short numbers come first, since they are the most frequent, and what they explain is not searched again.
    """
    written = [(i.entity, i.written) for i in IDENTIFIERS if i.written and holds(i.written.pattern)]
    written.sort(key=lambda pair: min(pair[1].checks, default=0))
    return Family(joined_gates(w.gate for _, w in written), tuple(_of_text(e, w) for e, w in written))


def _has_letters(pattern: str) -> bool:
    return re.search("[A-Za-z]", pattern) is not None


FAMILIES = (
    _family(lambda pattern: not _has_letters(pattern)),
    _family(_has_letters),
    Family(_GATE_OF_DIGITS, tuple(_of_digits(entity, digits) for entity, digits in DIGITS)),
)
