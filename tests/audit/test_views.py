"""What leads on from an audit: a finding as a card, parts of an audit, and its table."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

import auditkit
from auditkit.audit.audit import Audit
from auditkit.check_page import pages
from auditkit.errors import UnknownNameError, UsageError
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity, Waiver

SURE = {"confidence": Confidence.HIGH}
SECRET = Finding(
    check="pii-secret", table="users", columns=("pin",), severity=Severity.HIGH, rows=3, of=9, subjects=2,
    detail={"kinds": 1}, sql="SELECT 1\nFROM users", **SURE,
)  # fmt: skip
CROSSING = Finding(
    check="tenancy-cross-reference", table="tickets", columns=("project_id",), target="projects",
    severity=Severity.CRITICAL, rows=1, of=4, **SURE,
)  # fmt: skip
AUDIT = Audit(
    outcomes=(
        Passed(check="pii-secret", table="tickets", of=4),
        NotAssessed(check="retention-overdue", table="users", cause=Cause.UNDECLARED, reason="no rule"),
        NotAssessed(check="access-tls-off", cause=Cause.ERROR, reason="it failed"),
        SECRET,
        CROSSING,
    ),
    source="s",
    as_of=date(2026, 11, 22),
)


def test_a_bare_finding_is_one_line_and_a_card():
    assert repr(SECRET) == f"Finding(high, users.pin, 3 of 9 rows, pii-secret {SECRET.fingerprint[:8]})"
    html = SECRET._repr_html_()
    for words in (SECRET.title, "3 of 9 rows", "2 data subjects", SECRET.fingerprint, "To fix.", "Why."):
        assert words in html
    assert html.index("<details>") < html.index("FROM users"), "the statement is folded away"


def test_a_waived_finding_says_so():
    waiver = Waiver(SECRET.fingerprint[:8], "a test account", "Ana", date(2027, 1, 1))
    waived = Finding(check="pii-secret", table="users", severity=Severity.LOW, waiver=waiver, **SURE)
    assert "waived" in repr(waived)
    assert "waived until 2027-01-01 by Ana: a test account" in waived._repr_html_()


def test_a_hostile_name_stays_a_name_in_a_card():
    hostile = Finding(check="pii-secret", table="<script>x", columns=("<b>",), severity=Severity.LOW, **SURE)
    assert "<script>" not in hostile._repr_html_()


def test_a_remedy_names_the_table_and_the_columns_of_its_finding():
    assert "`ALTER TABLE users DROP COLUMN pin`" in SECRET.remedy
    assert (
        "ALTER TABLE tickets ADD FOREIGN KEY (tenant_id, project_id) REFERENCES projects" in CROSSING.remedy
    )
    assert CROSSING.where == "tickets.project_id -> projects"
    assert SECRET.rows_sql == SECRET.sql


@pytest.mark.parametrize("id", pages())
def test_every_placeholder_of_a_remedy_is_filled(id):
    remedy = pages()[id].remedy_at("users", ["email"], "teams")
    assert re.findall(r"<(?!reference>)[a-z]+>", remedy) == []


def test_a_finding_explains_itself():
    assert SECRET.explain() == auditkit.explain("pii-secret") == auditkit.explain(SECRET)
    assert SECRET.explain()._repr_markdown_().startswith(f"**{SECRET.title}**")
    unknown = Finding(check="pii-gone", severity=Severity.LOW, **SURE)
    assert (unknown.title, unknown.why, unknown.remedy) == ("pii gone", "", "")
    with pytest.raises(UsageError, match="no check 'pii-gone'"):
        unknown.explain()
    with pytest.raises(UsageError, match="Did you mean 'pii-secret'"):
        auditkit.explain("pii-secrets")


def test_the_checks_are_a_table_in_a_notebook():
    listed = auditkit.checks()
    assert {page.id for page in listed} == set(pages())
    assert "retention-overdue" in listed._repr_html_()
    assert repr(listed) == f"Pages({len(listed)} checks)"


def test_an_audit_of_one_table_is_an_audit():
    users = AUDIT["users"]
    assert {o.table for o in users.outcomes} == {"users"}
    assert users.findings == (SECRET,)
    with pytest.raises(UnknownNameError, match="Did you mean 'users'"):
        AUDIT["user"]


@pytest.mark.parametrize("what", ["table", "check", "cause"])
def test_the_parts_of_an_audit_hold_every_outcome_once(what):
    parts = AUDIT.by(what)
    outcomes = [o for part in parts.values() for o in part.outcomes]
    assert sorted(o.sort_key for o in outcomes) == sorted(o.sort_key for o in AUDIT.outcomes)
    assert len(parts) > 1


def test_errors_and_the_worst_come_first():
    assert list(AUDIT.by("table")) == ["the whole source", "tickets", "users"]
    assert list(AUDIT.by("check"))[:3] == ["access-tls-off", "tenancy-cross-reference", "pii-secret"]
    with pytest.raises(UsageError, match="'table', 'check' or 'cause'"):
        AUDIT.by("colour")


def test_the_table_begins_with_the_worst_finding_and_can_be_compared():
    frame = AUDIT.to_pandas()
    assert list(frame.check)[:3] == ["tenancy-cross-reference", "pii-secret", "access-tls-off"]
    assert list(frame[frame.severity >= "high"].check) == ["tenancy-cross-reference", "pii-secret"]
    assert len(frame) == len(AUDIT.outcomes)
    assert set(frame.columns) == set(AUDIT.to_dict()["outcomes"][0])
    assert list(Audit(outcomes=(), source="s", as_of=AUDIT.as_of).to_pandas().columns) == list(frame.columns)


def test_the_table_in_a_notebook_shows_the_check_and_the_fingerprint():
    html = AUDIT._repr_html_()
    for finding in AUDIT.findings:
        assert finding.check in html and finding.fingerprint[:8] in html


def test_data_and_profile_are_asked_by_name():
    frames = {"users": pd.DataFrame({"id": [1], "email": ["ana@example.org"]})}
    with auditkit.open(frames) as data:
        assert (list(data), len(data), "users" in data) == (["users"], 1, True)
        assert data["users"].columns == ("id", "email")
        with pytest.raises(UnknownNameError, match=r"no table 'user'\. Did you mean 'users'"):
            data["user"]
        profile = auditkit.profile(data)
    assert [v.column for v in profile] == ["id", "email"]
    assert profile["users.email"] is profile["users", "email"]
    with pytest.raises(UnknownNameError, match=r"Did you mean 'users\.email'"):
        profile["users.emial"]


def test_init_writes_the_draft_once(tmp_path):
    frames = {"users": pd.DataFrame({"id": [1], "email": ["ana@example.org"]})}
    path = tmp_path / "privacy.yaml"
    assert auditkit.init(frames, path) == path.read_text()
    with pytest.raises(FileExistsError):
        auditkit.init(frames, path)
