"""Passwords and dates of birth that words announce: `my password is ...`, `geb. 12.03.1966`.

The grammar is the same in all languages: an announcement, a link (a verb, a colon, or nothing), and a value
of the right form. The words stand in `lexicon/texts.txt`, by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditkit.detection.birthdays import birthday
from auditkit.detection.shapes import Family, Shape
from auditkit.lexicon import fold, lines, listed

_SHORTEST, _LONGEST = 4, 64
_LATIN = re.compile(r"[\x00-\u024f\u1e00-\u1eff]+")
_SYMBOL = re.compile(r"[0-9!@#$%^&*+=~?_/\\|.,:;\-]")
_OTHER = re.compile(
    r"(?i)https?:|www\.|[^@\s]+@[^@\s]+\.[a-z]{2,}$|/|[0-9]{1,4}([./:\-])[0-9]{1,2}\1[0-9]{1,4}$|[0-9]{1,2}:[0-9]{2}$"
)
"""A link, an e-mail address, a path, a date or a time."""

_MASK = re.compile(r"[*•xX.\-_?#]+")

_OF_WORD = r"#$%&*+/0-9=@A-Z\[\\^_a-z|~À-ɏ\-"
_INSIDE, _AT_END = rf"[!(),.:;?\]{_OF_WORD}]", f"[{_OF_WORD}]"
_TOKEN = rf"{_INSIDE}{{0,31}}[0-9#$%&*+=@^~!](?:{_INSIDE}{{0,31}}{_AT_END})?"
"""A word with a digit or a sign: a word of the sentence has none."""
_OPEN = r"[ \t]{0,3}[\"'`“„«‘(]?"
_COLON = r"[ \t]{0,2}(?:\([^()\n]{1,24}\))?[ \t]{0,2}(?::|->|=>| = )"
DATE = (
    r"[0-9]{1,4}[./\- ]{1,2}[0-9]{1,2}[./\- ]{1,2}[0-9]{2,4}"
    r"|[0-9]{1,2}(?:\.|st|nd|rd|th)? (?:de )?[^\s0-9.,;:()]{3,12}\.?,?(?: de)? [0-9]{4}"
    r"|[^\s0-9.,;:()]{3,12}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4}"
    r"|[0-9]{4}[年년] ?[0-9]{1,2}[月월] ?[0-9]{1,2}[日일]"
)
"""A date as it is written in sentences."""


def is_password(text: str) -> bool:
    """Return whether an announced word has the form of a password, and not of a word of the sentence.

    >>> is_password("hunter2"), is_password("S0mmer!"), is_password("4711")
    (True, True, True)
    >>> is_password("required"), is_password("https://example.org/reset"), is_password("********")
    (False, False, False)
    """
    bare = text.strip(".,;:!?()[]")
    if not _SHORTEST <= len(text) <= _LONGEST or _OTHER.match(text) or _MASK.fullmatch(text):
        return False
    if fold(bare) in listed("NO_PASSWORD"):
        return False
    mixed = not bare.islower() and not bare.isupper() and not bare.istitle()
    return _SYMBOL.search(bare) is not None or (mixed and bare.isascii())


def is_word_alone(text: str) -> bool:
    """Return whether a word that stands alone behind a colon may be a password.

    >>> is_word_alone("liverpool"), is_word_alone("required")
    (True, False)
    """
    return not _MASK.fullmatch(text) and fold(text) not in listed("NO_PASSWORD")


def _words(kind: str) -> Iterator[str]:
    for head, items in lines("texts.txt"):
        if head.split()[0] == kind and " " in head:
            yield from items


def _any_of(kind: str, behind: str = "") -> str:
    """Return a pattern of the words of a kind, for RE2 and Python.

    Args:
        kind: the kind.
        behind: what stands behind a word in Latin letters; other scripts may have no spaces.
    """
    words = sorted(set(_words(kind)), key=lambda word: (-len(word), word))
    latin = [_spaced(word) for word in words if _LATIN.fullmatch(word)]
    others = [_spaced(word) for word in words if not _LATIN.fullmatch(word)]
    return rf"(?i:{'|'.join(latin)}){behind}|{'|'.join(others)}"


def _spaced(word: str) -> str:
    return re.escape(word).replace(r"\ ", " ")


def _announcement(kind: str) -> str:
    return rf"(?:^|[^0-9A-Za-z_])(?:{_any_of(kind)})"


_VERB = _any_of("LINK", behind=r"(?:[ \t:]|$)")
_LINK = rf"(?:[ \t]{{1,2}}|[ \t]{{0,2}}[:=(,\-]{{1,2}}[ \t]{{0,2}})?(?:{_VERB})(?:[ \t]*:)?"
_FOR = r"(?:(?: [^\s:=.!?]{1,15}){1,5}?)?"
"""What the password is for: some words before the verb."""

_PASSWORD, _BIRTH = _announcement("PASSWORD"), _announcement("BIRTH")

FAMILIES = (
    Family(
        _PASSWORD,
        (
            Shape(
                "PASSWORD",
                rf"{_PASSWORD}(?:{_FOR}{_LINK}|{_COLON}){_OPEN}(?P<v>{_TOKEN})",
                chance=0.001,
                decides=is_password,
                score=0.7,
            ),
            Shape(
                "PASSWORD",
                rf"{_PASSWORD}{_COLON}[ \t]{{0,3}}(?P<v>{_AT_END}{{6,40}})[ \t]*(?:$|[\r\n])",
                chance=0.001,
                decides=is_word_alone,
                score=0.6,
            ),
        ),
    ),
    Family(
        rf"{_BIRTH}|\(\* ?[0-9]",
        (
            Shape(
                "DATE_OF_BIRTH",
                rf"(?:{_BIRTH}|\(\*)[\s:=.,(\-]{{0,4}}(?:(?:{_VERB})[ \t:]{{0,2}}){{0,2}}"
                rf"(?P<v>{DATE})(?:$|[^0-9])",
                chance=0.001,
                decides=birthday,
                score=0.7,
            ),
        ),
    ),
)
