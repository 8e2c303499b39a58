from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.facts import many
from auditkit.facts.classes import SIZE, least
from auditkit.facts.population_classes import POPULATION
from auditkit.outcome import Cause, Missing
from auditkit.policy import TablePolicy

PUBLIC = 0.09
"""The risk that the European Medicines Agency accepts for data that anybody may read (guidance on Policy
0070, 2016).
"""
_EXACT = 10


@dataclass(frozen=True)
class Attacker:
    """Somebody who tries to find people: how likely the best try is right, which risk is accepted, and what
    that rests on.
    """

    name: str
    risk: ir.NumericScalar | None = None
    limit: float = 1.0
    stated: bool = False
    model: str = ""
    missing: Missing | None = field(default=None)

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": self.name}


@many
def attacker(
    classes: ir.Table, declared: TablePolicy, population_classes: ir.Table | None = None
) -> tuple[Attacker, ...]:
    """Who may look for people in the table: the prosecutor, the journalist and the marketer (El Emam 2013),
    each with the risk.

    A prosecutor knows that the person is in the table: 1 over the smallest class. A journalist does not: 1
    over the smallest class of the population, counted where the policy names a table of it, else estimated
    from the sampling fraction. A marketer tries everybody: classes over rows. The accepted risk is the
    policy's; else 0.09 of what is published, and 1 over k of the rest.
    """
    told = declared.disclosure
    public, accepted = told is not None and told.published, told.risk if told is not None else None
    usual = PUBLIC if public else 1 / least(declared)
    stated = {
        name: getattr(accepted, name) if accepted is not None else None
        for name in ("prosecutor", "journalist", "marketer")
    }
    size = classes[SIZE]
    risks: dict[str, tuple[ir.NumericScalar | None, str]] = {
        "prosecutor": (1 / size.min(), "smallest class"),
        "journalist": _journalist(
            size, population_classes, told.sampling_fraction if told is not None else None
        ),
        "marketer": ((1 / size).sum() / size.count(), "classes over rows"),
    }
    told_nothing = (
        "the policy names no population: neither a table (`population`) nor a share"
        " (`disclosure.sampling_fraction`)"
    )
    unknown = Missing(Cause.UNDECLARED, told_nothing)
    return tuple(
        Attacker(
            name,
            risk,
            stated[name] or usual,
            stated[name] is not None,
            model,
            unknown if risk is None else None,
        )
        for name, (risk, model) in risks.items()
    )


def _journalist(
    size: ir.NumericColumn, population: ir.Table | None, fraction: float | None
) -> tuple[ir.NumericScalar | None, str]:
    if population is not None:
        everybody = ibis.greatest(population[POPULATION], population[SIZE])
        return 1 / everybody.min(), "population table"
    if fraction is None:
        return None, ""
    smallest = size.min()
    told = [(smallest == f, expected_reciprocal(f, fraction)) for f in range(1, _EXACT)]
    return ibis.cases(*told, else_=fraction / (smallest - (1 - fraction))), "sampling fraction"


def expected_reciprocal(f: int, fraction: float) -> float:
    """Return the expected value of 1/F, F being how many people of the population are in a class of which f
    are in the sample.

    F given f is negative binomial (Benedetti and Franconi 1998); the expected value is the integral of p
    u^(f-1) / (p + (1-p) u) over 0 to 1, with p the sampling fraction. For f = 1 that is p/(1-p) ln(1/p).

    >>> import math
    >>> p = 0.1
    >>> expected_reciprocal(1, p) == round(p / (1 - p) * math.log(1 / p), 9), expected_reciprocal(4, 1.0)
    (True, 0.25)
    """
    rest, steps = 1 - fraction, 2000
    # u = v^3 takes the steepness at 0 away, which a small fraction has

    def value(v: float) -> float:
        return float(3 * fraction * v ** (3 * f - 1) / (fraction + rest * v**3))

    inner = sum((4 if i % 2 else 2) * value(i / steps) for i in range(1, steps))
    return round((value(0.0) + inner + value(1.0)) / (3 * steps), 9)
