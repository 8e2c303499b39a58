"""The first page: one answer with its reasons, and never more than was seen or signed."""

import json
from dataclasses import replace

import pytest

from auditkit.outcome import Cause, Confidence, NotAssessed, Passed
from auditkit.policy import Policy
from auditkit.policy.assessment import fields
from auditkit.policy.signing import digest
from auditkit.policy.statements import Measure
from auditkit.report import body, html, model, templates
from auditkit.report.asked import State, asked
from auditkit.report.case import Case
from auditkit.report.front import fragment
from auditkit.report.front.criteria import CRITERIA, conclusion, criteria
from auditkit.report.say import catalogue
from tests.report.conftest import LEAK, WAIVED, detected
from tests.report.test_languages import example
from tests.signing import WHO, decision, statement


def policy_with(*blocks: str, more: str = "") -> Policy:
    return Policy.parse("{version: 1, name: X, attestations: [" + ", ".join(blocks) + "]" + more + "}")


def front(audit, policy=None, previous=None):
    return model.of(audit, policy=policy, previous=previous).front


def test_the_answer_names_what_stands_in_the_way(audit, policy):
    page = front(audit, policy)
    assert page.answer.state == "not_ready" and page.status == "Draft"
    for reason in (
        "1 possible incident",
        "very high risk",
        "statements missing",
        "1 statement expired",
        "1 action late",
    ):
        assert reason in page.answer.text, page.answer.text
    assert page.answer.text.startswith("Not ready for decision: ")


def test_without_a_policy_nothing_was_promised(audit):
    page = front(audit)
    assert page.status == "Inventory only"
    assert page.answer.text.startswith("Inventory only: nothing was promised, so nothing could be broken.")
    text = html.render(model.of(audit))
    assert "Sign-off" not in text and "Not ready" not in text


def test_only_a_signed_decision_counts_and_what_is_open_stays_visible(audit):
    unsigned = Policy.parse("{version: 1, name: X, decision: {outcome: approved}}")
    assert front(audit, unsigned).answer.state == "not_ready"
    signed = Policy.parse("{version: 1, name: X, decision: " + decision() + "}")
    page = front(audit, signed)
    assert page.answer.text.startswith("Decided: approved, by J. Doe (owner) on 22 Nov 2026")
    assert "1 possible incident" in page.answer.text
    assert page.status == "Decided on 22 Nov 2026 by J. Doe"


def test_an_answer_is_ready_only_where_nothing_is_left(with_outcomes):
    found = front(with_outcomes(Passed(check="pii-undeclared", table="t")), policy_with())
    assert found.answer.state == "not_ready", "risks and statements are still open"


def test_every_mandatory_field_that_nobody_stated_is_counted(audit):
    answers = asked(Case(audit, policy_with()))
    missing = [a for a in answers.values() if a.is_open]
    assert {a.field.id for a in missing} >= {"necessity", "dpo_advice", "acceptance", "incident.aware"}
    stated = asked(Case(audit, policy_with(statement("necessity"))))
    assert stated["necessity"].state is State.STATED
    changed = asked(Case(audit, policy_with(statement("necessity", text_sha256="0" * 64))))
    assert changed["necessity"].state is State.UNSIGNED
    ended = asked(Case(audit, policy_with(statement("necessity", at="2024-01-01", until="2025-01-01"))))
    assert ended["necessity"].state is State.EXPIRED


def test_questions_about_incidents_are_asked_only_where_there_is_one(with_outcomes):
    answers = asked(Case(with_outcomes(), policy_with()))
    assert answers["incident.aware"].state is State.NOT_ASKED
    assert answers["article10"].state is State.NOT_ASKED


