"""What a user adds to the search, and takes out of it: patterns, values, Presidio recognisers, a model for
names.

Patterns and values become shapes, so that RE2 looks for them in every cell, like for ours. Recognisers that
only Python can ask look at a sample of a column, and the evidence says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.header import tokens
from auditkit.detection.names_model import Names
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.relax import relax
from auditkit.detection.shapes import STATED, Clean, Family, Shape
from auditkit.detection.sketch import Sketch
from auditkit.policy.pattern import RE2Pattern, to_re2, whole_words
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

    from auditkit.policy.detection import Detection

LOOKED_AT = 200
"""How many distinct values a recogniser is asked about that is no pattern."""
SURE, WEAK, ENOUGH = 0.85, 0.5, 0.4
"""The score from which a form alone is certain; below which it needs a word of context; below which
Presidio's own say nothing.
"""


@dataclass(frozen=True)
class StatedShape(Shape):
    """A shape that a user gave: Python never runs its pattern, and what it finds has passed its check.

    Attributes:
        exact: the pattern, in parts.
        valid: the check.
    """

    exact: RE2Pattern | None = None
    valid: Callable[[str], bool] | None = None

    @property
    def weak(self) -> bool:
        """Never: it gives way to nothing."""
        return False

    @property
    def sure(self) -> bool:
        """Never: nothing gives way to it."""
        return False

    @property
    def tested(self) -> bool:
        """Whether a match must pass something besides the pattern."""
        return self.valid is not None or super().tested

    def passes(self, values: pa.LargeStringArray, clean: Clean | None = None) -> Mask:
        """Return which extracted values are not allowed, and pass the check."""
        good: Mask = super().passes(values, clean)
        if self.valid is None or not len(values):
            return good
        encoded = values.dictionary_encode()
        each = np.array([bool(self.valid(text)) for text in _texts(encoded.dictionary)], bool)
        good &= each[np.asarray(encoded.indices)]
        return good

    def repeats(self, values: pa.LargeStringArray) -> Mask:
        """Return which cells may hold it again, behind the first match."""
        twice = self.exact.twice if self.exact is not None else None
        again: Mask = (
            np.zeros(len(values), bool)
            if twice is None
            else np.asarray(pc.match_substring_regex(values, twice))
        )
        return again

    def firsts(self, texts: Sequence[str]) -> list[tuple[int, int] | None]:
        """Return where each text holds this shape for the first time, check passed."""
        found: list[tuple[int, int] | None] = [None] * len(texts)
        for at, span in self._matches(texts):
            found[at] = found[at] or span
        return found

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text holds this shape, check passed."""
        yield from (span for _, span in self._matches([text]))

    def _matches(self, texts: Sequence[str]) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield which text holds this shape where, check passed; RE2 goes from one match of every text to its
        next.
        """
        starts = dict.fromkeys(range(len(texts)), 0)
        pattern = self.exact.locate if self.exact is not None else None
        while starts and pattern is not None and self.exact is not None:
            rest = pa.array([texts[at][start:] for at, start in starts.items()], pa.large_string())
            seen = [
                (at, m)
                for at, m in zip(starts, pc.extract_regex(rest, pattern).to_pylist(), strict=True)
                if m is not None
            ]
            good = self.passes(pa.array([m["v"] for _, m in seen], pa.large_string()))
            for (at, match), passed in zip(seen, good, strict=True):
                begin = starts[at] + len(match["p"])
                if passed:
                    yield at, (begin, begin + len(match["v"]))
            starts = {at: starts[at] + len(m["p"]) + len(m["v"]) - 1 for at, m in seen}
            pattern = self.exact.proceed


def _texts(values: pa.Array) -> list[str]:
    return [raw.decode("utf-8", "replace") for raw in values.cast(pa.large_binary()).to_pylist()]


@dataclass(frozen=True)
class Sought:
    """One thing that a user looks for in every cell."""

    entity: str
    category: str | None
    score: float
    context: frozenset[str] = frozenset()
    name: str | None = None

    def near(self, column: str) -> bool:
        """Return whether the name of a column has a word of the context."""
        return bool(self.context & set(tokens(column)))

    def counts(self, column: str) -> bool:
        """Return whether what it finds in a column is believed."""
        return self.score >= WEAK or self.near(column)

    def sure(self, column: str) -> bool:
        """Return whether a column that is full of it is certainly that."""
        return self.score >= SURE or self.near(column)


@dataclass(frozen=True)
class Custom:
    """What a user adds to the search, and takes out of it.

    Attributes:
        families: every shape that is looked for in cells: ours, less what is allowed, and the user's.
        sought: what the user's shapes find, by the name under which it is counted.
        recognizers: Presidio recognisers that only Python can ask: they see a sample.
        allowed: by entity the pattern of values that are not personal.
        names: the model that finds names in text; ours where None.
        given: what it was made from; that is how it crosses processes, without the model, which only the
            verdict needs.
    """

    families: tuple[Family, ...] = FAMILIES
    sought: Mapping[str, Sought] = field(default_factory=dict)
    recognizers: tuple[EntityRecognizer, ...] = ()
    allowed: Mapping[str, str] = field(default_factory=dict)
    names: Names | None = None
    given: tuple[Detection | None, tuple[EntityRecognizer, ...]] = (None, ())

    def __reduce__(self) -> str | tuple[Any, ...]:
        return "NOTHING" if self is NOTHING else (custom, self.given)

    @cached_property
    def entities(self) -> frozenset[str]:
        """What the user looks for."""
        return frozenset(
            {s.entity for s in self.sought.values()}
            | {e for r in self.recognizers for e in r.supported_entities}
        )

    @cached_property
    def own(self) -> tuple[Family, ...]:
        """The shapes that the user gave: these are looked for in every cell, whatever its type."""
        return tuple(family for family in self.families if any(shape.stated for shape in family.shapes))

    def category(self, entity: str | None) -> str | None:
        """Return the data category of an entity, the user's own included."""
        stated = next(
            (s.category for s in self.sought.values() if s.entity == entity and s.category is not None), None
        )
        return stated or (ENTITIES[entity].category if entity is not None and entity in ENTITIES else None)

    def sure(self, entity: str, column: str, cells: Mapping[str, int], least: float) -> bool:
        """Return whether a column is certainly of an entity, of which each shape was found in so many cells,
        and must be in so many.
        """
        return any(
            s.entity == entity and s.sure(column) and cells.get(name, 0) >= least
            for name, s in self.sought.items()
        )


