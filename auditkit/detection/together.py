"""What each column of a table may hold, judged beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from auditkit.detection.alone import are_house_numbers
from auditkit.detection.context import HOUSE_NUMBER, Context, contexts
from auditkit.detection.judgement import Judgement, judgements
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES

_ROUNDS = 3
"""How often each column is judged again beside what the others were taken for."""

_COUNTS_FROM = 0.1
"""The least probability of an entity that counts for the columns beside it."""

_PARTS = {"GEO_COORDINATES": 0.9, "LOCATION": 0.85}
"""What a column counts as for those beside it, where its values are strong evidence."""


@dataclass(frozen=True)
class Seen:
    """What a column may hold, judged in its context.

    Attributes:
        view: the column.
        context: what the columns around it say.
    """

    view: View
    context: Context

    @cached_property
    def judgements(self) -> list[Judgement]:
        """The judgement of every entity for which anything speaks; none of an empty column."""
        return judgements(self.view, self.context) if self.view.filled else []

    @property
    def strongest(self) -> Judgement | None:
        """The entity that the column most likely holds; None where nothing speaks for any."""
        return _strongest(self.judgements)

    @cached_property
    def probable(self) -> dict[str, float]:
        """What it counts as for the columns around it."""
        if not self.view.filled or self.view.prose:
            return {}
        houses = {HOUSE_NUMBER: 1.0} if are_house_numbers(self.view) else {}
        return _probable(self.judgements) | houses


def together(views: Sequence[View]) -> list[Seen]:
    """Return every column of a table in its context.

    Each column is judged alone first, then again beside what the others were taken for.
    """
    seen = [Seen(view, Context()) for view in views]
    for _ in range(_ROUNDS):
        around = contexts(views, [column.probable for column in seen])
        before = [column.context for column in seen]
        if around == before:
            break
        seen = [
            column if column.context == context else Seen(column.view, context)
            for column, context in zip(seen, around, strict=True)
        ]
    return seen


def _probable(found: Sequence[Judgement]) -> dict[str, float]:
    """Return what a column may hold, with its probability.

    That is the strongest entity, and what columns beside it need to be judged: one half of a pair of
    coordinates, and known places.
    """
    best = _strongest(found)
    probable: dict[str, float] = {}
    if best is not None and best.confidence >= _COUNTS_FROM:
        probable[best.entity] = best.confidence
        if (parent := ENTITIES[best.entity].kind) is not None:
            probable[parent] = best.confidence
    parts = (j for j in found if j.entity in _PARTS and j.fit.strong)
    return probable | {part.entity: _PARTS[part.entity] for part in parts}


def _strongest(found: Sequence[Judgement]) -> Judgement | None:
    return max(found, key=lambda judgement: (judgement.score, judgement.entity), default=None)
