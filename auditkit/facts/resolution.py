from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.resolved import ORPHAN
from auditkit.outcome import Confidence
from auditkit.relations import Origin, Reference

FEW = 0.05
"""Where more than this share of an inferred reference leads nowhere, it may well be no reference."""


def resolution(dataset: Dataset, any_reference: Reference, resolved: ir.Table) -> Confidence:
    """How sure it is that a value without a row is an orphan: declared and named references are; of an
    inferred one, few may be.
    """
    if any_reference.origin is not Origin.INFERRED:
        return Confidence.HIGH
    named = resolved[any_reference.columns[0]].notnull()
    counted = dataset.fetch(
        resolved.aggregate(n=resolved.count(where=named), lost=resolved.count(where=resolved[ORPHAN]))
    )[0]
    return Confidence.MEDIUM if int(counted["lost"] or 0) <= FEW * int(counted["n"] or 0) else Confidence.LOW
