"""What the block `detection` of a policy adds to the search, with the Presidio files that it names.

Nothing is downloaded: a model that is not installed is an error that says what is missing.
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
from auditkit.extras import NotInstalledError, require
from auditkit.policy import PolicyError, Problem
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer
    from presidio_analyzer.nlp_engine import NlpEngine

    from auditkit.policy import Policy
    from auditkit.policy.detection import Detection

_OURS = frozenset(shape.entity for shape in SHAPES)
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
_SPACY, _TRANSFORMERS = "meta.json", "config.json"
"""The file that describes a model, in its folder."""
_PREDEFINED = "presidio_analyzer.predefined_recognizers"
_LONGEST_ERROR = 200


class UnusableFile(ValueError):
    """A file that Presidio cannot use, or that names a model which is not installed."""


def of_policy(policy: Policy | None, recognizers: Collection[EntityRecognizer] = ()) -> Custom:
    """Return what a policy and a program add to the search.

    Raises:
        PolicyError: a file that the policy names cannot be used, or needs a model that is not installed; or
            an entity is allowed that has no form.
    """
    block = policy.detection if policy is not None else None
    if policy is None or block is None:
        return custom(None, recognizers) if recognizers else NOTHING
    added = [*recognizers, *_of_presidio(policy, block)]
    found = custom(block, added, names=_names(policy, block))
    if wrong := _not_allowed(policy, block, _OURS | found.entities):
        raise PolicyError(wrong, file=policy.file)
    return found


def problems(policy: Policy) -> tuple[Problem, ...]:
    """Return what is wrong in the block `detection` of a policy and the files that it names."""
    try:
        of_policy(policy)
    except PolicyError as error:
        return error.problems
    return ()


def _of_presidio(policy: Policy, block: Detection) -> list[EntityRecognizer]:
    if block.presidio is None:
        return []
    try:
        return _recognizers(policy.folder / block.presidio)
    except UnusableFile as error:
        raise PolicyError.at(policy, ("detection", "presidio"), str(error)) from None


def _names(policy: Policy, block: Detection) -> PresidioNames | None:
    if block.model is None:
        return None
    try:
        return PresidioNames(nlp_engine(policy.folder / block.model))
    except UnusableFile as error:
        raise PolicyError.at(policy, ("detection", "model"), str(error)) from None


def _not_allowed(policy: Policy, block: Detection, known: Collection[str]) -> list[Problem]:
    """Return the allowed values of entities that no form of a value shows."""
    found = []
    for i, allowed in enumerate(block.allow):
        if allowed.entity not in known:
            hint = did_you_mean(allowed.entity, known)
            message = (
                f"{allowed.entity} is not recognised by the form of a value, so values cannot be allowed"
            )
            message += f".{hint}" if hint else ": declare the column as `none`, with a reason"
            found.append(policy.problem(("detection", "allow", i, "entity"), message))
    return found


def _recognizers(file: Path) -> list[EntityRecognizer]:
    """Return the recognisers of a Presidio file that look for more than ours do.

    What we look for is looked for in every cell anyway.
    """
    _refuse_without_presidio(file)
    from presidio_analyzer import RemoteRecognizer
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    with _offline():
        try:
            registry = RecognizerRegistryProvider(conf_file=file).create_recognizer_registry()
        except (ValueError, TypeError, KeyError, OSError, ImportError, AttributeError) as error:
            raise UnusableFile(f"Presidio cannot use {file.name}: {_first_line(error)}") from None
    for recognizer in registry.recognizers:
        if isinstance(recognizer, RemoteRecognizer) or ".third_party." in type(recognizer).__module__:
            raise UnusableFile(
                f"{type(recognizer).__name__} in {file.name} sends cells over the network, which auditkit"
                " never does: remove it from the file"
            )
    # recognisers that belong to a model come with the policy's `model`
    listed = (r for r in registry.recognizers if not isinstance(r, SpacyRecognizer))
    return [r for r in listed if not _is_covered(r)]


def _refuse_without_presidio(file: Path) -> None:
    """Refuse a file that only Presidio can use where it is not installed: its search would not take place."""
    try:
        require("presidio", f"{file.name} is used with")
    except NotInstalledError as error:
        raise UnusableFile(str(error)) from None


def _is_covered(recognizer: EntityRecognizer) -> bool:
    """Return whether a recogniser is one of Presidio's, and looks for nothing that ours do not find."""
    predefined = type(recognizer).__module__.startswith(_PREDEFINED)
    return predefined and set(recognizer.supported_entities) <= _OURS


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST_ERROR] or type(error).__name__


