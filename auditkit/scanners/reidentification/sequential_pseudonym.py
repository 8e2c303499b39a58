"""Pseudonyms were given out in the order in which people came.

Who knows when somebody came, and roughly when others did, finds the pseudonym by counting: a running number,
or a code that only grows, keeps the order that it should hide (GDPR Art. 4(5), 25). The order of the
pseudonyms is compared with that of the first row of each (Spearman's rank correlation, by its amount); more
than 0.99 is no chance. Fewer than 30 pseudonyms are not assessed.

Remedy: draw pseudonyms by chance, or encrypt the running number under a key that is kept elsewhere.

>>> import auditkit, pandas as pd
>>> came = pd.DataFrame({"pseudonym": [f"P-{n}" for n in range(40)], "created_at": pd.date_range("2026-01-01", periods=40)})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {came: {disclosure: {pseudonymised: true}}}}")
>>> audit = auditkit.audit({"came": came}, policy, checks=["reidentification-sequential-pseudonym"])
>>> [(f.columns, f.severity.value, f.detail["correlation"]) for f in audit.findings]
[(('pseudonym',), 'low', 1)]
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.reidentification.pseudonym_column import PseudonymColumn
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations.moments import begun, seconds_of

FEWEST = 30
SCHEMA = pa.schema([("of", pa.int64()), ("correlation", pa.float64()), ("confidence", pa.string())])


@fact
def pseudonym_order(
    dataset: Dataset, rows: ir.Table, relation: Examined, pseudonym_column: PseudonymColumn
) -> ir.Table | Missing:
    """How well the order of a column's pseudonyms is that in which they came to be, in one row: Spearman's
    `correlation`, by its amount.

    Each of the `of` pseudonyms counts once, by its first row. Texts are ordered by their length first, so
    that `P-10` follows `P-9`.
    """
    began = begun(rows)
    if began is None:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column that says when a row came to be")
    told = rows.select(
        auditkit_who=rows[pseudonym_column.name], auditkit_at=seconds_of(clock(rows[began]).moment)
    )
    dated = told.filter(told.auditkit_who.notnull() & told.auditkit_at.notnull())
    firsts = dated.group_by("auditkit_who").aggregate(auditkit_at=dated.auditkit_at.min())
    found = [(str(who), float(str(at))) for batch in dataset.stream(firsts) for who, at in batch]
    if len(found) < FEWEST:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} has {len(found)} dated pseudonyms, too few to see an order in",
        )
    numeric = rows[pseudonym_column.name].type().is_numeric()
    in_order = sorted(found, key=lambda f: (float(f[0]), "") if numeric else (len(f[0]), f[0]))
    row = {
        "of": len(found),
        "correlation": abs(spearman([at for _, at in in_order])),
        "confidence": pseudonym_column.confidence.value,
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def spearman(values: Sequence[float]) -> float:
    """Return the rank correlation of some values with their places; equal ones share the middle of their
    ranks; 0 where all are equal.

    >>> spearman([10, 20, 30]), spearman([3, 2, 1]), spearman([5, 5, 5])
    (1.0, -1.0, 0.0)
    """
    import numpy as np

    _, number, ties = np.unique(np.asarray(values, dtype=float), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties + 1) / 2)[number]
    places = np.arange(len(values)) - (len(values) - 1) / 2
    ranks = ranks - ranks.mean()
    size = float(np.sqrt((ranks**2).sum() * (places**2).sum()))
    return float((ranks * places).sum()) / size if size else 0.0


LIMIT = 0.99


@check(severity=Severity.LOW, articles=("GDPR 4(5)", "GDPR 25"))
def sequential_pseudonym(pseudonym_order: ir.Table) -> Offending:
    """Return how well the order of the pseudonyms is that of the people's coming, where that is no chance."""
    return Offending(pseudonym_order.filter(pseudonym_order.correlation > LIMIT), {"limit": LIMIT})
