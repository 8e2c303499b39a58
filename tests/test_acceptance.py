"""The audit of the example finds exactly what was planted: nothing more, nothing less."""

import json
from collections import Counter

import pytest

import auditkit
from auditkit import demo
from auditkit.catalogue import catalogue

AS_OF = "2026-11-22"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return demo.write(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def run(example, tmp_path_factory):
    """Return a run on the example, with all checks."""
    return auditkit.report(example.database, example.policy, tmp_path_factory.mktemp("out"), as_of=AS_OF)


@pytest.fixture
def audit(run):
    return run.audit


@pytest.fixture(scope="module")
def expected(example):
    """The planted faults that a check of the catalogue looks for; the others wait for theirs."""
    entries = json.loads(example.expected.read_text(encoding="utf-8"))
    return [e for e in entries if e["check"] in catalogue()]


def place(check, table, columns, rows):
    return f"{check} {table}({', '.join(columns)}): {'-' if rows is None else rows}"


def test_exactly_what_was_planted(audit, expected):
    wanted = Counter(place(e["check"], e["table"], sorted(e["columns"]), e["rows"]) for e in expected)
    found = Counter(place(f.check, f.table, sorted(f.columns), f.rows) for f in audit.findings)
    assert {"missed": sorted(wanted - found), "made up": sorted(found - wanted)} == {
        "missed": [],
        "made up": [],
    }


def test_details_are_exact(audit, expected):
    found = {(f.check, f.table, tuple(sorted(f.columns))): f.detail for f in audit.findings}
    for e in expected:
        detail = found[e["check"], e["table"], tuple(sorted(e["columns"]))]
        assert {name: detail.get(name) for name in e.get("detail", {})} == e.get("detail", {}), e
        if e["check"] == "pii-free-text":
            assert set(detail) - {"paths"} == set(e["detail"]), "no entity that nobody wrote"


def test_nothing_disappears(audit):
    counts = audit.coverage
    assert counts["planned"] == len(audit.outcomes)
    assert counts["planned"] == counts["passed"] + counts["findings"] + counts["not_assessed"]
    assert {o.check for o in audit.outcomes} == set(catalogue())


def test_everything_was_seen(audit):
    """What is not assessed was never declared, does not apply, or is excluded: nothing was out of sight."""
    causes = {o.cause.value for o in audit.not_assessed}
    assert causes <= {"undeclared", "not_applicable", "excluded", "not_installed"}
    excluded = {o.table for o in audit.not_assessed if o.cause.value == "excluded"}
    assert excluded == {"schema_migrations"}


def test_how_sure_each_crossing_is(audit):
    """Declared references between declared tenants are sure; an inferred one says that it is."""
    crossings = {f.columns[0]: f for f in audit.findings if f.check == "tenancy-cross-reference"}
    assert {c: f.confidence.value for c, f in crossings.items()} == {
        "project_id": "high",
        "requester_id": "high",
        "assignee_id": "medium",
    }
    assert {c: f.detail["reference"] for c, f in crossings.items()} == {
        "project_id": "declared",
        "requester_id": "policy",
        "assignee_id": "inferred",
    }


def test_the_waived_finding_is_still_a_finding(audit):
    waived = [f for f in audit.findings if f.waiver is not None]
    assert [(f.check, f.table, f.columns) for f in waived] == [
        ("minimisation-empty-column", "users", ("fax_number",))
    ]
    assert audit.exit_code() == 1


def test_a_day_later_one_more_ticket_is_overdue(example, audit):
    """The trap that is one second short of overdue closes the next day."""
    later = auditkit.audit(
        example.database, policy=example.policy, checks=["retention-overdue"], as_of="2026-11-23", strict=True
    )
    rows = lambda a: {f.table: f.rows for f in a.findings if f.check == "retention-overdue"}
    assert rows(later) == {**rows(audit), "tickets": rows(audit)["tickets"] + 1}


@pytest.mark.slow
def test_without_a_policy_nothing_is_claimed_that_needs_one(example):
    """References between tenants are inferred from the names and values of columns."""
    bare = auditkit.audit(example.database, as_of=AS_OF, strict=True)
    assert {o.cause.value for o in bare.not_assessed if o.check == "retention-overdue"} == {"undeclared"}
    crossings = {f.columns: f for f in bare.findings if f.check == "tenancy-cross-reference"}
    assert {("project_id",), ("requester_id",), ("assignee_id",)} <= set(crossings)
    assert all(f.confidence < "high" for f in crossings.values())


OPEN_ANYWAY = set(
    "retention-undeclared minimisation-empty-column minimisation-identifier-as-key minimisation-no-purpose"
    " minimisation-redundant-copy pii-declared-absent pii-misnamed pii-special-category"
    " tenancy-bare-foreign-key".split()
)
"""Checks that find something even where nothing is planted."""


@pytest.mark.slow
def test_the_same_helpdesk_without_a_plant_is_clean(tmp_path, example, expected):
    """What is left is what the policy leaves open, and columns that nobody has filled yet."""
    from auditkit.demo.schema import save
    from auditkit.demo.tables import build

    save(build(demo.SEED, demo.TICKETS).tables, tmp_path / "clean.sqlite")
    clean = auditkit.audit(tmp_path / "clean.sqlite", policy=example.policy, as_of=AS_OF, strict=True)
    planted = {e["check"] for e in expected} - OPEN_ANYWAY
    assert [place(f.check, f.table, f.columns, f.rows) for f in clean.findings if f.check in planted] == []


def test_the_report_says_what_nobody_has_stated(run):
    """Advice and decision are null in the policy: the report must not make a statement of that."""
    report = json.loads(run.report_json.read_text(encoding="utf-8"))
    sections = {s["number"]: json.dumps(s) for s in report["sections"]}
    assert '"stated"' not in sections["20"]
    for number in ("20", "21"):
        assert "to be stated by a person" in sections[number]


def test_every_detail_reads_as_a_phrase(audit):
    silent = {f.check for f in audit.findings if set(f.detail) - {"ddl"} and not catalogue()[f.check].says}
    assert silent == set()


def test_the_incidents_agree_with_the_findings(audit):
    """In the example every row of a leak meets one other tenant."""
    found = {i.fingerprint: i for i in audit.incidents if i.check.startswith("tenancy-")}
    findings = {f.fingerprint: f for f in audit.findings}
    assert found.keys() <= findings.keys() and len(found) >= 12
    for fingerprint, incident in found.items():
        finding = findings[fingerprint]
        assert (incident.check, incident.table, incident.rows) == (finding.check, finding.table, finding.rows)
        assert len(incident.pairs) + incident.more_pairs == finding.detail.get("pairs", len(incident.pairs))
        assert sum(pair.rows for pair in incident.pairs) == finding.rows
        assert incident.first is not None and incident.first <= incident.last <= AS_OF
        assert incident.undated == 0
