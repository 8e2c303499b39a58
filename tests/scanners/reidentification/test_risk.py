from __future__ import annotations

import math

import pytest

import auditkit
from auditkit.scanners.reidentification.risk import expected_reciprocal
from tests.engines import on_one_engine

POPULATION = "population: {table: register, columns: {city: town}}, "


def policy_of(disclosure="", head="", more=""):
    inner = f"quasi_identifiers: [city]{', disclosure: {' + disclosure + '}' if disclosure else ''}{more}"
    return f"{{version: 1, name: Study, {head}tables: {{people: {{{inner}}}}}}}"


def people(**cities):
    return [{"city": city} for city, n in cities.items() for _ in range(n)]


def risks(source, rows, policy, **others):
    parsed = auditkit.Policy.parse(policy)
    audit = auditkit.audit(
        source({"people": rows, **others}), parsed, checks=["reidentification-risk"], strict=True
    )
    return {o.target: o for o in audit.outcomes if o.table == "people"}


def test_large_classes_pass_and_who_is_unknown_is_not_assessed(source):
    found = risks(source, people(Bern=10, Basel=10), policy_of())
    assert {name: o.verdict for name, o in found.items()} == {
        "prosecutor": "passed",
        "journalist": "not_assessed",
        "marketer": "passed",
    }


def test_a_small_class_is_a_risk_until_suppressed(source):
    policy = policy_of("risk: {prosecutor: 0.2, marketer: 0.1}")
    found = risks(source, people(Bern=18, Basel=2), policy)
    assert {n: o.verdict for n, o in found.items()} == {
        "prosecutor": "finding",
        "journalist": "not_assessed",
        "marketer": "passed",
    }
    assert (
        found["prosecutor"].detail["value"],
        found["prosecutor"].detail["limit"],
        found["prosecutor"].of,
    ) == (0.5, 0.2, 20)
    assert risks(source, people(Bern=18), policy)["prosecutor"].verdict == "passed"


@on_one_engine
def test_what_is_exactly_accepted_is_accepted(source):
    found = risks(source, people(Bern=5, Basel=15), policy_of("risk: {prosecutor: 0.2, marketer: 0.1}"))
    assert {found["prosecutor"].verdict, found["marketer"].verdict} == {"passed"}


def test_the_journalist_looks_into_the_population(source):
    register = [{"town": t} for t, n in (("Bern", 50), ("Basel", 4), ("Chur", 1)) for _ in range(n)]
    found = risks(source, people(Bern=8, Basel=2), policy_of(head=POPULATION), register=register)
    assert found["journalist"].detail == {
        "quasi_identifiers": "city", "model": "population table", "stated": False, "value": 0.25, "limit": 0.2
    }  # fmt: skip
    bigger = register + [{"town": "Basel"}] * 6
    assert (
        risks(source, people(Bern=8, Basel=2), policy_of(head=POPULATION), register=bigger)[
            "journalist"
        ].verdict
        == "passed"
    )


@on_one_engine
def test_the_journalist_estimates_from_a_sampling_fraction(source):
    found = risks(source, people(Bern=8, Basel=1), policy_of("sampling_fraction: 0.1"))
    assert found["journalist"].detail["value"] == pytest.approx(0.1 / 0.9 * math.log(10), abs=1e-6)
    assert (
        risks(source, people(Bern=8, Basel=1), policy_of("sampling_fraction: 0.01"))["journalist"].verdict
        == "passed"
    )
    many = risks(source, people(Bern=40), policy_of("sampling_fraction: 0.5, risk: {journalist: 0.01}"))
    assert many["journalist"].detail["value"] == pytest.approx(0.5 / 39.5, abs=1e-6)


@on_one_engine
def test_published_data_has_a_lower_limit_and_a_higher_severity(source):
    found = risks(source, people(Bern=8, Basel=8), policy_of("published: true"))["prosecutor"]
    assert (found.detail["limit"], found.severity.value) == (0.09, "high")
    assert risks(source, people(Bern=2, Basel=8), policy_of())["prosecutor"].severity.value == "low"


@pytest.mark.parametrize("fraction", [0.02, 0.3, 0.8])
@pytest.mark.parametrize("f", [1, 2, 3, 7])
def test_the_estimate_is_that_of_a_negative_binomial(f, fraction):
    terms, h, probability = 0.0, f, fraction**f
    while h < 40_000 and (probability > 1e-18 or h < f / fraction):
        terms += probability / h
        probability *= h / (h + 1 - f) * (1 - fraction)
        h += 1
    assert expected_reciprocal(f, fraction) == pytest.approx(terms, abs=1e-8)
