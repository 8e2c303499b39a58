"""Arithmetic with days in PostgreSQL's SQL: a day is a timestamp without a zone, at 00:00."""

from __future__ import annotations


class PostgresDays:
    """Writes days as PostgreSQL reads them."""

    now = "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"

    def start_of_day(self, now: str, seconds: int) -> str:
        """Return 00:00 of a day, and so many seconds later."""
        return f"(DATE_TRUNC('day', {now}) + INTERVAL '{seconds} seconds')"

    def day(self, now: str, later: int) -> str:
        """Return the day of a moment, or so many days later."""
        day = f"DATE_TRUNC('day', {now})"
        return f"({day} + INTERVAL '{later} days')" if later else day

    def days_back(self, day: str, days: int) -> str:
        """Return the day so many days earlier."""
        return f"({day} - INTERVAL '{days} days')"

    def months_back(self, day: str, months: int) -> str:
        """Return the first day from which so many months end on a day or later."""
        month = f"DATE_TRUNC('month', {day})"
        carried = f"{month} - INTERVAL '{months} months' + ({day} - {month})"
        return f"LEAST({carried}, {month} - INTERVAL '{months - 1} months')"

    def working_days_back(self, day: str, days: int) -> str:
        """Return the first day from which so many working days end on a day or later."""
        weekday = f"(CAST(EXTRACT(ISODOW FROM {day}) AS INTEGER) - 1)"
        monday = f"CASE WHEN {weekday} > 4 THEN 7 - {weekday} ELSE 0 END"
        since = f"CASE WHEN {weekday} > 4 THEN 0 ELSE {weekday} END"
        back = f"{days} + 2 * (({days} + 4 - ({since})) / 5) - ({monday})"
        return f"({day} - ({back}) * INTERVAL '1 day')"

    def calendar_start(self, day: str, unit: str, months: int, days: int) -> str:
        """Return the first day of the last month, quarter or year that ends before a day."""
        if (months, days) == (0, 0):
            return f"DATE_TRUNC('{unit}', {day} - INTERVAL '1 day')"
        shift = f"INTERVAL '{months} months'"
        year = f"DATE_TRUNC('year', DATE_TRUNC('month', {day} - INTERVAL '{days + 1} days') - {shift})"
        return f"({year} + {shift} + INTERVAL '{days} days')"

    def day_before(self, day: str) -> str:
        """Return 00:00 of the day before."""
        return f"({day} - INTERVAL '1 day')"

    def before(self, day: str) -> str:
        """Return the last microsecond before a day."""
        return f"({day} - INTERVAL '1 microsecond')"

    def later_of(self, one: str, other: str) -> str:
        """Return the later of two moments."""
        return f"GREATEST({one}, {other})"
