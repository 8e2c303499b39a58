"""Numbers in text that the words before them announce: `NHS number 943 476 5919`, `ICD-10: E11.9`.

Without the words, most of these are digits like any others. The phrases that announce a number are those that
name columns; see `auditkit.detection.phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyarrow as pa
from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.header_words import tokens
from auditkit.detection.phrases import phrases
from auditkit.detection.recognizers import SHAPES, health, plates
from auditkit.detection.recognizers.country import Compact, compact
from auditkit.detection.recognizers.numbers import numbers
from auditkit.detection.shapes import Shape
from auditkit.vocabulary import ENTITIES

_CANDIDATE = re.compile(
    r"(?<![\w@.\-/])(?=[^\n]{0,12}[0-9])[A-Z0-9ÄÖÜ(]+(?:[ .\-/][A-Z0-9()]+){0,7}(?![\w@])"
)
_GROUP = re.compile(r"[A-Z0-9ÄÖÜ()]+")
_DIGITS = re.compile(r"[0-9]")
_END_OF_SENTENCE = re.compile(r"[\n!?;]")

_BEFORE, _REACH = 48, 6
"""How far before a number the words may stand that announce it: in characters, and in words."""

_ONLY_IN_TEXT: Mapping[tuple[str, ...], str] = {
    ("plate",): "LICENSE_PLATE",
    ("plates",): "LICENSE_PLATE",
    ("registration",): "LICENSE_PLATE",
    ("reg",): "LICENSE_PLATE",
    ("id", "number"): "NATIONAL_ID",
    ("id", "no"): "NATIONAL_ID",
    ("identity", "number"): "NATIONAL_ID",
    ("personal", "number"): "NATIONAL_ID",
}
"""What announces numbers in sentences, and would say too much in the name of a column."""

_GENERIC_AT_MOST, _UNANNOUNCED_AT_MOST = 0.15, 0.005
"""The most that random values may pass: for numbers behind general words, and behind no words at all."""

Holds = Callable[[str], bool]


class AnnouncedRecognizer(EntityRecognizer):
    """Finds personal numbers that the words before them name, and those that need no words."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=sorted(_known()),
            name="auditkit announced numbers",
            supported_language=language,
        )

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the numbers of some entities."""
        found = []
        for candidate in _CANDIDATE.finditer(text):
            first = next(_numbers_in(text, candidate), None)
            if first is not None and first.entity_type in entities:
                found.append(first)
        return found


def _numbers_in(text: str, candidate: re.Match[str]) -> Iterator[RecognizerResult]:
    """Yield the numbers that neighbouring groups of a candidate are, the longest first."""
    offset = candidate.start()
    groups = [(offset + group.start(), offset + group.end()) for group in _GROUP.finditer(candidate[0])]
    announced = [_announced(text[max(0, start - _BEFORE) : start]) for start, _ in groups]
    runs = [(first, last) for first in range(len(groups)) for last in range(first, len(groups))]
    for first, last in sorted(runs, key=lambda run: (run[0] - run[1], run[0])):
        start, end = groups[first][0], groups[last][1]
        value = text[start:end]
        if not _DIGITS.search(value):
            continue
        for entity in announced[first]:
            if _known()[entity](value):
                yield RecognizerResult(entity, start, end, 0.75)
        for entity, number in _telling().items():
            if number.holds(value):
                yield RecognizerResult(entity, start, end, 0.6)


def _announced(before: str) -> tuple[str, ...]:
    """Return the entities that the words before a number may announce, in the order of the words."""
    words = tokens(_END_OF_SENTENCE.split(before)[-1])[-_REACH:]
    if not words or before[-1:].isdigit():
        return ()
    found: list[str] = []
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            found += _announced_by(words[start:end])
    return tuple(dict.fromkeys(found))


def _announced_by(phrase: tuple[str, ...]) -> list[str]:
    """Return the entities that one phrase announces: those it names, else the kinds of the general ones."""
    named = [known.entity for known in phrases().get(phrase, ())]
    if phrase in _ONLY_IN_TEXT:
        named.append(_ONLY_IN_TEXT[phrase])
    specific = [entity for entity in named if entity in _known()]
    return specific or [entity for parent in named for entity in _kinds_of().get(parent, ())]


@cache
def _known() -> Mapping[str, Holds]:
    """Return what decides about a text, by entity: check digits where there are some, else a form."""
    checked = {shape.entity for shape in SHAPES if shape.whole and shape.checks} - {"BANK_ACCOUNT"}
    plate = re.compile(plates.ANY)
    return {
        "PASSPORT": _form("[A-Z0-9]{6,10}"),
        "DRIVER_LICENSE": _form("[A-Z0-9]{5,18}"),
        "BANK_ACCOUNT": _form("[0-9]{6,22}"),
        "LICENSE_PLATE": lambda text: plate.fullmatch(text) is not None,
        "HEALTH": health.diagnosis,
        **{entity: _checked(s for s in SHAPES if s.whole and s.entity == entity) for entity in checked},
        **{entity: number.holds for entity, number in numbers().items()},
    }


def _form(pattern: str) -> Holds:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(compact(text)) is not None and len(_DIGITS.findall(text)) >= 4


def _checked(shapes: Iterable[Shape]) -> Holds:
    every = tuple(shapes)

    def holds(text: str) -> bool:
        value = pa.array([text], pa.large_string())
        return any(
            shape.python.fullmatch(text) is not None and bool(shape.passes(value)[0]) for shape in every
        )

    return holds


@cache
def _kinds_of() -> Mapping[str, tuple[str, ...]]:
    """Return the numbers that `identity number` and `tax number` may be, the least likely by chance first."""
    chances = {entity: number.chance for entity, number in numbers().items()}
    chances |= {shape.entity: shape.chance for shape in SHAPES if shape.whole and shape.checks}
    likely = sorted((chance, entity) for entity, chance in chances.items() if chance <= _GENERIC_AT_MOST)
    return {
        parent: tuple(entity for _, entity in likely if ENTITIES[entity].kind == parent)
        for parent in ("NATIONAL_ID", "TAX_ID")
    }


@cache
def _telling() -> Mapping[str, Compact]:
    """Return the numbers whose letters and check leave next to nothing to chance."""
    return {entity: number for entity, number in numbers().items() if _is_telling(number)}


def _is_telling(number: Compact) -> bool:
    lettered = all(re.search(r"@|X$", form) for form in number.forms.split())
    return bool(number.check) and number.chance <= _UNANNOUNCED_AT_MOST and lettered
