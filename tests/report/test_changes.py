"""What changed since an earlier run: as section 19, as text, as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from auditkit.outcome import Cause, NotAssessed, Passed
from auditkit.report import changes, model
from auditkit.report.case import Case


def tables(section) -> dict[str, list[tuple]]:
    return {grid.caption: [row.cells for row in grid.rows] for grid in section.grids}


def statements(section) -> dict[str, object]:
    return {s.label: s.value for s in section.statements}


@pytest.fixture
def before(audit):
    """Return an earlier audit: a waiver that has ended since, fewer rows, a finding that is gone, other
    things seen.
    """
    leak, overdue, classes, waived = audit.findings
    gone, unseen = replace(classes, table="tickets"), replace(overdue, table="invoices")
    hidden = NotAssessed(check="tenancy-missing-key", table="users", cause=Cause.NO_RIGHT, reason="locked")
    seen = Passed(check="tenancy-missing-key", table="hidden", of=5)
    return replace(
        audit,
        outcomes=(
            replace(leak, rows=1),
            replace(overdue, waiver=waived.waiver),
            waived,
            gone,
            unseen,
            hidden,
            seen,
        ),
        as_of=date(2025, 11, 1),
        policy={**audit.policy, "digest": "cd" * 32},
        sample=100,
    )


def test_section_19_says_every_kind_of_change(audit, policy, before):
    section = changes.section(Case(audit, policy, before))
    values = statements(section)
    kinds = ("New findings", "Changed", "As before", "No longer found", "Not looked for this time")
    assert [values[kind] for kind in kinds] == [1, 2, 1, 1, 1]
    assert values["Policy"] == "its text has changed"
    assert values["Rows looked at"] == "100 rows a table before, every row now"
    assert values["Coverage: not assessed"] == "1 before, 2 now" and "Coverage: passed" not in values
    shown = {(row[0], row[2]): row[3:5] for row in tables(section)["What changed"]}
    assert shown == {
        ("new", "users"): (812, None),
        ("more rows", "tickets"): (3, 1),
        ("waived no longer", "users"): (310, 310),
        ("no longer found", "tickets"): (None, 812),
        ("not looked for this time", "invoices"): (None, 310),
    }
    assert [row[1] for row in tables(section)["Not assessed any more"]] == ["invoices", "hidden"]
    assert [row[1] for row in tables(section)["Assessed again"]] == ["users"]


def test_statements_of_people_that_expired_or_were_made_since_are_named(audit, policy, before):
    rows = tables(changes.section(Case(audit, policy, before)))["Statements of people"]
    assert {(row[0], row[1]) for row in rows} == {
        ("expired", "proportionality"),
        ("stated anew", "necessity"),
        ("stated anew", "practice.rotate-api-keys-and-passwords-regularly"),
    }
    assert "Statements of people" not in tables(changes.section(Case(audit, policy, audit)))


def test_without_an_earlier_run_it_is_not_assessed(audit, policy):
    section = changes.section(Case(audit, policy))
    assert section.missing and not section.statements


def test_the_summary_page_shows_the_counts_alone(audit, policy, before):
    assert [s.label for s in model.of(audit, policy=policy, previous=before).changes] == [
        "Compared with the run for",
        "New findings",
        "Changed",
        "As before",
        "No longer found",
        "Not looked for this time",
    ]


def test_another_source_is_named(audit, policy):
    assert "staging.sqlite before, helpdesk.sqlite now" in str(
        statements(changes.section(Case(audit, policy, replace(audit, source="staging.sqlite"))))
    )


def test_as_text_each_change_is_a_line(audit, before):
    text = changes.text(before, audit)
    assert "waived no longer" in text and "(before: 1)" in text and "not looked for this time" in text
    assert "Not assessed any more: tenancy-missing-key in hidden (no right to read): this role" in text
    assert changes.text(audit, audit).splitlines() == ["Policy: the same text", "No finding has changed."]
    assert (
        changes.summary(before, audit)
        == "1 new, 2 grown, 0 otherwise changed, 1 as before, 1 no longer found, 1 not looked for this time"
    )


def test_as_text_the_lines_grow_with_the_causes_and_errors_come_first(audit, with_outcomes):
    new = [replace(audit.findings[0], table=f"t{n}") for n in range(90)]
    failed = NotAssessed(check="pii-secret", table="users", cause=Cause.ERROR, reason="could not read users")
    seen = with_outcomes(Passed(check="pii-secret", table="users"))
    lines = changes.text(seen, with_outcomes(*new, failed)).splitlines()
    assert lines[0].startswith("Not assessed any more: pii-secret in users (ended with an error)")
    assert len(lines) < 12 and any("and 85 other places" in line for line in lines)


def test_as_json_every_finding_has_the_keys_of_the_audit(audit, before):
    difference = json.loads(json.dumps(changes.to_dict(before, audit)))
    assert difference["schema"] == "auditkit/diff/1"
    outcome = audit.to_dict()["outcomes"][0].keys()
    assert difference["new"][0].keys() == outcome and difference["updated"][0]["now"].keys() == outcome
    assert {(a["table"], a["looked_for"]) for a in difference["absent"]} == {
        ("tickets", True),
        ("invoices", False),
    }
    assert [o["table"] for o in difference["not_assessed_any_more"]] == ["invoices", "hidden"]
    assert all(pair["grown"] for pair in difference["updated"])
