"""The card of a column or of a path of its documents: all that a profile knows of it, without a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditkit.detection.judge import explanations
from auditkit.detection.judgement import Judgement
from auditkit.detection.profile import Profile
from auditkit.detection.skeletons import Skeletons, skeletons
from auditkit.detection.verdict import ColumnVerdict
from auditkit.outcome import Outcome
from auditkit.vocabulary import ENTITIES

MOST, MOST_IN_A_NOTEBOOK = 400, 30
"""How many columns and paths get a card on a page and in a notebook; those with personal data come first."""


@dataclass(frozen=True)
class Card:
    """What is known of a column, or of a path of its documents.

    Attributes:
        verdict: what it holds.
        judgements: what speaks for and against each entity that it may hold, the strongest first.
        shapes: how many of its values have which shape.
        outcomes: what checks found in it, or why they could not look.
        of_table: what became of checks of its table as a whole.
    """

    verdict: ColumnVerdict
    judgements: Sequence[Judgement]
    shapes: Skeletons
    outcomes: Sequence[Outcome]
    of_table: Sequence[Outcome]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return self.verdict.rows - self.verdict.nulls

    @property
    def shares(self) -> list[tuple[str, int]]:
        """How many cells hold each entity, the most frequent first; a cell may hold several."""
        found = dict(self.verdict.contains)
        if self.verdict.entity and self.verdict.matches:
            found.setdefault(self.verdict.entity, self.verdict.matches)
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def label(entity: str | None) -> str:
    """Return what an entity is called; empty for none.

    >>> label("EMAIL_ADDRESS"), label(None)
    ('e-mail address', '')
    """
    known = ENTITIES.get(entity or "")
    return known.label if known else entity or ""


def is_personal(verdict: ColumnVerdict) -> bool:
    """Return whether a column holds personal data, or may hold it."""
    return verdict.verdict != "none" or bool(verdict.contains)


def cards(
    profile: Profile, outcomes: Iterable[Outcome] = (), most: int = MOST
) -> dict[tuple[str, str], Card]:
    """Return the cards of the columns of a profile and of their paths, by table and name.

    Args:
        profile: the profile.
        outcomes: what became of checks; each is on the cards of its columns.
        most: how many get a card.
    """
    by_column: dict[tuple[str | None, str], list[Outcome]] = defaultdict(list)
    by_table: dict[str | None, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.columns:
            by_table[outcome.table].append(outcome)
        for column in outcome.columns:
            by_column[outcome.table, column].append(outcome)
    first = sorted(profile.places, key=lambda verdict: not is_personal(verdict))[:most]
    why = explanations(profile.states, {(v.table, v.column) for v in first})
    made = {}
    for verdict in first:
        key = (verdict.table, verdict.column)
        state, judgements = why[key]
        made[key] = Card(verdict, judgements, skeletons(state), by_column[key], by_table[verdict.table])
    return made
