"""Words for groups of outcomes that have one cause; every form of an audit uses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from auditkit.outcome import Cause, Severity
from auditkit.record import AuditRecord, Group
from auditkit.report.case import listed, words
from auditkit.report.foreign import english
from auditkit.report.say import say

CAUSES = (
    Cause.ERROR, Cause.NO_RIGHT, Cause.UNSEEN, Cause.BUDGET, Cause.UNDECLARED, Cause.NOT_INSTALLED,
    Cause.EXCLUDED, Cause.NOT_APPLICABLE,
)  # fmt: skip
"""Why something was not assessed; what makes the run incomplete comes first."""

MOST_CHECKS = 3
"""So many checks of a group are named; of more, their number is."""

_TOGETHER = (
    ("pii-undeclared", "retention-undeclared", "group.no_retention"),
    ("pii-undeclared", "minimisation-no-purpose", "group.no_purpose"),
)
"""Checks that often find the same table: a reader repairs both with one entry of the policy."""


def title(group: Group) -> str:
    """Return what a group is about: the title of its check, or the reason why nothing was assessed."""
    return words(group.checks[0]).title if group.findings else reasons(group)


def reasons(group: Group) -> str:
    """Return why a group was not assessed: the reason, or the first of several that are alike."""
    first, *others = group.reasons
    return say("group.like", n=len(others), reason=english(first)) if others else english(first)


def places(group: Group) -> str:
    """Return how many places a group has: `202 places in 128 tables`."""
    tables = say("count.tables", n=len(group.tables))
    if len(group.outcomes) == len(group.tables):
        return tables
    number = say("count.places", n=len(group.outcomes))
    return say("group.within", places=number, tables=tables) if group.tables else number


def scope(group: Group, most: int = 3) -> str:
    """Return which checks and tables a group is about: `28 checks in 5 tables (a, b, c and 2 more)`."""
    few = len(group.checks) <= MOST_CHECKS
    checks = listed(group.checks) if few else say("count.checks", n=len(group.checks))
    match len(group.tables):
        case 0:
            return checks
        case 1:
            return say("group.within", places=checks, tables=group.tables[0])
        case n:
            tables, names = say("count.tables", n=n), listed(group.tables, most)
            return say("group.listed", places=checks, tables=tables, names=names)


def mixed(group: Group) -> str:
    """Return how many findings have which severity; empty where all have the same."""
    counts = Counter(f.severity for f in group.findings)
    if len(counts) < 2:
        return ""
    return severity_counts(counts)


def severity_counts(counts: Mapping[Severity, int]) -> str:
    """Return how many findings have which severity, the worst first.

    >>> severity_counts({Severity.LOW: 3, Severity.HIGH: 1})
    '1 high, 3 low'
    """
    each = ((s, counts.get(s, 0)) for s in reversed(Severity))
    return ", ".join(say("subjects.count", n=n, severity=say(f"severity.{s.value}")) for s, n in each if n)


def related(group: Group, groups: Iterable[Group]) -> Iterator[str]:
    """Yield what else was found in the tables of a group that the same entry of the policy repairs."""
    others = {other.check: other for other in groups if other.findings}
    for check, other, found in _TOGETHER:
        if check == group.check and other in others:
            both = [table for table in group.tables if table in others[other].tables]
            if both:
                yield say("group.related", n=len(both), names=listed(both, 3), found=say(found), check=other)


def errors(audit: AuditRecord) -> str:
    """Return how many checks ended with an error, as a clause; empty where there are no errors."""
    return failed(len(audit.errors)) if audit.errors else ""


def failed(checks: int) -> str:
    """Return that so many checks ended with an error."""
    return say("group.failed", n=checks)
