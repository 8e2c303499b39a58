"""Rows that bring two tenants together, and whether the data shows that tenants are kept apart there."""

from __future__ import annotations

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
    """The rows of a table with two tenants each, and how well these two are kept apart.

    Attributes:
        rows: the rows, with the two tenants in the columns `TENANT` and `PARENT_TENANT`. A tenant that is not
            known is null.
        link: what leads from a row to its second tenant.
        separation: how well the two tenants of a row agree.
        confidence: how sure it is that a row with two tenants is a leak.
    """

    rows: ir.Table
    link: Link
    separation: Separation
    confidence: Confidence

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
        details["reference"] = self.link.origin.value
        if not self.separation.holds:
            details["independence"] = round(self.separation.independence, 3)
            return Offending(
                crosses, details, severity=Severity.LOW, confidence=self.confidence, boundary_holds=False
            )
        own, other = self.rows[TENANT], self.rows[PARENT_TENANT]
        pair = own.cast("string") + " " + other.cast("string")
        details["pairs"] = pair.nunique(where=crosses)
        return Offending(crosses, details, severity, self.confidence, between=Between(own, other))


def crossing_of(dataset: Dataset, relations: Relations, link: Link, rows: ir.Table) -> Crossing:
    """Return rows with two tenants each as a crossing: the data is asked how well the two are kept apart."""
    separation = _separation(dataset, rows)
    boundary = relations.boundary
    declared = boundary is not None and boundary.confidence is Confidence.HIGH
    sure = declared and link.origin is not Origin.INFERRED
    return Crossing(
        rows, link, separation, separation.confidence(Confidence.HIGH if sure else Confidence.MEDIUM)
    )


def _separation(dataset: Dataset, rows: ir.Table) -> Separation:
    both = rows.filter(rows[TENANT].notnull() & rows[PARENT_TENANT].notnull())
    differ = both[TENANT] != both[PARENT_TENANT]
    counts = both.aggregate(
        rows=both.count(), crossing=both.count(where=differ), tenants=both[TENANT].nunique()
    )
    counted = dataset.fetch(counts)[0]
    n, crossing = counted["rows"], counted["crossing"]
    by_chance = 1 - _alike(dataset, both) / n**2 if crossing else 0.0  # most tables have nothing that crosses
    return Separation(n, counted["tenants"], crossing / n / by_chance if by_chance else 0.0)


def _alike(dataset: Dataset, both: ir.Table) -> float:
    """Return how many pairs of a row's own tenant and any row's other tenant name the same tenant."""
    pairs = both.group_by(own=both[TENANT], other=both[PARENT_TENANT]).aggregate(n=both.count())
    own = pairs.group_by("own").aggregate(p=pairs.n.sum())
    other = pairs.group_by("other").aggregate(q=pairs.n.sum())
    alike = own.join(other, own.own == other.other)
    products = alike.aggregate(alike=(alike.p.cast("float64") * alike.q).sum())
    return float(dataset.fetch(products)[0]["alike"] or 0)
