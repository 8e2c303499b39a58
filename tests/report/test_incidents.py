"""Incidents in the report: something to assess, never judged; what is missing is stated."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from auditkit.detection import ColumnVerdict, NamesModel
from auditkit.incident import Incident, Pair
from auditkit.outcome import Confidence, Finding, Severity
from auditkit.policy import Policy
from auditkit.record.sighting import Sighting
from auditkit.report import folder, html, incidents, model, selfscan, terminal
from auditkit.report.case import Case
from auditkit.report.figures.timeline import ticks
from tests import signing
from tests.signing import statement

FIRST = "Incidents to assess (Art. 33(3)(a))"
STATED = f"""
version: 1
name: Helpdesk
dpo: {{name: Ada Officer, contact: dpo@example.org}}
attestations:
  - {statement("incident.aware", "2026-11-21 10:00 UTC", role="on call", at="2026-11-21")}
  - {statement("incident.consequences", "Three requesters were named to another customer", by="Ada Officer")}
"""


def incident_of(finding, **known):
    return Incident(
        fingerprint=finding.fingerprint,
        check=finding.check,
        table=str(finding.table),
        tables=("tickets", "projects"),
        rows=finding.rows,
        as_of="2026-11-22",
        clock="created_at",
        first="2026-01-05",
        last="2026-11-10",
        recent=1,
        undated=0,
        key="5fc8aa14",
        categories=("user.contact.email", "user.contact.phone_number", "user.health_and_medical"),
        pairs=(Pair("T-35b1f7d6ee1c", "T-f89d4ea16034", 2), Pair("T-f89d4ea16034", None, 1)),
        more_pairs=4,
        **known,
    )


@pytest.fixture
def leaked(audit):
    """Return the audit with what was seen of its leak."""
    return replace(audit, incidents=(incident_of(audit.findings[0]),))


def grid(report, caption):
    (section,) = [s for s in report.sections if s.number == "11"]
    (found,) = [g.to_dict()["rows"] for g in section.grids if g.caption.startswith(caption)]
    return [row["value"] for row in found]


def test_what_was_seen_is_in_the_report_and_no_verdict(leaked, policy):
    report = model.of(leaked, policy=policy)
    (row,) = grid(report, FIRST)
    assert row["Where"] == "tickets.project_id" and row["Rows"] == 3 and row["Data subjects"] == "3"
    assert (
        row["Days of the rows (UTC)"] == "5 Jan 2026 to 10 Nov 2026, by created_at"
        and row["In the last 30 days"] == "yes, 1 row"
    )
    assert (
        row["Personal data in reach"]
        == "contact data, health data (special categories) (in tickets, projects)"
    )
    pairs = grid(report, "Tenants that meet")
    assert [(p["Tenant of the row"], p["Other tenant"], p["Rows"]) for p in pairs] == [
        ("T-35b1f7d6ee1c", "T-f89d4ea16034", 2),
        ("T-f89d4ea16034", "none known", 1),
        ("and 4 more pairs", None, None),
    ]
    assert "incidents" in report.figures and report.leaks == {leaked.findings[0].fingerprint}
    page = html.render(report)
    words = re.sub(r"<[^>]+>", " ", page)
    assert (
        "72 hours of Art. 33 run from the moment the controller is aware" in words
        and "for a person to say" in words
    )
    assert not re.search(r"(?<!Whether it )\b(?:is|was) a (?:personal data )?breach\b", words), (
        "only people say so"
    )


def test_what_only_people_can_say_is_missing_until_they_do(leaked):
    (section,) = [s for s in model.of(leaked, policy=Policy.parse(STATED)).sections if s.number == "11"]
    values = {s.label: s.value for s in section.statements}
    assert values["Contact point (Art. 33(3)(b))"] == "Ada Officer, dpo@example.org"
    assert values["Likely consequences (Art. 33(3)(c))"].startswith("Three requesters")
    missing = " ".join(section.missing)
    assert (
        "Measures taken or proposed" in missing
        and "incident.assessed_by" in missing
        and "incident.aware" not in missing
    )
    assert all(s.provenance.by for s in section.statements if s.evidence == "attested")


def test_an_audit_without_incidents_still_says_that_there_is_one(audit, policy):
    (row,) = grid(model.of(audit, policy=policy), FIRST)
    assert row["Days of the rows (UTC)"].startswith("unknown") and row["In the last 30 days"] == "not known"
    assert "incidents" not in model.of(audit, policy=policy).figures


def test_what_is_not_known_is_shown_as_unknown(audit, policy):
    bare = Incident(
        fingerprint=audit.findings[0].fingerprint, check="tenancy-cross-reference", table="tickets", rows=3
    )
    finding = replace(audit.findings[0], subjects=None)
    found = replace(audit, outcomes=(finding,), incidents=(bare,), columns=())
    (row,) = grid(model.of(found, policy=policy), FIRST)
    assert (
        row["Days of the rows (UTC)"] == "unknown: the table has no clock"
        and row["Data subjects"] == "not declared"
    )
    assert row["Personal data in reach"] == "none declared; not looked for in this run"
    drawn = html.render(model.of(found, policy=policy))
    assert "unknown: no clock tells" in drawn


def test_the_page_states_what_could_not_be_read_of_an_incident(audit, policy):
    late = "the time budget of 10m was used up before this could be read"
    bare = Incident(
        fingerprint=audit.findings[0].fingerprint,
        check="tenancy-cross-reference",
        table="tickets",
        rows=3,
        missing=late,
    )
    found = replace(audit, incidents=(bare,))
    (row,) = grid(model.of(found, policy=policy), FIRST)
    assert row["Days of the rows (UTC)"] == f"unknown: {late}"
    (pair,) = grid(model.of(found, policy=policy), "Tenants that meet in these rows")
    assert pair["Tenant of the row"] == late and f"not known: {late}" in terminal.audit(found)


def test_a_finding_that_rests_on_no_art_33_is_an_incident_where_it_was_seen_as_one(audit, policy):
    drift = Finding(
        check="tenancy-derived-drift",
        table="notes",
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        rows=2,
        of=9,
    )
    found = replace(audit, outcomes=(drift,), incidents=(incident_of(drift),))
    assert model.of(found, policy=policy).leaks == {drift.fingerprint}
    waived = replace(drift, waiver=audit.findings[-1].waiver)
    assert model.of(replace(found, outcomes=(waived,)), policy=policy).leaks == frozenset()


def test_the_text_of_an_audit_has_its_incidents_and_what_was_not_looked_for(leaked):
    noted = replace(leaked, names_model=NamesModel.missing())
    lines = terminal.audit(noted)
    for words in (
        "1 incident to assess (GDPR Art. 33, 34)",
        "5 Jan 2026 to 10 Nov 2026, by created_at; in the last 30 days: yes, 1 row",
        "data subjects: 3",
        "T-35b1f7d6ee1c with T-f89d4ea16034: 2, T-f89d4ea16034 with none known: 1, and 4 more pairs",
        "personal data in reach: user.contact, user.health_and_medical (special category)",
        "were not looked for",
    ):
        assert words in lines, words
    assert "not looked for" not in terminal.audit(leaked)


def test_a_run_folder_with_incidents_is_written_and_the_same_twice(leaked, policy, tmp_path):
    kept = [folder.save(leaked, tmp_path / name, policy=policy) for name in ("one", "two")]
    audits = [json.loads((k / "audit.json").read_text()) for k in kept]
    assert audits[0]["incidents"] == audits[1]["incidents"] == [leaked.incidents[0].to_dict()]


def test_labels_never_look_like_a_personal_value():
    many = " with ".join(f"T-{n:012}" for n in range(4_000_000_000_000_000 % 10**12, 10**12, 7_919_317_331))
    selfscan.check("report.html", f"<p>{many}</p>", selfscan.Allowed())


@pytest.mark.parametrize(
    "last",
    [
        date(2020, 1, 1),
        date(2020, 1, 2),
        date(2020, 3, 1),
        date(2021, 1, 1),
        date(2030, 5, 5),
        date(2150, 1, 1),
    ],
)
def test_an_axis_of_days_has_few_marks_within_it(last):
    first = date(2020, 1, 1).toordinal()
    marks = ticks(first, last.toordinal())
    assert (
        len(marks) <= 7
        and all(first <= day <= last.toordinal() for day, _ in marks)
        and len(set(marks)) == len(marks)
    )


# Names in free text


def statement(report, label):
    return [s for section in report.sections for s in section.statements if s.label == label]


def test_the_report_says_whether_names_in_texts_were_looked_for(audit, policy):
    label = "Names of people inside free text"
    note = NamesModel.missing().sentence
    absent = model.of(replace(audit, names_model=NamesModel.missing()), policy=policy)
    (shown,) = statement(absent, label)
    assert (shown.value, shown.evidence) == (note, "not assessed") and note in html.render(absent)
    assert note in json.dumps(absent.to_dict()) and note in html.fragment(
        replace(audit, names_model=NamesModel.missing())
    )
    assert statement(model.of(audit, policy=policy), label) == [], (
        "nothing was profiled, or an older version did not say"
    )


def test_what_the_names_model_saw_stands_with_its_interval(audit, policy):
    seen = (
        "names of people in about 48% of the texts (37% to 60% at 95 % confidence; 64 of 400 read by the"
        " names model)"
    )
    texts = [
        ColumnVerdict("tickets", name, "FREE_TEXT", None, "likely", 0.9, 400, 0, 400, 400, names_seen=names)
        for name, names in (("body", seen), ("reply", ""))
    ]
    report = model.of(
        replace(audit, names_model=NamesModel(ran=True), columns=(*audit.columns, *texts)), policy=policy
    )
    (shown,) = statement(report, "Names of people inside free text")
    assert shown.evidence == "measured"
    (section,) = [s for s in report.sections if s.number == "5"]
    (found,) = [g for g in section.grids if g.caption == "Names of people inside free text"]
    assert [row.cells for row in found.rows] == [
        ("tickets", "body", seen),
        ("tickets", "reply", "no names were seen in what the model read"),
    ]
    assert seen in html.render(report)


# Names that act


def test_characters_that_turn_or_hide_a_name_are_shown_everywhere(with_outcomes, policy):
    hostile = "no\u202etes\u200b\x1b[2J<b>" + "x" * 300
    finding = Finding(
        check="tenancy-cross-reference",
        table=hostile,
        columns=(hostile,),
        target=hostile,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        rows=1,
        of=2,
        detail={hostile: hostile},
    )
    audit = replace(
        with_outcomes(finding),
        incidents=(replace(incident_of(finding), clock=hostile, tables=(hostile,)),),
        source=hostile,
    )
    for page in (html.render(model.of(audit, policy=policy)), html.fragment(audit), terminal.audit(audit)):
        assert not re.search("[\u202e\u200b\x1b]", page) and "<b>x" not in page.replace("no?tes??[2J<b>", "")
    assert "x" * 210 not in re.sub(r"<title>[^<]*</title>|<desc>[^<]*</desc>", "", html.fragment(audit)), (
        "a long name is cut"
    )


# A statement for each incident, and when it was first seen


def test_an_incident_may_have_its_own_statements_and_the_common_ones_hold_for_all(leaked):
    (finding,) = [f for f in leaked.findings if f.check == "tenancy-cross-reference"]
    own = signing.statement(f"incident.{finding.fingerprint[:8]}.assessment", "It is no breach.")
    common = signing.statement("incident.aware", "On 20 November 2026.")
    policy = Policy.parse("{version: 1, name: X, attestations: [" + own + ", " + common + "]}")
    case = Case(leaked, policy)
    (row,) = incidents.asked_of(case).rows
    assert "It is no breach." in row.cells[3] and "J. Doe" in row.cells[3]
    assert row.cells[1] is None and row.cells[4] is None
    (line,) = incidents.overview(case).rows
    assert line.cells[-1].startswith("stated: On 20 November 2026.")


def test_an_incident_says_in_which_run_it_was_first_seen(leaked):
    (finding,) = [f for f in leaked.findings if f.check == "tenancy-cross-reference"]
    seen = {finding.fingerprint: Sighting("20261101T093000Z-ab", date(2026, 11, 1))}
    (line,) = incidents.overview(Case(replace(leaked, first_seen=seen))).rows
    assert line.cells[1] == "1 Nov 2026, in the run 20261101T093000Z-ab"
    (line,) = incidents.overview(Case(leaked)).rows
    assert line.cells[1] == "in this run"
