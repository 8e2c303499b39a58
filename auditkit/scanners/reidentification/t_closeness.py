"""The people of a class differ in a sensitive value from everybody else.

Where a class holds several values of the sensitive attribute and nearly all of them are the same, or all lie
at one end, whoever finds the class still learns what the person is like: more than the whole table tells. The
distance between the values of a class and those of the table is the earth mover's (t-closeness, Li 2007): of
numbers and moments by their order, of other values half the difference of their shares. It is measured where
the policy states a t (`disclosure.t`); none is customary (GDPR recital 26, Art. 32(1)(a)). An empty cell is a
value like another, and comes last.

Remedy: generalise the quasi-identifiers until the classes mix, or publish the attribute by itself.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"city": ["Bern"] * 4 + ["Basel"] * 4, "income": [10, 20, 30, 40, 50, 60, 70, 80]})
>>> told = "{quasi_identifiers: [city], sensitive: [income], disclosure: {t: 0.2}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-t-closeness"])
>>> [(f.columns, f.rows, f.detail["classes"], f.detail["largest_distance"]) for f in audit.findings]
[(('income',), 8, 2, 0.285714)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.facts.column import Column
from auditkit.facts.reidentification.classes import comparable
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import TablePolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
from auditkit.check import Offending, check, fact
from auditkit.outcome import Severity

SCHEMA = pa.schema(
    [("rows", pa.int64()), ("of", pa.int64()), ("t", pa.float64()), ("largest_distance", pa.float64()), ("classes", pa.int64()),
     ("values", pa.int64()), ("ordered", pa.bool_())]
)  # fmt: skip


@fact
def closeness(
    dataset: Dataset,
    rows: ir.Table,
    relation: Examined,
    declared: TablePolicy,
    quasi_identifiers: tuple[str, ...],
    sensitive_attribute: Column,
) -> ir.Table | Missing:
    """How far the sensitive values of the equivalence classes are from those of the whole table, in one row.

    `rows` of `of` are in `classes` that are farther than `t`; the farthest has `largest_distance`. Numbers
    and moments are `ordered`; an empty cell is a value like another, and comes last.
    """
    if declared.disclosure is None or declared.disclosure.t is None:
        return Missing(
            Cause.UNDECLARED,
            f"the policy states no t of {relation.name} (`disclosure.t`), and none is customary",
        )
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


def distances(classes: Numbers, values: Numbers, counts: Numbers, *, ordered: bool) -> NDArray[np.float64]:
    """Return for each class the earth mover's distance of its values from all values (t-closeness, Li 2007).

    The ground distance of ordered values is how many values lie between two, over all but one; of others
    every two are 1 apart. The work grows with the pairs that there are, not with classes times values:
    between two values of a class its cumulative share stands still, that of the whole only grows, and so a
    prefix sum has what lies between them.

    Args:
        classes: for each pair of class and value that occurs, the class, from 0 without gaps.
        values: the value, from 0 without gaps and in order.
        counts: how many rows have it.
        ordered: whether the values have an order.
    """
    import numpy as np

    order = np.lexsort((values, classes))
    classes, values, counts = classes[order], values[order], counts[order]
    sizes = np.bincount(classes, weights=counts)
    whole = np.bincount(values, weights=counts)
    p, q, m = whole / whole.sum(), counts / sizes[classes], len(whole)
    if not ordered:  # values that a class lacks add what they have in the whole
        absent = 1 - np.bincount(classes, weights=p[values])
        return np.asarray(0.5 * (np.bincount(classes, weights=np.abs(q - p[values])) + absent))
    if m == 1:
        return np.zeros(len(sizes))
    first = np.r_[True, classes[1:] != classes[:-1]]
    starts = np.flatnonzero(first)
    summed = np.cumsum(counts)
    reached = (
        summed - np.repeat(summed[starts] - counts[starts], np.diff(np.r_[starts, len(counts)]))
    ) / sizes[classes]
    until = np.where(np.r_[first[1:], True], m, np.r_[values[1:], 0])
    cumulative = np.cumsum(p)
    prefix = np.r_[0.0, np.cumsum(cumulative)]
    before = np.bincount(classes[first], weights=prefix[values[first]])  # there a class has nothing yet
    return np.asarray(
        (before + np.bincount(classes, weights=_between(reached, values, until, cumulative, prefix)))
        / (m - 1)
    )


def _between(
    level: NDArray[np.float64],
    low: Numbers,
    high: Numbers,
    cumulative: NDArray[np.float64],
    prefix: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the sums of |level - cumulative[i]| for low <= i < high."""
    import numpy as np

    cross = np.clip(np.searchsorted(cumulative, level), low, high)
    below = level * (cross - low) - (prefix[cross] - prefix[low])
    return np.asarray(below + (prefix[high] - prefix[cross]) - level * (high - cross))


def _pairs(
    dataset: Dataset, rows: ir.Table, quasi_identifiers: tuple[str, ...], column: ir.Column, *, numeric: bool
) -> Numbers:
    """Return the classes and values that occur together, each as a number from 0, with how many rows have
    both.
    """
    import numpy as np

    by = {f"auditkit_by_{i}": comparable(rows[c]) for i, c in enumerate(quasi_identifiers)}
    counted = (
        rows.select(**by, auditkit_value=comparable(column))
        .group_by([*by, "auditkit_value"])
        .aggregate(auditkit_n=lambda t: t.count())
    )
    classes: dict[tuple[str | None, ...], int] = {}
    values: dict[str | None, int] = {}
    pairs = [
        (
            classes.setdefault(tuple(cells), len(classes)),
            values.setdefault(value, len(values)),
            int(float(str(n))),
        )
        for batch in dataset.stream(counted)
        for *cells, value, n in batch
    ]
    if not pairs:
        return np.empty((0, 3), dtype=np.int64)
    in_order = sorted(values, key=lambda v: (v is None, float(v) if numeric and v is not None else v or ""))
    place = np.empty(len(values), dtype=np.int64)
    place[[values[v] for v in in_order]] = np.arange(len(values))
    found = np.asarray(pairs, dtype=np.int64)
    found[:, 1] = place[found[:, 1]]
    return found


@check(severity=Severity.MEDIUM, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def t_closeness(closeness: ir.Table, quasi_identifiers: tuple[str, ...], held_out: bool) -> Offending:
    """Return how far the sensitive values of the classes are from those of the table, where any is farther
    than t.
    """
    shown = closeness.filter(closeness.rows > 0).mutate(
        severity=ibis.literal((Severity.HIGH if held_out else Severity.MEDIUM).value)
    )
    return Offending(shown, {"quasi_identifiers": ", ".join(quasi_identifiers)})
