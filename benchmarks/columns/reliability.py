"""How often auditkit is right, by its verdict and by its confidence: a reliability table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import pandas as pd

import auditkit

ENTITIES = {
    "given name": "PERSON", "family name": "PERSON", "full name": "PERSON", "e-mail": "EMAIL_ADDRESS",
    "telephone": "PHONE_NUMBER", "street": "STREET_ADDRESS", "postal code": "POSTAL_CODE",
    "day of birth": "DATE_OF_BIRTH", "gender": "GENDER", "job": "OCCUPATION", "IBAN": "IBAN_CODE",
    "user name": "USERNAME", "IP address": "IP_ADDRESS",
}  # fmt: skip
"""What a right verdict says; every identifier of a country is right for a national identifier."""

VERDICTS = ("certain", "likely", "review", "none")
BINS = (0.3, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 1.0)
NOBODY = {"ORGANIZATION", "URL", "PSEUDONYM", "FREE_TEXT"}


def reliability(tables: Mapping[str, pd.DataFrame], labels: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Yield a line for each verdict, and for each span of confidence: how many columns, how many right."""
    judged = [
        (verdict.verdict, verdict.confidence, _is_right(verdict, labels[verdict.table, verdict.column]))
        for verdict in auditkit.profile(dict(tables)).columns
        if verdict.entity not in NOBODY
    ]
    for word in VERDICTS:
        yield _line(word, [(c, right) for verdict, c, right in judged if verdict == word])
    for low, high in pairwise(BINS):
        of = [(c, right) for word, c, right in judged if word in VERDICTS[:3] and low <= c < high]
        yield _line(f"{low:.2f} to {high:.2f}", of)


def _is_right(verdict: auditkit.detection.ColumnVerdict, kind: str) -> bool:
    if verdict.entity is None or not kind:
        return verdict.entity is None and not kind
    if kind == "national id":
        known = auditkit.vocabulary.ENTITIES[verdict.entity]
        return {verdict.entity, known.kind} & {"NATIONAL_ID", "TAX_ID"} != set()
    return verdict.entity == ENTITIES[kind]


def _line(name: str, of: list[tuple[float, bool]]) -> str:
    n = max(len(of), 1)
    stated, right = sum(c for c, _ in of) / n, sum(right for _, right in of) / n
    return f"{name:14} {len(of):5} columns   stated {stated:.3f}   right {right:.3f}"
