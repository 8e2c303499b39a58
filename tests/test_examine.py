"""The loop: nothing that was planned disappears, whatever a check does."""

from __future__ import annotations

import json
from datetime import date

import ibis
import pandas as pd
import pytest

import auditkit
from auditkit.audit.audit import Audit
from auditkit.check import Measure, Offending, check
from auditkit.examine import examine, parts
from auditkit.facts import shared
from auditkit.gather import Facts
from auditkit.options import RunOptions
from auditkit.outcome import Cause, Confidence, Finding, Missing, NotAssessed, Passed, Severity, Waiver

FRAMES = {"a": pd.DataFrame({"n": [1, 2, 3]}), "b": pd.DataFrame({"n": [9]})}
POLICY = auditkit.Policy.parse("{version: 1, name: Demo, exclude: [{tables: b, reason: not ours}]}")


@check(severity=Severity.HIGH, articles=("GDPR 5",))
def above_one(rows):
    return Offending(rows.n > 1, detail={"largest": rows.n.max(), "word": "n"})


@check(severity=Severity.LOW)
def mean(rows):
    return Measure(rows.n.mean(), 1.5, rows.n.mean() > 1.5)


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM)
def rows_as_table(rows):
    return rows.filter(rows.n > 2)


@check(severity=Severity.MEDIUM)
def fails(rows):
    raise ZeroDivisionError("ana@example.org")


@check(severity=Severity.MEDIUM)
def needs_a_rule(rows, kept):
    raise AssertionError("never called where a fact is missing")


@check(severity=Severity.MEDIUM)
def graded_by_query(rows):
    return Offending(rows.n > 0, severity=ibis.cases((rows.n.max() > 2, 3), else_=0))


@check(severity=Severity.MEDIUM)
def shows(relation):
    return ibis.memtable(
        {
            "table": [relation.name],
            "column": ["n"],
            "entity": ["AGE"],
            "rows": [2],
            "of": [3],
            "confidence": ["low"],
            "more": [7],
        }
    )


def run(*checks, strict=False, policy=POLICY):
    with auditkit.open(FRAMES) as dataset:
        examined = examine(checks, dataset, policy, RunOptions(date(2026, 1, 1), strict=strict))
    return examined.outcomes, tuple(examined.run.failures)


def test_rows_are_counted_with_their_details():
    outcomes, _ = run(above_one)
    (found,) = [o for o in outcomes if isinstance(o, Finding)]
    assert (found.table, found.rows, found.of, dict(found.detail)) == ("a", 2, 3, {"largest": 3, "word": "n"})
    assert "SELECT" in found.sql


def test_a_measure_is_a_finding_where_it_breaks_its_limit():
    outcomes, _ = run(mean)
    assert [(o.detail["value"], o.detail["limit"], o.rows) for o in outcomes if isinstance(o, Finding)] == [
        (2, 1.5, None)
    ]


def test_a_table_of_rows_is_counted_and_one_of_metadata_is_shown():
    outcomes, _ = run(rows_as_table, shows)
    counted, shown = (
        next(o for o in outcomes if isinstance(o, Finding) and o.check.endswith(c))
        for c in ("examine", "examine")
    )
    rows = {(o.rows, o.columns, o.entity, o.confidence.value) for o in outcomes if isinstance(o, Finding)}
    assert rows == {(1, (), None, "medium"), (2, ("n",), "AGE", "low")}
    assert counted.table == shown.table == "a"


def test_an_excluded_table_is_not_assessed_by_name_for_every_check():
    outcomes, _ = run(above_one, mean)
    assert [(o.table, o.cause, o.reason) for o in outcomes if isinstance(o, NotAssessed)] == [
        ("b", Cause.EXCLUDED, "excluded by the policy: not ours")
    ] * 2


def test_a_check_whose_fact_is_missing_is_not_called():
    outcomes, _ = run(needs_a_rule)
    assert {(o.table, o.cause) for o in outcomes} == {("a", Cause.UNDECLARED), ("b", Cause.EXCLUDED)}


