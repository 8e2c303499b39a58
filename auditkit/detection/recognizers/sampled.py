"""What a Presidio recogniser that only Python can run finds in a sample of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.relax import relax
from auditkit.detection.sketch import Sketch

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

LOOKED_AT = 200
"""How many distinct values a recogniser is asked about, if it is not made of patterns."""

_ENOUGH = 0.4
"""Below this score, Presidio's own recognisers say nothing."""


def holding(
    recognizer: EntityRecognizer, sample: Sketch
) -> Iterator[tuple[str, list[tuple[str, int, bool]]]]:
    """Yield for every entity of a recogniser the values of a sample.

    Each value comes with how often it occurs, and whether it holds the entity.
    """
    from presidio_analyzer.nlp_engine import NlpArtifacts

    gate = _gate(recognizer)
    limit = len(sample) if gate else LOOKED_AT
    texts = sample.texts(limit)
    weights = [int(n) for n in sample.counts[:limit]]
    maybe = np.ones(len(texts), bool)
    if gate:
        maybe = np.asarray(pc.match_substring_regex(pa.array(texts, pa.large_string()), gate))
    missing: Any = None
    nothing = NlpArtifacts([], missing, [], [], missing, "en")
    for entity in recognizer.supported_entities:
        held = [
            (text, n, bool(possible) and _holds(recognizer, text, entity, nothing))
            for possible, text, n in zip(maybe, texts, weights, strict=True)
        ]
        yield entity, held


def _holds(recognizer: EntityRecognizer, text: str, entity: str, nothing: Any) -> bool:
    return any(result.score >= _ENOUGH for result in recognizer.analyze(text, [entity], nothing) or ())


def _gate(recognizer: EntityRecognizer) -> str | None:
    """Return a pattern for RE2 that every value passes in which the recogniser may find something.

    Not every recogniser has such a pattern. The relaxed pattern is exact on ASCII; all other values pass.
    """
    from presidio_analyzer import PatternRecognizer

    if not isinstance(recognizer, PatternRecognizer):
        return None
    if type(recognizer).analyze is not PatternRecognizer.analyze:
        return None
    try:
        patterns: Sequence[Any] = recognizer.patterns  # type: ignore[has-type]
        relaxed = [relax(pattern.regex, recognizer.global_regex_flags or 0) for pattern in patterns]
    except (ValueError, re.error):
        return None
    return "|".join([*relaxed, r"[^\x00-\x7F]"])
