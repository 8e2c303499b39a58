"""What a check cannot say of cells that hold bytes which nobody could read as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditkit.check import Check
from auditkit.detection import Profile
from auditkit.facts import seen_by
from auditkit.html_tables import count
from auditkit.outcome import Cause, Finding, NotAssessed, Outcome, Passed
from auditkit.policy import Policy

_OTHERS = "cells that could not be read as text"
"""The target of such an outcome beside a finding, by which it has a fingerprint of its own."""


def with_undecoded_cells(
    outcomes: Iterable[Outcome], checks: Iterable[Check], profile: Profile, policy: Policy
) -> Iterator[Outcome]:
    """Yield outcomes, where a check of cells that could not be read has not passed: it did not see them.

    A finding stays, with an outcome beside it. A column that the policy declares is vouched for by who
    declares it.
    """
    unread = _undeclared(profile, policy)
    reading = {check.id for check in checks if unread and seen_by(check).reads_cells(check.needs)}
    done: set[tuple[str, str]] = set()
    for outcome in outcomes:
        cells = unread.get(outcome.table or "", {}) if outcome.check in reading else {}
        place = (outcome.check, str(outcome.table))
        match outcome:
            case Finding() if cells and place not in done:
                done.add(place)
                yield outcome
                beside = Passed(check=outcome.check, table=outcome.table, target=_OTHERS)
                yield _unseen(beside, cells)
            case Passed() if of_it := {c: n for c, n in cells.items() if c in (outcome.columns or cells)}:
                yield _unseen(outcome, of_it)
            case _:
                yield outcome


def _unseen(outcome: Passed, cells: Mapping[str, int]) -> NotAssessed:
    return NotAssessed(
        check=outcome.check,
        table=outcome.table,
        columns=outcome.columns,
        entity=outcome.entity,
        target=outcome.target,
        cause=Cause.UNSEEN,
        reason=(
            f"{count(sum(cells.values()), 'cell')} of {', '.join(sorted(cells))} could not be read as text:"
            " look at them yourself, and declare what the column holds"
        ),
    )


def _undeclared(profile: Profile, policy: Policy) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (table, column), cells in profile.unread.items():
        declared = policy.table(table)
        if declared is None or column not in declared.columns:
            found.setdefault(table, {})[column] = cells
    return found
