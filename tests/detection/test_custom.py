"""What users add to the search is looked for in every cell, and what they allow is not found."""

from __future__ import annotations

import pickle
import re
from functools import reduce
from itertools import pairwise
from operator import add

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

import auditkit
from auditkit.detection import Profile, analyzer, profile, profile_batch
from auditkit.detection.configured import of_policy
from auditkit.policy import Policy, PolicyError

BLOCK = """
version: 1
name: Shop
detection:
  allow:
    - {entity: EMAIL_ADDRESS, values: [info@example.org], reason: a mailbox that nobody owns}
    - {entity: EMAIL_ADDRESS, pattern: '.*@bots[.]example', reason: machines}
  deny:
    - {entity: PERSON, values: [Zaphod Beeblebrox]}
  recognizers:
    - entity: CUSTOMER_NUMBER
      category: user.unique_id
      patterns: '(?<![0-9])KD-[0-9]{4}(?![0-9])'
      score: 0.9
    - {entity: MEMBER_NUMBER, category: user.unique_id, patterns: '(?<![0-9])[0-9]{8}(?![0-9])', check: luhn}
    - {entity: DESK, category: user.workplace, patterns: '[A-F][0-9]{2}', context: desk, score: 0.3}
"""
POLICY = Policy.parse(BLOCK)
CUSTOM = of_policy(POLICY)
PIECES = (
    "KD-1234",
    "KD-12345",
    "info@example.org",
    "ana@example.org",
    "x@bots.example",
    "12345674",
    "12345675",
    "zaphod BEEBLEBROX",
    "B12",
    "?",
)


def batch(cells, name: str = "note") -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({name: pa.array(cells, pa.large_string())})


def verdict(cells, name: str = "note", policy: Policy = POLICY):
    return profile_batch("t", batch(cells, name), of_policy(policy)).columns[0]


@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map(", ".join), max_size=40),
    st.lists(st.integers(0, 40), max_size=4),
)
@example(cells=["KD-1234", "KD-1234, info@example.org, zaphod BEEBLEBROX"], cuts=[1])
def test_the_state_of_the_parts_is_the_state_of_the_whole(cells, cuts):
    whole = profile_batch("t", batch(cells), CUSTOM)
    at = [0, *sorted(min(c, len(cells)) for c in cuts), len(cells)]
    parts = [profile_batch("t", batch(cells[a:b]), CUSTOM) for a, b in pairwise(at)]
    for order in (parts, parts[::-1]):
        merged = reduce(add, order, Profile())
        assert merged.states == whole.states
        assert merged.columns == whole.columns


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map(", ".join), min_size=1, max_size=30))
def test_every_cell_is_counted_as_a_plain_search_counts(cells):
    state = profile_batch("t", batch(cells), CUSTOM).states["t", "note"]
    counted = {CUSTOM.sought[name].entity: seen.cells for name, seen in state.by_user.items() if seen.cells}
    member = lambda t: any(n == "12345674" for n in re.findall(r"(?<!\d)\d{8}(?!\d)", t))
    plain = {
        "CUSTOMER_NUMBER": lambda t: re.search(r"(?<!\d)KD-\d{4}(?!\d)", t),
        "MEMBER_NUMBER": member,
        "PERSON": lambda t: "zaphod" in t,
        "DESK": lambda t: "B12" in t,
    }
    assert counted == {
        entity: n for entity, holds in plain.items() if (n := sum(bool(holds(t)) for t in cells))
    }
    mails = state.found["EMAIL_ADDRESS"].cells if "EMAIL_ADDRESS" in state.found else 0
    assert mails == sum("ana@example.org" in t for t in cells), (
        "an allowed address hides no other one beside it"
    )


def test_one_cell_in_a_hundred_thousand_is_counted():
    cells = [f"order {n}" for n in range(100_000)] + ["order of KD-1234"]
    assert verdict(cells).contains == {"CUSTOMER_NUMBER": 1}


def test_a_column_of_your_own_data_has_its_verdict_and_category():
    found = verdict([f"KD-{n:04d}" for n in range(50)])
    assert (found.entity, found.category, found.verdict, found.matches) == (
        "CUSTOMER_NUMBER",
        "user.unique_id",
        "certain",
        50,
    )
    unsure = verdict([f"{c}{n}" for c in "ABC" for n in range(10, 40)])
    assert unsure.entity != "DESK", "a weak form needs a word of its context"
    desk = verdict([f"{c}{n}" for c in "ABC" for n in range(10, 40)], "desk")
    assert (desk.entity, desk.verdict, desk.matches) == ("DESK", "certain", 90)


