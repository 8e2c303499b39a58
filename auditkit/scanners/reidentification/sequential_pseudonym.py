"""Pseudonyms assigned in order of arrival

## What it finds
Columns of pseudonyms whose order is that of the moments at which people first came. The value is Spearman's
rank correlation, by its amount. More than 0.99 is a finding.

## Why it matters
Somebody who knows when a person came, and roughly when others did, finds the pseudonym by counting. A running
number, or a code that only grows, keeps the order that it should hide (GDPR Art. 4(5) and 25).

## How to fix
Draw pseudonyms at random, or encrypt the running number under a key that is kept elsewhere.

## Limits
The check needs at least 30 pseudonyms with a date.

## Example
>>> import auditkit, pandas as pd
>>> days = pd.date_range("2026-01-01", periods=40)
>>> study = pd.DataFrame({"pseudonym": [f"P-{n}" for n in range(40)], "created_at": days})
>>> table = "{disclosure: {pseudonymised: true}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{study: {table}}}}}")
>>> audit = auditkit.audit({"study": study}, policy, checks=["reidentification-sequential-pseudonym"])
>>> [(f.columns, f.severity.value, f.detail["correlation"]) for f in audit.findings]
[(('pseudonym',), 'low', 1)]

## References
- GDPR Art. 4(5), pseudonymisation
- GDPR Art. 25, data protection by design
- ENISA, pseudonymisation techniques and best practices, 2019
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.reidentification.pseudonyms import PseudonymColumn
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations.moments import creation_column, unix_seconds

LIMIT, FEWEST = 0.99, 30
SCHEMA = pa.schema([("of", pa.int64()), ("correlation", pa.float64()), ("confidence", pa.string())])


@fact
def pseudonym_order(
    dataset: Dataset, rows: ir.Table, relation: Examined, pseudonym_column: PseudonymColumn
) -> ir.Table | Missing:
    """How well the order of the pseudonyms is that of their first rows, in one row.

    Each of the `of` pseudonyms counts once. Texts are ordered by their length first, so that `P-10` follows
    `P-9`.
    """
    began = creation_column(rows)
    if began is None:
        reason = f"{relation.name} has no column that says when a row was made"
        return Missing(Cause.NOT_APPLICABLE, reason)
    cell, moment = rows[pseudonym_column.name], clock(rows[began]).moment
    cells = rows.select(auditkit_who=cell, auditkit_at=unix_seconds(moment))
    dated = cells.filter(cells.auditkit_who.notnull() & cells.auditkit_at.notnull())
    firsts = dated.group_by("auditkit_who").aggregate(auditkit_at=dated.auditkit_at.min())
    found = [(str(who), float(str(at))) for batch in dataset.stream(firsts) for who, at in batch]
    if len(found) < FEWEST:
        reason = f"{relation.name} has {len(found)} dated pseudonyms, too few to see an order in"
        return Missing(Cause.NOT_APPLICABLE, reason)
    numeric = cell.type().is_numeric()
    in_order = sorted(found, key=lambda f: (float(f[0]), "") if numeric else (len(f[0]), f[0]))
    row = {
        "of": len(found),
        "correlation": abs(spearman([at for _, at in in_order])),
        "confidence": pseudonym_column.confidence.value,
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def spearman(values: Sequence[float]) -> float:
    """Return the rank correlation of values with their places; 0 where all values are equal.

    Equal values share the middle of their ranks.

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


@check(
    severity=Severity.LOW,
    articles=("GDPR 4(5)", "GDPR 25"),
    says="rank correlation {correlation:.3f} with the order of arrival; limit {limit}",
)
def sequential_pseudonym(pseudonym_order: ir.Table) -> Offending:
    """Return how well the pseudonyms are in the order of arrival, where that is not by chance."""
    return Offending(pseudonym_order.filter(pseudonym_order.correlation > LIMIT), {"limit": LIMIT})
