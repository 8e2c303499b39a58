"""Retention: data that is kept longer, or shorter, than the policy says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.audit.meeting import met
from auditkit.options import day
from auditkit.policy import Period, Policy
from auditkit.scanners import audit
from auditkit.scanners.retention import other_periods

PERIODS = ("P6M", "P1Y", "P2Y", "P3Y", "P5Y", "P10Y")
"""The periods that `what_if` tries where none are given."""


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`.

    >>> import auditkit, pandas as pd
    >>> users = pd.DataFrame({"seen_at": pd.to_datetime(["2019-05-01", "2026-05-01"])})
    >>> policy = auditkit.Policy.parse(
    ...     "{version: 1, name: Shop, tables: {users: {retention: {start: seen_at, max: P3Y, basis: law}}}}"
    ... )
    >>> [(f.check, f.rows) for f in scan({"users": users}, policy, as_of="2026-11-22").findings]
    [('retention-overdue', 1)]
    """
    return audit(source, policy, scanners=["retention"], as_of=as_of, sample=sample)


def what_if(
    source: Any, policy: Any, periods: Sequence[Period | str] = PERIODS, *, as_of: date | str | None = None
) -> tuple[other_periods.Effect, ...]:
    """Return how many rows other retention periods would make overdue, for each retention rule.

    The declared period is one of them. The other arguments and the errors are those of `scan`.

    >>> import auditkit, pandas as pd
    >>> users = pd.DataFrame({"seen_at": pd.to_datetime(["2019-05-01", "2025-05-01"])})
    >>> policy = auditkit.Policy.parse(
    ...     "{version: 1, name: Shop, tables: {users: {retention: {start: seen_at, max: P3Y}}}}"
    ... )
    >>> [effect.overdue for effect in what_if({"users": users}, policy, ["P1Y", "P5Y"], as_of="2026-11-22")]
    [{'P1Y': 2, 'P3Y': 1, 'P5Y': 1}]
    """
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    with met(source, declared) as data:
        return other_periods.what_if(data, declared, periods, day(as_of))
