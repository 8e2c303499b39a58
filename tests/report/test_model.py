"""The report model: what it states, and how each statement is known."""

import json
from dataclasses import replace

import pytest

from auditkit.audit.audit import Audit
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity
from auditkit.policy import Policy
from auditkit.policy.practices import practices
from auditkit.report import model
from auditkit.report.case import is_leak
from tests.signing import decision, statement

CLASSES = {"measured", "attested", "derived", "not assessed"}


def provenances(value):
    """Yield every mapping that carries a class of evidence."""
    if isinstance(value, dict):
        if "class" in value:
            yield value
        for inner in value.values():
            yield from provenances(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from provenances(inner)


def section(report, number):
    return next(s for s in report.to_dict()["sections"] if s["number"] == number)


def statements(report, number):
    return {s["label"]: s for s in section(report, number)["statements"]}


def table(report, number, caption):
    return next(t["rows"] for t in section(report, number)["tables"] if t["caption"] == caption)


def test_the_same_input_gives_the_same_bytes_but_for_the_run(audit, policy):
    later = replace(audit, outcomes=tuple(reversed(audit.outcomes)), run={"started": "another day"})
    first, second = (json.loads(model.of(a, policy=policy).to_json()) for a in (audit, later))
    assert first.pop("run") != second.pop("run")
    assert json.dumps(first) == json.dumps(second)


def test_every_statement_says_how_it_is_known(audit, policy):
    found = list(provenances(model.of(audit, policy=policy, previous=audit).to_dict()))
    assert len(found) > 100
    for one in found:
        assert one["class"] in CLASSES and {"by", "at", "source"} <= set(one)
        if one["class"] == "measured":
            assert one["by"] and one["source"] == "helpdesk.sqlite" and one["at"] == "2026-11-22"
        if one["class"] == "attested":
            assert one["source"].startswith("policy")


def test_the_sections_are_those_of_the_outline_in_order(audit, policy):
    assert [s["number"] for s in model.of(audit, policy=policy).to_dict()["sections"]] == [
        str(n) for n in range(2, 22)
    ]


def test_what_the_policy_says_names_its_line(audit, policy):
    contact = statements(model.of(audit, policy=policy), "2")["Contact of the controller"]
    assert (contact["value"], contact["class"]) == ("privacy@example.org", "attested")
    assert contact["source"] == "policy, line 4"


def test_an_attestation_has_a_name_and_a_day_and_ends(audit, policy):
    report = model.of(audit, policy=policy)
    necessity = statements(report, "15")["Why it is necessary"]
    assert (necessity["by"], necessity["at"]) == ("J. Doe, owner", "2026-11-19")
    assert any("Why it is proportionate" in m for m in section(report, "15")["missing"])
    proportionality = statements(report, "15")["Why it is proportionate"]
    assert (proportionality["value"], proportionality["former"]) == (None, "Outdated words")
    assert proportionality["note"] == "Stated by J. Doe (owner) on 19 Nov 2024, expired 19 Nov 2025"
    assert proportionality["class"] == "not assessed"


def test_without_a_policy_people_have_stated_nothing(audit):
    report = model.of(audit)
    for number in ("2", "6", "7", "12", "13", "14", "15", "18", "20", "21"):
        assert section(report, number)["classes"] == ["not assessed"] and section(report, number)["missing"]


def test_only_a_person_decides(audit, policy):
    assert model.of(audit, policy=policy).decision.value is None
    assert model.of(audit, policy=policy).status.startswith("draft")
    nobody = Policy.parse("{version: 1, name: X, decision: {outcome: approved}}")
    assert model.of(audit, policy=nobody).status.startswith("draft")
    other = f"{{version: 1, name: X, decision: {decision()}}}"
    decided = policy.model_copy(update={"decision": type(policy).parse(other).decision})
    report = model.of(audit, policy=decided)
    assert (report.decision.value, report.decision.evidence, report.status) == (
        "approved",
        "attested",
        "decided",
    )


def test_a_leak_is_an_incident_unless_it_is_unsure_or_waived(audit, policy):
    leak = audit.findings[0]
    assert is_leak(leak)
    assert not is_leak(replace(leak, confidence=Confidence.LOW))
    assert not is_leak(replace(leak, detail={"boundary": "does not hold"}))
    assert not is_leak(replace(leak, waiver=audit.findings[-1].waiver))
    (incident,) = model.of(audit, policy=policy).incidents
    assert "Art. 33/34" in incident.value and "3 rows" in incident.value
    assert model.of(replace(audit, outcomes=(replace(leak, confidence=Confidence.LOW),))).incidents == ()


def test_special_categories_need_a_condition_of_their_own_table(audit, policy):
    rows = table(
        model.of(audit, policy=policy), "8", "Special categories and criminal data, and what allows them"
    )
    assert [(r["value"]["Table"], r["value"]["State"], r["class"]) for r in rows] == [
        ("patients", "declared", "derived"),
        ("users", "no Art. 9(2) condition is declared", "derived"),
    ]


def test_the_inventory_sets_what_is_found_beside_what_is_declared(audit, policy):
    rows = table(model.of(audit, policy=policy), "5", "Columns with personal data")
    state = {(r["value"]["Table"], r["value"]["Column"]): r["value"]["Declared?"] for r in rows}
    assert state == {
        ("patients", "diagnosis"): "not declared",
        ("users", "code"): "declared not personal",
        ("users", "diagnosis"): "not declared",
        ("users", "email"): "declared",
    }


def test_a_declared_status_is_no_evidence(audit, policy):
    kept, encrypted = table(model.of(audit, policy=policy), "14", "Measures")
    assert kept["class"] == "derived" and "did not see everything" in kept["value"]["Evidence"]
    assert encrypted["class"] == "attested" and encrypted["value"]["Evidence"].startswith("none")


def test_an_action_past_its_day_is_late(audit, policy):
    (action,) = table(model.of(audit, policy=policy), "18", "Actions")
    assert action["value"]["Late"] == "late"


def test_the_changes_are_those_of_the_diff(audit):
    before = replace(audit, outcomes=(audit.findings[0], replace(audit.findings[1], rows=5)))
    changes = statements(model.of(audit, previous=before), "19")
    assert {k: v["value"] for k, v in changes.items() if k != "Compared with the run for"} == {
        "New findings": 2,
        "Changed": 1,
        "As before": 1,
        "No longer found": 0,
        "Not looked for this time": 0,
        "Policy": "the same text",
        "Coverage: planned": "2 before, 7 now",
        "Coverage: passed": "0 before, 1 now",
        "Coverage: not assessed": "0 before, 2 now",
    }


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ((), "No violation found by these checks; 0 of 0"),
        ((Passed(check="pii-undeclared", table="t"),), "No violation found by these checks; 0 of 1"),
        (
            (NotAssessed(check="pii-undeclared", table="t", cause=Cause.NO_RIGHT, reason="r"),),
            "The run is incomplete: 1 could not be seen",
        ),
        (
            (Finding(check="pii-undeclared", table="t", severity=Severity.HIGH, confidence=Confidence.HIGH),),
            "1 high finding;",
        ),
    ],
)
def test_the_headline_never_says_more_than_was_looked_at(with_outcomes, outcomes, words):
    assert words in model.of(with_outcomes(*outcomes)).headline


