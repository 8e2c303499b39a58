"""The blocks that only people fill in: measures, attestations, actions, the decision and its review."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from auditkit.policy.assessment import (
    LEVEL,
    RISK,
    RISKS,
    RUN,
    TRIGGERS,
    YES_NO,
    HumanField,
    field_of,
    unknown_field,
)
from auditkit.policy.check_ids import check_ids
from auditkit.policy.declaration import Declaration
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import Day, Digest, ISOPeriod, Listed, Text
from auditkit.policy.signing import Flaw, Signable
from auditkit.vocabulary import did_you_mean

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}")


def _check(word: str) -> str:
    if word not in check_ids():
        raise ValueError(
            f"unknown check.{did_you_mean(word, check_ids())} `auditkit checks` lists the checks"
        )
    return word


def _closing(word: str) -> str:
    if _FINGERPRINT.fullmatch(word) or word in check_ids():
        return word
    near = did_you_mean(word, check_ids())
    raise ValueError(f"expected the id of a check, or 8 or more digits of a fingerprint.{near}")


def _risk(word: str) -> str:
    if word not in RISKS:
        raise ValueError(f"unknown risk.{did_you_mean(word, RISKS)} Expected one of {', '.join(RISKS)}")
    return word


def _trigger(word: str) -> str:
    if word not in TRIGGERS:
        near = did_you_mean(word, TRIGGERS)
        raise ValueError(f"unknown trigger.{near} Expected one of {', '.join(TRIGGERS)}")
    return word


CheckId = Annotated[Text, AfterValidator(_check)]
RiskId = Annotated[Text, AfterValidator(_risk)]
Step = Annotated[int, Field(ge=1, le=4)]
Level = Literal["low", "medium", "high", "very high"]


class Position(Declaration):
    """Where a risk is on the scales of the CNIL's method, from 1 negligible to 4 maximum."""

    severity: Step = Field(description="How grave the impact on the people is, from 1 to 4.")
    likelihood: Step = Field(description="How likely it is, from 1 to 4.")

    def __str__(self) -> str:
        return f"severity {self.severity}, likelihood {self.likelihood}"


class RunReference(Declaration):
    """The run that a decision or an advice was made on."""

    id: Text = Field(description="The id of the run: the name of its folder.")
    manifest_sha256: Digest = Field(description="The SHA-256 of the run's `manifest.json`.")

    def __str__(self) -> str:
        return f"run {self.id}, manifest {self.manifest_sha256}"


class Effect(Declaration):
    """By how many steps a measure lowers a risk, where it works."""

    severity: int = Field(0, ge=0, le=3, description="Steps of severity.")
    likelihood: int = Field(0, ge=0, le=3, description="Steps of likelihood.")

    def __str__(self) -> str:
        return f"severity -{self.severity}, likelihood -{self.likelihood}"


class Measure(Signable):
    """A technical or organisational measure (Art. 32)."""

    id: Text | None = Field(None, description="The name by which other blocks refer to the measure.")
    title: Text | None = Field(None, description="What the measure is.")
    articles: Listed[Text] = Field((), description="The articles that ask for it, such as `32(1)(a)`.")
    risks: Listed[RiskId] = Field((), description="The risks that it lowers.")
    effect: Effect | None = Field(None, description="By how many steps it lowers them.")
    status: Literal["planned", "partial", "implemented"] | None = Field(
        None, description="The state of the measure."
    )
    evidence: Text | None = Field(None, description="Where the evidence is.")
    check: CheckId | None = Field(None, description="The id of the check that measures it.")

    @property
    def words(self) -> str | None:
        """What is signed: what the measure is, how far it is, and where the evidence is."""
        return _lines(self, "title", "articles", "risks", "effect", "status", "evidence", "check")


_VALUE = {
    "description": "The older name of `text`.",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}],
}


