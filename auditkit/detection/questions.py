"""What a question asks for: exports of forms name their columns by the questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from auditkit.detection.header_words import as_listed, tokens
from auditkit.detection.phrases import phrases
from auditkit.lexicon import fold, lines, words

_ASIDE = re.compile(r"\([^()]*\)")
_SUBQUESTION = re.compile(r"\[([^\[\]]+)\]\W*$")
"""What a form asks for within a question: `Your contact details [E-mail]`."""

_ELISION = re.compile(r"\b(?:l|qu|s|m|t|c|un|dell|dov|com|cos|qual)['’ʼ]|['’ʼ]s\b", re.IGNORECASE)
_MARKS = ("?", "？", "؟")
_BEHIND_MARKS = " *:\xa0\u202f"
_NUMBERED = frozenset("qg")
"""What stands before the number of a question, or of a group of questions."""

_FEWEST_WORDS = 3
"""`active?` and `is active?` are names of flags, and no questions."""

_MOST_WORDS = 40
"""A longer name is a text, and nobody asks it in a form."""


class Question(NamedTuple):
    """What a question asks for.

    Attributes:
        about: the name of a column that says the same; empty where nothing is known for sure.
        of_yes_or_no: whether its answer is yes or no.
        of_others: whether it asks for a number or a degree, or for something of those who ask.
    """

    about: str
    of_yes_or_no: bool
    of_others: bool


def question(name: str) -> Question | None:
    """Return what a name of a column asks for, or `None` where it is no question.

    Words that ask, address somebody or fill up the sentence drop out. What stays is known where each of its
    words belongs to a phrase or hardly changes one.

    >>> question("What is your e-mail address? (optional)").about, question("Wie alt sind Sie?").about
    ('e mail address', 'age')
    >>> question("How satisfied are you with the address of our shop?").about, question("e-mail address")
    ('', None)
    """
    plain = _ELISION.sub(" ", _ASIDE.sub(" ", name))
    part = _SUBQUESTION.search(plain)
    whole = plain[: part.start()] if part else plain
    asked = _without_purpose(_without_number(tokens(whole)))
    if len(asked) > _MOST_WORDS:
        return None
    marked = whole.rstrip(_BEHIND_MARKS).endswith(_MARKS)
    if not (_is_asked(asked) if marked else _addresses(asked)):
        return None
    of_others = asked[0] in _listed("MEASURING") or not _listed("OURS").isdisjoint(asked)
    within = _kept(tokens(part[1])) if part and not of_others else ()
    about = " ".join(within) or _in_other_words(asked) or " ".join(_kept(asked))
    return Question(about, _is_of_yes_or_no(asked), of_others)


def _is_asked(asked: Sequence[str]) -> bool:
    """Return whether some words before a question mark are a question, and not the name of a flag."""
    return len(asked) >= _FEWEST_WORDS or (len(asked) > 1 and asked[0] in _listed("ASKING"))


def _is_of_yes_or_no(asked: Sequence[str]) -> bool:
    """Return whether the answer is yes or no, which `could you tell us your name` does not ask for."""
    if asked[0] in _listed("COULD") and asked[1] in _listed("YOURS"):
        return _listed("REQUEST").isdisjoint(asked)
    return asked[0] in (_listed("ANSWERED") | _listed("COULD")) - _listed("ASKING")


def _without_number(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a question without its number: `7.`, `Q7`, `G01Q02`."""
    named = tuple(word for word in asked if not word.isdigit())
    letters = next((at for at, word in enumerate(named) if word not in _NUMBERED), len(named))
    return named[letters:]


def _without_purpose(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words before those that say why it is asked: `your email so that we can answer`."""
    purposes = [tuple(item.split()) for item in _listed("PURPOSE")]
    begins = (
        at for at in range(_FEWEST_WORDS, len(asked)) if any(asked[at : at + len(p)] == p for p in purposes)
    )
    return asked[: next(begins, len(asked))]


def _addresses(asked: Sequence[str]) -> bool:
    """Return whether some words begin like a question or a request, and address somebody."""
    begins = _listed("ASKING") | _listed("MEASURING") | _listed("ANSWERED") | _listed("REQUEST")
    addressed = not _listed("YOURS").isdisjoint(asked[1:])
    return len(asked) >= _FEWEST_WORDS and addressed and any(word in begins for word in asked[:2])


def _in_other_words(asked: Sequence[str]) -> str:
    """Return the name of a column for a question without a noun, as `how old are you`; else nothing."""
    for idiom, name in _idioms().items():
        rest = list(asked)
        if all(word in rest for word in idiom):
            places = [rest.index(word) for word in idiom]
            others = [word for at, word in enumerate(rest) if at not in places]
            if places == sorted(places) and all(_says_nothing(w) or _is_somebody(w) for w in others):
                return name
    return ""


def _kept(asked: Sequence[str]) -> tuple[str, ...]:
    """Return the words that a question asks for; none where one of them has an unknown meaning.

    Words of a phrase stay (`date of birth`), whatever they say alone.
    """
    together = {at for a, b in _phrases_of(asked) if b - a > 1 for at in range(a, b)}
    kept = tuple(word for at, word in enumerate(asked) if at in together or not _says_nothing(word))
    listed = as_listed(kept)
    covered = {at for a, b in _phrases_of(listed) for at in range(a, b)}
    known = covered and all(at in covered or _is_plain(word) for at, word in enumerate(listed))
    return kept if known else ()


def _phrases_of(asked: Sequence[str]) -> list[tuple[int, int]]:
    """Return where phrases of the lexicon begin and end in some words."""
    spans = ((a, b) for a in range(len(asked)) for b in range(a + 1, len(asked) + 1))
    return [(a, b) for a, b in spans if tuple(asked[a:b]) in phrases()]


def _is_plain(word: str) -> bool:
    """Return whether a word hardly changes what the words around it say."""
    return word in words("neutral") or _is_somebody(word)


def _is_somebody(word: str) -> bool:
    return any(form in words("people") | words("role") for form in (word, word.removesuffix("s")))


def _says_nothing(word: str) -> bool:
    kinds = ("ASKING", "ANSWERED", "COULD", "REQUEST", "YOURS", "FILLER")
    return any(word in _listed(kind) for kind in kinds) or (len(word) == 1 and word.isascii())


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(fold(word) for head, items in lines("questions.txt") if head == kind for word in items)


@cache
def _idioms() -> Mapping[tuple[str, ...], str]:
    """Return questions without a noun, and the name of a column that says the same."""
    entries = [entry for entry in lines("questions.txt") if not entry[0].isupper()]
    return {tuple(fold(item).split()): name for name, items in entries for item in items}
