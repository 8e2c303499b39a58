"""Storage limitation: what is kept longer, or shorter, than the policy says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from auditkit.dataset import opened
from auditkit.dataset.beside import with_log
from auditkit.outcome import Audit
from auditkit.policy import Period, Policy
from auditkit.scanners import audit, day
from auditkit.scanners.retention import other_periods as periods_tried

PERIODS = ("P6M", "P1Y", "P2Y", "P3Y", "P5Y", "P10Y")
"""The periods that are tried where none are named."""


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`."""
    return audit(source, policy, scanners=["retention"], as_of=as_of, sample=sample)


def what_if(
    source: Any, policy: Any, periods: Sequence[Period | str] = PERIODS, *, as_of: date | str | None = None
) -> tuple[periods_tried.Effect, ...]:
    """Return how many rows other retention periods would make overdue, one answer a rule; else as `scan`."""
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    with opened(source) as alone, with_log(alone, declared) as data:
        return periods_tried.what_if(data, declared, periods, day(as_of))
