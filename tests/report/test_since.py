"""A decision goes stale: what it could not know is counted, events make a review due, and days end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from auditkit.outcome import Confidence, Finding, Passed, Severity
from auditkit.policy import Policy
from auditkit.policy.assessment import TRIGGERS
from auditkit.policy.review import due
from auditkit.report import html, model, plan, since
from auditkit.report.case import Case
from tests.report.conftest import detected
from tests.signing import RUN, decision, statement

NEW = Finding(
    check="pii-special-category", table="staff", columns=("sick_note",), severity=Severity.CRITICAL,
    confidence=Confidence.HIGH, rows=9, of=9,
)  # fmt: skip


def policy_with(*more: str, made: str | None = None) -> Policy:
    lines = ["version: 1", "name: Helpdesk", f"decision: {made or decision(at='2026-11-01')}", *more]
    return Policy.parse("\n".join(lines))


@pytest.fixture
def base(audit):
    """The run that the decision was made on."""
    return replace(audit, run={"id": RUN["id"]}, as_of=date(2026, 11, 1))


@pytest.fixture
def today(audit):
    """A later run with a finding and a column of health data that are new."""
    column = detected("staff", "sick_note", "HEALTH")
    return replace(
        audit, run={"id": "later"}, outcomes=(*audit.outcomes, NEW), columns=(*audit.columns, column)
    )


def test_on_its_own_run_a_decision_predates_nothing(base):
    case = Case(replace(base, as_of=date(2026, 11, 22)), policy_with())
    assert since.decision(case).predates == () and list(since.stale(case)) == []


def test_a_new_health_column_after_the_decision_shows(base, today):
    case = Case(
        today, policy_with("review: {triggers: [new_special_category, new_source]}"), runs={RUN["id"]: base}
    )
    new = since.decision(case)
    assert new.findings == (NEW,) and new.special == (("staff", "sick_note"),)
    assert (
        new.events["new_special_category"]
        == new.events["new_source"]
        == new.events["new_critical_finding"]
        == 1
    )
    reasons = "; ".join(since.stale(case))
    assert "predates 1 new finding" in reasons and "1 new column with special categories" in reasons
    assert "a new column holds a special category or criminal data (new_special_category)" in reasons
    page = html.render(model.of(today, policy=case.policy, runs=case.runs))
    assert "the decision predates 1 new finding" in page and "new_source" in page


def test_where_its_run_is_not_here_the_days_of_findings_are_compared(audit, today):
    case = Case(today, policy_with())
    assert since.decision(case).findings == tuple(f for f in today.findings if f.waiver is None)
    assert any("is not here" in reason for reason in since.stale(case))


def test_an_event_that_is_no_trigger_of_the_policy_is_not_asked_for(base, today):
    case = Case(today, policy_with("review: {triggers: [new_incident]}"), runs={RUN["id"]: base})
    assert list(since.happened(case, since.decision(case))) == []


def test_every_trigger_of_the_list_can_happen(base, today):
    leak = replace(NEW, check="tenancy-cross-reference", table="notes", severity=Severity.CRITICAL)
    measure = "measures: [{id: M1, title: X, check: tenancy-cross-reference}]"
    now = replace(
        today, outcomes=(*today.outcomes, leak), declared={"name": "Helpdesk", "purposes": {"a": {}}}
    )
    then = replace(base, outcomes=(Passed(check="tenancy-cross-reference", table="notes", of=9),))
    case = Case(now, policy_with(measure), runs={RUN["id"]: then})
    assert since.decision(case).events.keys() == TRIGGERS.keys()


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        ("{next: 2026-11-21}", date(2026, 11, 21)),
        ("{every: P1Y}", date(2027, 11, 1)),
        ("{next: 2028-01-01, every: P1Y}", date(2027, 11, 1)),
        ("{every: P1Y, history: [{version: '2', at: 2026-12-01}]}", date(2027, 12, 1)),
        ("{}", None),
    ],
)
def test_the_review_is_due_on_the_first_of_its_days(review, expected, today):
    policy = policy_with(f"review: {review}")
    assert due(policy) == expected
    late = [r for r in since.stale(Case(today, policy)) if "overdue" in r]
    assert late == (
        ["the review is overdue since 21 Nov 2026, for 1 day"] if review.startswith("{next: 2026") else []
    )


def test_an_advice_is_bound_to_its_run_too(base, today):
    policy = policy_with(f"attestations: [{statement('dpo_advice', 'Go on.', run=RUN)}]")
    new = since.advice(Case(today, policy, runs={RUN["id"]: base}))
    assert "1 new finding" in new.predates
    texts = json.dumps(model.of(today, policy=policy, runs={RUN["id"]: base}).to_dict())
    assert "Since the advice" in texts


@pytest.mark.parametrize(
    ("status", "closes_when", "expected"),
    [
        ("open", "pii-special-category", "not yet: 1 finding"),
        ("done", "pii-special-category", "contradicted: 1 finding in this run"),
        ("open", NEW.fingerprint[:8], "not yet: 1 finding"),
        ("open", "tenancy-missing-key", "a person confirms"),
        ("open", "access-tls-off", "not assessed in this run"),
        ("open", "00000000", "not assessed in this run"),
    ],
)
def test_the_end_of_an_action_is_evaluated(status, closes_when, expected, today):
    action = f"{{id: A1, text: Fix, risks: [access], status: {status}, closes_when: {closes_when!r}}}"
    (grid,) = plan.actions(Case(today, policy_with(f"actions: [{action}]"))).grids
    (row,) = grid.rows
    assert row.cells[0] == "A1: Fix" and "Illegitimate access" in row.cells[5]
    assert expected in row.cells[6]
