"""The register of risks: a printed method, laws that hold for every finding, and what only people state."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.audit.audit import Audit
from auditkit.catalogue import catalogue
from auditkit.detection import ColumnVerdict
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity, Waiver
from auditkit.policy import Policy
from auditkit.report import html, model
from auditkit.report.case import Case
from auditkit.report.risk import register
from auditkit.report.risk.assessment import POSITIONS, assess, assessed, top
from auditkit.report.risk.register import REGISTER
from auditkit.report.risk.scale import LEVELS, STEPS, Axis, level_of
from auditkit.report.risk.sections import matrix, positions, scenarios
from tests.report.conftest import detected
from tests.signing import statement

RISK = {risk.id: risk for risk in REGISTER}
CHECKS = sorted(catalogue())
WAIVER = Waiver("12345678", "accepted", "J. Roe", date(2027, 1, 1))
SURE = {"severity": Severity.HIGH, "confidence": Confidence.HIGH}


def of(audit, risk, policy=None):
    return assess(Case(audit, policy), RISK[risk])


def passing(risk, table="users"):
    """Return a pass of every check that speaks of a risk."""
    return tuple(Passed(check=c, table=table, of=9) for c in CHECKS if RISK[risk].covers(c))


# What data and findings propose


def test_the_severity_is_that_of_the_gravest_data_there_wherever_the_fault_is(audit, policy):
    assert of(audit, "storage", policy).inherent.severity == 4
    mild = replace(audit, columns=(detected("users", "email", "EMAIL_ADDRESS"),), outcomes=())
    assert of(mild, "storage").inherent.severity == 2
    assert "e-mail" not in of(mild, "storage").exposure.severity_because
    declared = Policy.parse(
        "{version: 1, name: X, tables: {users: {columns: {blood: user.health_and_medical}}}}"
    )
    assert of(replace(mild, columns=()), "storage", declared).inherent.severity == 4


def test_a_risk_by_design_is_about_the_tables_to_which_its_checks_apply(audit):
    """Health data of a table that nobody keeps by a period is no matter of keeping it too long."""
    columns = (detected("users", "email", "EMAIL_ADDRESS"), detected("patients", "diagnosis", "HEALTH"))
    elsewhere = tuple(
        NotAssessed(check=o.check, table="patients", cause=Cause.NOT_APPLICABLE, reason="not here")
        for o in passing("storage")
    )
    apart = replace(audit, columns=columns, outcomes=(*passing("storage"), *elsewhere))
    assert of(apart, "storage").inherent.severity == 2
    assert of(apart, "access").inherent.severity == 4, "whoever reads the source reads all of it"
    found = Finding(check="retention-overdue", table="patients", rows=1, of=9, **SURE)
    assert of(replace(apart, outcomes=(*apart.outcomes, found)), "storage").inherent.severity == 4
    silent = replace(apart, outcomes=passing("storage"))
    assert of(silent, "storage").inherent.severity == 4, "what no check speaks of counts"


def test_an_observed_leak_is_the_highest_likelihood_and_an_incident_besides(audit, policy):
    found = of(audit, "access", policy)
    assert found.inherent.likelihood == 4 and "also an incident" in found.exposure.likelihood_because
    assert model.of(audit, policy=policy).incidents, "a cell of a matrix does not bury it"


def test_a_risk_whose_checks_did_not_run_is_not_assessed_and_says_how_many_ran(with_outcomes):
    planned = [c for c in CHECKS if RISK["access"].covers(c)]
    ran = [Passed(check=c, table="users", of=9) for c in planned[:6]]
    rest = [
        NotAssessed(check=c, table="users", cause=Cause.NOT_APPLICABLE, reason="no tenants")
        for c in planned[6:]
    ]
    found = of(with_outcomes(*ran, *rest), "access")
    assert (
        found.inherent.level == "" and f"6 of {len(planned)} checks ran" in found.exposure.likelihood_because
    )
    assert of(with_outcomes(), "access").inherent.level == ""


def test_what_was_hidden_is_not_low(with_outcomes):
    hidden = NotAssessed(check="retention-overdue", table="t", cause=Cause.NO_RIGHT, reason="no right")
    found = of(with_outcomes(*passing("storage"), hidden), "storage")
    assert found.inherent.level == "" and "could not be seen" in found.exposure.likelihood_because


def test_where_all_passed_the_gravest_data_is_still_not_low(with_outcomes):
    found = of(with_outcomes(*passing("storage")), "storage")
    assert (found.inherent.severity, found.inherent.likelihood, found.inherent.level) == (4, 2, "high")


@pytest.mark.parametrize("risk", ["change", "loss"])
def test_only_people_state_how_likely_change_and_loss_are(with_outcomes, risk):
    for outcomes in (passing(risk), [Finding(check=RISK[risk].speaks[0], table="t", **SURE)]):
        found = of(with_outcomes(*outcomes), risk)
        assert found.inherent.likelihood == 0 and found.inherent.severity == 4


# Laws

findings = st.builds(
    Finding,
    check=st.sampled_from(CHECKS),
    table=st.sampled_from(["users", "tickets", "access_log"]),
    severity=st.sampled_from(list(Severity)),
    confidence=st.sampled_from(list(Confidence)),
    rows=st.integers(1, 99),
    of=st.just(100),
    waiver=st.sampled_from([None, WAIVER]),
)
others = st.one_of(
    st.builds(Passed, check=st.sampled_from(CHECKS), table=st.just("users"), of=st.just(9)),
    st.builds(
        NotAssessed,
        check=st.sampled_from(CHECKS),
        table=st.just("users"),
        cause=st.sampled_from(list(Cause)),
        reason=st.just("r"),
    ),
)
columns = st.lists(
    st.sampled_from(["HEALTH", "EMAIL_ADDRESS", "IBAN_CODE", "PSEUDONYM"]).map(
        lambda entity: ColumnVerdict("users", entity.lower(), entity, None, "certain", 0.99, 9, 0, 9, 9)
    ),
    max_size=3,
)
POLICY = Policy.parse(
    """
    version: 1
    name: X
    measures:
      - {id: A, title: Tenants are kept apart, risks: [access, storage, excess, singling_out],
         status: implemented, effect: {likelihood: 1, severity: 1}, check: tenancy-missing-key}
      - {id: B, title: Purge, risks: [storage], status: planned, effect: {likelihood: 2},
         check: retention-overdue}
    """
)


def audit_of(outcomes, found):
    return Audit(outcomes=tuple(outcomes), source="s", as_of=date(2026, 11, 22), columns=tuple(found))


def never_lower(before, after):
    for old, new in zip(before, after, strict=True):
        for name in POSITIONS:
            was, now = old.valid[name], new.valid[name]
            assert now.severity >= was.severity and now.likelihood >= was.likelihood and now.rank >= was.rank


@settings(max_examples=60, deadline=None)
@given(outcomes=st.lists(st.one_of(findings, others), max_size=8), found=columns, more=findings)
def test_one_more_finding_never_lowers_a_risk(outcomes, found, more):
    before = assessed(Case(audit_of(outcomes, found), POLICY))
    never_lower(before, assessed(Case(audit_of([*outcomes, more], found), POLICY)))


@settings(max_examples=40, deadline=None)
@given(outcomes=st.lists(findings, min_size=1, max_size=6), found=columns, to=st.sampled_from(list(Severity)))
def test_a_graver_or_surer_finding_never_lowers_a_risk(outcomes, found, to):
    first, *rest = outcomes
    graver = replace(
        first, severity=max(first.severity, to, key=lambda s: s.rank), confidence=Confidence.HIGH
    )
    before = assessed(Case(audit_of(outcomes, found), POLICY))
    never_lower(before, assessed(Case(audit_of([graver, *rest], found), POLICY)))


@settings(max_examples=40, deadline=None)
@given(outcomes=st.lists(findings, min_size=1, max_size=6), found=columns)
def test_a_waiver_repairs_nothing(outcomes, found):
    waived = [replace(f, waiver=WAIVER) for f in outcomes]
    before = assessed(Case(audit_of(outcomes, found), POLICY))
    assert [r.valid for r in assessed(Case(audit_of(waived, found), POLICY))] == [r.valid for r in before]


@settings(max_examples=60, deadline=None)
@given(
    outcomes=st.lists(others, min_size=1, max_size=8),
    found=columns,
    cause=st.sampled_from([Cause.NO_RIGHT, Cause.UNSEEN, Cause.BUDGET, Cause.ERROR, Cause.UNDECLARED]),
)
def test_what_is_not_assessed_any_more_never_makes_a_risk_lower(outcomes, found, cause):
    """It may leave a risk not assessed; it never gives it a lower level."""
    first, *rest = outcomes
    blind = NotAssessed(check=first.check, table=first.table, cause=cause, reason="r")
    before = assessed(Case(audit_of(outcomes, found), POLICY))
    for old, new in zip(before, assessed(Case(audit_of([blind, *rest], found), POLICY)), strict=True):
        assert new.inherent.rank == 0 or new.inherent.rank >= old.inherent.rank


@settings(max_examples=30, deadline=None)
@given(outcomes=st.lists(st.one_of(findings, others), max_size=6), found=columns, more=columns)
def test_more_data_never_lowers_a_risk(outcomes, found, more):
    if not found:  # without any data there is no severity yet
        return
    before = assessed(Case(audit_of(outcomes, found), POLICY))
    never_lower(before, assessed(Case(audit_of(outcomes, [*found, *more]), POLICY)))


def test_the_level_table_is_monotone_and_the_gravest_harm_is_never_low():
    rank = {level: i for i, level in enumerate(LEVELS)}
    for s in STEPS:
        for lik in STEPS:
            here = rank[level_of(s, lik)]
            assert s == 4 or here <= rank[level_of(s + 1, lik)]
            assert lik == 4 or here <= rank[level_of(s, lik + 1)]
    assert level_of(4, 1) == "high"


def test_the_method_names_only_checks_that_there_are():
    named = {c for risk in REGISTER for c in risk.speaks if "-" in c}
    assert named | register.OBSERVED | register.WEAK | register.SECRETS <= set(catalogue())
    assert {register.CHILDREN, register.SPECIAL} <= set(catalogue())
    assert all(any(risk.covers(check) for risk in REGISTER) for check in catalogue())


# Measures

MEASURE = (
    "{version: 1, name: X, measures: [{id: M, title: Tenants are kept apart, risks: [access],"
    " effect: {likelihood: 1, severity: 1}, status: %s, check: %s}]}"
)


@pytest.mark.parametrize(
    ("status", "outcome", "proof", "counts"),
    [
        ("implemented", Passed(check="tenancy-missing-key", table="t", of=1), "proven", True),
        ("implemented", Finding(check="tenancy-missing-key", table="t", **SURE), "contradicted", False),
        (
            "implemented",
            NotAssessed(check="tenancy-missing-key", table="t", cause=Cause.NO_RIGHT, reason="r"),
            "unproven",
            False,
        ),
        ("implemented", Passed(check="tenancy-diamond", table="t", of=1), "not_run", False),
        ("planned", Passed(check="tenancy-missing-key", table="t", of=1), "planned", False),
    ],
)
def test_only_a_check_that_passed_proves_a_measure(with_outcomes, status, outcome, proof, counts):
    policy = Policy.parse(MEASURE % (status, "tenancy-missing-key"))
    found = of(
        with_outcomes(*[p for p in passing("access") if p.check != "tenancy-missing-key"], outcome),
        "access",
        policy,
    )
    (effect,) = found.effects
    if proof == "not_run":
        policy = Policy.parse(MEASURE % (status, "retention-overdue"))
        (effect,) = of(with_outcomes(outcome), "access", policy).effects
    assert (effect.proof.value, effect.counts) == (proof, counts)
    lowered = found.computed["residual"] != found.computed["inherent"]
    assert lowered == (counts and bool(found.inherent.level))
    assert found.computed["target"].severity == found.inherent.severity - 1


def test_a_measure_that_findings_contradict_says_so(with_outcomes):
    policy = Policy.parse(MEASURE % ("implemented", "tenancy-missing-key"))
    three = [Finding(check="tenancy-missing-key", table=t, **SURE) for t in "abc"]
    (effect,) = of(with_outcomes(*three), "access", policy).effects
    assert effect.state == "contradicted by 3 findings of this run"


def test_while_a_leak_is_observed_no_measure_lowers_its_likelihood(audit):
    policy = Policy.parse(MEASURE % ("implemented", "access-tls-off"))
    proven = replace(audit, outcomes=(*audit.outcomes, Passed(check="access-tls-off", table=None, of=1)))
    found = of(proven, "access", policy)
    assert found.effects[0].counts and found.residual.likelihood == 4 and found.residual.severity == 3


# What people state

BELOW = {"inherent": {"severity": 3, "likelihood": 2}, "residual": {"severity": 2, "likelihood": 1}}


def stated(**more):
    block = statement("risk.access", "Only two people have the key.", **{**BELOW, **more})
    return Policy.parse("{version: 1, name: X, attestations: [" + block + "]}")


def test_a_signed_position_counts_and_is_shown_beside_the_computed_one(audit):
    found = of(audit, "access", stated())
    assert (found.inherent.severity, found.inherent.likelihood) == (3, 2)
    assert (found.computed["inherent"].severity, found.computed["inherent"].likelihood) == (4, 4)
    assert ("inherent", Axis.LIKELIHOOD) in found.differs
    row = next(r for r in positions(Case(audit, stated())).rows if r.cells[0] == found.risk.title)
    for words in ("J. Doe", "owner", "Only two people", "Computed", "severity 4, likelihood 4"):
        assert words in row.cells[-1]
    assert row.evidence.value == "attested"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by": None}, "the name is missing"),
        ({"at": "2031-01-01", "until": "2032-01-01"}, "in the future"),
        ({"text_sha256": "0" * 64}, "changed after it was signed"),
        ({"at": "2024-01-01", "until": "2025-01-01"}, "expired"),
    ],
)
def test_a_position_whose_signature_does_not_hold_does_not_count(audit, change, words):
    found = of(audit, "access", stated(**change))
    assert found.inherent == found.computed["inherent"] and words in found.opinion.problem


def test_the_accepted_level_is_a_signed_statement(audit):
    block = statement("acceptance", "We accept what is medium.", level="medium")
    policy = Policy.parse("{version: 1, name: X, attestations: [" + block + "]}")
    assert of(audit, "storage", policy).highest == "medium" and of(audit, "storage").highest == "low"


def test_a_large_scale_that_a_person_states_raises_the_severity_by_one(audit):
    mild = replace(audit, columns=(detected("users", "email", "EMAIL_ADDRESS"),))
    block = statement("criterion.large_scale", "Half the country.", answer=True)
    policy = Policy.parse("{version: 1, name: X, attestations: [" + block + "]}")
    assert of(mild, "storage", policy).inherent.severity == of(mild, "storage").inherent.severity + 1


def test_the_gravest_risks_come_first_and_name_their_owner(audit):
    policy = Policy.parse(
        "{version: 1, name: X, actions: [{id: A1, text: Repair, risks: [access], owner: Ops,"
        " due: 2026-12-01}]}"
    )
    first, *_ = top(assessed(Case(audit, policy)))
    assert (first.risk.id, first.owner, first.due) == ("access", "Ops", "2026-12-01")


# The page


def test_the_page_prints_the_method_the_matrix_and_every_position(audit, policy):
    report = model.of(audit, policy=policy)
    page = html.render(report)
    for words in (
        "The level of each pair of steps",
        "Inherent",
        "Residual",
        "Target",
        "R1",
        "not multiplied",
    ):
        assert words in page
    assert sum(sum(bar.values) for bar in matrix(Case(audit, policy)).bars) == sum(
        bool(r.residual.level) for r in report.risks
    )
    assert [r["id"] for r in report.to_dict()["risks"]] == [r.id for r in REGISTER]


def test_who_stated_the_parts_of_a_risk_stands_beside_them_also_when_it_ended(audit):
    def by(**more):
        block = statement("risk.access.sources", "Our agents.", **more)
        policy = Policy.parse("{version: 1, name: X, attestations: [" + block + "]}")
        return scenarios(Case(audit, policy)).rows[0].cells

    assert "Our agents." in by() and "J. Doe (owner)" in str(by()[-1])
    ended = by(at="2024-01-01", until="2025-01-01")
    assert "Our agents." not in ended and "expired" in str(ended[-1])