def test_what_holds_for_every_table_is_stated_only_where_all_of_them_have_it(audit):
    text = "{version: 1, name: X, tables: {users: {purposes: [p], columns: {email: user.contact.email}}%s}}"
    case = Case(audit, Policy.parse(text % ""))
    found = asked(case)["tables.purposes"]
    assert found.state is State.MISSING
    assert found.statement.value == "1 of 2 tables; without it: patients"
    whole = Case(audit, Policy.parse(text % ", patients: {purposes: [p]}"))
    assert asked(whole)["tables.purposes"].state is State.STATED


# The nine criteria


def test_each_criterion_says_yes_or_no_and_by_whom(audit, policy):
    block = statement("criterion.innovative", "Nothing new.", answer=False)
    found = {c.id: c for c in criteria(Case(audit, policy_with(block)))}
    assert list(found) == list(CRITERIA) and len(found) == 9
    assert found["sensitive"].met is True and found["sensitive"].signature is None
    assert (found["innovative"].met, found["innovative"].reason) == (False, "Nothing new.")
    assert "J. Doe" in found["innovative"].signature
    assert found["monitoring"].met is None and found["large_scale"].met is None, "rows alone are not large"


def test_children_that_a_check_found_reach_the_criterion_of_vulnerable_people(audit):
    from auditkit.outcome import Confidence, Finding, Severity

    child = Finding(
        check="pii-child", table="users", severity=Severity.HIGH, confidence=Confidence.HIGH, rows=18, of=90
    )
    found = {c.id: c for c in criteria(Case(replace(audit, outcomes=(child,))))}
    assert found["vulnerable"].met is True and "18" in found["vulnerable"].reason


def test_a_person_may_say_no_and_the_page_shows_what_was_measured(audit):
    block = statement("criterion.sensitive", "A test column.", answer=False)
    case = Case(audit, policy_with(block))
    found = {c.id: c for c in criteria(case)}["sensitive"]
    assert found.met is False and "special categories" in found.measured


@pytest.mark.parametrize(
    ("yes", "no", "words"),
    [(2, 0, "make an assessment the rule"), (1, 8, "one may be enough"), (0, 9, "may still be required")],
)
def test_two_criteria_make_an_assessment_the_rule(with_outcomes, yes, no, words):
    blocks = [statement(f"criterion.{c}", "So it is.", answer=i < yes) for i, c in enumerate(CRITERIA)][
        : yes + no
    ]
    case = Case(with_outcomes(columns=()), policy_with(*blocks))
    assert words in conclusion(case).value


def test_that_no_assessment_is_needed_is_not_said_while_a_criterion_is_open(with_outcomes):
    text = conclusion(Case(with_outcomes(columns=()), policy_with())).value
    assert "nobody can say yet" in text


# Signatures, and what could not be seen


def test_the_table_of_signatures_has_names_roles_and_days_or_says_not_signed(audit):
    signed = policy_with(
        statement("dpo_advice", "Wait.", run={"id": "r", "manifest_sha256": "ab" * 32}),
        more=", decision: " + decision(residual_accepted_by="A. Head"),
    )
    rows = {row.cells[0]: row.cells for row in front(audit, signed).signatures.rows}
    assert rows["Advice of the data protection officer"][2:] == ("J. Doe", "owner", "19 Nov 2026")
    assert rows["Residual risk accepted"][2] == "A. Head"
    bare = {row.cells[0]: row.cells for row in front(audit, policy_with()).signatures.rows}
    assert bare["Decision"][1:] == ("not signed", None, None, None)


def test_what_needs_a_word_and_what_could_not_be_seen_are_counted_apart(audit, policy):
    text = " ".join(front(audit, policy).needs)
    assert (
        "1 check needs your word" in text and "1 check could not see its data: no right to read (1)" in text
    )


def test_what_does_not_apply_is_in_no_list(with_outcomes, policy):
    hidden = NotAssessed(
        check="tenancy-missing-key", table="t", cause=Cause.NOT_APPLICABLE, reason="no tenants"
    )
    report = model.of(with_outcomes(hidden), policy=policy)
    assert "needs your word" not in " ".join(report.front.needs)


