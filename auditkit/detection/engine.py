"""The Presidio analyzer that `auditkit.detection.analyzer` returns: built by hand, so that nothing is
downloaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import spacy
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpEngine, SpacyNlpEngine

from auditkit.detection.configured import PresidioNames
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.recognizers.presidio import NamesRecognizer, ShapeRecognizer, ours
from auditkit.detection.spans import refined


class Blank(SpacyNlpEngine):
    """A tokenizer without a model."""

    def __init__(self) -> None:
        super().__init__(
            models=[{"lang_code": "en", "model_name": "blank"}],
            ner_model_configuration=NerModelConfiguration(),
        )

    def load(self) -> None:
        """Make the tokenizer; nothing is read or downloaded."""
        self.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]


class _Engine(AnalyzerEngine):
    """Presidio's engine, its results put together: what crosses recognisers can only be seen here."""

    allowed: Mapping[str, str] = {}

    def analyze(self, text: str, *args: Any, **kwargs: Any) -> list[RecognizerResult]:
        return [
            r for r in refined(text, super().analyze(text, *args, **kwargs)) if not self._is_allowed(text, r)
        ]

    def _is_allowed(self, text: str, result: RecognizerResult) -> bool:
        pattern = self.allowed.get(result.entity_type)
        if pattern is None:
            return False
        return bool(pc.match_substring_regex(pa.array([text[result.start : result.end]]), pattern)[0].as_py())


def engine(custom: Custom | None = None) -> AnalyzerEngine:
    """Return an engine with Presidio's recognisers and ours, and with what a user adds to them, and takes
    out.
    """
    added = custom or NOTHING
    nlp = added.names.engine if isinstance(added.names, PresidioNames) else _blank()
    languages = nlp.get_supported_languages()
    registry = RecognizerRegistry(supported_languages=languages)
    registry.load_predefined_recognizers(languages=languages, nlp_engine=nlp)
    named = isinstance(added.names, PresidioNames)
    # ours is offline, ours knows a version number from an address, and a blank pipeline finds no names
    for name in ("EmailRecognizer", "IpRecognizer", *(() if named else ("SpacyRecognizer",))):
        registry.remove_recognizer(name)
    for recognizer in (
        *_added(added, languages[0]),
        *(r for r in ours() if not (named and isinstance(r, NamesRecognizer))),
    ):
        recognizer.supported_language = languages[0]
        registry.add_recognizer(recognizer)
    made = _Engine(registry=registry, nlp_engine=nlp, supported_languages=languages)
    made.allowed = added.allowed
    return made


def _blank() -> NlpEngine:
    nlp = Blank()
    nlp.load()
    return nlp


def _added(custom: Custom, language: str) -> Iterator[EntityRecognizer]:
    """Yield what a user looks for, as recognisers: a pattern in text is run by RE2, too."""
    for family in custom.families:
        for shape in family.shapes:
            if shape.by_user:
                sought = custom.sought[shape.entity]
                yield ShapeRecognizer(sought.entity, [shape], language, sorted(sought.context))
    yield from custom.recognizers