def test_a_check_that_fails_is_an_error_for_its_table_and_its_text_is_nowhere():
    outcomes, failures = run(fails, above_one)
    (failed,) = [o for o in outcomes if isinstance(o, NotAssessed) and o.cause is Cause.ERROR]
    assert failed.table == "a"
    assert "ZeroDivisionError at test_examine.py" in failures[0]
    assert "ana@" not in json.dumps([failed.reason, *failures])
    with pytest.raises(ZeroDivisionError):
        run(fails, strict=True)


def test_a_detail_that_is_the_content_of_a_cell_is_an_error_and_shown_nowhere():
    @check(severity=Severity.LOW)
    def showing(rows):
        return Offending(rows.who.notnull(), detail={"first": rows.who.min()})

    with auditkit.open({"a": pd.DataFrame({"who": ["Jane Roe"]})}) as dataset:
        examined = examine([showing], dataset, auditkit.Policy.empty(), RunOptions(date(2026, 1, 1)))
    (outcome,) = examined.outcomes
    assert (outcome.verdict, outcome.cause) == ("not_assessed", Cause.ERROR)
    assert "Jane" not in f"{examined.outcomes} {examined.run.failures}"


def test_a_query_may_decide_the_severity():
    outcomes, _ = run(graded_by_query)
    assert [o.severity for o in outcomes if isinstance(o, Finding)] == [Severity.CRITICAL]


def test_planned_is_passed_and_findings_and_not_assessed():
    coverage = auditkit.audit(FRAMES, POLICY).coverage
    assert coverage["planned"] == coverage["passed"] + coverage["findings"] + coverage["not_assessed"] > 0
    assert coverage["relations"] == "1 of 2"


def test_the_audit_survives_its_json():
    audit = auditkit.audit(
        {"people": pd.DataFrame({"email": [f"{n}@example.org" for n in ("ana", "ben", "eva", "kim")]})},
        POLICY,
    )
    again = Audit.from_dict(json.loads(audit.to_json()))
    assert again.to_json() == audit.to_json()
    keys = (
        "check scanner verdict table columns severity confidence rows of subjects cause reason detail"
        " fingerprint waiver sql"
    )
    assert all(set(keys.split()) <= o.keys() for o in audit.to_dict()["outcomes"])


def found(check="retention-overdue", rows=1, severity=Severity.HIGH, **more):
    return Finding(
        check=check,
        table="t",
        severity=severity,
        confidence=more.pop("confidence", Confidence.HIGH),
        rows=rows,
        **more,
    )


def audit_of(*outcomes):
    return Audit(outcomes=outcomes, source="s", as_of=pd.Timestamp("2026-01-01").date())


def test_exit_codes():
    blind = NotAssessed(check="x-y", cause=Cause.NO_RIGHT, reason="r")
    undeclared = NotAssessed(check="x-y", cause=Cause.UNDECLARED, reason="r")
    assert audit_of(Passed(check="x-y"), undeclared).exit_code() == 0
    assert audit_of(blind).exit_code() == 3
    assert audit_of(blind, found()).exit_code() == 1
    assert audit_of(found(severity=Severity.MEDIUM)).exit_code() == 0
    assert audit_of(found(severity=Severity.MEDIUM)).exit_code(Severity.MEDIUM) == 1
    assert audit_of(found(confidence=Confidence.MEDIUM)).exit_code() == 0
    assert audit_of(found(confidence=Confidence.MEDIUM)).exit_code(confidence=Confidence.LOW) == 1
    assert audit_of(found()).exit_code(against=audit_of(found())) == 0
    assert audit_of(found(rows=2)).exit_code(against=audit_of(found())) == 1


