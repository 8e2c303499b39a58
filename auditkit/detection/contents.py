"""What the cells of a column hold besides its entity, or inside: minorities are kept, never averaged away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from auditkit.detection.counting import Accepts, always, count, counted
from auditkit.detection.found import found
from auditkit.detection.prose import People, people
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.recognizers.sampled import holding
from auditkit.detection.view import View

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer


@dataclass(frozen=True)
class Contents:
    """What stands in the cells of a column.

    Attributes:
        counts: how many cells hold each entity.
        inside: how many hold any of them.
        people: what the names model saw in its sentences.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    inside: int = 0
    people: People = field(default_factory=People)


class _Sampled(NamedTuple):
    """What a sample of the values holds of an entity.

    Attributes:
        entity: the entity.
        held: the values that hold it, and how many cells each stands for.
        cells: how many cells the sample stands for.
    """

    entity: str
    held: Mapping[str, int]
    cells: int


def contained(view: View, column: str | None, custom: Custom = NOTHING, sentences: int = 0) -> Contents:
    """Return what the cells hold besides the entity of the column, where that is more than chance explains.

    Counts are exact while all candidates of an entity are known (10,000 distinct ones, 2,000 telephone
    numbers). Above that, and for what a user's own recognisers see in a sample, they are in proportion. Names
    of people count where the names model read every distinct text; else the evidence says what it saw.

    Args:
        view: the column.
        column: the entity of the column.
        custom: what a user looks for besides; patterns in every cell, other recognisers in a sample.
        sentences: how many texts the names model may read.
    """
    counts, accepts = _in_every_cell(view, column, custom)
    inside = view.state.inside.union(counts, lambda entity, value: accepts[entity](value))
    by_entity = _by_entity(view, counts, accepts, custom)
    names = people(view, sentences, custom.names)
    sampled = list(_in_a_sample(view, column, custom.recognizers, names))
    for entity, held, cells in sampled:
        estimate = round(sum(held.values()) / cells * view.filled)
        by_entity[entity] = max(by_entity.get(entity, 0), estimate)
    if sampled:
        inside += _only_in_the_sample(view, sampled, accepts, custom)
    return Contents(by_entity, min(inside, view.filled), names)


def _in_every_cell(
    view: View, column: str | None, custom: Custom
) -> tuple[dict[str, int], dict[str, Accepts]]:
    """Return how many cells hold what was looked for in every cell, and what was counted, by its name."""
    counts: dict[str, int] = {}
    accepts: dict[str, Accepts] = {}
    for entity, seen in sorted(view.state.found.items()):
        if entity != column:
            cells, accept = counted(entity, seen, view)
            if cells:
                counts[entity], accepts[entity] = cells, accept
    for name, seen in sorted(view.state.by_user.items()):
        sought = custom.sought[name]
        if seen.cells and sought.entity != column and sought.counts(view.column):
            counts[name], accepts[name] = seen.cells, always
    return counts, accepts


def _by_entity(
    view: View, counts: Mapping[str, int], accepts: Mapping[str, Accepts], custom: Custom
) -> dict[str, int]:
    """Return how many cells hold each entity, in whatever form a user or we look for it."""
    together: dict[str, dict[str, int]] = {}
    for name, cells in counts.items():
        entity = custom.sought[name].entity if name in custom.sought else name
        together.setdefault(entity, {})[name] = cells
    return {
        entity: view.state.inside.union(parts, lambda name, value: accepts[name](value))
        for entity, parts in together.items()
    }


def _in_a_sample(
    view: View, column: str | None, recognizers: Sequence[EntityRecognizer], names: People
) -> Iterator[_Sampled]:
    """Yield what a user's own recognisers and the names model found, besides the entity of the column."""
    for recognizer in recognizers:
        for entity, values in holding(recognizer, view.state.sample):
            held = {text: n for text, n, holds in values if holds}
            if held and entity != column:
                yield _Sampled(entity, held, sum(n for _, n, _ in values))
    if names.held and names.read == names.of:
        yield _Sampled("PERSON", names.held, sum(view.weights))


def _only_in_the_sample(
    view: View, sampled: Sequence[_Sampled], accepts: Mapping[str, Accepts], custom: Custom
) -> int:
    """Return how many cells hold what only a sample was searched for, and nothing else."""
    share = max(view.filled / cells for _, _, cells in sampled)
    held = {text: n for _, values, _ in sampled for text, n in values.items()}
    values, times = pa.array(list(held), pa.large_string()), np.array(list(held.values()), np.int64)
    inside = found(values, times, custom.families)
    counts = {
        entity: count(seen, None if accepts[entity] is always else accepts[entity])
        for entity, seen in inside.entities.items()
        if entity in accepts
    }
    others = inside.union(counts, lambda entity, value: accepts[entity](value))
    return round((sum(held.values()) - others) * share)
