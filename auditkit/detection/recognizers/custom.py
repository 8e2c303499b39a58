"""What a user adds to the search, and takes out of it: patterns, values, Presidio recognisers, a names model.

Patterns and values become shapes, so that RE2 looks for them in every cell, as it does for ours. Recognisers
that only Python can run look at a sample of a column, and the evidence says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from auditkit.detection.header_words import tokens
from auditkit.detection.names_model import Names
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.recognizers.user_shapes import Sought, UserShape
from auditkit.detection.shapes import BY_USER, Family
from auditkit.policy.pattern import RE2Pattern, to_re2, whole_words
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

    from auditkit.policy.detection import Detection


@dataclass(frozen=True)
class Custom:
    """What a user adds to the search, and takes out of it.

    Attributes:
        families: every shape that is looked for in cells: ours, without what is allowed, and the user's.
        sought: what the user's shapes find, by the name under which it is counted.
        recognizers: Presidio recognisers that only Python can run: they see a sample.
        allowed: for an entity, the pattern of values that are not personal.
        names: the model that finds names in text; ours by default.
        made_from: what crosses processes in its stead; the names model does not, since only verdicts need it.
    """

    families: tuple[Family, ...] = FAMILIES
    sought: Mapping[str, Sought] = field(default_factory=dict)
    recognizers: tuple[EntityRecognizer, ...] = ()
    allowed: Mapping[str, str] = field(default_factory=dict)
    names: Names | None = None
    made_from: tuple[Detection | None, tuple[EntityRecognizer, ...]] = (None, ())

    def __reduce__(self) -> str | tuple[Any, ...]:
        return "NOTHING" if self is NOTHING else (custom, self.made_from)

    @cached_property
    def entities(self) -> frozenset[str]:
        """What the user looks for."""
        by_shape = {sought.entity for sought in self.sought.values()}
        by_recognizer = {
            entity for recognizer in self.recognizers for entity in recognizer.supported_entities
        }
        return frozenset(by_shape | by_recognizer)

    @cached_property
    def own(self) -> tuple[Family, ...]:
        """The shapes that the user gave: these are looked for in every cell, whatever its type."""
        return tuple(family for family in self.families if any(shape.by_user for shape in family.shapes))

    def category(self, entity: str | None) -> str | None:
        """Return the data category of an entity, the user's own included."""
        for sought in self.sought.values():
            if sought.entity == entity and sought.category:
                return sought.category
        return ENTITIES[entity].category if entity is not None and entity in ENTITIES else None

    def sure(self, entity: str, column: str, cells: Mapping[str, int], least: float) -> bool:
        """Return whether a column certainly holds an entity.

        Args:
            entity: the entity.
            column: the name of the column.
            cells: how many cells hold what each of the user's shapes finds.
            least: how many cells must hold it.
        """
        return any(
            sought.entity == entity and sought.sure(column) and cells.get(name, 0) >= least
            for name, sought in self.sought.items()
        )


NOTHING = Custom()
"""A user who adds nothing."""


class _Pattern(NamedTuple):
    """One pattern that a user looks for, and the check that a match must pass."""

    sought: Sought
    form: RE2Pattern
    valid: Callable[[str], bool] | None = None


def custom(
    detection: Detection | None = None,
    recognizers: Collection[EntityRecognizer] = (),
    *,
    names: Names | None = None,
) -> Custom:
    """Return what a policy and a program add to the search.

    Args:
        detection: the block of a policy.
        recognizers: Presidio recognisers. Those that are nothing but patterns are looked for in every cell,
            where RE2 can run them.
        names: the model that finds names in text.
    """
    allowed = _allowed(detection) if detection is not None else {}
    patterns = list(_of_policy(detection)) if detection is not None else []
    asked: list[EntityRecognizer] = []
    for recognizer in recognizers:
        plain = _patterns_of(recognizer)
        if plain is None:
            asked.append(recognizer)
        else:
            patterns += plain
    by_name = {f"{BY_USER}{pattern.sought.entity}:{n}": pattern for n, pattern in enumerate(patterns)}
    own = (_family(name, pattern, allowed) for name, pattern in by_name.items())
    return Custom(
        families=(*(_without(allowed) if allowed else FAMILIES), *own),
        sought={name: pattern.sought for name, pattern in by_name.items()},
        recognizers=tuple(asked),
        allowed=allowed,
        names=names,
        made_from=(detection, tuple(recognizers)),
    )