@cache
def nlp_engine(file: Path) -> NlpEngine:
    """Return the engine that a file of Presidio configures, loaded once in a process.

    Raises:
        ValueError: Presidio cannot use the file, or a package or a model that it needs is not installed.
    """
    _refuse_without_presidio(file)
    from presidio_analyzer.nlp_engine import (
        NlpEngineProvider,
        SpacyNlpEngine,
        StanzaNlpEngine,
        TransformersNlpEngine,
    )

    class OfflineSpacy(SpacyNlpEngine):
        @staticmethod
        def _download_spacy_model_if_needed(model_name: str) -> None:
            """Download nothing: a model that is not there is an error when it is loaded."""

    class OfflineStanza(StanzaNlpEngine):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options, download_if_missing=False)

    configuration = _configuration(file)
    engines = {str(kind.engine_name): kind for kind in (OfflineSpacy, OfflineStanza, TransformersNlpEngine)}
    available = {name: bool(kind.is_available) for name, kind in engines.items()}
    for missing in _missing(configuration, available):
        raise UnusableFile(
            f"{missing} is not installed, and nothing is downloaded: install it, or leave out `model` and use"
            " the extra `ner`"
        )
    provider = NlpEngineProvider(nlp_engines=tuple(engines.values()), nlp_configuration=dict(configuration))
    with _offline():
        try:
            return provider.create_engine()
        except (Exception, SystemExit) as error:  # each library fails in its own way without its files
            raise UnusableFile(
                f"the model of {file.name} cannot be loaded without a download ({type(error).__name__})"
            ) from None


def _configuration(file: Path) -> Mapping[str, Any]:
    """Return what a file says about an engine and its models."""
    import yaml

    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        raise UnusableFile(f"{file.name} cannot be read as YAML") from None
    named = isinstance(read, Mapping) and "nlp_engine_name" in read
    if not named or not isinstance(read.get("models"), list):
        raise UnusableFile(
            f"{file.name} configures no NLP engine: expected `nlp_engine_name` and a list of `models`"
        )
    configuration: Mapping[str, Any] = read
    return configuration


def _missing(configuration: Mapping[str, Any], available: Mapping[str, bool]) -> Iterator[str]:
    """Yield what an engine would download, or cannot run without."""
    kind = str(configuration["nlp_engine_name"])
    if kind not in available:
        yield f"an engine called {kind!r} (expected one of {', '.join(available)})"
    elif not available[kind]:
        yield f"what the engine {kind!r} needs"
    for model in configuration["models"]:
        name = model.get("model_name") if isinstance(model, Mapping) else None
        spacy_model = name.get("spacy") if isinstance(name, Mapping) else name if kind == "spacy" else None
        if spacy_model and not _holds_model(str(spacy_model), _SPACY):
            yield f"the spaCy model {spacy_model}"
        other = name.get("transformers") if isinstance(name, Mapping) else None
        if other and not (Path(str(other)) / _TRANSFORMERS).is_file():
            yield f"the model {other} (expected the path of a folder with its files)"


def _holds_model(name: str, description: str) -> bool:
    """Return whether a folder, or a package, holds the description of a model.

    Whatever else has such a name is no model, and would be downloaded.
    """
    folders = [Path(name)]
    if name.isidentifier() and (spec := find_spec(name)) is not None:
        folders += map(Path, spec.submodule_search_locations or ())
    return any((folder / description).is_file() for folder in folders)


@contextmanager
def _offline() -> Iterator[None]:
    """Forbid downloads to the libraries that would download a model."""
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
        mapping = configured.model_to_presidio_entity_mapping if configured is not None else None
        self._mapping: Mapping[str, str] = mapping or {}

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return the people whom each text names, in lower case."""
        found = self.engine.process_batch(list(texts), self.language)
        return [frozenset(filter(None, map(self._person, read.entities))) for _, read in found]

    def _person(self, span: Any) -> str | None:
        """Return the name that a span holds, in lower case; a single letter is no name."""
        name = str(span.text).casefold().strip()
        return name if self._mapping.get(span.label_, span.label_) == "PERSON" and len(name) > 1 else None