def test_cells_that_hold_several_things_are_counted_once():
    texts = [
        "Please call customer KD-1234 back, the address is ana@example.org as ever.",
        "Please call customer KD-1235 back, nothing else is known of this one, sorry.",
        "Please write to ana@example.org again, there was no answer from anybody yet.",
        "Please write to info@example.org again, there was no answer from anybody yet.",
    ]
    found = verdict(texts)
    assert (
        found.entity,
        found.contains["CUSTOMER_NUMBER"],
        found.contains["EMAIL_ADDRESS"],
        found.inside,
    ) == ("FREE_TEXT", 2, 2, 3)


def test_where_the_first_number_of_a_cell_fails_its_check_the_next_ones_are_tried():
    block = (
        "{recognizers: [{entity: AA, category: user.unique_id, patterns: '(?<![a-z])[0-9]{4}', check: luhn}]}"
    )
    policy = Policy.parse(f"{{version: 1, name: X, detection: {block}}}")
    cells = ["1234 or 5678 or 1230", "12341230", "a1234 1235", "1234", "1234 and 1230, 1230"]
    assert verdict(cells, policy=policy).contains | {"AA": 3} == {"AA": 3}
    (seen,) = profile_batch("t", batch(cells), of_policy(policy)).states["t", "note"].by_user.values()
    assert seen.cells == 3


def test_what_is_allowed_is_no_personal_data():
    assert verdict(["info@example.org", "INFO@example.org", "x@bots.example"] * 5, "sent_by").entity is None
    assert verdict(["info@example.org", "ana@example.org"] * 5, "sent_by").contains == {"EMAIL_ADDRESS": 5}


def test_an_entity_without_a_form_cannot_be_allowed():
    policy = Policy.parse(
        "version: 1\nname: X\ndetection:\n  allow:\n  - {entity: RELIGION, values: [none], reason: x}\n"
    )
    with pytest.raises(PolicyError, match=r"privacy.yaml:5:\d+: .*declare the column as `none`"):
        of_policy(policy)


def test_a_block_takes_effect_in_an_audit_and_what_is_declared_is_known():
    rows = pd.DataFrame({"ref": [f"KD-{n:04d}" for n in range(30)]})
    (found,) = auditkit.audit({"orders": rows}, POLICY, checks=["pii-undeclared"], strict=True).findings
    assert (found.columns, found.entity, found.rows, found.detail["category"]) == (
        ("ref",),
        "CUSTOMER_NUMBER",
        30,
        "user.unique_id",
    )
    declared = Policy.parse(BLOCK + "tables: {orders: {columns: {ref: user.unique_id}}}\n")
    assert auditkit.audit({"orders": rows}, declared, checks=["pii-undeclared"], strict=True).findings == ()


def test_it_takes_effect_in_a_profile_and_on_the_command_line(tmp_path, capsys):
    from auditkit.cli import main

    pd.DataFrame({"ref": [f"KD-{n:04d}" for n in range(30)]}).to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "privacy.yaml").write_text(BLOCK)
    assert (
        auditkit.profile(tmp_path / "orders.csv", policy=tmp_path / "privacy.yaml").columns[0].entity
        == "CUSTOMER_NUMBER"
    )
    assert (
        main(
            ["profile", str(tmp_path / "orders.csv"), "-p", str(tmp_path / "privacy.yaml"), "--format", "csv"]
        )
        == 0
    )
    assert "CUSTOMER_NUMBER" in capsys.readouterr().out


def test_the_analyzer_knows_it_too():
    found = analyzer(POLICY).analyze("KD-1234 wrote to info@example.org and ana@example.org", language="en")
    spans = {(r.entity_type, r.start) for r in found}
    assert ("CUSTOMER_NUMBER", 0) in spans
    assert [start for entity, start in spans if entity == "EMAIL_ADDRESS"] == [38]


def test_python_never_runs_a_pattern_of_the_policy(monkeypatch):
    slow = Policy.parse(
        "{version: 1, name: X, detection: {recognizers: [{entity: AA, category: user.unique_id, patterns:"
        " '(?:a+)+b', check: luhn}]}}"
    )
    monkeypatch.setattr("auditkit.detection.shapes.Shape.python", property(lambda _: 1 / 0))
    assert verdict(["a" * 5000 + "c", "b"], policy=slow).contains == {}


class Badges(EntityRecognizer):
    def load(self) -> None: ...

    def analyze(self, text, entities, nlp_artifacts=None):
        return [RecognizerResult("BADGE", 0, len(text), 0.9)] if text.startswith("BX") else []


def test_recognisers_of_patterns_see_every_cell_and_others_a_sample(tmp_path):
    frame = pd.DataFrame(
        {
            "a": [f"BX-{n:05d}" for n in range(9000)],
            "b": [f"order {n}" for n in range(8999)] + ["order BX-00001"],
        }
    )
    plain = PatternRecognizer(
        supported_entity="BADGE", patterns=[Pattern("badge", r"(?<!\d)BX-\d{5}\b", 0.9)]
    )
    with auditkit.open(frame) as source:
        a, b = profile(source, recognizers=[plain]).columns
        assert (a.entity, a.matches, b.contains) == ("BADGE", 9000, {"BADGE": 1})
        a, b = profile(source, recognizers=[Badges(supported_entities=["BADGE"])]).columns
    assert (a.entity, b.contains) == ("BADGE", {})
    assert "saw a sample" in a.evidence


