"""When the assessment has to be reviewed, as the policy says it (Art. 35(11))."""

from __future__ import annotations

from datetime import date

from auditkit.policy.period import add
from auditkit.policy.policy import Policy


def due(policy: Policy) -> date | None:
    """Return the day of the next review; None where the policy names none.

    It is `next`, or the day that `every` makes of the last version or of the decision, whichever comes first.

    >>> due(Policy.parse("{version: 1, name: X, review: {next: 2027-05-22}}"))
    datetime.date(2027, 5, 22)
    """
    review, decision = policy.review, policy.decision
    if review is None:
        return None
    days = [review.next] if review.next is not None else []
    last = [version.at for version in review.history if version.at is not None]
    last += [decision.at] if decision is not None and decision.at is not None else []
    if review.every is not None and last:
        days.append(add(max(last), review.every))
    return min(days, default=None)
