from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import ibis.expr.types as ir

from auditkit.check import Between, Offending, fact
from auditkit.dataset import Dataset
from auditkit.outcome import Confidence, Severity
from auditkit.relations import Origin, Relations
from auditkit.relations.owner import PARENT_TENANT, TENANT

NO_BOUNDARY, UNSURE = 0.5, 0.05
FEW_ROWS, FEW_TENANTS = 200, 2


class Sourced(Protocol):
    """What leads from a row to a tenant: a reference, two of them, or a chain."""

    @property
    def origin(self) -> Origin:
        """Who says that it does."""


@dataclass(frozen=True)
class Separation:
    """How well a reference keeps tenants apart.

    `independence` is lambda: the rate at which the two tenants of a row differ, over the rate at which they
    would if they had nothing to do with each other. Near 0 the tenant is a boundary that leaks here and
    there; near 1 it is none.
    """

    rows: int
    tenants: int
    independence: float
    confidence: Confidence

    @property
    def holds(self) -> bool:
        """Whether the tenant is a boundary for this reference at all."""
        return self.rows < FEW_ROWS or self.tenants < FEW_TENANTS or self.independence < NO_BOUNDARY

    def answer(self, crosses: ir.BooleanValue, linked: ir.Table, reference: Sourced) -> Offending:
        """Return what a check says of the rows that cross: a leak where the boundary holds, else once that it
        does not.
        """
        detail: dict[str, Any] = {"reference": reference.origin.value}
        if self.holds:
            pair = linked[TENANT].cast("string") + " " + linked[PARENT_TENANT].cast("string")
            between = Between(linked[TENANT], linked[PARENT_TENANT])
            return Offending(
                crosses,
                {**detail, "pairs": pair.nunique(where=crosses)},
                confidence=self.confidence,
                between=between,
            )
        detail |= {"boundary": "does not hold", "independence": round(self.independence, 3)}
        return Offending(crosses, detail, severity=Severity.LOW, confidence=self.confidence)


@fact
def separation(dataset: Dataset, relations: Relations, reference: Sourced, linked: ir.Table) -> Separation:
    """Whether the tenant is a boundary that this reference respects, told from the data."""
    both = linked.filter(linked[TENANT].notnull() & linked[PARENT_TENANT].notnull())
    pairs = both.group_by(own=both[TENANT], other=both[PARENT_TENANT]).aggregate(n=both.count())
    own = pairs.group_by("own").aggregate(p=pairs.n.sum())
    other = pairs.group_by("other").aggregate(q=pairs.n.sum())
    alike = own.join(other, own.own == other.other)
    products = alike.aggregate(alike=(alike.p.cast("float64") * alike.q).sum())
    counts = pairs.aggregate(
        rows=pairs.n.sum(), crossing=pairs.n.sum(where=pairs.own != pairs.other), tenants=pairs.own.nunique()
    )
    counted = dataset.fetch(counts.cross_join(products))[0]
    rows, crossing, tenants = (int(counted[k] or 0) for k in ("rows", "crossing", "tenants"))
    expected = 1 - float(counted["alike"] or 0) / rows**2 if rows else 0.0
    independence = crossing / rows / expected if rows and expected else 0.0
    stated = (
        relations.boundary is not None
        and relations.boundary.origin is Origin.POLICY
        and reference.origin is not Origin.INFERRED
    )
    return Separation(rows, tenants, independence, _confidence(rows, tenants, independence, stated))


def _confidence(rows: int, tenants: int, independence: float, stated: bool) -> Confidence:
    if rows >= FEW_ROWS and tenants >= FEW_TENANTS and independence >= UNSURE:
        return Confidence.LOW if independence >= NO_BOUNDARY else Confidence.MEDIUM
    return Confidence.HIGH if stated else Confidence.MEDIUM