def test_the_risks_that_moved_since_the_last_run_are_named(audit, policy, with_outcomes):
    calm = with_outcomes(*[o for o in audit.outcomes if o.check != "retention-overdue"])
    text = " ".join(front(audit, policy, previous=calm).changed)
    assert "Data kept too long from not assessed to very high" in text


# The views


@pytest.mark.parametrize("view", body.VIEWS)
def test_each_field_of_each_template_is_stated_measured_or_named_as_missing(audit, policy, view):
    report = model.of(audit, policy=policy, view=view)
    page = html.render(report)
    for chapter in report.chapters:
        for entry in chapter.entries:
            assert entry.asked or entry.blocks, (view, entry.number)
            assert entry.title.replace("'", "&#39;") in page
    (table,) = [t for t in report.templates if t.caption == catalogue()[f"views.{view}"]]
    assert len(table.rows) == sum(len(c.entries) for c in report.chapters)
    assert "nobody has stated this" in page


@pytest.mark.parametrize("view", body.VIEWS)
def test_every_field_of_the_list_is_in_every_view_that_numbers_it(view):
    shown = {
        name
        for chapter in body.layout(view)
        for entry in chapter["entry"]
        for name in body.fields_of(view, entry)
    }
    numbered = {name for name, field in fields().items() if body.numbers(field, view)}
    assert numbered - shown == set()


def test_the_body_has_every_field_once_and_every_block_of_the_views():
    names = [n for c in body.layout(body.REPORT) for e in c["entry"] for n in e.get("fields", ())]
    assert len(names) == len(set(names))
    elsewhere = {"purposes", "processors", "measures", "actions", "review.history"}
    shown = set(names) | elsewhere
    left = {n for n in fields() if not n.startswith(("risk.", "criterion.", "incident."))} - shown
    assert left == set(), "each is a field of the body, or a table of it"


@pytest.mark.parametrize("view", [None, *body.VIEWS])
def test_no_part_of_a_body_says_the_same_twice(view):
    audit, policy = example()
    for chapter in model.of(audit, policy=policy, view=view).chapters:
        for entry in chapter.entries:
            stated = {str(s.value) for s in entry.statements if s.note}
            cells = {str(c) for b in entry.blocks for g in b.grids for row in g.rows for c in row.cells}
            captions = [g.caption for b in entry.blocks for g in b.grids]
            assert not stated & cells, (view, entry.number)
            assert len(captions) == len(set(captions)), (view, entry.number)


def test_the_templates_have_their_own_numbers():
    numbers = {view: [e["number"] for c in body.layout(view) for e in c["entry"]] for view in body.VIEWS}
    assert len([n for n in numbers["cnil"] if n.isdigit()]) == 36
    assert set(numbers["ico"]) == set("1234567")
    assert numbers["edpb"][:5] == ["0.1", "0.2", "0.3", "0.4", "0.5"] and numbers["edpb"][-1] == "6"
    assert {"1.1.a", "2.3.e", "3.1", "4.1.b", "4.2.c", "5.2"} <= set(numbers["edpb"])


def test_the_same_facts_are_in_every_view(audit, policy):
    views = [json.loads(model.of(audit, policy=policy, view=v).to_json()) for v in (None, *body.VIEWS)]
    for data in views:
        assert data.pop("view") and data.pop("chapters"), "their order differs"
    assert all(data == views[0] for data in views)


def test_the_map_names_the_chapter_of_each_answer(audit, policy):
    report = model.of(audit, policy=policy)
    rows = {row.cells[0]: row.cells for row in report.templates[0].rows}
    assert rows["3.2"][2:4] == ("partly stated", "6")
    assert templates._places()["necessity"] == "6"


# Words


def test_every_field_has_a_label_and_every_sentence_is_used():
    known = catalogue()
    assert {f"field.{name}" for name in fields()} <= set(known)
    for view in (body.REPORT, *body.VIEWS):
        for chapter in body.layout(view):
            assert f"view.{view}.{chapter['number']}" in known


