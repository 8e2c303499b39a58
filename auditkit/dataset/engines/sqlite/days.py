"""Arithmetic with days in SQLite's SQL: a day is text, as `DATE` gives it, which compares as days do."""

from __future__ import annotations


class SQLiteDays:
    """Writes days as SQLite reads them."""

    now = "'now'"

    def start_of_day(self, now: str, seconds: int) -> str:
        """Return 00:00 of a day, and so many seconds later."""
        return f"DATETIME({now}, 'start of day', '{seconds:+d} seconds')"

    def day(self, now: str, later: int) -> str:
        """Return the day of a moment, or so many days later."""
        return _shifted(now, f"'+{later} days'") if later else f"DATE({now})"

    def days_back(self, day: str, days: int) -> str:
        """Return the day so many days earlier."""
        return _shifted(day, f"'-{days} days'")

    def months_back(self, day: str, months: int) -> str:
        """Return the first day from which so many months end on a day or later."""
        carried = _shifted(day, f"'-{months} months'")
        following = _shifted(day, "'start of month'", f"'-{months - 1} months'")
        return f"MIN({carried}, {following})"

    def working_days_back(self, day: str, days: int) -> str:
        """Return the first day from which so many working days end on a day or later."""
        since = "CASE WHEN weekday > 4 THEN 0 ELSE weekday END"
        monday = "CASE WHEN weekday > 4 THEN 7 - weekday ELSE 0 END"
        back = f"{days} + 2 * (({days} + 4 - ({since})) / 5) - ({monday})"
        weekday = "(CAST(STRFTIME('%w', day) AS INTEGER) + 6) % 7"
        known = f"SELECT day, {weekday} AS weekday FROM (SELECT {day} AS day)"
        return f"(SELECT DATE(day, (-({back})) || ' days') FROM ({known}))"

    def calendar_start(self, day: str, unit: str, months: int, days: int) -> str:
        """Return the first day of the last month, quarter or year that ends before a day."""
        if unit == "quarter":
            month = _shifted(day, "'-1 day'", "'start of month'")
            return f"DATE({month}, (-((CAST(STRFTIME('%m', {month}) AS INTEGER) - 1) % 3)) || ' months')"
        if (months, days) == (0, 0):
            return _shifted(day, "'-1 day'", f"'start of {unit}'")
        back, forward = (
            (f"'-{days + 1} days'", "'start of month'", f"'-{months} months'"),
            (
                f"'+{months} months'",
                f"'+{days} days'",
            ),
        )
        return _shifted(day, *back, "'start of year'", *forward)

    def day_before(self, day: str) -> str:
        """Return 00:00 of the day before."""
        return f"DATETIME({day}, '-1 day')"

    def before(self, day: str) -> str:
        """Return the last second before a day: SQLite's clocks are read without fractions."""
        return f"DATETIME({day}, '-1 second')"

    def later_of(self, one: str, other: str) -> str:
        """Return the later of two moments."""
        return f"MAX({one}, {other})"


def _shifted(day: str, *steps: str) -> str:
    """Return a day after some steps; they join the call that gives the day, where it is one call."""
    inner = day.removeprefix("DATE(").removesuffix(")") if day.startswith("DATE(") else day
    return f"DATE({inner}, {', '.join(steps)})"