def test_a_waiver_keeps_the_finding_and_its_day_ends_it():
    day = lambda text: pd.Timestamp(text).date()
    finding = found()
    waiver = Waiver(finding.fingerprint[:8], "accepted", "DPO", day("2026-12-31"))
    waived = audit_of(finding).waived([waiver])
    assert waived.findings[0].waiver == waiver
    assert (waived.exit_code(), waived.worst) == (0, None)
    assert (
        audit_of(finding).waived([Waiver(finding.fingerprint, "r", "o", day("2025-12-31"))]).exit_code() == 1
    )


def test_an_ambiguous_waiver_is_refused():
    with pytest.raises(ValueError, match="more digits"):
        audit_of(found(), found(check="retention-undated")).waived(
            [Waiver("", "r", "o", pd.Timestamp("2026-12-31").date())]
        )


def test_the_fingerprint_depends_on_the_target_and_not_on_counts():
    assert found(rows=1).fingerprint == found(rows=2, severity=Severity.LOW).fingerprint
    assert found(target="users").fingerprint != found(target="projects").fingerprint


def test_facts_are_computed_once_and_know_what_they_run_once_for():
    assert shared().each_of(["kept"]) == ("relation", "rule")
    assert shared().each_of(["rows", "reference_crossing"]) == ("relation", "reference")
    assert shared()["detections"].optional == {"columns"}
    facts = Facts(
        {"dataset": None, "policy": None, "as_of": None}, lambda what, error: Missing(Cause.ERROR, what)
    )
    assert facts.get("relations", {}) == Missing(Cause.ERROR, "keys")
    assert facts.get("relations", {}) is facts.get("relations", {})


def test_a_table_that_the_policy_declares_and_the_source_lacks_is_unseen_by_name():
    policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {aa: {columns: {n: user.name}}}}")
    audit = auditkit.audit(FRAMES, policy, checks=["retention-overdue"])
    (unseen,) = [o for o in audit.not_assessed if o.cause is Cause.UNSEEN]
    assert (unseen.table, audit.exit_code()) == ("aa", 3)
    assert "Did you mean 'a'" in unseen.reason


def test_an_error_of_the_policy_comes_before_the_long_read():
    policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {a: {retention: {start: m, max: P1Y}}}}")
    seen = []
    with (
        pytest.raises(auditkit.PolicyError, match=r"privacy\.yaml:1:.*no column 'm'"),
        auditkit.open(FRAMES) as dataset,
    ):
        from auditkit.catalogue import catalogue as checks

        examine(
            checks().values(),
            dataset,
            policy,
            RunOptions(date(2026, 1, 1), progress=lambda *step: seen.append(step)),
        )
    assert not [step for step in seen if step[0].startswith("personal data")]


def in_parts(tables, at_once, monkeypatch):
    """Return an examination of so many tables, some at a time, and the progress that it reported."""
    monkeypatch.setattr(parts, "AT_ONCE", at_once)
    steps = []
    options = RunOptions(date(2026, 1, 1), progress=lambda *step: steps.append(step))
    with auditkit.open({f"t{i}": pd.DataFrame({"n": range(i + 1)}) for i in range(tables)}) as dataset:
        checks = (above_one, mean, rows_as_table, fails, shows, graded_by_query)
        return examine(checks, dataset, auditkit.Policy.empty(), options), steps


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_tables_in_parts_have_the_same_outcomes(at_once, monkeypatch):
    together, _ = in_parts(5, 50, monkeypatch)
    apart, steps = in_parts(5, at_once, monkeypatch)
    assert apart.outcomes == together.outcomes
    assert {q.fingerprint for q in apart.questions} == {q.fingerprint for q in together.questions}
    for stage in ("facts", "checks"):
        done = [(n, of) for task, n, of in steps if task.partition(": ")[0] == stage]
        assert done == sorted(done)
        assert (done[0], done[-1]) == ((0, 5), (5, 5))


def test_what_is_known_of_a_table_is_forgotten_with_its_part(monkeypatch):
    few, many = (in_parts(tables, 1, monkeypatch)[0].run.facts for tables in (2, 6))
    assert len(many.remembered) == len(few.remembered)
