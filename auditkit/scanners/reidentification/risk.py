"""Re-identification risk above the accepted limit

## What it finds
Tables in which an attacker who looks for people is right more often than was accepted. Each of three
attackers gives an outcome of its own:

- The prosecutor knows that a person is in the table. The risk is one over the smallest equivalence class.
- The journalist does not know it, and wants to show that anybody can be found. The risk is one over the
  smallest class in the population.
- The marketer tries everybody. The risk is the number of classes over the number of rows.

## Why it matters
Data from which people can be found with means reasonably likely to be used is personal data (GDPR recital
26). The risk must be assessed, and measures must fit it (Art. 32(1)(a) and 35(7)(c)).

## How to fix
Generalise the quasi-identifiers, or suppress the smallest classes. Give the table to fewer people, who sign
that they will not look for anybody. Accept a higher risk only in the policy, together with who decided it.

## Limits
The accepted risks are those of the policy (`disclosure.risk`). Where it states none, the limit is 0.09 for
published data, and one over k for other data. The finding is then of low severity, unless the table is
published or called anonymous. The journalist needs a table of the population (`population`), or the share of
it that was sampled (`disclosure.sampling_fraction`).

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"city": ["Bern"] * 8 + ["Basel"] * 2})
>>> disclosure = "{risk: {prosecutor: 0.2, marketer: 0.25}, sampling_fraction: 0.1}"
>>> table = f"{{quasi_identifiers: [city], disclosure: {disclosure}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {table}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-risk"])
>>> [(f.target, f.severity.value, f.detail["value"], f.detail["limit"]) for f in audit.findings]
[('prosecutor', 'high', 0.5, 0.2)]
>>> [(o.target, o.of) for o in audit.passed]
[('journalist', 10), ('marketer', 10)]

## References
- El Emam, guide to the de-identification of personal health information, 2013 (the three attackers)
- Benedetti and Franconi, statistical and technological solutions for controlled data dissemination, 1998
- European Medicines Agency, external guidance on the implementation of Policy 0070, 2016 (0.09)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Measure, Offending, check, each
from auditkit.facts.reidentification.classes import POPULATION, SIZE, k_of
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy

PUBLIC = 0.09
"""The risk that the European Medicines Agency accepts for data that anybody may read."""
_EXACT = 10
"""Sizes of a class below this have their exact expectation; above, an approximation is as good."""


@dataclass(frozen=True)
class Attacker(Item, target="name"):
    """Somebody who looks for people in the table.

    Attributes:
        name: prosecutor, journalist or marketer.
        risk: how likely the best try is right.
        limit: the accepted risk.
        stated: the policy states the limit.
        model: what the risk is computed from.
        missing: why the risk is not known.
    """

    name: str
    risk: ir.NumericScalar | None = None
    limit: float = 1.0
    stated: bool = False
    model: str = ""
    missing: Missing | None = None


@each
def attacker(
    classes: ir.Table, declared: TablePolicy, population_classes: ir.Table | None = None
) -> tuple[Attacker, ...]:
    """The prosecutor, the journalist and the marketer, each with the risk and its limit."""
    disclosure = declared.disclosure
    size = classes[SIZE]
    fraction = disclosure.sampling_fraction if disclosure is not None else None
    stated, usual = _limits(declared)
    risks: dict[str, tuple[ir.NumericScalar | None, str]] = {
        "prosecutor": (1 / size.min(), "smallest class"),
        "journalist": _journalist(size, population_classes, fraction),
        "marketer": ((1 / size).sum() / size.count(), "classes over rows"),
    }
    reason = (
        "the policy names no population: neither a table (`population`) nor a share"
        " (`disclosure.sampling_fraction`)"
    )
    unknown = Missing(Cause.UNDECLARED, reason)
    return tuple(
        Attacker(
            name,
            risk,
            limit=stated.get(name, usual),
            stated=name in stated,
            model=model,
            missing=unknown if risk is None else None,
        )
        for name, (risk, model) in risks.items()
    )


def _limits(declared: TablePolicy) -> tuple[Mapping[str, float], float]:
    """Return the accepted risks that the policy states, and the usual one where it states none."""
    disclosure = declared.disclosure
    usual = PUBLIC if disclosure is not None and disclosure.published else 1 / k_of(declared)
    if disclosure is None or disclosure.risk is None:
        return {}, usual
    accepted = {
        "prosecutor": disclosure.risk.prosecutor,
        "journalist": disclosure.risk.journalist,
        "marketer": disclosure.risk.marketer,
    }
    return {name: limit for name, limit in accepted.items() if limit is not None}, usual


def _journalist(
    size: ir.NumericColumn, population: ir.Table | None, fraction: float | None
) -> tuple[ir.NumericScalar | None, str]:
    """Return the risk of the journalist and its model; no risk where no population is known."""
    if population is not None:
        everybody = ibis.greatest(population[POPULATION], population[SIZE])
        return 1 / everybody.min(), "population table"
    if fraction is None:
        return None, ""
    smallest = size.min()
    exact = [(smallest == f, expected_reciprocal(f, fraction)) for f in range(1, _EXACT)]
    return ibis.cases(*exact, else_=fraction / (smallest - (1 - fraction))), "sampling fraction"


def expected_reciprocal(f: int, fraction: float) -> float:
    """Return the expected value of 1/F for a class with F people in the population and f in the sample.

    F given f is negative binomial (Benedetti and Franconi 1998). The expected value is the integral of
    p u^(f-1) / (p + (1-p) u) over 0 to 1, with p the sampling fraction. For f = 1 that is p/(1-p) ln(1/p).

    >>> import math
    >>> p = 0.1
    >>> expected_reciprocal(1, p) == round(p / (1 - p) * math.log(1 / p), 9), expected_reciprocal(4, 1.0)
    (True, 0.25)
    """
    rest, steps = 1 - fraction, 2000

    def value(v: float) -> float:
        # u = v^3 takes away the steepness at 0 that a small fraction has
        return float(3 * fraction * v ** (3 * f - 1) / (fraction + rest * v**3))

    inner = sum((4 if i % 2 else 2) * value(i / steps) for i in range(1, steps))
    return round((value(0.0) + inner + value(1.0)) / (3 * steps), 9)


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 32(1)(a)", "GDPR 35(7)(c)"),
    says=(
        "risk {value:.2g} from the {model}, by {quasi_identifiers}; limit {limit:.2g};"
        " {stated:the policy states this limit}"
    ),
)
def risk(attacker: Attacker, quasi_identifiers: tuple[str, ...], exposed: bool) -> Offending:
    """Return how likely the best try of an attacker is right, where that is more than was accepted."""
    assert attacker.risk is not None  # an attacker without a risk says why it is missing
    detail = {
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "model": attacker.model,
        "stated": attacker.stated,
    }
    severity = Severity.HIGH if attacker.stated or exposed else Severity.LOW
    above = attacker.risk > attacker.limit + 1e-9  # the limit itself is accepted, however an engine divides
    return Offending(Measure(attacker.risk, attacker.limit, above), detail, severity=severity)