def test_the_headline_counts_the_waived_apart(audit):
    assert model.of(audit).headline.startswith(
        "1 critical, 1 high, 1 medium findings; 1 waived, 2 of 7 checks not assessed"
    )


def test_the_word_nobody_may_print(audit, policy):
    assert "compliant" not in model.of(audit, policy=policy, previous=audit).to_json().lower()


def test_a_sample_states_its_bound(audit):
    statement = statements(model.of(replace(audit, sample=1000)), "4")["How to read a sample"]
    assert "at most 0.38 %" in statement["value"]


def test_an_unknown_check_of_an_older_audit_keeps_its_finding(with_outcomes):
    old = Finding(check="access-check-of-old", table="t", severity=Severity.LOW, confidence=Confidence.LOW)
    (fault,) = model.of(with_outcomes(old)).faults
    assert fault.words.title == "access check of old"


def test_each_practice_shows_what_is_measured_and_what_is_stated(audit, policy):
    rows = {r["value"]["Practice"]: r for r in model.of(audit, policy=policy).to_dict()["practices"]["rows"]}
    assert len(rows) == len({p.field for p in practices()}) == 82
    retention = rows["Implement data retention policies"]
    rotation = rows["Rotate API keys and passwords regularly"]
    assert retention["class"] == "measured"
    assert (
        retention["value"]["State"]
        == "1 open finding, high: Rows kept past their retention period; 1 not assessed"
    )
    assert (rotation["class"], rotation["by"], rotation["at"]) == (
        "attested",
        "Ops lead, owner",
        "2026-10-01",
    )
    assert "Quarterly" in rotation["value"]["Stated by a person"]
    assert rows["Use VPNs for administrative access"]["class"] == "not assessed"


def test_a_finding_and_a_statement_on_one_practice_are_both_shown(audit, policy):
    shared = Finding(
        check="tenancy-shared-credential",
        table="api_keys",
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
    )
    text = "Never share credentials between tenants"
    (field,) = [p.field for p in practices() if p.text == text]
    stated = type(policy).parse(
        "{version: 1, name: X, attestations: [" + statement(field, "Each tenant has its own key.") + "]}"
    )
    report = model.of(replace(audit, outcomes=(shared,)), policy=stated).to_dict()
    (row,) = [r for r in report["practices"]["rows"] if r["value"]["Practice"] == text]
    assert row["value"]["State"] == "1 open finding, critical: Credential shared by two tenants"
    assert "Each tenant has its own key." in row["value"]["Stated by a person"]
    assert "J. Doe" in row["value"]["Stated by a person"]