NOTHING = Custom()


def custom(
    detection: Detection | None = None,
    recognizers: Collection[EntityRecognizer] = (),
    *,
    names: Names | None = None,
) -> Custom:
    """Return what a policy and a program add to the search.

    Args:
        detection: the block of a policy.
        recognizers: Presidio recognisers; those that are nothing but patterns are looked for in every cell
            where RE2 can run them.
        names: the model that finds names in text.
    """
    allowed: dict[str, str] = {}
    for a in detection.allow if detection is not None else ():
        allowed[a.entity] = "|".join(filter(None, (allowed.get(a.entity), a.re2)))
    shapes: list[tuple[Sought, RE2Pattern, Callable[[str], bool] | None]] = []
    shapes += [
        (Sought(d.entity, d.key, 1.0), whole_words(d.values), None)
        for d in (detection.deny if detection is not None else ())
        if d.values
    ]
    for r in detection.recognizers if detection is not None else ():
        sought = Sought(
            r.entity, r.key, r.score, frozenset(w for word in r.context for w in tokens(word)), r.name
        )
        shapes += [(sought, to_re2(pattern), r.valid) for pattern in r.patterns]
    asked: list[EntityRecognizer] = []
    for recognizer in recognizers:
        plain = _plain(recognizer)
        shapes += plain or ()
        if plain is None:
            asked.append(recognizer)
    sought_by_name = {f"{STATED}{sought.entity}:{n}": sought for n, (sought, _, _) in enumerate(shapes)}
    own = [_family(name, shape, allowed) for name, shape in zip(sought_by_name, shapes, strict=True)]
    ours = tuple(_without(family, allowed) for family in FAMILIES) if allowed else FAMILIES
    return Custom(
        (*ours, *own), sought_by_name, tuple(asked), allowed, names, (detection, tuple(recognizers))
    )


