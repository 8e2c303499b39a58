"""Rows that bring two tenants together, and whether the data shows that tenants are kept apart there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import ibis.expr.types as ir

from auditkit.check import Between, Offending
from auditkit.dataset import Dataset
from auditkit.outcome import Confidence, Severity
from auditkit.relations import Origin, Relations
from auditkit.relations.row_tenants import PARENT_TENANT, TENANT

NO_BOUNDARY, UNSURE = 0.5, 0.05
FEW_ROWS, FEW_TENANTS = 200, 2

SAYS = (
    "{pairs:pair of tenants|pairs of tenants};"
    " rows cross tenants at {independence:.0%} of the rate that chance would give;"
    " origin of the reference: {reference}"
)
"""How the details of a crossing read as a phrase."""


class Link(Protocol):
    """What leads from a row to a second tenant: a reference, two references, a chain, or a copied name."""

    @property
    def origin(self) -> Origin:
        """How it is known that the link exists."""


@dataclass(frozen=True)
class Separation:
    """How well the two tenants of the same row agree, as counted in the data.

    Attributes:
        rows: how many rows have both tenants.
        tenants: how many different tenants these rows have.
        independence: the rate at which the two tenants of a row differ, divided by the rate that chance would
            give. Near 0 the tenant is a boundary that leaks here and there; near 1 it is no boundary.
    """

    rows: int
    tenants: int
    independence: float

    @property
    def enough(self) -> bool:
        """Whether there are enough rows and tenants for the independence to mean something."""
        return self.rows >= FEW_ROWS and self.tenants >= FEW_TENANTS

    @property
    def holds(self) -> bool:
        """Whether the tenant is a boundary here; so we assume where there is too little data."""
        return not self.enough or self.independence < NO_BOUNDARY

    def confidence(self, at_most: Confidence) -> Confidence:
        """Return how sure a finding can be: less sure, the more often the two tenants differ."""
        if self.enough and self.independence >= UNSURE:
            return Confidence.MEDIUM if self.holds else Confidence.LOW
        return at_most


@dataclass(frozen=True)
class Crossing:
    """The rows of a table with two tenants each.

    Attributes:
        rows: the rows, with the two tenants in the columns `TENANT` and `PARENT_TENANT`. A tenant that is not
            known is null.
        link: what leads from a row to its second tenant.
        is_declared: whether people have declared what a tenant is, and the link.
        separation: asks the data how well the two tenants of a row agree.
    """

    rows: ir.Table
    link: Link
    is_declared: bool
    separation: Callable[[], Separation]

    @property
    def tenants_differ(self) -> ir.BooleanValue:
        """Whether the two tenants of a row differ."""
        return self.rows[TENANT] != self.rows[PARENT_TENANT]

    def offending(
        self, crosses: ir.BooleanValue, *, severity: Severity | None = None, **details: Any
    ) -> Offending:
        """Return the rows that cross tenants: as a leak, or as a note that the boundary does not hold.

        Args:
            crosses: whether a row crosses.
            severity: how bad the leak is, where that differs from the check's own severity.
            details: what a reader needs to know besides.
        """
        stated = {**details, "reference": self.link.origin.value}
        return Offending(crosses, stated, severity, closer=lambda: self._judged(crosses, severity, stated))

    def _judged(
        self, crosses: ir.BooleanValue, severity: Severity | None, details: Mapping[str, Any]
    ) -> Offending:
        separation = self.separation()
        confidence = separation.confidence(Confidence.HIGH if self.is_declared else Confidence.MEDIUM)
        if not separation.holds:
            open_by = {**details, "independence": round(separation.independence, 3)}
            return Offending(
                crosses, open_by, severity=Severity.LOW, confidence=confidence, boundary_holds=False
            )
        own, other = self.rows[TENANT], self.rows[PARENT_TENANT]
        pair = own.cast("string") + " " + other.cast("string")
        pairs = {**details, "pairs": pair.nunique(where=crosses)}
        return Offending(crosses, pairs, severity, confidence, between=Between(own, other))


def crossing_of(dataset: Dataset, relations: Relations, link: Link, rows: ir.Table) -> Crossing:
    """Return rows with two tenants each as a crossing."""
    boundary = relations.boundary
    is_declared = boundary is not None and boundary.confidence is Confidence.HIGH
    return Crossing(
        rows, link, is_declared and link.origin is not Origin.INFERRED, lambda: _separation(dataset, rows)
    )


def _separation(dataset: Dataset, rows: ir.Table) -> Separation:
    both = rows.filter(rows[TENANT].notnull() & rows[PARENT_TENANT].notnull())
    pairs = both.group_by(own=both[TENANT], other=both[PARENT_TENANT]).aggregate(n=both.count())
    own = pairs.group_by("own").aggregate(p=pairs.n.sum())
    other = pairs.group_by("other").aggregate(q=pairs.n.sum())
    alike = own.join(other, own.own == other.other)
    products = alike.aggregate(alike=(alike.p.cast("float64") * alike.q).sum())
    counts = pairs.aggregate(
        rows=pairs.n.sum(), crossing=pairs.n.sum(where=pairs.own != pairs.other), tenants=pairs.own.nunique()
    )
    counted = dataset.fetch(counts.cross_join(products))[0]
    n, crossing, tenants = (int(counted[k] or 0) for k in ("rows", "crossing", "tenants"))
    by_chance = 1 - float(counted["alike"] or 0) / n**2 if n else 0.0
    return Separation(n, tenants, crossing / n / by_chance if n and by_chance else 0.0)