class Attestation(Signable):
    """A statement that a person makes and answers for, until a day."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema["properties"].update(value=_VALUE))

    field: Text = Field(description="The subject of the statement: one of [the fields](statements.md).")
    text: Text | None = Field(None, description="The statement; paragraphs stay.")
    answer: bool | None = Field(None, description="The answer, where the question is one of yes or no.")
    inherent: Position | None = Field(
        None, description="A risk before the measures, where a person states it."
    )
    residual: Position | None = Field(None, description="What remains of a risk with the measures that work.")
    target: Position | None = Field(None, description="What shall remain of it with the planned measures.")
    level: Level | None = Field(None, description="The highest level of risk that is accepted.")
    run: RunReference | None = Field(None, description="The run that the advice was given on.")
    evidence: Text | None = Field(None, description="Where the evidence is.")

    @model_validator(mode="before")
    @classmethod
    def _as_asked(cls, data: Any) -> Any:
        """Read `value` as `text`, and refuse what the field does not ask for."""
        if not isinstance(data, Mapping):
            return data
        if "value" in data:
            if data.get("text") is not None:
                raise ValueError("write either `text` or `value`, which is its older name")
            data = {**{k: v for k, v in data.items() if k != "value"}, "text": data["value"]}
        asked = field_of(str(data.get("field")))
        if problems := [
            Problem(f"this does not belong to the field `{asked.id}`: remove it", (key,))
            for key, kind in _HOLDS.items()
            if asked is not None and data.get(key) is not None and kind != asked.holds
        ]:
            raise PolicyError(problems)
        return data

    @field_validator("field")
    @classmethod
    def _is_listed(cls, name: str) -> str:
        if field_of(name) is None:
            raise ValueError(unknown_field(name))
        return name

    @property
    def asked(self) -> HumanField:
        """What is asked."""
        found = field_of(self.field)
        assert found is not None  # the validator refuses any other
        return found

    @property
    def words(self) -> str | None:
        """What is signed: the answer, the positions, the level or the run where it has them, and the text."""
        before = _lines(self, *_HOLDS)
        return "\n".join(filter(None, (before, self.text))) or None

    @property
    def lacking(self) -> Iterator[Flaw]:
        """What the statement still needs."""
        holds = self.asked.holds
        if self.text is None:
            yield Flaw.NO_TEXT
        if holds == YES_NO and self.answer is None:
            yield Flaw.NO_ANSWER
        if holds == LEVEL and self.level is None:
            yield Flaw.NO_LEVEL
        if holds == RUN and self.run is None:
            yield Flaw.NO_RUN


_HOLDS = {
    "answer": YES_NO, "inherent": RISK, "residual": RISK, "target": RISK, "level": LEVEL, "run": RUN,
}  # fmt: skip
"""The keys of a statement that only some fields have."""


class Action(Declaration):
    """Something that is to be done about a risk."""

    id: Text | None = Field(None, description="The name by which other blocks refer to the action.")
    text: Text | None = Field(None, description="What is to be done.")
    risks: Listed[RiskId] = Field((), description="The risks that it lowers.")
    owner: Text | None = Field(None, description="Who does it.")
    due: Day | None = Field(None, description="The day by which it must be done.")
    status: Literal["open", "in_progress", "done", "dropped"] | None = Field(
        None, description="The state of the action."
    )
    closes_when: Annotated[Text, AfterValidator(_closing)] | None = Field(
        None,
        description="The check or fingerprint; the action is done when the audit no longer finds it.",
    )


class Decision(Signable):
    """What the controller decided about the processing; a machine never fills it in."""

    outcome: Literal["approved", "conditionally_approved", "rejected", "consult_authority"] | None = Field(
        None, description="The decision; `consult_authority` is prior consultation (Art. 36)."
    )
    conditions: Listed[Text] = Field(
        (), description="The actions on which the decision depends: ids from `actions`."
    )
    reason: Text | None = Field(None, description="Why the controller decided so.")
    run: RunReference | None = Field(None, description="The run that the decision was made on.")
    residual_accepted_by: Text | None = Field(None, description="Who accepts the remaining risk.")

    @property
    def words(self) -> str | None:
        """What is signed: the outcome, its conditions and reason, the run, and who accepts what remains."""
        if self.outcome is None:
            return None
        return _lines(self, "outcome", "conditions", "reason", "run", "residual_accepted_by")

    @property
    def lacking(self) -> Iterator[Flaw]:
        """What the decision still needs."""
        if self.run is None:
            yield Flaw.NO_RUN


class Version(Declaration):
    """One version of the assessment."""

    version: Text | None = Field(None, description="The number of the version.")
    at: Day | None = Field(None, description="The day of the version.")
    by: Text | None = Field(None, description="Who made it.")
    text: Text | None = Field(None, description="What changed.")


class Review(Declaration):
    """When the assessment is reviewed (Art. 35(11))."""

    next: Day | None = Field(None, description="The day of the next review.")
    every: ISOPeriod | None = Field(None, description="How often it is reviewed.")
    triggers: Listed[Annotated[Text, AfterValidator(_trigger)]] = Field(
        (), description="[Events](statements.md#review-triggers) that call for an earlier review."
    )
    history: Listed[Version] = Field((), description="The versions of the assessment, the oldest first.")


def _lines(block: Declaration, *keys: str) -> str | None:
    r"""Return what a block says under some keys, one a line, in this order; None where it says nothing.

    >>> _lines(Decision(outcome="approved", conditions=["A1", "A2"]), "outcome", "conditions", "reason")
    'outcome: approved\nconditions: A1, A2'
    """
    lines = [f"{key}: {_plain(value)}" for key in keys if (value := getattr(block, key)) not in (None, ())]
    return "\n".join(lines) or None


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