def _allowed(detection: Detection) -> dict[str, str]:
    """Return for each entity the pattern of what is allowed."""
    allowed: dict[str, list[str | None]] = {}
    for entry in detection.allow:
        allowed.setdefault(entry.entity, []).append(entry.re2)
    return {entity: "|".join(filter(None, patterns)) for entity, patterns in allowed.items()}


def _of_policy(detection: Detection) -> Iterator[_Pattern]:
    """Yield the patterns of a policy: values that it denies, and its recognisers."""
    for entry in detection.deny:
        if entry.values:
            yield _Pattern(Sought(entry.entity, entry.key, 1.0), whole_words(entry.values))
    for recognizer in detection.recognizers:
        sought = Sought(
            recognizer.entity,
            recognizer.key,
            recognizer.score,
            _words_of(recognizer.context),
            recognizer.name,
        )
        for pattern in recognizer.patterns:
            yield _Pattern(sought, to_re2(pattern), recognizer.valid)


def _words_of(context: Iterable[str]) -> frozenset[str]:
    return frozenset(word for phrase in context for word in tokens(phrase))


def _family(name: str, pattern: _Pattern, allowed: Mapping[str, str]) -> Family:
    """Return the family of one pattern of a user."""
    sought, form, valid = pattern
    shape = UserShape(
        name, form.search, allowed=allowed.get(sought.entity), score=sought.score, form=form, valid=valid
    )
    return Family(form.search.replace("?P<v>", "?:"), (shape,))


def _without(allowed: Mapping[str, str]) -> Iterator[Family]:
    """Yield our families, without what is allowed."""
    for family in FAMILIES:
        shapes = tuple(
            replace(shape, allowed=allowed[shape.entity]) if shape.entity in allowed else shape
            for shape in family.shapes
        )
        yield replace(family, shapes=shapes)


def _patterns_of(recognizer: EntityRecognizer) -> list[_Pattern] | None:
    """Return the patterns that a recogniser is made of.

    Return None for a recogniser that is more than patterns and words, or that RE2 cannot run.
    """
    from presidio_analyzer import PatternRecognizer

    from auditkit.policy.error import PolicyError

    if not isinstance(recognizer, PatternRecognizer) or _decides_itself(recognizer):
        return None
    entity, flags = recognizer.supported_entities[0], int(recognizer.global_regex_flags or 0)
    category = ENTITIES[entity].category if entity in ENTITIES else None
    context = _words_of(recognizer.context or ())
    denied: Sequence[str] = recognizer.deny_list or ()
    patterns: Sequence[Any] = recognizer.patterns  # type: ignore[has-type]
    found = []
    if denied:
        sought = Sought(entity, category, recognizer.deny_list_score, context)
        found.append(_Pattern(sought, whole_words(denied)))
    try:
        found += [
            _Pattern(Sought(entity, category, pattern.score, context), to_re2(pattern.regex, flags))
            for pattern in patterns
            if not denied or pattern.name != "deny_list"
        ]
    except PolicyError:
        return None
    return found


def _decides_itself(recognizer: EntityRecognizer) -> bool:
    """Return whether a recogniser has code of its own that decides about a match."""
    from presidio_analyzer import PatternRecognizer

    methods = ("analyze", "validate_result", "invalidate_result")
    kind = type(recognizer)
    return any(getattr(kind, method) is not getattr(PatternRecognizer, method) for method in methods)
