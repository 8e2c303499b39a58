from __future__ import annotations

from datetime import date, datetime

from auditkit.facts.rule import Rule
from auditkit.outcome import Cause, Missing
from auditkit.policy.period import latest_start


def residence_end(rule: Rule, as_of: date) -> datetime | Missing:
    """The latest start whose active period (`residence`) and grace are over: such a row may no longer be in
    the active table.
    """
    period = rule.declared.residence or rule.clock.residence
    if period is None:
        return Missing(
            Cause.UNDECLARED,
            "the retention rule does not say when rows must leave the active table (`residence`)",
        )
    return latest_start(period=period, grace=rule.clock.grace, as_of=as_of, calendar=rule.clock.calendar)