def test_it_crosses_processes():
    again = pickle.loads(pickle.dumps(CUSTOM))
    assert [s.pattern for f in again.families for s in f.shapes] == [
        s.pattern for f in CUSTOM.families for s in f.shapes
    ]
    assert (
        profile_batch("t", batch(["KD-1234"]), again).states
        == profile_batch("t", batch(["KD-1234"]), CUSTOM).states
    )


PRESIDIO = r"""
supported_languages: [en, de]
global_regex_flags: 26
recognizers:
  - name: "Zip code Recognizer"
    supported_language: "de"
    patterns:
      - {name: "zip code (weak)", regex: "(\\b\\d{5}(?:\\-\\d{4})?\\b)", score: 0.01}
    context: [zip, code]
    supported_entity: "ZIP"
  - name: "Titles recognizer"
    supported_language: "en"
    supported_entity: "TITLE"
    deny_list: [Mr., Mrs., Prof.]
  - name: CreditCardRecognizer
    type: predefined
  - name: "Off"
    supported_language: en
    supported_entity: "OFF"
    enabled: false
    deny_list: [Mr.]
"""


def test_a_presidio_file_is_read_by_presidio(tmp_path):
    (tmp_path / "recognizers.yaml").write_text(PRESIDIO)
    policy = Policy.parse("{version: 1, name: X, detection: {presidio: recognizers.yaml}}", folder=tmp_path)
    found = of_policy(policy)
    assert sorted(s.entity for s in found.sought.values()) == ["TITLE", "ZIP"]
    assert found.recognizers == (), "card numbers are looked for in every cell anyway"
    cells = [f"{n:05d}" for n in range(12345, 12375)]
    assert verdict(cells, "zip", policy).entity in ("ZIP", "POSTAL_CODE")
    assert verdict(["order 1", "order 2", "PROF. X"] * 3, "note", policy).contains == {"TITLE": 3}


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("presidio", "recognizers: [{name: Nope, type: predefined}]", "Presidio cannot use"),
        (
            "model",
            "nlp_engine_name: spacy\nmodels: [{lang_code: en, model_name: en_core_web_lg}]",
            "the spaCy model en_core_web_lg is not installed",
        ),
        (
            "model",
            "nlp_engine_name: spacy\nmodels: [{lang_code: en, model_name: json}]",
            "the spaCy model json is not installed",
        ),
        (
            "model",
            "nlp_engine_name: spacy\nmodels: [{lang_code: en, model_name: numpy}]",
            "the spaCy model numpy is not installed",
        ),
        ("model", "nlp_engine_name: stanza\nmodels: [{lang_code: en, model_name: en}]", "is not installed"),
        ("model", "nlp_engine_name: other\nmodels: []", "expected one of"),
        ("model", "models: []", "configures no NLP engine"),
    ],
)
def test_what_is_not_installed_is_an_error_with_its_place(tmp_path, file, text, reason):
    (tmp_path / "conf.yaml").write_text(text)
    policy = Policy.parse(f"version: 1\nname: X\ndetection:\n  {file}: conf.yaml\n", folder=tmp_path)
    with pytest.raises(PolicyError) as error:
        auditkit.audit({"t": pd.DataFrame({"a": ["x"]})}, policy, checks=["pii-free-text"])
    assert reason in str(error.value)
    assert "privacy.yaml:4:" in str(error.value)


def test_your_own_model_finds_the_names(tmp_path):
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "PER", "pattern": name} for name in ("Quux", "Frobozz")]
    )
    nlp.to_disk(tmp_path / "model")
    (tmp_path / "nlp.yaml").write_text(
        f"nlp_engine_name: spacy\nmodels: [{{lang_code: en, model_name: '{tmp_path}/model'}}]\n"
        "ner_model_configuration: {model_to_presidio_entity_mapping: {PER: PERSON}}\n"
    )
    policy = Policy.parse("{version: 1, name: X, detection: {model: nlp.yaml}}", folder=tmp_path)
    texts = [
        "Yesterday Quux told us that nothing works at all.",
        "Today Frobozz said that everything works again.",
        "It is raining again, and nobody has called us.",
    ]
    found = verdict(texts, policy=policy)
    assert (found.entity, found.contains) == ("FREE_TEXT", {"PERSON": 2})
    assert profile_batch("t", batch(texts), of_policy(policy)).names_in_text
    assert [r.entity_type for r in analyzer(policy).analyze("Quux was here", language="en")] == ["PERSON"]
