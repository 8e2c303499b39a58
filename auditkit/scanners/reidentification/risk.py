"""Somebody who looks for people in the table is right more often than was accepted.

Three attackers are told apart (El Emam 2013), each an outcome of its own. The prosecutor knows that a person
is in the table: the risk is 1 over the smallest equivalence class. The journalist does not know it, and wants
to show that anybody can be found: 1 over the smallest class in the population, from the policy's table of it
(`population`), else estimated from the sampling fraction (`disclosure.sampling_fraction`: the expected 1/F of
a negative binomial, Benedetti and Franconi 1998); without either it is not assessed. The marketer tries
everybody, and finds the share that classes are of rows.

The accepted risks are `disclosure.risk`. Where they are not stated, it is 0.09 of what is published (European
Medicines Agency, guidance on Policy 0070) and 1 over k, so 0.2, of the rest; a finding is then of low
severity, unless the table is held out to be anonymous or published (GDPR recital 26, Art. 32(1)(a),
35(7)(c)).

Remedy: generalise the quasi-identifiers, suppress the smallest classes, or give the table to fewer and let
    them sign not to look. Accept a
higher risk only in the policy, with who decided it.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"city": ["Bern"] * 8 + ["Basel"] * 2})
>>> told = "{quasi_identifiers: [city], disclosure: {risk: {prosecutor: 0.2, marketer: 0.25}, sampling_fraction: 0.1}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-risk"])
>>> [(f.target, f.severity.value, f.detail["value"], f.detail["limit"]) for f in audit.findings]
[('prosecutor', 'high', 0.5, 0.2)]
>>> [(o.target, o.of) for o in audit.passed]
[('journalist', 10), ('marketer', 10)]
"""

from __future__ import annotations

from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Measure, Offending, check, each
from auditkit.facts.reidentification.classes import SIZE, least
from auditkit.facts.reidentification.population_classes import POPULATION
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy

PUBLIC = 0.09
"""The risk that the European Medicines Agency accepts for data that anybody may read (guidance on Policy
0070, 2016).
"""
_EXACT = 10


@dataclass(frozen=True)
class Attacker(Item, target="name"):
    """Somebody who tries to find people: how likely the best try is right, which risk is accepted, and what
    that rests on.
    """

    name: str
    risk: ir.NumericScalar | None = None
    limit: float = 1.0
    stated: bool = False
    model: str = ""
    missing: Missing | None = field(default=None)


@each
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


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)", "GDPR 35(7)(c)"))
def risk(attacker: Attacker, quasi_identifiers: tuple[str, ...], held_out: bool) -> Offending:
    """Return how likely the best try of an attacker is right, where that is more than was accepted."""
    assert attacker.risk is not None  # an attacker of whom nothing is known says why
    detail = {
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "model": attacker.model,
        "stated": attacker.stated,
    }
    severity = Severity.HIGH if attacker.stated or held_out else Severity.LOW
    beyond = (
        attacker.risk > attacker.limit + 1e-9
    )  # what is exactly the limit is within it, however an engine divides
    return Offending(Measure(attacker.risk, attacker.limit, beyond), detail, severity=severity)
