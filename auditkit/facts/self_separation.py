from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.separation import Separation, separation
from auditkit.relations import Reference, Relations


def self_separation(
    dataset: Dataset, relations: Relations, self_reference: Reference, self_linked: ir.Table
) -> Separation:
    """Whether the tenant is a boundary that a reference of the table to itself respects."""
    return separation(dataset, relations, self_reference, self_linked)
