from __future__ import annotations

from statistics import median

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.runs import RUN

SHORTEST = 20
"""A shorter run of numbers is a page of a list."""
_DEVIATIONS, _FEW = 6, 10


def usual_run(dataset: Dataset, runs: ir.Table) -> int:
    """The longest run of consecutive numbers that is still usual here: the median and six times its
    deviation, at least twenty.

    Ten hours of callers or fewer do not tell what is usual.
    """
    counted = dataset.fetch(runs.group_by(RUN).aggregate(n=runs.count()).order_by(RUN), limit=10_000)
    lengths = [int(row[RUN]) for row in counted for _ in range(min(int(row["n"]), 10_000))]
    if len(lengths) < _FEW:
        return SHORTEST
    middle = median(lengths)
    spread = median(abs(length - middle) for length in lengths)
    return max(SHORTEST, int(middle + _DEVIATIONS * spread))
