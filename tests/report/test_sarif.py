"""SARIF 2.1.0: valid by its schema, with the line of the policy, the baseline and the waivers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from auditkit.audit.audit import Audit
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Severity
from auditkit.report import sarif

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def run(audit: Audit, **options: object) -> dict:
    log = json.loads(sarif.render(audit, **options))
    VALIDATOR.validate(log)
    return log["runs"][0]


def by_fingerprint(run: dict) -> dict[str, dict]:
    return {r["partialFingerprints"]["auditkitFinding/v1"]: r for r in run["results"]}


@pytest.fixture
def filed(audit: Audit) -> Audit:
    """Return the audit under a policy that came from a file."""
    return replace(
        audit,
        policy={**audit.policy, "file": "privacy policy.yaml"},
        run={**audit.run, "id": "r1", "finished": "2026-11-22T09:31:00+00:00"},
    )


def test_it_is_valid_with_and_without_a_policy_and_a_baseline(audit, filed, policy, with_outcomes):
    for one in (audit, filed, with_outcomes(), replace(audit, policy={}), replace(audit, run={})):
        run(one)
        run(one, policy=policy, previous=audit)
        run(audit, previous=one)


def test_the_schema_is_one_that_refuses(audit):
    broken = json.loads(sarif.render(audit).replace('"startTimeUtc"', '"start"'))
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(broken)


def test_every_finding_is_a_result_with_its_own_fingerprint(filed, policy):
    results = by_fingerprint(run(filed, policy=policy))
    assert results.keys() == {f.fingerprint for f in filed.findings}
    assert all("baselineState" not in r for r in results.values())


def test_a_waiver_is_a_suppression_with_its_reason(audit):
    waived = [r for r in run(audit)["results"] if r["suppressions"]]
    assert [r["ruleId"] for r in waived] == ["minimisation-empty-column"]
    assert waived[0]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "kept for the next release"}
    ]


def test_the_baseline_says_what_is_new_as_before_grown_and_gone(audit):
    leak, overdue, classes, waived = (
        next(f for f in audit.findings if f.check.startswith(c)) for c in ("ten", "ret", "rei", "min")
    )
    gone = replace(classes, table="tickets")
    before = replace(audit, outcomes=(overdue, replace(leak, rows=1), waived, gone))
    states = {f: r.get("baselineState") for f, r in by_fingerprint(run(audit, previous=before)).items()}
    assert states == {
        leak.fingerprint: "updated",
        overdue.fingerprint: "unchanged",
        waived.fingerprint: "unchanged",
        classes.fingerprint: "new",
        gone.fingerprint: "absent",
    }


def test_a_finding_that_nobody_looked_for_is_an_open_question_and_not_absent(audit, with_outcomes):
    blind = NotAssessed(
        check="retention-overdue", table="users", cause=Cause.NO_RIGHT, reason="this role may not read it"
    )
    (result,) = run(
        with_outcomes(blind),
        previous=with_outcomes(next(f for f in audit.findings if f.check == "retention-overdue")),
    )["results"]
    assert (result["kind"], result["level"], result["baselineState"]) == ("open", "none", "unchanged")


def test_what_was_not_seen_is_a_notification(audit):
    (note,) = run(audit)["invocations"][0]["toolExecutionNotifications"]
    assert "not assessed: tenancy-missing-key in hidden: " in note["message"]["text"]
    assert (
        run(replace(audit, run={"failures": ["x: ValueError at y.py:1"]}))["invocations"][0][
            "executionSuccessful"
        ]
        is False
    )


def test_the_rules_are_those_of_the_results(audit):
    other = replace(audit.findings[0], check="pii-misnamed")
    log = run(audit, previous=replace(audit, outcomes=(*audit.outcomes, other)))
    rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in log["results"]) and "pii-misnamed" in rules


def test_the_lines_of_the_policy(filed, policy):
    """A retention finding points to its rule, a leak to the reference, a column to its declaration, else to
    the nearest block.
    """
    text = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8").split('POLICY = """\n', 1)[1]
    lines = ["", *text.splitlines()]
    results = {r["ruleId"]: r for r in run(filed, policy=policy)["results"]}
    at = {check: r["locations"][0]["physicalLocation"] for check, r in results.items()}
    shown = {
        check: lines[place["region"]["startLine"] - 1].strip().split(":")[0] for check, place in at.items()
    }
    assert shown == {
        "retention-overdue": "retention",
        "reidentification-low-k": "users",
        "minimisation-empty-column": "users",
        "tenancy-cross-reference": "tables",
    }
    assert {place["artifactLocation"]["uri"] for place in at.values()} == {"privacy%20policy.yaml"}


def test_a_declared_column_and_a_reference_are_pointed_to(filed, policy, with_outcomes):
    misnamed = Finding(
        check="pii-misnamed",
        table="users",
        columns=("code",),
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
    )
    place = run(with_outcomes(misnamed, policy=filed.policy), policy=policy)["results"][0]["locations"][0]
    line = policy.line("tables", "users", "columns", "code")
    assert place["physicalLocation"]["region"]["startLine"] == line
    assert place["logicalLocations"] == [{"fullyQualifiedName": "users.code", "kind": "member"}]
