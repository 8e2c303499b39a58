"""Our shapes and the names model as Presidio recognisers: they work in any Presidio application."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import tldextract
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from auditkit.detection import names_model
from auditkit.detection.lexicon import countries
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.announced import AnnouncedRecognizer
from auditkit.detection.shapes import Shape

_GROUP = {
    "GIVEN_NAME": "PERSON", "SURNAME": "PERSON", "BUILDING_NUMBER": "STREET_ADDRESS",
    "STREET_NAME": "STREET_ADDRESS", "SECONDARY_ADDRESS": "STREET_ADDRESS", "CITY": "LOCATION",
    "STATE": "LOCATION", "ZIP_CODE": "POSTAL_CODE",
}  # fmt: skip
_PRESIDIO_HAS = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "MAC_ADDRESS", "URL", "US_SSN"})


class OfflineEmailRecognizer(EmailRecognizer):
    """Presidio's, with the list of public suffixes that tldextract ships: it would fetch a newer one on first
    use.
    """

    _suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        """Return whether the domain ends in a public suffix."""
        return bool(self._suffixes(pattern_text).fqdn)


class ShapeRecognizer(EntityRecognizer):
    """Finds the shapes of one entity, check digits included."""

    def __init__(
        self, entity: str, shapes: Sequence[Shape], language: str = "en", context: Sequence[str] = ()
    ) -> None:
        self._shapes = tuple(shapes)
        super().__init__(
            supported_entities=[entity],
            name=f"auditkit {entity}",
            supported_language=language,
            context=list(context),
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return where the shapes are found."""
        entity = self.supported_entities[0]
        return [
            RecognizerResult(entity, start, end, shape.score)
            for shape in self._shapes
            for start, end in shape.find(text)
            if shape.decides is None or shape.decides(text[start:end])
        ]


class NamesRecognizer(EntityRecognizer):
    """People and places by the names model: neighbouring word pieces of one kind become one span of whole
    words.
    """

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=sorted(set(_GROUP.values())),
            name="auditkit names model",
            supported_language=language,
        )

    def load(self) -> None:
        """The model is loaded when it is first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the people and places that the model finds."""
        spans: list[tuple[str, int, int, float]] = []
        for token in names_model.model().tokens([text])[0]:
            entity = _GROUP.get(token.label)
            if entity is None:
                continue
            if (
                spans
                and spans[-1][0] == entity
                and token.start - spans[-1][2] <= 2
                and not text[spans[-1][2] : token.start].strip(" ,")
            ):
                _, start, end, score = spans.pop()
                spans.append((entity, start, max(end, token.end), max(score, token.score)))
            else:
                spans.append((entity, token.start, token.end, token.score))
        return [
            RecognizerResult(entity, *whole_words(text, start, end), score)
            for entity, start, end, score in spans
            if entity in entities
        ]


class CountryRecognizer(EntityRecognizer):
    """Names of countries, less those that are as often something else."""

    def __init__(self, language: str = "en") -> None:
        alternatives = "|".join(sorted(map(re.escape, countries()), key=len, reverse=True))
        self._pattern = re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)
        super().__init__(
            supported_entities=["LOCATION"], name="auditkit countries", supported_language=language
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return where countries are named; a lower-case word alone counts only where the name is long enough
        to mean nothing else.
        """
        return [
            RecognizerResult("LOCATION", *m.span(), 0.7)
            for m in self._pattern.finditer(text)
            if m[0][0].isupper() or len(m[0]) > 4
        ]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span widened to the words it cuts.

    >>> whole_words("call Anna-Lena now", 7, 12)
    (5, 14)
    """
    while start > 0 and _in_word(text, start - 1) and _in_word(text, start):
        start -= 1
    while end < len(text) and _in_word(text, end) and _in_word(text, end - 1):
        end += 1
    return start, end


def _in_word(text: str, i: int) -> bool:
    return text[i].isalnum() or (
        text[i] in "-'’" and 0 < i < len(text) - 1 and text[i - 1].isalnum() and text[i + 1].isalnum()
    )


def ours() -> list[EntityRecognizer]:
    """Return our recognisers: what Presidio has none for, and the names model where it is installed."""
    by_entity: dict[str, list[Shape]] = {}
    for shape in SHAPES:
        if not shape.whole and shape.entity not in _PRESIDIO_HAS:
            by_entity.setdefault(shape.entity, []).append(shape)
    found: list[EntityRecognizer] = [ShapeRecognizer(entity, shapes) for entity, shapes in by_entity.items()]
    found += [OfflineEmailRecognizer(), CountryRecognizer(), AnnouncedRecognizer()]
    return [*found, NamesRecognizer()] if names_model.installed() else found
