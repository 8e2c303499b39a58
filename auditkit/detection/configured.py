"""What the block `detection` of a policy adds to the search, its files read: Presidio's own YAML, and a model
for names.

Nothing is downloaded: a model that is not installed is an error with what is missing.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditkit.detection.names_model import Names
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.custom import NOTHING, Custom, custom
from auditkit.policy import PolicyError
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer
    from presidio_analyzer.nlp_engine import NlpEngine

    from auditkit.policy import Policy

_OURS = frozenset(shape.entity for shape in SHAPES)
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


def of_policy(policy: Policy | None, recognizers: Collection[EntityRecognizer] = ()) -> Custom:
    """Return what a policy and a program add to the search.

    Raises:
        PolicyError: a file that the policy names cannot be used, or needs a model that is not installed; or
            what is allowed is nothing that has a form.
    """
    block = policy.detection if policy is not None else None
    if policy is None or block is None:
        return custom(None, recognizers) if recognizers else NOTHING
    listed, names = list(recognizers), None
    for key in ("presidio", "model"):
        name = getattr(block, key)
        if name is None:
            continue
        try:
            if key == "presidio":
                listed += _recognizers(policy.folder / name)
            else:
                names = PresidioNames(nlp_engine(policy.folder / name))
        except Unusable as error:
            raise PolicyError.at(policy, ("detection", key), str(error)) from None
    found = custom(block, listed, names=names)
    for i, allowed in enumerate(block.allow):
        if allowed.entity not in _OURS | found.entities:
            hint = did_you_mean(allowed.entity, _OURS | found.entities)
            told = f"{allowed.entity} is not told by the form of a value and cannot be allowed"
            told += f".{hint}" if hint else ": declare the column as `none`, with a reason"
            raise PolicyError.at(policy, ("detection", "allow", i, "entity"), told)
    return found


class Unusable(ValueError):
    """A file that Presidio does not take, or a model that is not there."""


def _recognizers(file: Path) -> list[EntityRecognizer]:
    """Return the recognisers of a Presidio file that look for more than ours do: what we look for is sought
    in every cell anyway.
    """
    from presidio_analyzer import RemoteRecognizer
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    with _offline():
        try:
            registry = RecognizerRegistryProvider(conf_file=file).create_recognizer_registry()
        except (ValueError, TypeError, KeyError, OSError, ImportError, AttributeError) as error:
            raise Unusable(f"Presidio does not take {file.name}: {_first_line(error)}") from None
    for r in registry.recognizers:
        if isinstance(r, RemoteRecognizer) or ".third_party." in type(r).__module__:
            raise Unusable(
                f"{type(r).__name__} in {file.name} sends cells over the network, which is never done: take"
                " it out"
            )
    given = [
        r for r in registry.recognizers if not isinstance(r, SpacyRecognizer)
    ]  # those belong to a model: `model` names it
    predefined = "presidio_analyzer.predefined_recognizers"
    return [
        r
        for r in given
        if not (type(r).__module__.startswith(predefined) and set(r.supported_entities) <= _OURS)
    ]


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


@cache
def nlp_engine(file: Path) -> NlpEngine:
    """Return the engine that a file of Presidio configures, loaded once in a process.

    Raises:
        ValueError: Presidio does not take the file, or a package or a model that it needs is not installed.
    """
    import yaml
    from presidio_analyzer.nlp_engine import (
        NlpEngineProvider,
        SpacyNlpEngine,
        StanzaNlpEngine,
        TransformersNlpEngine,
    )

    class OfflineStanza(StanzaNlpEngine):
        def __init__(self, **told: Any) -> None:
            super().__init__(**told, download_if_missing=False)

    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        raise Unusable(f"{file.name} is no YAML that can be read") from None
    if (
        not isinstance(told, Mapping)
        or "nlp_engine_name" not in told
        or not isinstance(told.get("models"), list)
    ):
        raise Unusable(
            f"{file.name} configures no NLP engine: expected `nlp_engine_name` and a list of `models`"
        )
    engines = {str(kind.engine_name): kind for kind in (SpacyNlpEngine, OfflineStanza, TransformersNlpEngine)}
    for missing in _missing(told, {name: bool(kind.is_available) for name, kind in engines.items()}):
        raise Unusable(
            f"{missing} is not installed, and nothing is downloaded: install it, or leave out `model` and use"
            " the extra `ner`"
        )
    with _offline():
        try:
            return NlpEngineProvider(
                nlp_engines=tuple(engines.values()), nlp_configuration=dict(told)
            ).create_engine()
        except (
            Exception,
            SystemExit,
        ) as error:  # each library fails in its own way where its files are not there
            raise Unusable(
                f"the model of {file.name} cannot be loaded without a download ({type(error).__name__})"
            ) from None


def _missing(told: Mapping[str, Any], available: Mapping[str, bool]) -> Iterator[str]:
    """Yield what an engine would download, or cannot run without."""
    kind = str(told["nlp_engine_name"])
    if kind not in available:
        yield f"an engine called {kind!r} (expected one of {', '.join(available)})"
    elif not available[kind]:
        yield f"what the engine {kind!r} needs"
    for model in told["models"]:
        name = model.get("model_name") if isinstance(model, Mapping) else None
        spacy_model = name.get("spacy") if isinstance(name, Mapping) else name if kind == "spacy" else None
        if spacy_model and not (Path(str(spacy_model)).exists() or _installed(str(spacy_model))):
            yield f"the spaCy model {spacy_model}"


def _installed(package: str) -> bool:
    return package.isidentifier() and find_spec(package) is not None


@contextmanager
def _offline() -> Iterator[None]:
    """Tell the libraries that would fetch a model that they must not."""
    before = {name: os.environ.get(name) for name in _OFFLINE}
    os.environ.update(_OFFLINE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class PresidioNames(Names):
    """An NLP engine of Presidio as a model that finds people."""

    def __init__(self, engine: NlpEngine) -> None:
        self.engine = engine
        self.language = engine.get_supported_languages()[0]
        configured: Any = getattr(engine, "ner_model_configuration", None)
        self._mapping: Mapping[str, str] = (
            configured.model_to_presidio_entity_mapping if configured is not None else None
        ) or {}

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return whom each text names, in lower case."""
        found = self.engine.process_batch(list(texts), self.language)
        return [frozenset(filter(None, map(self._person, read.entities))) for _, read in found]

    def _person(self, span: Any) -> str | None:
        """Return the name that a span holds, in lower case; a single letter is none."""
        name = str(span.text).casefold().strip()
        return name if self._mapping.get(span.label_, span.label_) == "PERSON" and len(name) > 1 else None
