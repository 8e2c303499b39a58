"""Numbers in text that the words before them announce: `NHS number 943 476 5919`, `Kennzeichen B-MW 1234`,
`ICD-10: E11.9`.

Alone most of these are digits like any others. What announces them are the same phrases that name columns
(`lexicon/headers.txt`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyarrow as pa
from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.header import tokens
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
_BEFORE = 48
_REACH = 6
"""How many words before a number may announce it."""

_BESIDES: Mapping[tuple[str, ...], str] = {
    ("plate",): "LICENSE_PLATE", ("plates",): "LICENSE_PLATE", ("registration",): "LICENSE_PLATE",
    ("reg",): "LICENSE_PLATE", ("id", "number"): "NATIONAL_ID", ("id", "no"): "NATIONAL_ID",
    ("identity", "number"): "NATIONAL_ID", ("personal", "number"): "NATIONAL_ID",
}  # fmt: skip
"""What announces in sentences and would say too much in the name of a column."""

_GENERIC_MOST, _UNANNOUNCED_MOST = 0.15, 0.005
_DIGITS = re.compile(r"[0-9]")


def _form(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(compact(text)) is not None and len(_DIGITS.findall(text)) >= 4


def _checked(shapes: Iterable[Shape]) -> Callable[[str], bool]:
    every = tuple(shapes)

    def holds(text: str) -> bool:
        value = pa.array([text], pa.large_string())
        return any(
            shape.python.fullmatch(text) is not None and bool(shape.passes(value)[0]) for shape in every
        )

    return holds


@cache
def _known() -> Mapping[str, Callable[[str], bool]]:
    """Return what decides about a text, by entity: check digits where there are some, else a form."""
    bare = {shape.entity for shape in SHAPES if shape.whole and shape.checks}
    plate = re.compile(plates.ANY)
    return {
        "PASSPORT": _form("[A-Z0-9]{6,10}"), "DRIVER_LICENSE": _form("[A-Z0-9]{5,18}"),
        "BANK_ACCOUNT": _form("[0-9]{6,22}"), "LICENSE_PLATE": lambda text: plate.fullmatch(text) is not None,
        "HEALTH": health.diagnosis,
        **{entity: _checked(s for s in SHAPES if s.whole and s.entity == entity) for entity in bare - {"BANK_ACCOUNT"}},
        **{entity: number.holds for entity, number in numbers().items()},
    }  # fmt: skip


@cache
def _generic() -> Mapping[str, tuple[str, ...]]:
    """Return the numbers that `identity number` and `tax number` may be, those least likely by chance
    first.
    """
    chances = {entity: number.chance for entity, number in numbers().items()} | {
        s.entity: s.chance for s in SHAPES if s.whole and s.checks
    }
    likely = sorted((chance, entity) for entity, chance in chances.items() if chance <= _GENERIC_MOST)
    return {
        parent: tuple(e for _, e in likely if ENTITIES[e].kind == parent)
        for parent in ("NATIONAL_ID", "TAX_ID")
    }


@cache
def _telling() -> Mapping[str, Compact]:
    """Return the numbers whose letters and check leave next to nothing to chance."""
    return {
        entity: number
        for entity, number in numbers().items()
        if number.check
        and number.chance <= _UNANNOUNCED_MOST
        and all(re.search(r"@|X$", form) for form in number.forms.split())
    }


class AnnouncedRecognizer(EntityRecognizer):
    """Finds personal numbers that the words before them name, and those that need no naming."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=sorted(_known()),
            name="auditkit announced numbers",
            supported_language=language,
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the numbers of the entities asked for."""
        found = []
        for candidate in _CANDIDATE.finditer(text):
            first = next(_numbers_in(text, candidate), None)
            if first is not None and first.entity_type in entities:
                found.append(first)
        return found


def _numbers_in(text: str, candidate: re.Match[str]) -> Iterator[RecognizerResult]:
    """Yield the numbers that runs of the groups of a candidate are, the longest first."""
    groups = [
        (candidate.start() + m.start(), candidate.start() + m.end()) for m in _GROUP.finditer(candidate[0])
    ]
    runs = [(i, j) for i in range(len(groups)) for j in range(i, len(groups))]
    announced = {
        i: _announced(text[max(0, groups[i][0] - _BEFORE) : groups[i][0]]) for i in range(len(groups))
    }
    for i, j in sorted(runs, key=lambda run: (run[0] - run[1], run[0])):
        start, end = groups[i][0], groups[j][1]
        value = text[start:end]
        if not _DIGITS.search(value):
            continue
        for entity in announced[i]:
            if _known()[entity](value):
                yield RecognizerResult(entity, start, end, 0.75)
        for entity, number in _telling().items():
            if number.holds(value):
                yield RecognizerResult(entity, start, end, 0.6)


def _announced(before: str) -> tuple[str, ...]:
    """Return the entities that the words before a number may announce, those that are named nearest first."""
    words = tokens(re.split(r"[\n!?;]", before)[-1])[-_REACH:]
    if not words or before[-1:].isdigit():
        return ()
    found: list[str] = []
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            key = words[start:end]
            named = [p.entity for p in phrases().get(key, ())] + ([_BESIDES[key]] if key in _BESIDES else [])
            specific = [e for e in named if e in _known()]
            found += specific or [e for parent in named for e in _generic().get(parent, ())]
    return tuple(dict.fromkeys(found))
