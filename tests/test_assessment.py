"""A stranger fills in the draft of an HR processing; then each way to spoil the assessment breaks it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

import auditkit
from auditkit.policy import Policy, PolicyError
from auditkit.policy.assessment import LEVEL, RUN, YES_NO, field_of
from auditkit.report import folder, html, manifest, model
from auditkit.report.asked import asked, still_open
from auditkit.report.case import Case
from tests.signing import decision, statement

AS_OF = date(2026, 11, 22)
WHO = {"by": "Ines Solheim", "role": "head of people", "at": "2026-11-20", "until": "2027-11-20"}
KEYS = {
    "reviewed": "{by: Ines Solheim, at: 2026-11-20}",
    "version": '"1.0"',
    "launched": "2024-01-01",
    "ends": "when the company is dissolved",
    "controller": "{name: Fjord Works AS, contact: privacy@example.org}",
    "dpo": "{name: Ada Officer, contact: dpo@example.org}",
    "processors": "[{name: HostCo, tasks: hosting, contract: DPA-7, country: NO}]",
    "measures": "[{id: M1, title: Erasure, risks: [storage], effect: {likelihood: 1}, status: implemented,"
    " check: retention-overdue}]",
    "actions": "[{id: A1, text: Train, risks: [access], owner: Jan, due: 2027-01-31, status: open}]",
    "review": "{next: 2027-11-20, triggers: [new_special_category]}",
}


def people(**more) -> dict[str, pd.DataFrame]:
    ids = range(1, 41)
    left = pd.to_datetime(["2026-10-01"] * 40)
    frame = {"id": ids, "email": [f"person{n}@example.org" for n in ids], "left_at": left, **more}
    return {"employees": pd.DataFrame(frame)}


def filled(draft: str, run: dict[str, str]) -> str:
    """Return a draft in which somebody has written and signed every answer, using nothing but the draft."""
    text = draft
    for key, value in KEYS.items():
        text, count = re.subn(rf"(?m)^( *){key}: null .*$", lambda m, k=key, v=value: f"{m[1]}{k}: {v}", text)
        assert count == 1, key
    text = re.sub(
        r"(?m)^purposes: null .*$", "purposes: {staff: {text: Employ, legal_basis: contract}}", text
    )
    text = re.sub(r"(?m)^    purposes: null .*$", "    purposes: [staff]", text)
    text = text.replace("      # max: P3Y", "      max: P3Y").replace(
        "      # basis: ...", "      basis: claims"
    )
    answers = re.compile(r"(?m)^  - field: (\S+)\n(?:    (?:answer: |level: |# ).*\n)*    text: null .*$")
    return answers.sub(lambda m: f"  - {answer(m[1], run)}", text)


def answer(field: str, run: dict[str, str]) -> str:
    holds = {YES_NO: {"answer": False}, LEVEL: {"level": "high"}, RUN: {"run": run}}
    return statement(field, f"Words on {field}.", **{**WHO, **holds.get(field_of(field).holds, {})})


@pytest.fixture(scope="module")
def assessment(tmp_path_factory):
    """Return the filled policy, the audit of it, and the run that the decision was made on."""
    source = people()
    draft = auditkit.Policy.draft(source)
    named = {"id": "none", "manifest_sha256": "00" * 32}
    before = Policy.parse(filled(draft, named))
    audit = auditkit.audit(source, before, as_of=AS_OF)
    place = tmp_path_factory.mktemp("runs") / "first"
    folder.save(audit, place, policy=before)
    sealed = manifest.read(place)
    run = {"id": sealed.run, "manifest_sha256": sealed.sha256}
    text = filled(draft, run)
    text = re.sub(r"(?m)^decision: null .*$", lambda _: f"decision: {decision(run=run)}", text)
    saved = auditkit.Audit.load(place)
    return (
        text,
        replace(audit, run={"id": "second"}),
        manifest.signed({sealed.run: sealed.sha256}, place.parent),
        saved,
    )


def case_of(text: str, audit, runs=None) -> Case:
    return Case(audit, Policy.parse(text), runs=runs or {})


def open_fields(case: Case) -> set[str]:
    return {a.field.id for a in still_open(asked(case))}


def page(case: Case) -> str:
    return html.render(model.of(case.audit, policy=case.policy, runs=case.runs))


def test_a_stranger_fills_in_the_draft_and_nothing_mandatory_is_missing(assessment):
    text, audit, runs, _ = assessment
    case = case_of(text, audit, runs)
    assert open_fields(case) == set()
    assert case.decision.value == "approved"
    assert "Ines Solheim (head of people) on 20 Nov 2026, valid to 20 Nov 2027" in page(case)


def test_an_untouched_draft_declares_nothing():
    source = people()
    draft = auditkit.Policy.draft(source)
    audit = auditkit.audit(source, auditkit.Policy.parse(draft), as_of=AS_OF, checks=["pii-undeclared"])
    (outcome,) = audit.outcomes
    assert outcome.verdict == "not_assessed" and "nobody has reviewed" in outcome.reason
    reviewed = re.sub(r"(?m)^reviewed: null .*$", "reviewed: {by: A. Owner, at: 2026-11-20}", draft)
    again = auditkit.audit(source, auditkit.Policy.parse(reviewed), as_of=AS_OF, checks=["pii-undeclared"])
    assert [o.verdict for o in again.outcomes] == ["passed"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"Words on necessity."', '"Words of necessity."', "the text was changed after it was signed"),
        ('"at": "2026-11-20"', '"at": "2031-11-20"', "the day of the signature is in the future"),
        ('"by": "Ines Solheim"', '"by": null', "the name is missing"),
        ('"until": "2027-11-20"', '"until": "2026-11-21"', "expired 21 Nov 2026"),
    ],
)
def test_a_signature_that_does_not_hold_is_missing_with_its_reason(assessment, old, new, reason):
    text, audit, runs, _ = assessment
    begin = text.index('"field": "necessity"')
    begin = text.rindex("\n", 0, begin)
    end = text.index("\n", begin + 1)
    assert old in text[begin:end]
    case = case_of(text[:begin] + text[begin:end].replace(old, new) + text[end:], audit, runs)
    assert open_fields(case) == {"necessity"}
    assert reason in page(case)


def test_a_new_health_column_after_the_decision_makes_it_stale(assessment):
    text, _, runs, _ = assessment
    diagnoses = ["asthma", "diabetes", "depression", "migraine"] * 10
    source = people(diagnosis=diagnoses)
    audit = auditkit.audit(source, Policy.parse(text), as_of=AS_OF, scanners=["pii"])
    case = case_of(text, replace(audit, run={"id": "third"}), runs)
    shown = page(case)
    assert "the decision predates" in shown and "new column with special categories" in shown
    assert "(new_special_category" in shown


def test_a_measure_whose_check_fails_is_contradicted(assessment):
    text, _, runs, _ = assessment
    source = people()
    source["employees"]["left_at"] = pd.to_datetime(["2015-01-01"] * 40)
    audit = auditkit.audit(source, Policy.parse(text), as_of=AS_OF, scanners=["retention"])
    assert "contradicted by 1 finding" in page(case_of(text, replace(audit, run={"id": "third"}), runs))


def test_a_typo_in_a_field_is_refused_with_the_nearest_field(assessment):
    text, *_ = assessment
    with pytest.raises(PolicyError, match=r"privacy.yaml:\d+:\d+: .*Did you mean 'necessity'"):
        Policy.parse(text.replace('"field": "necessity"', '"field": "necesity"'))
