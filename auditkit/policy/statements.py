"""The blocks that only people fill in: measures, attestations, actions, the decision and its review."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Day, ISOPeriod, Listed, Text


class Measure(Declaration):
    """A technical or organisational measure (Art. 32)."""

    id: Text | None = Field(None, description="The name by which other blocks refer to the measure.")
    title: Text | None = Field(None, description="What the measure is.")
    articles: Listed[Text] = Field((), description="The articles that ask for it, such as `32(1)(a)`.")
    status: Literal["planned", "partial", "implemented"] | None = Field(
        None, description="The state of the measure."
    )
    evidence: Text | None = Field(None, description="Where the evidence is.")
    check: Text | None = Field(None, description="The id of the check that measures it.")


class Attestation(Declaration):
    """A statement that a person makes and answers for, until a day."""

    field: Text = Field(description="The subject of the statement, such as `necessity` or `dpo_advice`.")
    value: Text | None = Field(None, description="The statement.")
    by: Text | None = Field(None, description="Who makes the statement.")
    role: Text | None = Field(None, description="The role of that person.")
    at: Day | None = Field(None, description="The day on which it was made.")
    until: Day | None = Field(None, description="The last day on which it is valid.")
    evidence: Text | None = Field(None, description="Where the evidence is.")
    text_sha256: Text | None = Field(
        None, description="The SHA-256 of the signed text; an edited statement loses its signature."
    )


class Action(Declaration):
    """Something that is to be done about a risk."""

    id: Text | None = Field(None, description="The name by which other blocks refer to the action.")
    text: Text | None = Field(None, description="What is to be done.")
    risks: Listed[Text] = Field((), description="The risks that it lowers.")
    owner: Text | None = Field(None, description="Who does it.")
    due: Day | None = Field(None, description="The day by which it must be done.")
    status: Literal["open", "in_progress", "done", "dropped"] | None = Field(
        None, description="The state of the action."
    )
    closes_when: Text | None = Field(
        None,
        description="The check or fingerprint; the action is done when the audit no longer finds it.",
    )


class Decision(Declaration):
    """What the controller decided about the processing; a machine never fills it in."""

    outcome: Literal["approved", "conditionally_approved", "rejected", "consult_authority"] | None = Field(
        None, description="The decision; `consult_authority` is prior consultation (Art. 36)."
    )
    conditions: Listed[Text] = Field((), description="The actions on which the decision depends.")
    reason: Text | None = Field(None, description="Why the controller decided so.")
    by: Text | None = Field(None, description="Who decided.")
    role: Text | None = Field(None, description="The role of that person.")
    at: Day | None = Field(None, description="The day of the decision.")
    residual_accepted_by: Text | None = Field(None, description="Who accepts the remaining risk.")


class Review(Declaration):
    """When the assessment is reviewed (Art. 35(11))."""

    next: Day | None = Field(None, description="The day of the next review.")
    every: ISOPeriod | None = Field(None, description="How often it is reviewed.")
    triggers: Listed[Text] = Field(
        (), description="Events that call for an earlier review, such as `new_special_category`."
    )
