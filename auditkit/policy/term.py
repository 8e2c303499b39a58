"""The length of a retention period: the same for every row, or read from a column."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from auditkit.policy.column import Column
from auditkit.policy.period import Period

Unit = Literal["minutes", "hours", "days", "working_days", "weeks", "months", "years"]

_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
UNITS: dict[str, Unit] = {
    "minute": "minutes", "hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years",
}  # fmt: skip
"""The units by their names in the singular."""


Term: TypeAlias = Period | Column
"""How long a period is."""


def parse(value: object) -> Term:
    """Return the period that a policy declares, or the column that holds it.

    Raises:
        ValueError: the value is neither.

    >>> parse("P3Y"), parse("doc_types.keep_years")
    (Period(years=3), Column(name='keep_years', of='doc_types'))
    """
    if isinstance(value, Period | Column):
        return value
    text = str(value).strip()
    if _NAME.fullmatch(text) and not re.match(r"P[\dT]|P$", text):
        of, _, name = text.rpartition(".")
        return Column(name, of)
    return Period.parse(text)


def read(text: str, unit: Unit | None) -> Period | None:
    """Return the period that a cell holds, or None where it holds none.

    Args:
        text: the cell: an ISO 8601 period, or a whole number.
        unit: the unit of a number; without one a number is no period.

    >>> read("P90D", None), read("180", "days"), read("180", None), read("a year", "days")
    (Period(days=90), Period(days=180), None, None)
    """
    try:
        if (number := re.fullmatch(r"(\d+)(?:\.0+)?", text.strip(), re.ASCII)) is not None:
            return Period(**{unit: int(number[1])}) if unit is not None else None
        return Period.parse(text)
    except ValueError:
        return None


def unit_of(column: str) -> Unit | None:
    """Return the unit that the name of a column says, or None.

    >>> unit_of("keep_years"), unit_of("retentionDays"), unit_of("retention")
    ('years', 'days', None)
    """
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column).lower())
    named = [UNITS[w.removesuffix("s")] for w in words if w.removesuffix("s") in UNITS]
    return named[0] if len(named) == 1 else None
