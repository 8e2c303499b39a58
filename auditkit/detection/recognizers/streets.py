"""Streets in text with a number, by the words for streets in many languages.

The word stands before the name (`Via Roma 12`, `12 rue de la Paix`) or at its end (`Hauptstraße 17a`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from presidio_analyzer import EntityRecognizer, RecognizerResult

from auditkit.detection.scripts import CAPITAL
from auditkit.lexicon import listed_as_written

_LETTER = r"[^\W\d_]"
_BARE = rf"(?:{_LETTER}['’])?(?-i:{CAPITAL})[\w'’\-]*"
_NAME = rf"(?:{_BARE}(?:\.(?= {_LETTER}))?|\d{{1,2}}(?= (?:de|di|e) ))"
_OF = (
    "(?:(?:de la|de las|de los|de l'|de|del|du|des|da|do|das|dos|della|delle|dei|di|degli|la|las|los|le|les"
    "|y|e|van|der|den) ?)*"
)
_NUMBER = (
    r"(?:,? ?(?:n[.º°r]\.? ?|no\.? ?|núm\.? ?|д\. ?|,)? ?\d{1,5}(?:[-/]\d{1,4})?"
    r"(?: ?[a-zA-Z](?![^\W_]))?(?: ?(?:bis|ter))?)"
)
_FLOOR = r"(?:,? \d{1,2}\.?[ºª°](?: ?(?:[A-Z]|dcha|izda|izq|der)\b\.?)?)?"
_SCORE = 0.6


class StreetRecognizer(EntityRecognizer):
    """Finds streets with a number, in the languages whose words for streets are listed."""

    def __init__(self, language: str = "en") -> None:
        super().__init__(
            supported_entities=["STREET_ADDRESS"], name="auditkit streets", supported_language=language
        )

    def load(self) -> None:
        """Do nothing: the words are loaded when they are first needed."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Return where streets with a number stand."""
        return [RecognizerResult("STREET_ADDRESS", start, end, _SCORE) for start, end in streets(text)]


def streets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where streets with a number stand.

    >>> text = "Vive en Avda. de la Constitución, 45; antes Hauptstraße 17a und 8 allée des Tilleuls."
    >>> [text[start:end] for start, end in streets(text)]
    ['Avda. de la Constitución, 45', 'Hauptstraße 17a', '8 allée des Tilleuls']
    """
    for found in _pattern().finditer(text):
        yield found.span()


@cache
def _pattern() -> re.Pattern[str]:
    before, between, endings = (
        _any_of(listed_as_written(kind)) for kind in ("STREET_BEFORE", "STREET_BETWEEN", "STREET_ENDING")
    )
    word_first = (
        rf"(?:{before}|{between})\.? ?{_OF}{_NAME}(?: {_OF}{_NAME}){{0,4}}{_NUMBER}{_FLOOR}(?![\w/:])"
    )
    number_first = rf"\d{{1,4}}(?: ?(?:bis|ter|[a-d]))?,? (?:{between}) {_OF}{_BARE}(?: {_OF}{_BARE}){{0,4}}"
    word_last = (
        rf"(?-i:{CAPITAL})[\w\-.]*(?:(?: |-){_LETTER}[\w\-.]*){{0,2}}?(?:{endings})\.? ?"
        r"\d{1,4}(?:[-/]\d{1,4})?(?: ?[a-z]\b)?"
    )
    return re.compile(rf"(?<![\w.])(?:{word_first}|{number_first}|{word_last})", re.IGNORECASE)


def _any_of(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