def _family(
    name: str, shape: tuple[Sought, RE2Pattern, Callable[[str], bool] | None], allowed: Mapping[str, str]
) -> Family:
    sought, form, valid = shape
    told = StatedShape(
        name, form.search, allowed=allowed.get(sought.entity), score=sought.score, exact=form, valid=valid
    )
    return Family(form.search.replace("?P<v>", "?:"), (told,))


def _without(family: Family, allowed: Mapping[str, str]) -> Family:
    return Family(
        family.gate,
        tuple(replace(s, allowed=allowed.get(s.entity)) if s.entity in allowed else s for s in family.shapes),
    )


def _plain(
    recognizer: EntityRecognizer,
) -> list[tuple[Sought, RE2Pattern, Callable[[str], bool] | None]] | None:
    """Return what a recogniser looks for, or None where it is more than patterns and words, or RE2 cannot run
    them.
    """
    from presidio_analyzer import PatternRecognizer

    from auditkit.policy.error import PolicyError

    kind, decides = type(recognizer), ("analyze", "validate_result", "invalidate_result")
    if not isinstance(recognizer, PatternRecognizer) or any(
        getattr(kind, d) is not getattr(PatternRecognizer, d) for d in decides
    ):
        return None
    entity, flags = recognizer.supported_entities[0], int(recognizer.global_regex_flags or 0)
    words = frozenset(w for word in recognizer.context or () for w in tokens(word))
    known = ENTITIES[entity].category if entity in ENTITIES else None
    patterns: Sequence[Any] = recognizer.patterns  # type: ignore[has-type]
    listed = [p for p in patterns if not recognizer.deny_list or p.name != "deny_list"]
    found = (
        [(Sought(entity, known, recognizer.deny_list_score, words), whole_words(recognizer.deny_list), None)]
        if recognizer.deny_list
        else []
    )
    try:
        return [
            *found,
            *((Sought(entity, known, p.score, words), to_re2(p.regex, flags), None) for p in listed),
        ]
    except PolicyError:
        return None


def holding(
    recognizer: EntityRecognizer, sample: Sketch
) -> Iterator[tuple[str, list[tuple[str, int, bool]]]]:
    """Yield for every entity of a recogniser the values of a sample: each with how often it occurs, and
    whether it holds the entity.
    """
    from presidio_analyzer.nlp_engine import NlpArtifacts

    gate = _gate(recognizer)
    limit = len(sample) if gate else LOOKED_AT
    texts = sample.texts(limit)
    weights = [int(n) for n in sample.counts[:limit]]
    maybe = (
        np.asarray(pc.match_substring_regex(pa.array(texts, pa.large_string()), gate))
        if gate
        else np.ones(len(texts), bool)
    )
    none: Any = None
    nothing = NlpArtifacts([], none, [], [], none, "en")
    for entity in recognizer.supported_entities:
        yield (
            entity,
            [
                (text, n, bool(ask) and _holds(recognizer, text, entity, nothing))
                for ask, text, n in zip(maybe, texts, weights, strict=True)
            ],
        )


def _holds(recognizer: EntityRecognizer, text: str, entity: str, nothing: Any) -> bool:
    return any(result.score >= ENOUGH for result in recognizer.analyze(text, [entity], nothing) or ())


def _gate(recognizer: EntityRecognizer) -> str | None:
    """Return a pattern for RE2 that no value can fail and still be found, or None where there is none.

    The relaxed pattern is exact on ASCII; other values are always asked about.
    """
    from presidio_analyzer import PatternRecognizer

    if (
        not isinstance(recognizer, PatternRecognizer)
        or type(recognizer).analyze is not PatternRecognizer.analyze
    ):
        return None
    try:
        patterns: Sequence[Any] = recognizer.patterns  # type: ignore[has-type]
        relaxed = [relax(pattern.regex, recognizer.global_regex_flags or 0) for pattern in patterns]
    except (ValueError, re.error):
        return None
    return "|".join([*relaxed, r"[^\x00-\x7F]"])
