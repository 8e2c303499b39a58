"""What a check cannot say of a table of which this role may read only some columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditkit.check import Check
from auditkit.dataset import Dataset
from auditkit.facts import seen_by
from auditkit.outcome import Cause, Finding, Missing, NotAssessed, Outcome, Passed

_OF_METADATA = frozenset({"rights", "server"})
"""Facts that do not depend on which columns the role may read."""


def with_closed_columns(
    outcomes: Iterable[Outcome], checks: Iterable[Check], dataset: Dataset
) -> Iterator[Outcome]:
    """Yield outcomes, and for each check of a table with closed columns that it did not see them.

    Where a check looks for columns, what it says holds for those that can be read. Whether it applies to the
    others is not known, so that "not applicable" becomes "no right" there.
    """
    closed = {name: r.closed for name, r in dataset.relations.items() if r.closed is not None}
    of_tables = [
        c for c in checks if closed and "relation" in (below := _below(c)) and not below & _OF_METADATA
    ]
    reading = {check.id for check in of_tables}
    searching = {check.id for check in of_tables if _looks_for_columns(check)}
    done: set[tuple[str, str]] = set()
    for outcome in outcomes:
        missing = closed.get(outcome.table or "") if outcome.check in reading else None
        if missing is None:
            yield outcome
            continue
        place = (outcome.check, str(outcome.table))
        match outcome:
            case NotAssessed(cause=Cause.NOT_APPLICABLE):
                yield replace(outcome, cause=missing.cause, reason=missing.reason)
            case Passed() | Finding() if outcome.check in searching and place not in done:
                yield outcome
                yield _unseen(outcome, missing)
            case _:
                yield outcome
        done.add(place)


def _below(check: Check) -> frozenset[str]:
    """Return every fact that a check rests on."""
    return frozenset({name for need in check.needs for name in seen_by(check).rests_on(need)})


def _looks_for_columns(check: Check) -> bool:
    """Return whether a check looks for columns, and not at those that the policy names."""
    known = seen_by(check)
    items = {*known.each_of(check.needs)} - {"relation", "rule"}
    return bool(items) or known.reads_cells(check.needs)


def _unseen(outcome: Outcome, missing: Missing) -> NotAssessed:
    return NotAssessed(
        check=outcome.check, table=outcome.table, target=_OTHERS, cause=missing.cause, reason=missing.reason
    )


_OTHERS = "columns that this role may not read"
"""The target of such an outcome, by which it has a fingerprint of its own."""
