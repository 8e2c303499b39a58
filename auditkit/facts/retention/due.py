"""Which rows of a retention rule are past their period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.retention.clocks import PERIOD, has_ended
from auditkit.facts.retention.kept import HELD, OPEN
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing
from auditkit.policy import Period
from auditkit.policy.clock import leaves
from auditkit.policy.column import Column
from auditkit.policy.period import latest_start
from auditkit.policy.term import Unit, read

MOST_PERIODS = 1_000
"""How many different periods a column may hold."""
_SHOWN = 3


@dataclass(frozen=True)
class Due:
    """The rows of a rule, and when each is overdue.

    Attributes:
        rows: the rows, as in the fact `kept`.
        rule: the rule.
        as_of: the day of the audit.
        by_text: the periods that the texts in a column of periods (`PERIOD`) mean; empty where the rule has
            one period for all.
    """

    rows: ir.Table
    rule: Rule
    as_of: date
    by_text: Mapping[str, Period]

    @property
    def live(self) -> ir.BooleanValue:
        """Whether a row may be overdue at all: it is neither held nor open."""
        return ~self.rows[HELD] & ~self.rows[OPEN]

    @property
    def by_period(self) -> bool:
        """Whether each row has a period of its own."""
        return isinstance(self.rule.period, Column)

    @property
    def without_period(self) -> ir.BooleanValue:
        """Whether the column of periods holds none that can be read for a row."""
        if not self.by_period:
            return ibis.literal(False)
        return ~self.rows[PERIOD].isin(list(self.by_text) or [""]).fill_null(False)

    def ended(self, period: Period | None = None, *, times: float = 1.0) -> ir.BooleanValue:
        """Return whether the period of a row, and its grace, have ended.

        Args:
            period: another period than that of the rule.
            times: how many periods ago the row started.
        """
        return has_ended(self.rule, self.rows, lambda first: self._limit(first, period, times))

    def _limit(self, first: Sequence[Period], period: Period | None, times: float) -> ir.TimestampValue:
        """Return the latest start that has ended, the same for all rows or by their period."""
        fixed = period or self.rule.period
        if isinstance(fixed, Period):
            return ibis.literal(self.latest(fixed, first, times))
        by_limit: dict[datetime, list[str]] = {}
        for text, one in self.by_text.items():
            by_limit.setdefault(self.latest(one, first, times), []).append(text)
        cases = [(self.rows[PERIOD].isin(texts), ibis.literal(limit)) for limit, texts in by_limit.items()]
        return ibis.cases(*cases, else_=ibis.null("timestamp")) if cases else ibis.null("timestamp")

    def latest(self, period: Period, first: Sequence[Period] = (), times: float = 1.0) -> datetime:
        """Return the latest start that has ended after a period and the grace of the rule."""
        grace, calendar = self.rule.stated("grace"), self.rule.stated("calendar")
        end = latest_start(period=period, grace=grace, as_of=self.as_of, calendar=calendar, first=first)
        now = datetime.combine(self.as_of, time())
        return now - (now - end) * times

    @property
    def cut_offs(self) -> tuple[datetime, ...]:
        """The latest starts that are overdue: one for each period, and each period that a clock adds."""
        return self.cut_offs_of(None)

    def cut_offs_of(self, period: Period | None) -> tuple[datetime, ...]:
        """Return the latest starts that have ended after another period than that of the rule."""
        assert self.rule.clock is not None  # a rule without a start says why it is missing
        fixed = period or self.rule.period
        periods = [fixed] if isinstance(fixed, Period) else list(self.by_text.values())
        firsts = {leaf.periods for leaf in leaves(self.rule.clock)}
        return tuple(sorted({self.latest(p, first) for p in periods for first in firsts}))


def shown(cut_offs: Sequence[datetime]) -> str:
    """Return cut-offs as days: all of a few, else the first and the last.

    >>> shown([datetime(2023, 1, 1), datetime(2024, 1, 1)])
    '2023-01-01, 2024-01-01'
    """
    days = [moment.date().isoformat() for moment in cut_offs]
    return ", ".join(days) if len(days) <= _SHOWN else f"{days[0]} to {days[-1]}"


@fact
def due(dataset: Dataset, kept: ir.Table, rule: Rule, as_of: date) -> Due | Missing:
    """The rows of a retention rule, and which of them are past their period."""
    if not isinstance(rule.period, Column):
        return Due(kept, rule, as_of, {})
    by_text = periods_in(dataset, kept, PERIOD, str(rule.period), rule.unit)
    return by_text if isinstance(by_text, Missing) else Due(kept, rule, as_of, by_text)


def periods_in(
    dataset: Dataset, rows: ir.Table, column: str, shown_as: str, unit: Unit | None
) -> dict[str, Period] | Missing:
    """Return the periods that the texts of a column mean, or why none can be read.

    Args:
        dataset: the dataset.
        rows: the rows.
        column: the column of texts.
        shown_as: the column as the policy names it.
        unit: the unit of numbers.
    """
    filled = rows.filter(rows[column].notnull()).select(column).distinct()
    texts = [str(row[column]) for row in dataset.fetch(filled, MOST_PERIODS + 1)]
    if len(texts) > MOST_PERIODS:
        return Missing(Cause.UNSEEN, f"{shown_as} holds more than {MOST_PERIODS} different periods")
    by_text = {text: period for text in texts if (period := read(text, unit)) is not None}
    if by_text or not texts:
        return by_text
    if unit is None and any(read(text, "days") is not None for text in texts):
        reason = f"{shown_as} holds numbers: say with `unit` whether they are days, months or years"
        return Missing(Cause.UNDECLARED, reason)
    return Missing(Cause.UNSEEN, f"{shown_as} holds nothing that can be read as a period")


@fact
def cut_off(due: Due) -> datetime | Missing:
    """The latest start that is overdue: the period and the grace of a row that started then have ended.

    Adding calendar months is monotone, so there is exactly one such moment. Python computes it, and every
    engine compares with the same literal.
    """
    if len(due.cut_offs) == 1 and not due.by_period:
        return due.cut_offs[0]
    reason = f"the rule of {due.rule.table} has no single cut-off: its rows have different periods"
    return Missing(Cause.NOT_APPLICABLE, reason)
