"""Sensitive values that differ between classes (t-closeness above the limit)

## What it finds
Equivalence classes whose values of a sensitive attribute are farther from those of the whole table than t.
The distance is the earth mover's distance: by their order for numbers and moments, half the difference of
their shares for other values. t is what the policy states (`disclosure.t`).

## Why it matters
A class may hold several values, and nearly all of them are the same, or all lie at one end. Whoever finds the
class still learns what the person is like (GDPR recital 26, Art. 32(1)(a)).

## How to fix
Generalise the quasi-identifiers until the classes mix, or publish the attribute by itself.

## Limits
The check is not assessed where the policy states no t, because no value is customary. An empty cell is a
value like another, and comes last in the order.

## Example
>>> import auditkit, pandas as pd
>>> cities, incomes = ["Bern"] * 4 + ["Basel"] * 4, [10, 20, 30, 40, 50, 60, 70, 80]
>>> people = pd.DataFrame({"city": cities, "income": incomes})
>>> table = "{quasi_identifiers: [city], sensitive: [income], disclosure: {t: 0.2}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {table}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-t-closeness"])
>>> [(f.columns, f.rows, f.detail["classes"], f.detail["largest_distance"]) for f in audit.findings]
[(('income',), 8, 2, 0.285714)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- Li, Li and Venkatasubramanian, t-closeness: privacy beyond k-anonymity and l-diversity, 2007
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column, comparable
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shares = NDArray[np.float64]

SCHEMA = pa.schema(
    [(name, pa.int64()) for name in ("rows", "of", "classes", "values")]
    + [("t", pa.float64()), ("largest_distance", pa.float64()), ("ordered", pa.bool_())]
)


@fact
def closeness(
    dataset: Dataset,
    rows: ir.Table,
    relation: Examined,
    declared: TablePolicy,
    quasi_identifiers: tuple[str, ...],
    sensitive_attribute: Column,
) -> ir.Table | Missing:
    """How far the sensitive values of the equivalence classes are from those of the table, in one row.

    `rows` of `of` are in `classes` that are farther than `t`; the farthest has `largest_distance`. `ordered`
    says that the values have an order.
    """
    if declared.disclosure is None or declared.disclosure.t is None:
        reason = f"the policy states no t of {relation.name} (`disclosure.t`), and none is customary"
        return Missing(Cause.UNDECLARED, reason)
    import numpy as np

    t, column = declared.disclosure.t, rows[sensitive_attribute.name]
    kind = column.type()
    ordered = kind.is_numeric() or kind.is_timestamp() or kind.is_date()
    pairs = _pairs(dataset, rows, quasi_identifiers, column, numeric=kind.is_numeric())
    if not len(pairs):
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is empty")
    distance = distances(*pairs.T, ordered=ordered)
    sizes = np.bincount(pairs[:, 0], weights=pairs[:, 2])
    far = distance > t + 1e-9
    row = {
        "rows": int(sizes[far].sum()), "of": int(sizes.sum()), "t": t,
        "largest_distance": float(distance.max()), "classes": int(far.sum()),
        "values": int(pairs[:, 1].max()) + 1, "ordered": bool(ordered),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def distances(classes: Numbers, values: Numbers, counts: Numbers, *, ordered: bool) -> Shares:
    """Return for each class the earth mover's distance of its values from all values.

    Two ordered values are as far apart as there are values between them, over all but one. Any two other
    values are 1 apart.

    Args:
        classes: for each pair of class and value that occurs, the class, from 0 without gaps.
        values: the value, from 0 without gaps and in order.
        counts: how many rows have it.
        ordered: whether the values have an order.
    """
    import numpy as np

    order = np.lexsort((values, classes))
    classes, values, counts = classes[order], values[order], counts[order]
    whole = np.bincount(values, weights=counts)
    of_whole = whole / whole.sum()
    if ordered:
        return _ordered_distances(classes, values, counts, of_whole)
    of_class = counts / np.bincount(classes, weights=counts)[classes]
    # values that a class lacks add what they have in the whole
    absent = 1 - np.bincount(classes, weights=of_whole[values])
    differences = np.abs(of_class - of_whole[values])
    return np.asarray(0.5 * (np.bincount(classes, weights=differences) + absent))


def _ordered_distances(classes: Numbers, values: Numbers, counts: Numbers, of_whole: Shares) -> Shares:
    """Return the distances of ordered values: the mean difference of two cumulative distributions.

    Between two values of a class its cumulative share stands still, and that of the whole only grows. So a
    prefix sum gives what lies between them, and the work grows with the pairs, not with classes times values.
    """
    import numpy as np

    last = len(of_whole) - 1
    if not last:
        return np.zeros(int(classes.max()) + 1)
    first = np.r_[True, classes[1:] != classes[:-1]]
    starts = np.flatnonzero(first)
    summed = np.cumsum(counts)
    before_class = np.repeat(summed[starts] - counts[starts], np.diff(np.r_[starts, len(counts)]))
    reached = (summed - before_class) / np.bincount(classes, weights=counts)[classes]
    until = np.where(np.r_[first[1:], True], len(of_whole), np.r_[values[1:], 0])
    cumulative = np.cumsum(of_whole)
    prefix = np.r_[0.0, np.cumsum(cumulative)]
    # up to its first value a class has nothing
    below = np.bincount(classes[first], weights=prefix[values[first]])
    between = np.bincount(classes, weights=_between(reached, values, until, cumulative, prefix))
    return np.asarray((below + between) / last)


def _between(level: Shares, low: Numbers, high: Numbers, cumulative: Shares, prefix: Shares) -> Shares:
    """Return the sums of |level - cumulative[i]| for low <= i < high."""
    import numpy as np

    cross = np.clip(np.searchsorted(cumulative, level), low, high)
    below = level * (cross - low) - (prefix[cross] - prefix[low])
    return np.asarray(below + (prefix[high] - prefix[cross]) - level * (high - cross))


def _pairs(
    dataset: Dataset, rows: ir.Table, quasi_identifiers: tuple[str, ...], column: ir.Column, *, numeric: bool
) -> Numbers:
    """Return the pairs of class and value that occur, as numbers from 0, and how many rows have each."""
    import numpy as np

    by = {f"auditkit_by_{i}": comparable(rows[c]) for i, c in enumerate(quasi_identifiers)}
    counted = (
        rows.select(**by, auditkit_value=comparable(column))
        .group_by([*by, "auditkit_value"])
        .aggregate(auditkit_n=lambda t: t.count())
    )
    classes: dict[tuple[str | None, ...], int] = {}
    values: dict[str | None, int] = {}
    pairs = []
    for batch in dataset.stream(counted):
        for *cells, value, n in batch:
            number = classes.setdefault(tuple(cells), len(classes))
            pairs.append((number, values.setdefault(value, len(values)), int(float(str(n)))))
    if not pairs:
        return np.empty((0, 3), dtype=np.int64)
    in_order = sorted(values, key=lambda v: (v is None, float(v) if numeric and v is not None else v or ""))
    place = np.empty(len(values), dtype=np.int64)
    place[[values[v] for v in in_order]] = np.arange(len(values))
    found = np.asarray(pairs, dtype=np.int64)
    found[:, 1] = place[found[:, 1]]
    return found


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR recital 26", "GDPR 32(1)(a)"),
    says=(
        "{classes:class|classes} by {quasi_identifiers} farther than {t}; the largest distance is"
        " {largest_distance:.2f}; {values:different value}; {ordered:the values have an order}"
    ),
)
def t_closeness(closeness: ir.Table, quasi_identifiers: tuple[str, ...], exposed: bool) -> Offending:
    """Return how far the values of the classes are from those of the table, where any is farther than t."""
    severity = Severity.HIGH if exposed else Severity.MEDIUM
    far = closeness.filter(closeness.rows > 0).mutate(severity=ibis.literal(severity.value))
    return Offending(far, {"quasi_identifiers": ", ".join(quasi_identifiers)})
