"""What a signed statement is worth on a day: each way in which a signature can fail is seen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.policy import Policy, PolicyError
from auditkit.policy.assessment import RISKS, field_of, fields
from auditkit.policy.check_ids import check_ids
from auditkit.policy.practices import practices
from auditkit.policy.signing import Expired, Flaw, NotStated, Signed, Unsigned, digest, standing
from auditkit.policy.statements import Attestation, Decision
from tests.signing import RUN, WHO, decision, statement

DAY = date(2026, 11, 22)


def policy_with(*statements: str, rest: str = "") -> Policy:
    return Policy.parse(
        "\n".join(["version: 1", "name: X", rest, "attestations:", *(f"- {s}" for s in statements)])
    )


def standing_of(line: str, as_of: date = DAY):
    return standing(policy_with(line).attestations[0], as_of)


def test_signed_expired_and_not_stated():
    assert standing_of(statement("necessity")) == Signed(
        "J. Doe", "owner", date(2026, 11, 19), date(2027, 11, 19)
    )
    assert standing_of(statement("necessity"), date(2027, 11, 19)) == Signed(
        "J. Doe", "owner", date(2026, 11, 19), date(2027, 11, 19)
    )
    assert isinstance(standing_of(statement("necessity"), date(2027, 11, 20)), Expired)
    assert standing_of("{field: necessity, text: null}") == standing(None, DAY) == NotStated()


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"text_sha256": "00" * 32}, Flaw.TEXT_CHANGED),
        ({"text_sha256": None}, Flaw.NO_DIGEST),
        ({"at": "2031-01-01", "until": "2032-01-01"}, Flaw.FUTURE_DAY),
        ({"at": None}, Flaw.NO_DAY),
        ({"by": None}, Flaw.NO_NAME),
        ({"role": None}, Flaw.NO_ROLE),
        ({"until": None}, Flaw.NO_END),
        ({"until": "2026-11-18"}, Flaw.ENDS_EARLY),
    ],
)
def test_a_statement_that_is_not_properly_signed_says_why(change, flaw):
    found = standing_of(statement("necessity", **change))
    assert found == Unsigned((flaw,))
    assert found.reason == flaw.words


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
def test_other_words_are_never_signed(words, other):
    signed = Attestation(field="necessity", text=words, text_sha256=digest(words), **WHO)
    changed = signed.model_copy(update={"text": other})
    is_same = words.strip() == other.strip()
    assert isinstance(standing(signed, DAY), Signed)
    assert isinstance(standing(changed, DAY), Signed) == is_same


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_signature_holds_from_its_day_to_its_end(as_of):
    found = standing_of(statement("necessity"), as_of)
    begins, ends = date(2026, 11, 19), date(2027, 11, 19)
    expected = Unsigned if as_of < begins else Signed if as_of <= ends else Expired
    assert isinstance(found, expected)


@pytest.mark.parametrize(
    ("field", "holds", "flaw", "changed"),
    [
        ("criterion.monitoring", {"answer": False}, Flaw.NO_ANSWER, {"answer": True}),
        ("acceptance", {"level": "medium"}, Flaw.NO_LEVEL, {"level": "high"}),
        ("dpo_advice", {"run": RUN}, Flaw.NO_RUN, {"run": {**RUN, "id": "another"}}),
    ],
)
def test_what_a_field_asks_besides_a_text_is_signed_too(field, holds, flaw, changed):
    line = statement(field, "Words.", **holds)
    assert isinstance(standing_of(line), Signed)
    assert flaw in standing_of(statement(field, "Words.")).flaws
    (signed,) = policy_with(line).attestations
    assert standing(Attestation.model_validate({**signed.model_dump(), **changed}), DAY) == Unsigned(
        (Flaw.TEXT_CHANGED,)
    )


def test_a_decision_needs_a_name_a_day_and_its_run():
    plain = Policy.parse("{version: 1, name: X, decision: {outcome: approved}}").decision
    flaws = {Flaw.NO_RUN, Flaw.NO_NAME, Flaw.NO_ROLE, Flaw.NO_DAY, Flaw.NO_END, Flaw.NO_DIGEST}
    assert set(standing(plain, DAY).flaws) == flaws
    signed = Policy.parse(f"{{version: 1, name: X, decision: {decision()}}}").decision
    assert isinstance(standing(signed, DAY), Signed)
    for change in (
        {"outcome": "rejected"},
        {"reason": "none"},
        {"run": {**RUN, "manifest_sha256": "cd" * 32}},
    ):
        changed = Decision.model_validate({**signed.model_dump(), **change})
        assert standing(changed, DAY) == Unsigned((Flaw.TEXT_CHANGED,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attestations: [{field: necesity}]", "attestations.0.field: unknown field. Did you mean 'necess"),
        ("attestations: [{field: controller}]", "not a statement: write it under the key `controller`"),
        ("attestations: [{field: practice.have-rollback-redy}]", "Did you mean 'practice.have-rollback"),
        ("attestations: [{field: necessity}, {field: necessity}]", "already number 1 of `attestations`"),
        ("attestations: [{field: necessity, answer: yes}]", "attestations.0.answer: this does not belong"),
        ("attestations: [{field: necessity, text: a, value: b}]", "either `text` or `value`"),
        ("attestations: [{field: necessity, text_sha256: ab}]", "the 64 hexadecimal digits of a SHA-256"),
        ("measures: [{check: pii-undeclard}]", "measures.0.check: unknown check. Did you mean 'pii-u"),
        ("measures: [{risks: [acces]}]", "unknown risk. Did you mean 'access'"),
        ("measures: [{id: M1}, {id: M1}]", "already number 1 of `measures`"),
        ("actions: [{closes_when: nonsense}]", "the id of a check, or 8 or more digits of a fingerprint"),
        ("actions: [{risks: [los]}]", "Did you mean 'loss'"),
        ("actions: [{id: A1}]\ndecision: {conditions: [A2]}", "unknown action: declare it in `actions`"),
        ("review: {triggers: [new_sorce]}", "unknown trigger. Did you mean 'new_source'"),
    ],
)  # fmt: skip
def test_a_name_that_means_nothing_is_refused_with_the_nearest_one(text, message):
    with pytest.raises(PolicyError, match=re.escape(message)) as error:
        Policy.parse(f"version: 1\nname: X\n\n{text}\n")
    assert re.match(r"privacy\.yaml:[45]:\d+: ", str(error.value))


def test_the_older_name_of_a_text_is_still_read():
    (old,) = policy_with("{field: necessity, value: It is.}").attestations
    assert old.text == "It is."


def test_a_statement_on_one_incident_names_its_fingerprint():
    one = "incident.3f9c0a12.assessment"
    assert field_of(one).question == fields()["incident.assessment"].question
    assert policy_with(statement(one)).attestations[0].asked.id == one
    assert field_of("incident.xyz.assessment") is None and field_of("incident.3f9c0a12.nothing") is None


def test_the_list_has_a_home_for_every_answer_of_the_templates():
    every = fields().values()
    cnil = {answer.strip() for f in every for answer in f.cnil.split(",")}
    numbers = {"111", "112", "113", "121", "122", "123", *(f"21{n}" for n in range(1, 6))}
    numbers |= {f"22{n}" for n in range(1, 8)} | {f"3{b}{n}" for b in (2, 3, 4) for n in range(1, 7)}
    assert numbers <= cnil and len(numbers) == 36
    edpb = {part.strip() for f in every for part in f.edpb.split(",")}
    assert edpb >= {
        "0.1", "0.2", "0.3", "0.4", "0.5", "1.1.a", "1.1.b", "1.1.c", "1.1.d", "1.2", "1.3", "1.4", "2.1.a",
        "2.1.b", "2.2.a", "2.2.b", "2.3.a", "2.3.b", "2.3.c", "2.3.d", "2.3.e", "3.1", "3.2", "3.3", "4.1.a",
        "4.1.b", "4.1.c", "4.2.a", "4.2.b", "4.2.c", "5.1", "5.2", "6",
    }  # fmt: skip
    assert {step.strip() for f in every for step in f.ico.split(",")} >= set("1234567")


def test_every_field_asks_a_question_of_a_role_and_each_key_is_in_the_policy():
    for field in fields().values():
        assert field.question.endswith((".", "?")) and field.role, field.id
        assert field.is_statement or field.home in Policy.model_fields, field.id
    assert {f.id.split(".")[1] for f in fields().values() if f.id.startswith("risk.")} == set(RISKS)


def test_ids_of_checks_are_known_without_loading_them():
    from auditkit.catalogue import catalogue

    assert check_ids() == set(catalogue())
    assert all(field_of(p.field) for p in practices())
