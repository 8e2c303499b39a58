"""The length of a retention period: the same for every row, or read from a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from auditkit.policy.period import Period

Unit = Literal["minutes", "hours", "days", "working_days", "weeks", "months", "years"]

_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_UNITS: dict[str, Unit] = {
    "minute": "minutes", "hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years",
}  # fmt: skip


@dataclass(frozen=True)
class PeriodColumn:
    """A column with the period of each row.

    Attributes:
        name: the column.
        of: the table that has it, or the column that refers to that table; empty for the table of the rule.
    """

    name: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.of}.{self.name}" if self.of else self.name

    @property
    def unit(self) -> Unit | None:
        """The unit that its name says, as in `keep_years`, or None."""
        words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).lower())
        named = [_UNITS[w.removesuffix("s")] for w in words if w.removesuffix("s") in _UNITS]
        return named[0] if len(named) == 1 else None


Term: TypeAlias = Period | PeriodColumn
"""How long a period is."""


def parse(value: object) -> Term:
    """Return the period that a policy declares, or the column that holds it.

    Raises:
        ValueError: the value is neither.

    >>> parse("P3Y"), parse("doc_types.keep_years")
    (Period(years=3), PeriodColumn(name='keep_years', of='doc_types'))
    """
    if isinstance(value, Period | PeriodColumn):
        return value
    text = str(value).strip()
    if _NAME.fullmatch(text) and not re.match(r"P[\dT]|P$", text):
        of, _, name = text.rpartition(".")
        return PeriodColumn(name, of)
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
