from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.stored_objects import EVERYBODY, HOLDERS
from auditkit.outcome import Confidence

HALF, FEW, ROWS = 0.5, 0.05, 200


def object_sharing(dataset: Dataset, stored_objects: ir.Table) -> Confidence:
    """How sure it is that objects are meant for one tenant each: not at all where half of them have
    several.
    """
    counted = dataset.fetch(
        stored_objects.aggregate(
            n=stored_objects.count(where=stored_objects[HOLDERS] > 0),
            several=stored_objects.count(where=stored_objects[HOLDERS].between(2, EVERYBODY)),
        )
    )[0]
    n, several = int(counted["n"] or 0), int(counted["several"] or 0)
    if n < ROWS or several < FEW * n:
        return Confidence.HIGH
    return Confidence.MEDIUM if several < HALF * n else Confidence.LOW
