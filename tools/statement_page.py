"""The page that lists what people state in an assessment, from the closed list of the policy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from auditkit.policy.assessment import RISKS, TRIGGERS, HumanField, fields
from auditkit.policy.practices import practices
from auditkit.policy.signing import Flaw
from tools.markdown import GENERATED

_INTRODUCTION = """\
# What people state

This is the closed list of what an assessment needs and no check measures. `auditkit init` drafts all of it,
unstated. A *statement* is an entry of `attestations` with this `field`, which a person
[signs](../how-to/sign-an-assessment.md). Any other entry is a key of the policy. The policy refuses a field
that is not in the list.

EDPB are fields of the template of the European Data Protection Board (1.0, 2026), ICO the steps of the
British authority's template, CNIL the answers of the French authority's tool (or keys of its file). An
assessment without a mandatory entry is incomplete, and the report says so.
"""
_SIGNED = """
## When a statement counts

A statement carries `text`, `by`, `role`, `at`, `until` and `text_sha256`, the SHA-256 of its words. It
counts from the day `at` to the day `until`. After that it is *expired*, and the report shows who stated it
until when. In these cases it is *not signed*, and what it is about is not assessed:
"""
_TRIGGERS = """
## Review triggers

`review.triggers` names events since the run of the decision that make a review due:

| trigger | event |
|---|---|
"""


def page() -> str:
    """Return the page."""
    lines = [GENERATED + _INTRODUCTION]
    for name, members in groupby(fields().values(), key=lambda field: field.group):
        lines += [f"\n## {name}\n", *_table(members)]
    lines += ["\n## Best practices\n", "A statement says how a practice is followed that no check sees.\n"]
    lines += ["| field | practice |", "|---|---|"]
    lines += [f"| `{p.field}` | {p.text} |" for p in practices()]
    lines += [_SIGNED, *(f"- {flaw.words};" for flaw in list(Flaw)[:-1]), f"- {list(Flaw)[-1].words}."]
    lines += ["\n## Risks\n", "| id | risk |", "|---|---|", *(f"| `{i}` | {t} |" for i, t in RISKS.items())]
    lines += [_TRIGGERS.rstrip("\n"), *(f"| `{name}` | {text} |" for name, text in TRIGGERS.items())]
    return "\n".join(lines) + "\n"


def _table(members: Iterator[HumanField]) -> Iterator[str]:
    yield "| entry | question | stated by | mandatory | EDPB | ICO | CNIL |"
    yield "|---|---|---|---|---|---|---|"
    for field in members:
        kind = "" if field.is_statement else " (key)"
        holds = f" Besides its text: {field.holds}." if field.holds else ""
        mandatory = ("where " + field.when if field.when else "yes") if field.mandatory else ""
        cells = (field.question + holds, field.role, mandatory, field.edpb, field.ico, field.cnil)
        yield f"| `{field.id}`{kind} | {' | '.join(cells)} |"
