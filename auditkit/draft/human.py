"""The part of a drafted policy that people fill in: every field of the closed list, unstated, by groups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from auditkit.policy.assessment import LEVEL, RISK, RUN, TRIGGERS, YES_NO, HumanField, fields
from auditkit.policy.practices import practices

_KEYS = {
    "measures": "such as [{id: M1, title: ..., risks: [access], status: implemented, check: access-tls-off}]",
    "actions": "such as [{id: A1, text: ..., risks: [access], owner: ..., due: 2027-01-31, status: open}]",
    "decision": "with `auditkit attest POLICY decision --outcome ... --run RUN --by ... --role ...`",
    "review": "such as {next: 2027-11-30, every: P1Y, triggers: [" + ", ".join(list(TRIGGERS)[:3]) + "]}",
}
"""The keys behind the statements, in their order, each with an example."""
_INTRODUCTION = """\
# What people state. Write the answer under `text`: on one line in quotes, or as paragraphs below `text: |`.
# Then sign it: auditkit attest POLICY FIELD --by "Name" --role "role". docs/reference/statements.md explains
# each field. What is not mandatory says so."""


def statements() -> Iterator[str]:
    """Yield the lines of the statements, the measures, the actions, the decision and the review."""
    yield ""
    yield from _INTRODUCTION.splitlines()
    yield "attestations:"
    asked = [field for field in fields().values() if field.is_statement]
    for group, members in groupby(asked, key=lambda field: field.group):
        yield f"\n  # {group}"
        for field in members:
            yield from _statement(field)
    yield "\n  # Best practices that are followed and that no check sees; none of them is mandatory"
    for practice in practices():
        yield f"  - field: {practice.field}"
        yield "    text: null  # to be stated by the head of operations"
    yield ""
    for key, example in _KEYS.items():
        yield f"{key}: null  # to be stated by the {fields()[key].role}, {example}"


def _statement(field: HumanField) -> Iterator[str]:
    yield f"  # {field.question}{_needed(field)}"
    yield f"  - field: {field.id}"
    by = f"to be stated by the {field.role}"
    if field.holds == YES_NO:
        yield f"    answer: null  # {by}: yes or no"
    if field.holds == LEVEL:
        yield f"    level: null  # {by}: low, medium, high or very high"
    if field.holds == RISK:
        for key in ("inherent", "residual", "target"):
            yield f"    # {key}: {{severity: 3, likelihood: 2}}"
    run = "; sign it with --run, on the run that it is about" if field.holds == RUN else ""
    yield f"    text: null  # {by}{run}"


def _needed(field: HumanField) -> str:
    if field.when:
        return f" Only where {field.when}."
    return "" if field.mandatory else " Not mandatory."
