"""The file for the CNIL's PIA tool, against the rules of the tool's own import (LINCnil/pia 4.1).

`Tool` does what `importData` and the checks of answers do there: they loop over all four lists without asking
whether they are there, look answers up by a number, measures by their title, and evaluations by a text.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from auditkit.policy import Policy
from auditkit.report.exports import cnil_pia
from tests.report.conftest import POLICY
from tests.signing import statement

TEXTS = (111, 112, 113, 121, 122, 123, 211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227)
LISTS = tuple(block + part for block in (320, 330, 340) for part in (1, 2, 3, 4))
GAUGES = tuple(block + part for block in (320, 330, 340) for part in (5, 6))
QUESTIONS = {**dict.fromkeys(TEXTS, "text"), **dict.fromkeys(LISTS, "list"), **dict.fromkeys(GAUGES, "gauge")}
RISK = {"severity": 3, "likelihood": 2}


class Tool:
    """Imports a file as the tool does, and judges its answers as the tool does."""

    def __init__(self, data: dict) -> None:
        if not data.get("pia"):
            raise ValueError("wrong pia file")
        assert set(data) == {"pia", "answers", "measures", "evaluations", "comments"}
        self.name, self.status = f"(IMPORT) {data['pia']['name']}", int(data["pia"]["status"])
        self.pia = data["pia"]
        for key in ("created_at", "updated_at"):
            datetime.fromisoformat(data["pia"][key])
        self.answers: dict[int, dict] = {}
        for answer in data["answers"]:
            number = answer["reference_to"]
            assert type(number) is int and number not in self.answers, "the index is strict about types"
            assert set(answer["data"]) == {"text", "gauge", "list"}
            datetime.fromisoformat(answer["created_at"])
            self.answers[number] = answer["data"]
        self.measures: dict[str, dict] = {}
        for new_id, measure in enumerate(data["measures"], 100):
            assert measure["title"] not in self.measures, "controls find measures by their titles"
            assert measure["content"] and measure["placeholder"] and type(measure["id"]) is int
            self.measures[measure["title"]] = {**measure, "id": new_id}
        for evaluation in data["evaluations"]:
            assert evaluation["reference_to"].startswith(("1.", "2.", "3."))
        for comment in data["comments"]:
            assert type(comment["reference_to"]) is int and comment["reference_to"] in QUESTIONS
            assert comment["for_measure"] is False and comment["description"]

    def is_valid(self, number: int) -> bool:
        """Return whether the tool takes an answer for given (`answerIsValid`)."""
        data, kind = self.answers[number], QUESTIONS[number]
        if kind == "gauge":
            return bool(data["text"]) and (data["gauge"] or 0) > 0
        return bool(data["list"]) if kind == "list" else bool(data["text"])


def imported(run, *statements: str, more: str = "") -> Tool:
    text = POLICY.replace("attestations:", "attestations:" + "".join(f"\n  - {s}" for s in statements))
    policy = Policy.parse(text.replace("measures:", f"measures:{more}"))
    audit = replace(run.audit, declared=policy.to_dict())
    return Tool(json.loads(cnil_pia.render(replace(run, audit=audit))))


def test_all_answers_are_there_with_their_types(run, hostile):
    for one in (run, hostile):
        tool = Tool(json.loads(cnil_pia.render(one)))
        assert sorted(tool.answers) == sorted(QUESTIONS) and len(QUESTIONS) == 36
        for number, data in tool.answers.items():
            assert all(isinstance(tag, str) and tag for tag in data["list"])
            assert data["gauge"] is None or (QUESTIONS[number] == "gauge" and data["gauge"] in (1, 2, 3, 4))
            assert (data["list"] == []) or QUESTIONS[number] == "list"


def test_what_is_signed_is_an_answer_with_its_name(run):
    tool = imported(run, statement("data_flow", "In by mail.\n\nOut by post.", by="Vera Roe"))
    text = tool.answers[122]["text"]
    assert tool.is_valid(122) and "In by mail.<br>Out by post." in text and "Vera Roe" in text


def test_what_nobody_stated_is_no_answer_and_is_asked_for(run):
    tool = imported(run)
    assert not tool.is_valid(123) and not tool.is_valid(222)
    data = json.loads(cnil_pia.render(run))
    assert {122, 123, 222} <= {c["reference_to"] for c in data["comments"]}


def test_controls_are_titles_of_measures_and_titles_differ(run):
    twice = "\n  - {title: Keys rotate, risks: [access], status: planned}" * 2
    tool = imported(run, more=twice)
    assert tool.answers[324]["list"] == ["Keys rotate", "Keys rotate (2)"]
    assert set(tool.answers[324]["list"]) <= set(tool.measures)


def test_a_stated_risk_is_its_gauge_with_the_name(run):
    signed = statement("risk.loss", "Backups are tested.", residual=RISK, by="Vera Roe")
    tool = imported(run, signed, statement("risk.loss.threats", "Fire.\nTheft."))
    assert (tool.answers[345]["gauge"], tool.answers[346]["gauge"]) == (3, 2)
    assert "Vera Roe" in tool.answers[345]["text"] and tool.is_valid(346)
    assert tool.answers[342]["list"] == ["Fire.", "Theft."]


def test_a_risk_that_nothing_speaks_of_has_no_gauge(run):
    tool = imported(run)
    assert tool.answers[346]["gauge"] is None and not tool.is_valid(346)


def test_acts_of_people_are_left_to_people(run):
    tool = imported(run, statement("dpo_advice", "Go on.", run={"id": "r", "manifest_sha256": "ab" * 32}))
    assert tool.status == 0 and tool.name == "(IMPORT) Helpdesk"
    for key in ("dpo_status", "dpo_opinion", "dpos_names", "concerned_people_status", "rejected_reason"):
        assert tool.pia[key] is None
    assert tool.pia["validator_name"] == "" and json.loads(cnil_pia.render(run))["evaluations"] == []


@pytest.mark.parametrize("bad", ["<script>alert(1)</script>", "<img src=x onerror=y>"])
def test_nothing_in_an_answer_is_markup(run, bad):
    tool = imported(run, statement("data_flow", f"Flow {bad}"))
    assert bad not in tool.answers[122]["text"] and "&lt;" in tool.answers[122]["text"]
