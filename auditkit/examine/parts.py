"""The parts of a run: some tables at a time, so that what is asked of them is forgotten when it is answered.

A query is an expression with hundreds of nodes. Those of all tables at once would take a megabyte of memory
for each table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from auditkit.check import Check
from auditkit.examine.examination import Examination
from auditkit.facts import seen_by
from auditkit.gather import Meant
from auditkit.outcome import Missing
from auditkit.running.progress import Progress

AT_ONCE = 50
"""How many tables a part has. What checks say of their columns and keys is evaluated together."""

_TABLE = "relation"
"""The fact with the tables."""


@dataclass(frozen=True)
class Part:
    """Some checks over some tables of a run.

    Attributes:
        checks: the checks.
        tables: the tables to run those checks over that run once for each table; None: all there are.
        before: how many tables are in the parts before it.
        of: how many tables there are.
    """

    checks: tuple[Check, ...]
    tables: Sequence[Any] | None = None
    before: int = 0
    of: int = 0

    def meant(self, check: Check) -> Meant:
        """Return the items that are meant of what a check runs once for."""
        return {_TABLE: self.tables} if self.tables is not None and _is_of_tables(check) else {}

    def watched(self, report: Progress) -> Progress:
        """Return where this part reports its progress: in tables of the whole run, where it is one of several
        parts.
        """
        if self.tables is None:
            return report
        size = len(self.tables)
        return lambda task, done, of: report(task, self.before + size * done // max(of, 1), self.of)


def parts(run: Examination, checks: Sequence[Check]) -> Iterator[Part]:
    """Yield the parts of a run; the first one has the checks that run once for the whole source, too."""
    tables = run.facts.get(_TABLE, {})
    if isinstance(tables, Missing) or len(tables) <= AT_ONCE:
        yield Part(tuple(checks))
        return
    of_tables = tuple(check for check in checks if _is_of_tables(check))
    for before in range(0, len(tables), AT_ONCE):
        some = tables[before : before + AT_ONCE]
        yield Part(of_tables if before else tuple(checks), some, before, len(tables))


def _is_of_tables(check: Check) -> bool:
    """Return whether a check runs once for each table, before all else that it runs once for."""
    return seen_by(check).each_of(check.needs)[:1] == (_TABLE,)
