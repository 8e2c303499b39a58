"""What changed between two audits, finding by finding, in the words of a SARIF baseline.

A finding that is gone is not always fixed: its check may not have seen the table this time. Such a finding
is `unseen`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from auditkit.outcome import Cause, Finding, NotAssessed, Outcome


@dataclass(frozen=True)
class Difference:
    """The difference of two audits.

    Attributes:
        new: findings that were not there before.
        updated: pairs of a finding before and after, where its rows, severity, confidence or waiver differ.
        unchanged: findings that are as they were.
        absent: findings of the earlier audit that are not in the later one, fixed or not.
        unseen: those of them whose check did not see their table this time; nothing says that they are
            fixed.
        unknown_before: those of `new` whose check did not see their table in the earlier audit; they may have
            been there.
        unassessed: what the earlier audit assessed, and the later one did not although it applies.
        assessed: what the earlier audit did not assess, and the later one did.
    """

    new: tuple[Finding, ...]
    updated: tuple[tuple[Finding, Finding], ...]
    unchanged: tuple[Finding, ...]
    absent: tuple[Finding, ...]
    unseen: tuple[Finding, ...] = ()
    unknown_before: tuple[Finding, ...] = ()
    unassessed: tuple[NotAssessed, ...] = ()
    assessed: tuple[NotAssessed, ...] = ()

    @property
    def grown(self) -> tuple[Finding, ...]:
        """The findings that hold more rows, are more severe or more certain than before, or are waived no
        longer.
        """
        return tuple(
            new for old, new in self.updated if any(measure(new) > measure(old) for measure in _GROWTH)
        )

    @property
    def resolved(self) -> tuple[Finding, ...]:
        """The findings that were looked for again and are not there."""
        return tuple(f for f in self.absent if f not in self.unseen)


_GROWTH: tuple[Callable[[Finding], int], ...] = (
    lambda f: f.rows or 0,
    lambda f: f.severity.rank,
    lambda f: f.confidence.rank,
    lambda f: f.waiver is None,
)


def between(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> Difference:
    """Return what changed from the outcomes of one audit to those of another."""
    before, now = _findings(earlier), _findings(later)
    both = [(before[k], f) for k, f in now.items() if k in before]
    absent = tuple(f for k, f in before.items() if k not in now)
    new = tuple(f for k, f in now.items() if k not in before)
    return Difference(
        new=new,
        updated=tuple((old, f) for old, f in both if _state(old) != _state(f)),
        unchanged=tuple(f for old, f in both if _state(old) == _state(f)),
        absent=absent,
        unseen=tuple(f for f in absent if not _looked_for(f, later)),
        unknown_before=tuple(f for f in new if not _looked_for(f, earlier)),
        unassessed=_not_assessed_any_more(earlier, later),
        assessed=_not_assessed_any_more(later, earlier),
    )


def _findings(outcomes: Sequence[Outcome]) -> dict[str, Finding]:
    """Return the findings by fingerprint, the worst first; waived ones last."""
    found = [o for o in outcomes if isinstance(o, Finding)]
    return {f.fingerprint: f for f in sorted(found, key=worst_first)}


def worst_first(finding: Finding) -> tuple[Any, ...]:
    """Return the place of a finding in a list that begins with the worst and ends with the waived."""
    waived = finding.waiver is not None
    return (waived, -finding.severity.rank, -finding.confidence.rank, finding.sort_key)


def _state(finding: Finding) -> tuple[object, ...]:
    return (finding.rows, finding.severity, finding.confidence, finding.waiver is None)


def _looked_for(finding: Finding, outcomes: Sequence[Outcome]) -> bool:
    """Return whether the check of a finding saw its table; a table that is gone was seen, if any was."""
    ran = [o for o in outcomes if o.check == finding.check]
    here = [o for o in ran if o.table == finding.table]
    if any(_unseen(o) and o.columns in ((), finding.columns) for o in here):
        return False
    return any(not _unseen(o) for o in here or ran)


def _unseen(outcome: Outcome) -> bool:
    """Return whether nothing was looked at; where a check does not apply there is nothing it could find."""
    return isinstance(outcome, NotAssessed) and outcome.cause is not Cause.NOT_APPLICABLE


def _not_assessed_any_more(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> tuple[NotAssessed, ...]:
    """Return what the later audit did not assess, although the earlier one did."""
    seen = {(o.check, o.table) for o in earlier if not isinstance(o, NotAssessed)}
    unseen_before = {o.fingerprint for o in earlier if _unseen(o)}
    return tuple(
        o
        for o in later
        if isinstance(o, NotAssessed)
        and _unseen(o)
        and (o.check, o.table) in seen
        and o.fingerprint not in unseen_before
    )
