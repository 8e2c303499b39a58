"""Whether the blocks of a policy agree: names that another block declares, and subjects stated twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from auditkit.policy.error import Problem
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from auditkit.policy.policy import Policy


def disagreements(policy: Policy) -> Iterator[Problem]:
    """Yield each name that no other block has, where that block has any, and each subject stated twice."""
    for name, table in policy.tables.items():
        for i, purpose in enumerate(table.purposes):
            yield from _unknown(purpose, policy.purposes, "purpose", ("tables", name, "purposes", i))
    actions = [action.id for action in policy.actions if action.id]
    if policy.decision is not None:
        for i, condition in enumerate(policy.decision.conditions):
            yield from _unknown(condition, actions, "action", ("decision", "conditions", i))
    yield from _twice((a.field for a in policy.attestations), "attestations", "field")
    yield from _twice((m.id for m in policy.measures), "measures", "id")
    yield from _twice((a.id for a in policy.actions), "actions", "id")


def _unknown(word: str, declared: Iterable[str], kind: str, path: tuple[str | int, ...]) -> Iterator[Problem]:
    known = list(declared)
    if known and word not in known:
        yield Problem(f"unknown {kind}: declare it in `{kind}s`.{did_you_mean(word, known)}", path)


def _twice(words: Iterable[str | None], block: str, key: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for i, word in enumerate(words):
        if word is None:
            continue
        if word in first:
            message = f"`{word}` is already number {first[word] + 1} of `{block}`: keep one of the two"
            yield Problem(message, (block, i, key))
        first.setdefault(word, i)
