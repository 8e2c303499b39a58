"""The register of risks: proposals with their inputs, never an assessment, and never low for want of
looking.
"""

from dataclasses import replace

import pytest

from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity
from auditkit.policy import Policy
from auditkit.report import html, model
from auditkit.report.case import Case
from auditkit.report.risks import REGISTER, matrix, proposed
from tests.signing import statement

RISK = {risk.id: risk for risk in REGISTER}


def rows(report):
    (section,) = [s for s in report.sections if s.number == "17"]
    return {row.cells[0]: row for row in section.grids[0].rows}


def test_an_observed_leak_proposes_the_highest_likelihood_and_is_an_incident_besides(audit, policy):
    found = proposed(Case(audit, policy), RISK["access"])
    assert found.likelihood == 4 and "incidents to assess" in found.because
    assert model.of(audit, policy=policy).incidents, "a cell of a matrix does not bury it"


def test_severity_is_that_of_the_gravest_data_where_the_findings_are(audit, policy):
    kept = proposed(Case(audit, policy), RISK["storage"])
    assert (kept.severity, kept.kind, kept.likelihood, kept.level) == (4, "special category", 3, "very high")
    assert "310" not in kept.because and "kept past" in kept.because.lower()


def test_what_nothing_speaks_of_is_not_assessed_and_never_low(audit):
    bare = replace(audit, outcomes=(), columns=())
    assert {proposed(Case(bare), risk).level for risk in REGISTER} == {"not assessed"} and matrix(
        Case(bare)
    ) is None
    blind = replace(
        audit,
        outcomes=(
            NotAssessed(check="tenancy-missing-key", table="t", cause=Cause.NO_RIGHT, reason="no right"),
        ),
    )
    assert proposed(Case(blind), RISK["access"]).level == "not assessed"
    assert proposed(Case(audit), RISK["loss"]).level == "not assessed", "no check of this run speaks of it"


def test_where_no_violation_was_found_the_gravest_data_is_not_low(audit):
    clean = replace(audit, outcomes=(Passed(check="tenancy-missing-key", table="users", of=9),))
    found = proposed(Case(clean), RISK["access"])
    assert (found.severity, found.likelihood, found.level) == (4, 2, "high")


@pytest.mark.parametrize("change", [{"confidence": Confidence.LOW}, {"waived": True}])
def test_what_is_unsure_or_waived_proposes_nothing(audit, change):
    drift = Finding(
        check="tenancy-derived-drift",
        table="users",
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        rows=1,
        of=2,
    )
    finding = (
        replace(drift, waiver=audit.findings[-1].waiver) if "waived" in change else replace(drift, **change)
    )
    assert proposed(Case(replace(audit, outcomes=(drift,))), RISK["change"]).likelihood == 3
    assert proposed(Case(replace(audit, outcomes=(finding,))), RISK["change"]).likelihood == 2


def test_only_people_decide(audit, policy):
    report = model.of(audit, policy=policy)
    shown = rows(report)
    assert {row.cells[-1] for row in shown.values()} == {"to be stated by a person"}
    assert {row.evidence.value for row in shown.values()} <= {"derived", "not assessed"}
    position = {"severity": 3, "likelihood": 2}
    signed = statement("risk.access", "Because of the leak.", inherent=position)
    stated = Policy.parse(f"{{version: 1, name: X, attestations: [{signed}]}}")
    report = model.of(audit, policy=stated)
    assert rows(report)["Illegitimate access to data"].cells[-1] == (
        "Inherent: severity 3, likelihood 2\n\nBecause of the leak."
    )
    (section,) = [s for s in report.sections if s.number == "17"]
    assert not [m for m in section.missing if "risk.access" in m] and [
        m for m in section.missing if "risk.loss" in m
    ]


def test_the_page_shows_the_matrix_as_a_proposal(audit, policy):
    page = html.render(model.of(audit, policy=policy))
    assert "Risks as the machine proposes them" in page and "it is no assessment" in page
    assert sum(sum(bar.values) for bar in matrix(Case(audit, policy)).bars) == sum(
        proposed(Case(audit, policy), risk).level != "not assessed" for risk in REGISTER
    )
