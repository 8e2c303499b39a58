"""Our shapes and the names model as Presidio recognisers, which work in any Presidio application."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import tldextract
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import EmailRecognizer, PhoneRecognizer

from auditkit.detection import names_model
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.announced import AnnouncedRecognizer
from auditkit.detection.recognizers.cued import CuedRecognizer
from auditkit.detection.recognizers.known_names import KnownNamesRecognizer
from auditkit.detection.recognizers.labelled import LabelledRecognizer
from auditkit.detection.recognizers.streets import StreetRecognizer
from auditkit.detection.shapes import Shape
from auditkit.lexicon import countries

_OF_PRESIDIO = frozenset({"PHONE_NUMBER", "IBAN_CODE", "URL", "US_SSN"})
"""What Presidio's own recognisers find well enough."""

_ENOUGH_DIGITS = re.compile(r"\d(?:[^\d\n]{0,4}\d){5}")
"""The fewest digits of a telephone number that counts in text, with what may stand between them."""

_DOT_WORD = r"(?:\s?[\[({]\s?(?:dot|punkt|punto|point|\.)\s?[\])}]\s?|\sdot\s)"
_DOT = re.compile(_DOT_WORD, re.IGNORECASE)
_SPELLED = re.compile(
    rf"(?<![\w.@])[a-z0-9][\w+\-]*(?:(?:\.|{_DOT_WORD})[\w+\-]+){{0,3}}"
    rf"(?:\s?[\[({{]\s?(?:at|@|ät|arroba|chez)\s?[\])}}]\s?(?P<domain>[\w\-]+(?:(?:\.|{_DOT_WORD})[a-z0-9\-]{{2,}}){{1,3}})"
    rf"|\sat\s(?P<spoken>[\w\-]+(?:{_DOT_WORD}[a-z0-9\-]{{2,}}){{1,3}}))",
    re.IGNORECASE,
)
"""An address whose `@` stands in brackets, or is spoken like its points are."""

_BEYOND = "\u0590"
"""The first character of the scripts in which the model takes whole sentences for people."""

_GAP = 2
"""Word pieces of one kind at most so many characters apart are one span."""


class OfflineEmailRecognizer(EmailRecognizer):
    """Presidio's recogniser, with the public suffixes that tldextract ships; it would download newer ones."""

    _suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        """Return whether the domain ends in a public suffix."""
        return bool(self._suffixes(pattern_text).fqdn)


class SpelledEmailRecognizer(EntityRecognizer):
    """Finds e-mail addresses written out so that programs do not read them: `anna (at) example dot org`."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=["EMAIL_ADDRESS"],
            name="auditkit spelled e-mail addresses",
            supported_language=language,
        )

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return where addresses end in a public suffix once they are written as usual."""
        suffixes = OfflineEmailRecognizer._suffixes
        return [
            RecognizerResult("EMAIL_ADDRESS", *found.span(), 0.7)
            for found in _SPELLED.finditer(text)
            if suffixes(_DOT.sub(".", found["domain"] or found["spoken"])).fqdn
        ]


class GatedPhoneRecognizer(PhoneRecognizer):
    """Presidio's recogniser, which reads a text for each of its countries, behind a look at the digits."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return where telephone numbers are; a text with fewer digits than any number has none."""
        return super().analyze(text, entities, nlp_artifacts) if _ENOUGH_DIGITS.search(text) else []


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
        """Do nothing: there is nothing to load."""

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
    """Finds people and places by the names model.

    Neighbouring word pieces of one kind become one span of whole words.
    """

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=sorted(names_model.ENTITIES),
            name="auditkit names model",
            supported_language=language,
        )

    def load(self) -> None:
        """Do nothing: the model is loaded when it is first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return the people and places that the model finds."""
        spans: list[_Span] = []
        reading = getattr(nlp_artifacts, "reading", None) or names_model.model().reading(text)
        for token in reading.tokens():
            entity = names_model.ENTITY_OF_LABEL.get(token.label)
            if entity is None or (entity == "PERSON" and text[token.start] >= _BEYOND):
                continue
            span = _Span(entity, token.start, token.end, token.score)
            if spans and _continues(text, spans[-1], span):
                last = spans.pop()
                end, score = max(last.end, span.end), max(last.score, span.score)
                span = _Span(entity, last.start, end, score)
            spans.append(span)
        return [
            RecognizerResult(span.entity, *whole_words(text, span.start, span.end), span.score)
            for span in spans
            if span.entity in entities
        ]


class _Span(NamedTuple):
    """A part of a text that the names model has a label for."""

    entity: str
    start: int
    end: int
    score: float


def _continues(text: str, last: _Span, span: _Span) -> bool:
    """Return whether a span goes on with the one before it."""
    gap = text[last.end : span.start]
    return last.entity == span.entity and span.start - last.end <= _GAP and not gap.strip(" ,")


class CountryRecognizer(EntityRecognizer):
    """Finds names of countries, but none that are as often something else."""

    def __init__(self, language: str = "en") -> None:
        alternatives = "|".join(sorted(map(re.escape, countries()), key=len, reverse=True))
        self._pattern = re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)
        super().__init__(
            supported_entities=["LOCATION"], name="auditkit countries", supported_language=language
        )

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return where countries are named.

        Of names in small letters, only those count that are long enough to mean nothing else.
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
    """Return our recognisers: for what Presidio does not find, and the names model where it is installed."""
    by_entity: dict[str, list[Shape]] = {}
    for shape in SHAPES:
        if not shape.whole and shape.entity not in _OF_PRESIDIO:
            by_entity.setdefault(shape.entity, []).append(shape)
    found: list[EntityRecognizer] = [ShapeRecognizer(entity, shapes) for entity, shapes in by_entity.items()]
    found += [
        OfflineEmailRecognizer(),
        SpelledEmailRecognizer(),
        GatedPhoneRecognizer(),
        CountryRecognizer(),
        AnnouncedRecognizer(),
    ]
    found += [KnownNamesRecognizer(), CuedRecognizer(), LabelledRecognizer(), StreetRecognizer()]
    return [*found, NamesRecognizer()] if names_model.installed() else found
