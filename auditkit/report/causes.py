"""Words for groups of outcomes that have one cause; every form of an audit uses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from auditkit.html_tables import count
from auditkit.outcome import Cause, Severity
from auditkit.record import AuditRecord, Group
from auditkit.report.case import listed, words

CAUSES: Mapping[Cause, tuple[str, str]] = {
    Cause.ERROR: ("ended with an error", "report this fault, with the reason"),
    Cause.NO_RIGHT: ("no right to read", "grant the auditing role SELECT"),
    Cause.UNSEEN: ("not seen", "read the reason, and run again"),
    Cause.BUDGET: ("cut off by the budget", "give a larger budget or a sample"),
    Cause.UNDECLARED: ("not declared", "say it in the policy"),
    Cause.NOT_INSTALLED: ("not installed", "install the named extra"),
    Cause.EXCLUDED: ("excluded by the policy", ""),
    Cause.NOT_APPLICABLE: ("not applicable", ""),
}
"""Why something was not assessed, in words, and how to fix it; what makes the run incomplete comes first."""

MOST_CHECKS = 3
"""So many checks of a group are named; of more, their number is."""

_TOGETHER = (
    ("pii-undeclared", "retention-undeclared", "no retention rule either"),
    ("pii-undeclared", "minimisation-no-purpose", "no declared purpose either"),
)
"""Checks that often find the same table: a reader repairs both with one entry of the policy."""


def title(group: Group) -> str:
    """Return what a group is about: the title of its check, or the reason why nothing was assessed."""
    return words(group.checks[0]).title if group.findings else reasons(group)


def reasons(group: Group) -> str:
    """Return why a group was not assessed: the reason, or the first of several that are alike."""
    first, *others = group.reasons
    return f"{first} (and {count(len(others), 'reason')} like it)" if others else first


def places(group: Group) -> str:
    """Return how many places a group has: `202 places in 128 tables`."""
    if len(group.outcomes) == len(group.tables):
        return count(len(group.tables), "table")
    within = f" in {count(len(group.tables), 'table')}" if group.tables else ""
    return f"{count(len(group.outcomes), 'place')}{within}"


def scope(group: Group, most: int = 3) -> str:
    """Return which checks and tables a group is about: `28 checks in 5 tables (a, b, c and 2 more)`."""
    few = len(group.checks) <= MOST_CHECKS
    checks = listed(group.checks) if few else count(len(group.checks), "check")
    match len(group.tables):
        case 0:
            return checks
        case 1:
            return f"{checks} in {group.tables[0]}"
        case n:
            return f"{checks} in {n:,} tables ({listed(group.tables, most)})"


def mixed(group: Group) -> str:
    """Return how many findings have which severity; empty where all have the same."""
    counts = Counter(f.severity for f in group.findings)
    if len(counts) < 2:
        return ""
    return ", ".join(f"{counts[s]:,} {s}" for s in reversed(Severity) if counts[s])


def related(group: Group, groups: Iterable[Group]) -> Iterator[str]:
    """Yield what else was found in the tables of a group that the same entry of the policy repairs."""
    others = {other.check: other for other in groups if other.findings}
    for check, other, found in _TOGETHER:
        if check == group.check and other in others:
            both = [table for table in group.tables if table in others[other].tables]
            if both:
                verb = "has" if len(both) == 1 else "have"
                yield f"{listed(both, 3)} {verb} {found} ({other})"


def errors(audit: AuditRecord) -> str:
    """Return how many checks ended with an error, as a clause; empty where there are no errors."""
    return failed(len(audit.errors)) if audit.errors else ""


def failed(checks: int) -> str:
    """Return that so many checks ended with an error."""
    return f"{count(checks, 'check')} ended with an error"
