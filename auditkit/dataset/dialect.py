"""How expressions and SQL are written for one kind of database, where kinds differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import ibis.expr.types as ir

from auditkit.dataset.errors import Diagnose, general
from auditkit.dataset.moments import Moment, moment_of

if TYPE_CHECKING:
    from auditkit.outcome import Missing


class Days(Protocol):
    """Arithmetic with days, in SQL text: a suite of expectations counts periods back from the day it runs."""

    @property
    def now(self) -> str:
        """The present moment in UTC."""

    def start_of_day(self, now: str, seconds: int) -> str:
        """Return 00:00 UTC of a day, and so many seconds later, as a moment."""

    def day(self, now: str, later: int) -> str:
        """Return the day of a moment, or so many days later."""

    def days_back(self, day: str, days: int) -> str:
        """Return the day so many days earlier."""

    def months_back(self, day: str, months: int) -> str:
        """Return the first day from which so many months end on a day or later."""

    def working_days_back(self, day: str, days: int) -> str:
        """Return the first day from which so many working days end on a day or later."""

    def calendar_start(self, day: str, unit: str, months: int, days: int) -> str:
        """Return the first day of the last month, quarter or year that ends before a day.

        The year begins so many months and days after 1 January.
        """

    def day_before(self, day: str) -> str:
        """Return 00:00 of the day before, as a moment."""

    def before(self, day: str) -> str:
        """Return the last moment before a day."""

    def later_of(self, one: str, other: str) -> str:
        """Return the later of two moments."""


class ReadStatistics(Protocol):
    """What a server has counted of the reads of its tables."""

    def since(self, fetch: Fetch, table: ir.Table) -> int | Missing:
        """Return since when the server has counted reads, as Unix time, or why its counts do not help."""

    def of(self, fetch: Fetch, table: ir.Table) -> Mapping[str, Any] | None:
        """Return the counts of a table, or None where the server keeps none.

        They are `rows`, how many reads there were of the whole table (`seq`) and through an index (`idx`),
        the time of the last ones (`seq_at`, `idx_at`: Unix time, where it is known), and how many rows were
        `written`.
        """


Fetch = Callable[[ir.Table], list[dict[str, Any]]]
"""Runs a small query and returns its rows."""


def _like(text: ir.StringValue, pattern: str) -> ir.BooleanValue:
    return text.like(pattern)


def _first_match(text: ir.StringValue, pattern: str) -> ir.StringValue:
    return text.re_extract(f"({pattern})", 1)


def _as_it_is(query: ir.Table) -> ir.Table:
    return query


@dataclass(frozen=True)
class Dialect:
    """How expressions and SQL text are written for one kind of database.

    Attributes:
        name: what sqlglot calls it.
        backend: what Ibis calls it, where that differs.
        moment: reads a column as a moment in UTC.
        like: whether a text matches a LIKE pattern, with regard to upper and lower case.
        first_match: the first part of a text that a pattern matches; empty or null where none does.
        in_utc: a query that means the same whatever the time zone of the session is.
        diagnose: what the errors of its driver mean.
        matches_patterns: it runs regular expressions by itself; others ask Python for each cell.
        reads_fractions: moments keep the fractions of a second.
        adds_constraints: an existing table can get a constraint; elsewhere an index takes its place.
        runs_our_ddl: the statements of our remedies run as they are written.
        logs_queries: a log of queries that is kept in it holds SQL of this dialect.
        days: writes days for suites of expectations; None where there are no suites for it.
        read_statistics: reads what the server has counted of reads; None where it counts none.
    """

    name: str
    backend: str = ""
    moment: Callable[[ir.Column], Moment] = moment_of
    like: Callable[[ir.StringValue, str], ir.BooleanValue] = _like
    first_match: Callable[[ir.StringValue, str], ir.StringValue] = _first_match
    in_utc: Callable[[ir.Table], ir.Table] = _as_it_is
    diagnose: Diagnose = general
    matches_patterns: bool = True
    reads_fractions: bool = True
    adds_constraints: bool = True
    runs_our_ddl: bool = False
    logs_queries: bool = False
    days: Days | None = None
    read_statistics: ReadStatistics | None = None

    @property
    def backend_name(self) -> str:
        """What Ibis calls a backend of this kind."""
        return self.backend or self.name
