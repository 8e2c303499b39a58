"""A published table of counts says something about a handful of people.

A cell that counts one or two lets those who know one of them learn the rest; a suppressed cell helps nobody
where it is the total less the other cells; and of two tables that differ by a few people, each may be
harmless and their difference is not (GDPR recital 26, 162, Art. 89(1); complementary disclosure and
differencing). `small` cells count fewer than k, `recoverable` ones are suppressed and can be calculated, and
`by_difference` is fewer than k apart from the same cell of `compare`. A table is one of counts where the
policy says so (`disclosure.cells`: `count`, `by`, `total`, `compare`); k is that of the table, else 5, and 11
for data on health. A suppressed cell counts as recoverable where one subtraction from a total gives it; what
takes several is not looked for.

Remedy: put cells together until each counts k or more; suppress a second cell in each row and column that has
    one; round counts to 5.

>>> import auditkit, pandas as pd
>>> counts = pd.DataFrame({"region": ["north", "south", "west", "all"], "cases": [12, None, 3, 17]})
>>> told = "{disclosure: {cells: {count: cases, by: [region], total: all}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{counts: {told}}}}}")
>>> audit = auditkit.audit({"counts": counts}, policy, checks=["reidentification-small-cell"])
>>> [(f.table, f.rows, f.of, f.detail["small"], f.detail["recoverable"]) for f in audit.findings]
[('counts', 2, 4, 1, 1)]
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.reidentification.classes import least
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Policy, TablePolicy
from auditkit.policy.disclosure import Cells

SMALL, RECOVERABLE, DIFFERENCE = "auditkit_small", "auditkit_recoverable", "auditkit_difference"


@fact
def published_cells(
    rows: ir.Table, dataset: Dataset, policy: Policy, relation: Examined, declared: TablePolicy
) -> ir.Table | Missing:
    """The rows of a table of counts, each with whether it counts few, can be recovered though it is
    suppressed, or by subtraction does.

    A suppressed count is recovered where it is the only one among those that add up to a total which is
    there. Of two published tables of the same kinds the difference of two counts is a count.
    """
    told = declared.disclosure.cells if declared.disclosure is not None else None
    if told is None or not told.by:
        return Missing(
            Cause.UNDECLARED,
            f"the policy does not say that {relation.name} is a table of counts (`disclosure.cells`)",
        )
    for key, columns in (("count", (told.count,)), ("by", told.by)):
        for column in columns:
            if column not in rows.columns:
                raise NoColumnError.of(
                    policy,
                    ("tables", relation.name, "disclosure", "cells", key),
                    relation.name,
                    column,
                    rows.columns,
                )
    if not rows[told.count].type().is_numeric():
        return _no_number(relation.name, told.count)
    marked = _recoverable(rows, told)
    marked = marked.mutate(**{SMALL: _few(marked[told.count], least(declared))})
    if told.compare is None:
        return marked.mutate(**{DIFFERENCE: ibis.literal(False)})
    if (unseen := dataset.missing(told.compare)) is not None:
        return unseen
    other = dataset.tables[told.compare]
    for column in (told.count, *told.by):
        if column not in other.columns:
            raise NoColumnError.of(
                policy,
                ("tables", relation.name, "disclosure", "cells", "compare"),
                told.compare,
                column,
                other.columns,
            )
    if not other[told.count].type().is_numeric():
        return _no_number(told.compare, told.count)
    if is_apart(other, rows):
        return APART
    beside = other.select(
        **{f"auditkit_by_{i}": other[c] for i, c in enumerate(told.by)}, auditkit_other=other[told.count]
    )
    joined = marked.left_join(
        beside, [marked[c] == beside[f"auditkit_by_{i}"] for i, c in enumerate(told.by)]
    )
    difference = _few((joined[told.count] - joined.auditkit_other).abs(), least(declared))
    return joined.select(*[joined[c] for c in marked.columns], **{DIFFERENCE: difference})


def _no_number(table: str, column: str) -> Missing:
    return Missing(
        Cause.UNSEEN,
        f"{column} of {table} is text: make it a number, with nothing in it where a count is suppressed",
    )


def _recoverable(rows: ir.Table, told: Cells) -> ir.Table:
    """Return rows with whether a suppressed count is a total less counts that are there."""
    if told.total is None:
        return rows.mutate(**{RECOVERABLE: ibis.literal(False)})
    empty, known = rows[told.count].isnull(), rows[told.count].notnull()
    totals = {c: _total(rows[c], told.total) for c in told.by}
    flags = {}
    for i, column in enumerate(told.by):
        within = ibis.window(group_by=[rows[c] for c in told.by if c != column])
        flags[f"auditkit_gaps_{i}"] = (empty & ~totals[column]).ifelse(1, 0).sum().over(within)
        flags[f"auditkit_sums_{i}"] = (known & totals[column]).ifelse(1, 0).sum().over(within)
    counted = rows.mutate(**flags)
    gone = counted[told.count].isnull()
    each = [
        reduce(
            and_,
            [
                gone,
                counted[f"auditkit_gaps_{i}"] == 1,
                counted[f"auditkit_sums_{i}"] > 0,
                ~_total(counted[c], told.total),
            ],
        )
        for i, c in enumerate(told.by)
    ]
    return counted.select(*[counted[c] for c in rows.columns], **{RECOVERABLE: reduce(or_, each)})


def _few(count: ir.NumericValue, k: int) -> ir.BooleanValue:
    """Return whether a count is of fewer than k people; nobody is counted by zero."""
    return count.between(1, k - 1).fill_null(False)


def _total(column: ir.Column, word: str) -> ir.BooleanValue:
    return (column.cast("string") == word).fill_null(False)


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR recital 162", "GDPR 89(1)"))
def small_cell(published_cells: ir.Table, declared: TablePolicy) -> Offending:
    """Return whether a count is of fewer than k people, or can be brought to that by subtraction."""
    cells = published_cells
    counts = {"small": SMALL, "recoverable": RECOVERABLE, "by_difference": DIFFERENCE}
    detail = {
        "k": least(declared),
        **{name: cells.count(where=cells[column]) for name, column in counts.items()},
    }
    return Offending(cells[SMALL] | cells[RECOVERABLE] | cells[DIFFERENCE], detail)
