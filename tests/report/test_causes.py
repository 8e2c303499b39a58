"""Every output shows causes: errors first, then the worst, with no more lines for more tables."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity
from auditkit.report import csv as findings_csv
from auditkit.report import html, model, sarif, terminal

WORST, MILD, FAILED = "Rows without a tenant", "Personal data without a retention rule", "ended with an error"


def outcomes(tables, *, error=True):
    """Return the outcomes of a schema of so many tables with the same faults; and one check that failed."""
    every = [f"table_{n:04}" for n in range(tables)]
    sure = {"confidence": Confidence.HIGH, "rows": 3, "of": 9}
    mild = [Finding(check="retention-undeclared", table=t, severity=Severity.MEDIUM, **sure) for t in every]
    grave = [
        Finding(
            check="tenancy-missing-key",
            table=t,
            columns=("tenant_id",),
            severity=Severity.HIGH,
            detail={"ddl": f"ALTER TABLE {t} ALTER tenant_id SET NOT NULL"},
            **sure,
        )
        for t in every
    ]
    unseen = [
        NotAssessed(check=check, table=t, cause=cause, reason=reason.format(t))
        for t in every
        for check, cause, reason in (
            ("retention-overdue", Cause.UNDECLARED, "the policy gives {} no retention rule"),
            ("pii-free-text", Cause.NO_RIGHT, "this role may not read {}"),
            ("pii-child", Cause.NOT_APPLICABLE, "{} has no column with dates of birth or ages"),
        )
    ]
    failed = NotAssessed(
        check="pii-secret", table=every[-1], cause=Cause.ERROR, reason=f"could not read {every[-1]}: 42883"
    )
    passed = [Passed(check="tenancy-orphan-tenant", table=t, of=9) for t in every]
    return [*mild, *grave, *unseen, *passed, *([failed] if error else [])]


def as_text(audit):
    return terminal.audit(audit)


def as_everything(audit):
    return terminal.audit(audit, everything=True)


def as_page(audit):
    return _words(html.render(model.of(audit)))


def as_fragment(audit):
    return _words(html.fragment(audit))


def as_report_json(audit):
    return json.dumps(model.of(audit).to_dict()["summary"]) + json.dumps(
        model.of(audit).to_dict()["findings"]
    )


def _words(page):
    body = re.sub(r"<style>.*?</style>|<nav.*?</nav>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("form", [as_text, as_everything, as_page, as_fragment, as_report_json])
def test_errors_come_first_then_the_worst(with_outcomes, form):
    text = form(with_outcomes(*outcomes(3)))
    places = [text.index(words) for words in (FAILED, WORST, MILD)]
    assert places == sorted(places)
    assert FAILED not in form(with_outcomes(*outcomes(3, error=False)))


def test_the_machine_formats_begin_with_the_error_too(with_outcomes):
    audit = with_outcomes(*outcomes(3))
    rows = list(csv.DictReader(io.StringIO(findings_csv.render(audit))))
    assert [r["cause"] or r["severity"] for r in rows] == [
        "error", *["high"] * 3, *["medium"] * 3, *["no_right"] * 3
    ]  # fmt: skip
    assert [g["cause"] or g["severity"] for g in json.loads(audit.to_json())["causes"]] == [
        "error", "high", "medium", "no_right", "undeclared"
    ]  # fmt: skip
    (run,) = json.loads(sarif.render(audit))["runs"]
    (invocation,) = run["invocations"]
    notes = invocation["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "warning"], "one for each reason"
    assert invocation["executionSuccessful"] is False and len(notes[1]["locations"]) == 3
    assert [r["ruleId"].partition("-")[0] for r in run["results"]] == [*["tenancy"] * 3, *["retention"] * 3]


def test_the_lines_grow_with_the_causes_and_not_with_the_tables(with_outcomes):
    few, many = (terminal.audit(with_outcomes(*outcomes(n))).splitlines() for n in (5, 300))
    assert len(few) == len(many) < 40
    text = "\n".join(many)
    assert "HIGH      Rows without a tenant: 300 tables  [tenancy-missing-key]" in many
    assert "- and 297 more: `--all` lists them" in text
    assert "to fix: ALTER TABLE table_0000 ALTER tenant_id SET NOT NULL" in text
    assert "has no column with dates of birth" not in text and "300 checks do not apply" in text


def test_all_lists_every_place_with_its_statement_and_what_does_not_apply(with_outcomes):
    text = terminal.audit(with_outcomes(*outcomes(50)), everything=True)
    for number in range(50):
        assert f"- table_{number:04}.tenant_id: 3 of 9 rows" in text
        assert f"to fix: ALTER TABLE table_{number:04} ALTER tenant_id SET NOT NULL" in text
    assert "has no column with dates of birth" in text


def test_the_page_lists_the_places_of_a_cause_with_their_statements(with_outcomes):
    page = html.render(model.of(with_outcomes(*outcomes(130))))
    assert all(f"ALTER TABLE table_{n:04} ALTER tenant_id SET NOT NULL" in page for n in range(130))
    assert page.count("<article") == 2


def test_what_was_not_assessed_says_what_to_do(with_outcomes):
    text = terminal.audit(with_outcomes(*outcomes(2)))
    assert "retention-overdue in 2 tables (table_0000, table_0001): the policy gives the table no" in text
    assert "declare in the policy: `tables: {<table>: {retention: ...}}`" in text
    assert "`GRANT SELECT ON table_0000, table_0001 TO <the auditing role>`" in text


def test_less_bad_causes_take_one_line_each_where_there_are_many(with_outcomes):
    one = {"table": "users", "severity": Severity.LOW, "confidence": Confidence.HIGH, "rows": 1, "of": 2}
    many = [Finding(check=f"pii-check-{n:03}", **one) for n in range(120)]
    lines = terminal.audit(with_outcomes(*many)).splitlines()
    assert len(lines) == 120 and all("pii-check-" in line for line in lines)


def test_the_last_line_names_errors_missing_tables_and_the_exit_code(with_outcomes):
    audit = with_outcomes(*outcomes(2), policy={"absent": ["the source has no table 'userz'."]})
    end = terminal.conclusion(audit, audit.exit_code(), len(audit.grave()), Severity.HIGH)
    line = terminal.summary(audit, end)
    assert line.startswith("1 check ended with an error; the source has no table 'userz'.; 4 findings from 2")
    assert line.endswith("exit code 1: 2 findings of severity high or above")
    blind = with_outcomes(*outcomes(2)[4:])
    assert terminal.conclusion(blind, 3, 0, Severity.HIGH) == "exit code 3: 3 checks could not see everything"
    assert terminal.audit(audit).splitlines()[3] == "ABSENT    the source has no table 'userz'."


def test_columns_without_a_declaration_and_without_a_rule_are_read_together(with_outcomes):
    sure = {"severity": Severity.HIGH, "confidence": Confidence.HIGH, "table": "users"}
    both = (
        Finding(check="pii-undeclared", columns=("email",), **sure),
        Finding(check="retention-undeclared", **sure),
    )
    sentence = "users has no retention rule either (retention-undeclared)"
    for form in (as_text, as_page, as_fragment):
        assert sentence in form(with_outcomes(*both)) and sentence not in form(with_outcomes(both[0]))
