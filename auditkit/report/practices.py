"""The annex of best practices: each one measured by checks, attested by a person, or not assessed."""

from __future__ import annotations

from auditkit.html_tables import count
from auditkit.outcome import Finding, NotAssessed
from auditkit.policy.practices import Practice, practices
from auditkit.report.case import UNKNOWN, Case
from auditkit.report.evidence import Grid, Row


def grid(case: Case) -> Grid:
    """Return the list with the state of each point."""
    caption = "Best practices and how each is known"
    return Grid(
        caption, ("Area", "Practice", "State"), tuple(_row(case, practice) for practice in practices())
    )


def _row(case: Case, practice: Practice) -> Row:
    seen = [
        o
        for check, outcomes in case.by_check.items()
        if any(check == c or check.startswith(f"{c}-") for c in practice.checks)
        for o in outcomes
    ]
    judged = [o for o in seen if not isinstance(o, NotAssessed)]
    if judged:
        found = sum(isinstance(o, Finding) and o.waiver is None for o in judged)
        state = count(found, "open finding") if found else "no violation found by these checks"
        blind = len(seen) - len(judged)
        return Row(
            (practice.group, practice.text, state + (f"; {blind} not assessed" if blind else "")),
            case.measured(", ".join(practice.checks)),
        )
    if practice.field in case.attestations:
        statement = case.attestation(practice.text, practice.field)
        return Row((practice.group, practice.text, statement.value), statement.provenance)
    return Row((practice.group, practice.text, "not assessed"), UNKNOWN)
