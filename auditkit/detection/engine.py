"""The Presidio analyzer that `auditkit.detection.analyzer` returns.

It is put together here and not by Presidio's own configuration, so that nothing is downloaded.
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

_REPLACED = ("EmailRecognizer", "IpRecognizer")
"""Our own do not download anything, and tell a version number from an address.

Without a model of the user, Presidio's recogniser for names goes too: a blank pipeline finds none.
"""


class Blank(SpacyNlpEngine):
    """A tokenizer without a model."""

    def __init__(self) -> None:
        super().__init__(
            models=[{"lang_code": "en", "model_name": "blank"}],
            ner_model_configuration=NerModelConfiguration(),
        )

    def load(self) -> None:
        """Make the tokenizer; no file is read, and nothing is downloaded."""
        self.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]


class _Engine(AnalyzerEngine):
    """Presidio's engine, with the results of all recognisers put together."""

    allowed: Mapping[str, str] = {}

    def analyze(self, text: str, *args: Any, **kwargs: Any) -> list[RecognizerResult]:
        results = refined(text, super().analyze(text, *args, **kwargs))
        return [result for result in results if not self._is_allowed(text, result)]

    def _is_allowed(self, text: str, result: RecognizerResult) -> bool:
        pattern = self.allowed.get(result.entity_type)
        if pattern is None:
            return False
        value = pa.array([text[result.start : result.end]])
        return bool(pc.match_substring_regex(value, pattern)[0].as_py())


def engine(custom: Custom | None = None) -> AnalyzerEngine:
    """Return an engine with Presidio's recognisers, ours, and what a user adds to them and takes out."""
    added = custom or NOTHING
    own_model = added.names.engine if isinstance(added.names, PresidioNames) else None
    nlp = own_model or _blank()
    languages = nlp.get_supported_languages()
    registry = RecognizerRegistry(supported_languages=languages)
    registry.load_predefined_recognizers(languages=languages, nlp_engine=nlp)
    for name in _REPLACED if own_model else (*_REPLACED, "SpacyRecognizer"):
        registry.remove_recognizer(name)
    recognizers = [*_added(added, languages[0]), *ours()]
    for recognizer in recognizers:
        if not (own_model and isinstance(recognizer, NamesRecognizer)):
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
    """Yield what a user looks for, as recognisers; RE2 runs the patterns in text too."""
    for family in custom.families:
        for shape in family.shapes:
            if shape.by_user:
                sought = custom.sought[shape.entity]
                yield ShapeRecognizer(sought.entity, [shape], language, sorted(sought.context))
    yield from custom.recognizers
