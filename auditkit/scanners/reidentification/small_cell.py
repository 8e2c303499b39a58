"""Small counts in a published table

## What it finds
Cells of a table of counts that say something about a handful of people. `small` cells count fewer than k.
`recoverable` cells are suppressed, but a total less the other cells gives them. `by_difference` cells differ
by fewer than k from the same cell of another published table (`compare`).

## Why it matters
A cell that counts one or two people lets those who know one of them learn the rest. Of two tables that differ
by a few people, each may be harmless, and their difference is not (GDPR recitals 26 and 162, Art. 89(1)).

## How to fix
Merge cells until each counts k or more. In each row and column with a suppressed cell, suppress a second one.
Or round all counts to 5.

## Limits
A table is one of counts where the policy says so (`disclosure.cells`: `count`, `by`, `total`, `compare`).
Where it states no k, k is 5, and 11 for data on health. A suppressed cell counts as recoverable where one
subtraction from a total gives it; what takes several is not found.

## Example
>>> import auditkit, pandas as pd
>>> regions = ["north", "south", "west", "all"]
>>> counts = pd.DataFrame({"region": regions, "cases": [12, None, 3, 17]})
>>> table = "{disclosure: {cells: {count: cases, by: [region], total: all}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{counts: {table}}}}}")
>>> audit = auditkit.audit({"counts": counts}, policy, checks=["reidentification-small-cell"])
>>> [(f.table, f.rows, f.of, f.detail["small"], f.detail["recoverable"]) for f in audit.findings]
[('counts', 2, 4, 1, 1)]

## References
- GDPR recitals 26 and 162, Art. 89(1), statistical purposes
- Hundepool et al., statistical disclosure control, 2012 (complementary suppression, differencing)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.reidentification.classes import k_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Policy, TablePolicy
from auditkit.policy.disclosure import Cells

SMALL, RECOVERABLE, DIFFERENCE = "auditkit_small", "auditkit_recoverable", "auditkit_difference"


@fact
def published_cells(
    rows: ir.Table, dataset: Dataset, policy: Policy, relation: Examined, declared: TablePolicy
) -> ir.Table | Missing:
    """The rows of a table of counts, with whether each counts few people, or can be brought to that."""
    cells = declared.disclosure.cells if declared.disclosure is not None else None
    if cells is None or not cells.by:
        reason = f"the policy does not say that {relation.name} is a table of counts (`disclosure.cells`)"
        return Missing(Cause.UNDECLARED, reason)
    at = ("tables", relation.name, "disclosure", "cells")
    _check_columns(policy, (*at, "count"), relation.name, rows, [cells.count])
    _check_columns(policy, (*at, "by"), relation.name, rows, cells.by)
    if not rows[cells.count].type().is_numeric():
        return _not_a_number(relation.name, cells.count)
    k = k_of(declared)
    marked = _with_recoverable(rows, cells)
    marked = marked.mutate(**{SMALL: _is_small(marked[cells.count], k)})
    if cells.compare is None:
        return marked.mutate(**{DIFFERENCE: ibis.literal(False)})
    if (unseen := dataset.missing(cells.compare)) is not None:
        return unseen
    other = dataset.tables[cells.compare]
    _check_columns(policy, (*at, "compare"), cells.compare, other, [cells.count, *cells.by])
    if not other[cells.count].type().is_numeric():
        return _not_a_number(cells.compare, cells.count)
    if is_apart(other, rows):
        return APART
    return _with_difference(marked, cells, other, k)


def _check_columns(
    policy: Policy, at: tuple[str, ...], name: str, table: ir.Table, columns: Iterable[str]
) -> None:
    for column in columns:
        if column not in table.columns:
            raise NoColumnError.of(policy, at, name, column, table.columns)


def _not_a_number(table: str, column: str) -> Missing:
    reason = f"{column} of {table} is text: make it a number, and leave it empty where a count is suppressed"
    return Missing(Cause.UNSEEN, reason)


def _with_recoverable(rows: ir.Table, cells: Cells) -> ir.Table:
    """Return rows with whether a suppressed count is a total less counts that are there.

    It is where it is the only suppressed one among those that add up to a total which is there.
    """
    if cells.total is None:
        return rows.mutate(**{RECOVERABLE: ibis.literal(False)})
    empty, known = rows[cells.count].isnull(), rows[cells.count].notnull()
    totals = {c: _is_total(rows[c], cells.total) for c in cells.by}
    flags = {}
    for i, column in enumerate(cells.by):
        within = ibis.window(group_by=[rows[c] for c in cells.by if c != column])
        flags[f"auditkit_gaps_{i}"] = (empty & ~totals[column]).ifelse(1, 0).sum().over(within)
        flags[f"auditkit_sums_{i}"] = (known & totals[column]).ifelse(1, 0).sum().over(within)
    counted = rows.mutate(**flags)
    suppressed = counted[cells.count].isnull()
    by_column = []
    for i, column in enumerate(cells.by):
        alone = counted[f"auditkit_gaps_{i}"] == 1
        has_total = counted[f"auditkit_sums_{i}"] > 0
        by_column.append(
            reduce(and_, [suppressed, alone, has_total, ~_is_total(counted[column], cells.total)])
        )
    return counted.select(*[counted[c] for c in rows.columns], **{RECOVERABLE: reduce(or_, by_column)})


def _with_difference(marked: ir.Table, cells: Cells, other: ir.Table, k: int) -> ir.Table:
    """Return rows with whether each differs by few people from the same cell of another table."""
    keys = {f"auditkit_by_{i}": other[c] for i, c in enumerate(cells.by)}
    beside = other.select(**keys, auditkit_other=other[cells.count])
    matches = [marked[c] == beside[key] for c, key in zip(cells.by, keys, strict=True)]
    joined = marked.left_join(beside, matches)
    difference = _is_small((joined[cells.count] - joined.auditkit_other).abs(), k)
    return joined.select(*[joined[c] for c in marked.columns], **{DIFFERENCE: difference})


def _is_small(count: ir.NumericValue, k: int) -> ir.BooleanValue:
    """Return whether a count is of fewer than k people; zero counts nobody."""
    return count.between(1, k - 1).fill_null(False)


def _is_total(column: ir.Column, word: str) -> ir.BooleanValue:
    return (column.cast("string") == word).fill_null(False)


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR recital 162", "GDPR 89(1)"),
    says=(
        "{small:count} below {k}; {recoverable:suppressed count} that a total gives away;"
        " {by_difference:count} with fewer than {k:person|people} between two tables"
    ),
)
def small_cell(published_cells: ir.Table, declared: TablePolicy) -> Offending:
    """Return whether a count is of fewer than k people, or can be brought to that by subtraction."""
    cells = published_cells
    counts = {"small": SMALL, "recoverable": RECOVERABLE, "by_difference": DIFFERENCE}
    detail = {
        "k": k_of(declared),
        **{name: cells.count(where=cells[column]) for name, column in counts.items()},
    }
    return Offending(cells[SMALL] | cells[RECOVERABLE] | cells[DIFFERENCE], detail)