def test_a_notebook_shows_the_first_page(audit, policy):
    data = json.loads(model.of(audit, policy=policy).to_json())
    shown = fragment.of(data)
    assert data["answer"]["text"] in shown.text
    for words in (
        "Illegitimate access to data",
        "Sign-off",
        "The nine criteria",
        "Foreign key crosses tenants",
    ):
        assert words in shown._repr_html_()


# What nothing looked at is never called clean


def test_leaks_are_called_absent_only_where_a_check_looked_for_them(with_outcomes):
    def said(*outcomes):
        return front(with_outcomes(*outcomes), policy_with()).all_incidents.empty

    unseen = NotAssessed(
        check="tenancy-cross-reference", table="t", cause=Cause.UNDECLARED, reason="no tenants are declared"
    )
    assert "were not assessed" in said() and "were not assessed" in said(unseen)
    assert "No leak between tenants" in said(unseen, Passed(check="tenancy-cross-reference", table="t", of=9))
    waived = replace(LEAK, waiver=WAIVED.waiver)
    assert said(waived).startswith("1 possible incident is accepted by a waiver")
    unsure = replace(LEAK, confidence=Confidence.LOW)
    assert said(unsure).startswith("1 finding may be a leak between tenants")


def test_personal_data_is_called_absent_only_in_the_tables_that_were_read(audit):
    def said(found):
        return [str(s.value) for s in front(found, policy_with()).people]

    nothing = replace(audit, columns=(detected("t", "a", None, "none"),))
    assert [text for text in said(nothing) if "in the 63 of 71 tables that could be read" in text]
    assert not [text for text in said(replace(nothing, relations=(71, 71))) if "could be read" in text]
    assert not [text for text in said(replace(audit, columns=())) if "none found" in text]


def test_a_threat_between_tenants_is_named_only_where_there_are_tenants(with_outcomes):
    def story(policy):
        page = front(with_outcomes(Passed(check="pii-undeclared", table="t")), policy)
        return next(str(row.cells[1]) for row in page.risks.rows if "Illegitimate" in str(row.cells[0]))

    assert "tenant" not in story(policy_with())
    assert "tenant" in story(policy_with(more=", tenancy: {root: tenants, key: tenant_id}"))


def test_what_a_draft_proposes_about_tables_is_not_stated(audit):
    text = "{version: 1, name: X, %s tables: {users: {subject: {type: user, key: email}}}}"
    for draft, state in (("proposed: true,", State.MISSING), ("", State.MISSING)):
        case = Case(audit, Policy.parse(text % draft))
        found = asked(case)["tables.subject"]
        assert found.state is state and (found.statement.value is None) == bool(draft)
    assert "nobody has reviewed it" in str(
        front(audit, Policy.parse(text % "proposed: true,")).people[1].value
    )


def test_people_of_one_kind_are_counted_once(audit):
    policy = Policy.parse(
        "{version: 1, name: X, tables: {users: {subject: {type: user, key: email}},"
        " patients: {subject: {type: user, key: diagnosis}}}}"
    )
    assert str(front(audit, policy).people[1].value).count("user (") == 1


def test_everybody_who_signed_a_measure_is_named(audit):
    def measure(name, by):
        plain = {
            "id": name,
            "title": "T",
            "status": "implemented",
            "check": "retention-overdue",
            **WHO,
            "by": by,
        }
        return {**plain, "text_sha256": digest(Measure.model_validate(plain).words or "")}

    measures = json.dumps([measure("M1", "A. Roe"), measure("M2", "B. Coe"), measure("M3", "A. Roe")])
    first = front(audit, policy_with(more=f", measures: {measures}")).signatures.rows[0]
    assert first.cells[2] == "A. Roe, B. Coe"
    assert first.cells[1] == "3 of 3 measures signed, 3 contradicted by findings"
