"""How well the people of a table hide among each other, and what a coarser column would gain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import ibis.expr.types as ir

from auditkit.audit.audit import Audit
from auditkit.dataset import Dataset, SourceError
from auditkit.draft.plan import Plan, TablePlan
from auditkit.outcome import Finding, NotAssessed, Outcome, Passed
from auditkit.scanners.reidentification.unique_combination import after_each, coarser_of, fetched, together

MOST_ROWS = 500_000
"""Tables with more rows are not tried step by step: their cells would have to be fetched."""
MOST_STEPS = 6
LOW_K, UNIQUE = "reidentification-low-k", "reidentification-unique-combination"


@dataclass(frozen=True)
class Step:
    """One column made coarser, after the steps before it.

    Attributes:
        change: the column and how it is made coarser, such as `born by year`.
        alone: how many rows then share their cells with no other row.
        below: how many rows then are in classes below the limit, those that are alone among them.
    """

    change: str
    alone: int
    below: int


@dataclass(frozen=True)
class Hiding:
    """How well the people of a table hide among each other, by the columns that may identify them.

    Attributes:
        table: the table.
        columns: the proposed quasi-identifiers.
        rows: how many rows there are; None where they were not counted.
        k: the size of the smallest class, the k of k-anonymity; None where it is `limit` or more, or unknown.
        limit: the size that every class should have.
        below: how many rows are in smaller classes.
        alone: how many rows share these columns with no other row.
        changes: how many rows would stay alone after a change to one column, by the change; the best first.
        steps: the changes one after the other, each time the one that helps most.
        reason: why nothing could be counted; empty where it was.
    """

    table: str
    columns: tuple[str, ...]
    rows: int | None = None
    k: int | None = None
    limit: int = 5
    below: int = 0
    alone: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            **asdict(self), "columns": list(self.columns), "changes": dict(self.changes),
            "steps": [asdict(step) for step in self.steps],
        }  # fmt: skip


def hidings(dataset: Dataset, plan: Plan, audit: Audit) -> tuple[Hiding, ...]:
    """Return how well people hide in each table with proposed quasi-identifiers, the worst first."""
    found = [_with_steps(dataset, _hiding(table, audit)) for table in plan.tables if table.quasi]
    return tuple(sorted(found, key=lambda h: (-(h.alone / h.rows if h.rows else 0), -h.below, h.table)))


def _hiding(table: TablePlan, audit: Audit) -> Hiding:
    outcomes: dict[str, Outcome] = {o.check: o for o in audit.outcomes if o.table == table.name}
    columns = tuple(table.quasi)
    match outcomes.get(LOW_K):
        case Finding(rows=below, of=of, detail=detail):
            return Hiding(
                table.name,
                columns,
                of,
                int(detail["smallest_class"] or 0),
                int(detail["k"] or 0),
                below or 0,
                int(detail["classes_1"] or 0),
                dict(_changes(outcomes.get(UNIQUE), columns)),
            )
        case Passed(of=of):
            return Hiding(table.name, columns, of)
        case NotAssessed(reason=reason):
            return Hiding(table.name, columns, reason=reason)
        case _:
            return Hiding(table.name, columns, reason="it was not counted")


def _with_steps(dataset: Dataset, hiding: Hiding) -> Hiding:
    if not hiding.alone or (hiding.rows or 0) > MOST_ROWS:
        return hiding
    try:
        rows = dataset.tables[hiding.table]
        return replace(hiding, steps=tuple(steps(dataset, rows, hiding.columns, hiding.limit)))
    except SourceError:
        return hiding


def steps(dataset: Dataset, rows: ir.Table, columns: tuple[str, ...], limit: int) -> Iterator[Step]:
    """Yield the changes that leave the fewest rows alone, one column at a time, until nobody is alone.

    Columns are made coarser before one is left out. Of two changes that leave as many rows alone, the one
    with more classes is better.
    """
    import numpy as np

    cells, counts = fetched(dataset, rows, columns)
    codes = [np.asarray(numbers, dtype=np.int64) for numbers, _ in cells]
    left_out = ("left_out", np.zeros(len(counts), dtype=np.int64))
    ways: list[list[tuple[str, Any]]] = []
    for code, (_, values), column in zip(codes, cells, columns, strict=True):
        way = coarser_of(values, code, rows[column].type())
        ways.append([left_out] if way[0] == left_out[0] else [way, left_out])
    alone = int((counts == 1).sum())
    for _ in range(MOST_STEPS):
        tried = after_each(codes, counts, [w[0][1] if w else c for w, c in zip(ways, codes, strict=True)])
        open_ = [i for i, way in enumerate(ways) if way]
        if not alone or not open_:
            return
        best = min(open_, key=lambda i: (ways[i][0][0] == left_out[0], tried[i][1], -tried[i][0]))
        change, codes[best] = ways[best].pop(0)
        alone = tried[best][1]
        sizes = np.bincount(together(codes), weights=counts)
        yield Step(f"{columns[best]} {change.replace('_', ' ')}", alone, int(sizes[sizes < limit].sum()))


def _changes(outcome: Outcome | None, columns: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield how many rows would stay alone after each change, the best first: `born by year`, 12."""
    if not isinstance(outcome, Finding):
        return
    found = [
        (f"{column} {key.removeprefix(start).replace('_', ' ')}", int(value or 0))
        for column in columns
        for key, value in outcome.detail.items()
        if key.startswith(start := f"alone_{column}_") and key.removeprefix(start) in _WAYS
    ]
    yield from sorted(found, key=lambda change: change[1])


_WAYS = frozenset({"by_year", "by_tens", "by_first_half", "left_out"})
