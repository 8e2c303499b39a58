"""The calendar of a retention rule: a period that starts at the end of a month, a quarter or a year."""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

Unit = Literal["month", "quarter", "year"]

_MONTHS: Mapping[Unit, int] = {"month": 1, "quarter": 3, "year": 12}
_SPAN = re.compile(r"end_of_(month|quarter|year)")
_DAY = re.compile(r"(?:--)?(\d{2})-(\d{2})", re.ASCII)
_EXPECTED = (
    "expected `end_of_month`, `end_of_quarter`, `end_of_year`, or the last day of a fiscal year as in"
    ' {end_of_year: "03-31"}'
)


@dataclass(frozen=True)
class Calendar:
    """When a period starts that does not start at once.

    Attributes:
        unit: what must end first.
        month: the month in which the fiscal year ends.
        day: its last day; 28 and 29 February both mean the end of February.

    >>> Calendar.parse("end_of_quarter").after(datetime(2026, 5, 17))
    datetime.datetime(2026, 7, 1, 0, 0)
    >>> str(Calendar.parse({"end_of_year": "03-31"})), Calendar.parse({"end_of_year": "03-31"}).first_day
    ('end_of_year 03-31', (4, 1))
    """

    unit: Unit
    month: int = 12
    day: int = 31

    @classmethod
    def parse(cls, value: object) -> Calendar:
        """Return the calendar that a policy declares.

        Raises:
            ValueError: the value is not a calendar.
        """
        match value:
            case Calendar():
                return value
            case str() if found := _SPAN.fullmatch(value):
                return cls(found[1])  # type: ignore[arg-type]  # the pattern has the units alone
            case {"end_of_year": str(text), **rest} if not rest and (found := _DAY.fullmatch(text)):
                return cls("year", *_of_a_year(int(found[1]), int(found[2])))
        raise ValueError(_EXPECTED)

    def __str__(self) -> str:
        calendar_year = (self.month, self.day) == (12, 31)
        return f"end_of_{self.unit}" + ("" if calendar_year else f" {self.month:02}-{self.day:02}")

    @property
    def stated(self) -> str | dict[str, str]:
        """The calendar as a policy writes it."""
        name, _, day = str(self).partition(" ")
        return {name: day} if day else name

    @property
    def months(self) -> int:
        """How many months the unit has."""
        return _MONTHS[self.unit]

    @property
    def first_day(self) -> tuple[int, int]:
        """The month and the day on which a year of this calendar begins."""
        if (self.month, self.day) == (2, 29):
            return 3, 1
        then = date(2025, self.month, self.day) + timedelta(days=1)
        return then.month, then.day

    def after(self, start: datetime) -> datetime:
        """Return the first moment after the month, quarter or year of a start; never later than year 9999."""
        month, day = self.first_day
        first = start.year * 12 + start.month - 1 - (start.day < day)
        since = (first - (month - 1)) % self.months
        year, month_of_year = divmod(first - since + self.months, 12)
        try:
            return datetime.combine(date(year, month_of_year + 1, day), time())
        except ValueError:
            return datetime.max  # noqa: DTZ901  every clock is UTC, without its zone


def _of_a_year(month: int, day: int) -> tuple[int, int]:
    """Return a day of the year; the end of February is one day, whatever the year."""
    if not 1 <= month <= 12 or not 1 <= day <= gregorian.monthrange(2024, month)[1]:
        raise ValueError(_EXPECTED)
    return (2, 29) if (month, day) == (2, 28) else (month, day)
