"""A user's own Presidio recognisers, asked about a sample of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer
from presidio_analyzer.nlp_engine import NlpArtifacts

from auditkit.detection.relax import relax
from auditkit.detection.sketch import Sketch

LOOKED_AT = 200
"""How many distinct values a recogniser is asked about that is no pattern."""


def holding(recognizer: EntityRecognizer, sample: Sketch) -> Iterator[tuple[str, list[tuple[str, int, bool]]]]:
    """Yield for every entity of a recogniser the values of a sample: each with how often it occurs, and whether it holds the entity."""
    gate = _gate(recognizer)
    limit = len(sample) if gate else LOOKED_AT
    texts = sample.texts(limit)
    weights = [int(n) for n in sample.counts[:limit]]
    maybe = np.asarray(pc.match_substring_regex(pa.array(texts, pa.large_string()), gate)) if gate else np.ones(len(texts), bool)
    nothing = NlpArtifacts(entities=[], tokens=[], tokens_indices=[], lemmas=[], nlp_engine=None, language="en")  # type: ignore[arg-type]
    for entity in recognizer.supported_entities:
        yield (
            entity,
            [
                (text, n, bool(ask) and bool(recognizer.analyze(text, [entity], nothing)))
                for ask, text, n in zip(maybe, texts, weights, strict=True)
            ],
        )


def _gate(recognizer: EntityRecognizer) -> str | None:
    """Return a pattern for RE2 that no value can fail and still be found, or None where there is none.

    The relaxed pattern is exact on ASCII; other values are always asked about.
    """
    if type(recognizer).analyze is not PatternRecognizer.analyze or not isinstance(recognizer, PatternRecognizer):
        return None
    patterns: list[Pattern] = recognizer.patterns  # type: ignore[has-type]
    try:
        relaxed = [relax(pattern.regex, recognizer.global_regex_flags or 0) for pattern in patterns]
    except (ValueError, re.error):
        return None
    return "|".join([*relaxed, r"[^\x00-\x7F]"])