def test_every_point_of_the_seed_list_is_there_and_every_check_speaks_to_one():
    from auditkit.catalogue import catalogue

    named = [c for p in practices() for c in p.checks]
    known = set(catalogue())
    assert [n for n in named if n not in known and not any(c.startswith(f"{n}-") for c in known)] == []
    unmapped = [c for c in known if not any(c == n or c.startswith(f"{n}-") for n in named)]
    assert unmapped == [], "a check that speaks to no practice"
    groups = {p.group for p in practices()}
    checklist = [p for p in practices() if p.group == "Production readiness checklist"]
    assert len(groups) == 17 and len(checklist) == 12


def test_nothing_disappears_between_the_audit_and_the_report(audit, policy):
    report = model.of(audit, policy=policy).to_dict()
    assert sum(len(f["findings"]) for f in report["findings"]) == len(audit.findings)
    shown = {f["fingerprint"] for fault in report["findings"] for f in fault["findings"]}
    assert shown == {f.fingerprint for f in audit.findings}
    assert isinstance(Audit.from_dict(json.loads(audit.to_json())), Audit)


def test_a_special_category_that_is_only_declared_needs_a_condition_too(audit, policy):
    tables = (
        "{people: {purposes: [p], columns: {blood: user.health_and_medical, record: user.criminal_history,"
        " city: user.contact.address}}}"
    )
    declared = type(policy).parse(f"{{version: 1, name: X, purposes: {{p: {{text: t}}}}, tables: {tables}}}")
    report = model.of(replace(audit, columns=()), policy=declared)
    rows = table(report, "8", "Special categories and criminal data, and what allows them")
    assert [(r["value"]["Column"], r["value"]["Known because"], r["value"]["State"][:10]) for r in rows] == [
        ("blood", "declared", "no Art. 9("),
        ("record", "declared", "no Art. 10"),
    ]
    assert any("no legal basis" in m for m in section(report, "8")["missing"])


def test_one_condition_does_not_clear_every_special_column_unseen(audit):
    policy = Policy.parse(
        "{version: 1, name: X, purposes: {p: {text: t, legal_basis: consent, article9: explicit_consent}},"
        " tables: {people: {purposes: [p], columns: {faith: user.demographic.religious_belief, blood:"
        " {category: user.health_and_medical, need: the donor card shows it}}}}}"
    )
    report = model.of(replace(audit, columns=(), outcomes=()), policy=policy)
    rows = table(report, "8", "Special categories and criminal data, and what allows them")
    known = {r["value"]["Column"]: (r["value"]["Allowed by"], r["value"]["Why it is needed"]) for r in rows}
    assert known["blood"] == ("p: explicit consent, Art. 9(2)(a)", "the donor card shows it")
    assert known["faith"][1] is None
    assert "1 column rests on a condition" in statements(report, "8")["Special categories"]["value"]


def test_the_same_reason_of_many_tables_is_one_line(with_outcomes):
    outcomes = [
        NotAssessed(
            check="pii-undeclared",
            table=t,
            cause=Cause.UNDECLARED,
            reason=f"the policy says nothing about {t}",
        )
        for t in ("users", "user")
    ]
    (row,) = model.of(with_outcomes(*outcomes)).unassessed.rows
    assert row.cells[1:4] == ("user, users", "not declared", "the policy says nothing about the table")
    assert row.cells[4] == "declare in the policy: `tables: {<table>: ...}`"


def test_what_the_policy_takes_out_of_the_search_is_shown_without_its_values(audit):
    from auditkit.policy import Policy

    policy = Policy.parse("""
        version: 1
        name: Helpdesk
        detection:
          allow:
            - {entity: EMAIL_ADDRESS, values: info@example.org, reason: a mailbox that nobody owns}
            - {entity: PHONE_NUMBER, values: ["+41 44 668 18 00", "+41 44 668 18 01"], pattern: "0800.*",
              reason: hotlines}
        """)
    report = model.of(audit, policy=policy)
    rows = [[*row["value"].values()] for row in table(report, "4", "Never personal, by the policy")]
    assert rows == [
        ["e-mail address", "1 value", "a mailbox that nobody owns"],
        ["phone number", "2 values and what has a pattern", "hotlines"],
    ]
    assert "info@example.org" not in report.to_json()


def test_what_the_policy_excludes_is_one_line_and_not_one_for_each_check():
    from auditkit.outcome import Cause, NotAssessed
    from auditkit.report.measured import unassessed_grid

    left = [
        NotAssessed(check=check, table=table, cause=Cause.EXCLUDED, reason="excluded by the policy: versions")
        for check in ("pii-undeclared", "retention-overdue", "tenancy-missing-key")
        for table in ("migrations",)
    ]
    unread = NotAssessed(
        check="pii-undeclared", table="users", cause=Cause.NO_RIGHT, reason="no right to read users"
    )
    grid = unassessed_grid("Not assessed", [*left, unread])
    assert [row.cells[:2] for row in grid.rows] == [
        (grid.rows[0].cells[0], "users"),
        ("3 checks", "migrations"),
    ]


def test_every_scanner_has_its_words():
    from auditkit.catalogue import scanners
    from auditkit.report.measured import SUBJECTS

    assert set(SUBJECTS) == set(scanners())
