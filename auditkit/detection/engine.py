"""The Presidio analyzer that `auditkit.detection.analyzer` returns: built by hand, so that nothing is downloaded."""

from __future__ import annotations

from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

from auditkit.detection.recognizers.presidio import ours
from auditkit.detection.spans import refined


class Blank(SpacyNlpEngine):
    """A tokenizer without a model."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}], ner_model_configuration=NerModelConfiguration())

    def load(self) -> None:
        """Make the tokenizer; nothing is read or downloaded."""
        self.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]


class _Engine(AnalyzerEngine):
    """Presidio's engine, its results put together: what crosses recognisers can only be seen here."""

    def analyze(self, text: str, *args: Any, **kwargs: Any) -> list[RecognizerResult]:
        return refined(text, super().analyze(text, *args, **kwargs))


def engine() -> AnalyzerEngine:
    """Return an engine with Presidio's recognisers and ours."""
    nlp = Blank()
    nlp.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    for name in ("EmailRecognizer", "SpacyRecognizer"):  # ours is offline; a blank pipeline finds no names
        registry.remove_recognizer(name)
    for recognizer in ours():
        registry.add_recognizer(recognizer)
    return _Engine(registry=registry, nlp_engine=nlp, supported_languages=["en"])
