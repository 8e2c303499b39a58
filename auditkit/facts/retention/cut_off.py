from __future__ import annotations

from datetime import date, datetime

from auditkit.check import fact
from auditkit.facts.retention.rule import Rule
from auditkit.policy.period import latest_start


@fact
def cut_off(rule: Rule, as_of: date) -> datetime:
    """The latest start that is overdue: a row that started then, or before, is kept past its period and its
    grace.

    Adding calendar months is monotone, so there is one such moment; Python computes it, and every engine
    compares with the same literal.
    """
    clock = rule.clock
    assert clock.max is not None  # a rule without a period says why it is missing
    return latest_start(period=clock.max, grace=clock.grace, as_of=as_of, calendar=clock.calendar)
