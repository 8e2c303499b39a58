"""The Presidio analyzer that `auditkit.detection.analyzer` returns.

It is put together here and not by Presidio's own configuration, so that nothing is downloaded. The names
model reads a text while the patterns are looked for in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import spacy
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, NlpEngine, SpacyNlpEngine

from auditkit.detection import names_model
from auditkit.detection.addresses import with_span
from auditkit.detection.configured import PresidioNames
from auditkit.detection.names_model import Reading
from auditkit.detection.plain import Plain, plain
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.recognizers.presidio import NamesRecognizer, ShapeRecognizer, ours
from auditkit.detection.spans import refined
from auditkit.errors import UnreadableText

_REPLACED = ("EmailRecognizer", "IpRecognizer", "MacAddressRecognizer", "PhoneRecognizer")
"""Our own do not download anything, tell a version number from an address, and look at digits first.

Without a model of the user, Presidio's recogniser for names goes too: a blank pipeline finds none.
"""

_AHEAD = 32
"""How many texts of a batch the names model reads before the patterns get to them."""


class Words(NlpArtifacts):
    """The words of a text, and the reading of the names model, which may still go on."""

    reading: Reading | None = None


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


class _WordsOnly(Blank):
    """A tokenizer, and in a batch the names model beside it."""

    def process_text(self, text: str, language: str) -> Words:
        """Return the words of a text; a blank pipeline knows no basic forms of words."""
        doc = self.get_nlp(language).make_doc(text)
        return Words([], doc, [token.idx for token in doc], [""] * len(doc), None, language)

    def process_batch(  # type: ignore[override]  # the base classes differ from each other, too
        self,
        texts: Iterable[Any],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        as_tuples: bool = False,
    ) -> Generator[Any, None, None]:
        """Yield each text with its words; the names model reads the next texts meanwhile."""
        waiting: deque[tuple[str, Any, Words]] = deque()
        source = iter(texts)
        while True:
            for item in islice(source, _AHEAD - len(waiting)):
                text, context = item if as_tuples else (item, None)
                waiting.append((str(text), context, self._started(str(text), language)))
            if not waiting:
                return
            text, context, words = waiting.popleft()
            yield (text, words, context) if as_tuples else (text, words)

    def _started(self, text: str, language: str) -> Words:
        view = _readable(text).text
        words = self.process_text(view, language)
        words.reading = names_model.started(view)
        return words


class _CallersContext(LemmaContextAwareEnhancer):
    """Presidio's enhancer without the words around a result: a tokenizer does not know their basic forms."""

    def _extract_surrounding_words(self, nlp_artifacts: NlpArtifacts, word: str, start: int) -> list[str]:
        return []


class _Engine(AnalyzerEngine):
    """Presidio's engine on plain characters, with the results of all recognisers put together."""

    allowed: Mapping[str, str] = {}

    def analyze(
        self,
        text: str,
        language: str,
        entities: list[str] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> list[RecognizerResult]:
        """Return what is found in a text, by its positions in the text as it was given.

        Raises:
            UnreadableText: the text holds half a character (a lone surrogate).
        """
        view = _readable(text)
        words: NlpArtifacts | None = kwargs.pop("nlp_artifacts", None)
        if view.starts is not None and not isinstance(words, Words):
            words = None  # they are of the text as it was given
        if isinstance(self.nlp_engine, _WordsOnly):
            words = words or self.nlp_engine.process_text(view.text, language)
            if isinstance(words, Words) and words.reading is None and _asks_for_names(entities):
                words.reading = names_model.started(view.text)
        kwargs["nlp_artifacts"] = words
        found = super().analyze(view.text, language, entities, *args, **kwargs)
        kept = (r for r in refined(view.text, found) if not self._is_allowed(view.text, r))
        if view.starts is None:
            return list(kept)
        spans = ((result, view.original(result.start, result.end)) for result in kept)
        return [with_span(result, start=start, end=end) for result, (start, end) in spans]

    def _enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return the results with their scores; without a context of the caller no word changes one.

        Presidio copies all results to find that out, which takes longer than the patterns.
        """
        by_words = not isinstance(self.context_aware_enhancer, _CallersContext)
        if context or by_words or any(map(_enhances, recognizers)):
            return super()._enhance_using_context(text, raw_results, nlp_artifacts, recognizers, context)
        return raw_results

    def _is_allowed(self, text: str, result: RecognizerResult) -> bool:
        pattern = self.allowed.get(result.entity_type)
        if pattern is None:
            return False
        value = pa.array([text[result.start : result.end]])
        return bool(pc.match_substring_regex(value, pattern)[0].as_py())


def _enhances(recognizer: EntityRecognizer) -> bool:
    """Return whether a recogniser looks at the words around its results itself."""
    return type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context


def _readable(text: str) -> Plain:
    """Return a text in plain characters.

    Raises:
        UnreadableText: it holds half a character, which no encoding has.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableText(error.start) from None
    return plain(text)


def _asks_for_names(entities: list[str] | None) -> bool:
    return not entities or not names_model.ENTITIES.isdisjoint(entities)


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
    made = _Engine(
        registry=registry,
        nlp_engine=nlp,
        supported_languages=languages,
        context_aware_enhancer=None if own_model else _CallersContext(),
    )
    made.allowed = added.allowed
    return made


def _blank() -> NlpEngine:
    nlp = _WordsOnly()
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
