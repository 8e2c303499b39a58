"""The part of a drafted policy that people fill in: every field of the closed list, unstated, by groups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from auditkit.draft.words import Words
from auditkit.policy.assessment import LEVEL, RISK, RUN, TRIGGERS, YES_NO, HumanField, fields
from auditkit.policy.practices import practices

_EXAMPLES = {
    "measures": "[{id: M1, title: ..., risks: [access], status: implemented, check: access-tls-off}]",
    "actions": "[{id: A1, text: ..., risks: [access], owner: ..., due: 2027-01-31, status: open}]",
    "review": "{next: 2027-11-30, every: P1Y, triggers: [" + ", ".join(list(TRIGGERS)[:3]) + "]}",
}
"""The keys behind the statements that a person writes, each with an example."""
_DECIDE = "auditkit attest POLICY decision --outcome ... --run RUN --by ... --role ..."
_SIGN = 'auditkit attest POLICY FIELD --by "Name" --role "role"'
_PAGE = "docs/reference/statements.md"
_OPERATIONS = "head of operations"
_KEYS = ("measures", "actions", "decision", "review")


def statements(words: Words) -> Iterator[str]:
    """Yield the lines of the statements, the measures, the actions, the decision and the review."""
    yield ""
    yield f"# {words.say('answer')}"
    yield f"# {words.say('sign', command=_SIGN)}"
    yield f"# {words.say('fields', page=_PAGE)}"
    yield "attestations:"
    asked = [field for field in fields().values() if field.is_statement]
    for group, members in groupby(asked, key=lambda field: field.group):
        yield f"\n  # {words.group(group)}"
        for field in members:
            yield from _statement(field, words)
    yield f"\n  # {words.say('practices')}"
    for practice in practices():
        yield f"  # {words.practice(practice)}"
        yield f"  - field: {practice.field}"
        yield f"    text: null  # {words.by(_OPERATIONS)}"
    yield ""
    for key in _KEYS:
        role = fields()[key].role
        example = words.such(role, _EXAMPLES[key]) if key in _EXAMPLES else words.command(role, _DECIDE)
        yield f"{key}: null  # {example}"


def _statement(field: HumanField, words: Words) -> Iterator[str]:
    yield f"  # {words.question(field)}"
    yield f"  - field: {field.id}"
    if field.holds == YES_NO:
        yield f"    answer: null  # {words.by(field.role, words.say('yes_no'))}"
    if field.holds == LEVEL:
        yield f"    level: null  # {words.by(field.role, words.say('level'))}"
    if field.holds == RISK:
        for key in ("inherent", "residual", "target"):
            yield f"    # {key}: {{severity: 3, likelihood: 2}}"
    yield f"    text: null  # {words.by(field.role, words.say('run') if field.holds == RUN else '')}"
