"""Patterns that people write, translated for RE2, which searches every cell in one pass and never backtracks.

A pattern is written as for Python's `re`. RE2 has no look-around, but two forms can be translated: a
look-behind at the beginning of a pattern and a look-ahead at its end become the character before and the
character after. What RE2 cannot run is refused, with the reason.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from auditkit.policy.error import PolicyError
from auditkit.policy.pattern_writer import LARGEST, Writer, character, take_lookaround

__all__ = ["RE2Pattern", "character", "only_words", "parsed", "to_re2", "whole_words"]

_ANYTHING = "(?s:.*?)"
_NOT_A_LETTER = "[^0-9A-Za-z_ª-ʯͰ-῿]"
"""What ends a word; scripts without spaces between words do not count as letters."""
_GLOBAL_FLAGS = re.compile(r"\(\?([aimsux]+)\)")


@dataclass(frozen=True)
class RE2Pattern:
    """A pattern in the syntax of RE2, with what must be before and after a value.

    Attributes:
        search: finds the first value of a cell, as the group `v`.
        locate: finds the first value too, with the text before it as the group `p`.
        proceed: finds the next value in a text that begins with the last character of the value before; None
            where there is no next value.
        body: matches the value alone.
        twice: matches what holds two values, at least; None where a cell cannot hold two.
    """

    search: str
    locate: str
    proceed: str | None
    body: str
    twice: str | None


def to_re2(pattern: str, flags: int = 0) -> RE2Pattern:
    r"""Return a pattern for RE2 that finds in ASCII text what Python finds with the given one.

    `\d`, `\w`, `\s` and `\b` are those of ASCII.

    Args:
        pattern: in the syntax of Python's `re`; global flags may be anywhere in it, as in the module `regex`.
        flags: the flags of the pattern.

    Raises:
        PolicyError: RE2 cannot run the pattern, or it matches the empty text; the message says how to change
            it.

    >>> to_re2(r"(?<![0-9])KD-[0-9]{6}(?![0-9])").search
    '(?:(?-m:^|[^0-9]))(?P<v>(?:KD\\x2d[0-9]{6,6}))(?:(?-m:[^0-9]|$))'
    >>> to_re2("[0-9]++x")
    Traceback (most recent call last):
        ...
    auditkit.policy.error.PolicyError: this pattern has a possessive repeat or an atomic group: ...
    """
    tree = _tree(pattern, flags)
    writer = Writer(tree.state.flags)
    items = list(tree)
    before, after = take_lookaround(items, -1), take_lookaround(items, 1)
    if _parser.SubPattern(tree.state, items).getwidth()[0] == 0:
        raise PolicyError(
            "this pattern matches the empty text, and so every cell: let it match one character at least"
        )
    mode = writer.mode
    body = f"{mode}{writer.sequence(items)})"
    edge, inside = (f"{mode}{text})" for text in writer.lookaround(before, -1))
    end = f"{mode}{writer.lookaround(after, 1)[0]})"
    if writer.size > LARGEST:
        raise PolicyError(
            f"this pattern expands to {writer.size} characters, and {LARGEST} are allowed: write `+` or `*`"
            " instead of a long repeat"
        )
    value = f"(?P<v>{body})"
    between = f"{_ANYTHING}{inside}" if before else f"(?s:.){_ANYTHING}"
    translated = RE2Pattern(
        search=f"{edge}{value}{end}",
        locate=rf"\A(?P<p>{_ANYTHING}{edge}){value}{end}",
        proceed=None if writer.anchored else rf"\A(?P<p>{between}){value}{end}",
        body=body,
        twice=None if writer.anchored else f"{body}(?:{_ANYTHING}{inside})?{body}{end}",
    )
    _require_that_re2_compiles(translated)
    return translated


def _tree(pattern: str, flags: int) -> Any:
    """Return the tree of a pattern.

    Raises:
        PolicyError: the text is not a pattern of Python's.
    """
    try:
        return parsed(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        place = ""
        if isinstance(error, re.error) and error.pos is not None:
            place = f" (character {error.pos + 1})"
        reason = getattr(error, "msg", "it is nested too deep")
        raise PolicyError(f"this is not a pattern{place}: {reason}") from None


def parsed(pattern: str, flags: int = 0) -> Any:
    """Return the tree of a pattern as Python's `re` reads it.

    Global flags may be anywhere in it, as in the module `regex`.

    Raises:
        re.error: the text is not a pattern of Python's.
    """
    for letters in _GLOBAL_FLAGS.findall(pattern):
        for letter in letters:
            flags |= re.RegexFlag[letter.upper()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return _parser.parse(_GLOBAL_FLAGS.sub("", pattern), flags)


def whole_words(words: Sequence[str]) -> RE2Pattern:
    """Return the pattern of texts that are not a part of a longer word, in upper or lower case."""
    longest_first = sorted((_quoted(word) for word in words), key=len, reverse=True)
    body = f"(?i:{'|'.join(longest_first)})"
    value = f"(?P<v>{body})"
    start, end = f"(?:^|{_NOT_A_LETTER})", f"(?:{_NOT_A_LETTER}|$)"
    pattern = RE2Pattern(
        search=f"{start}{value}{end}",
        locate=f"^(?P<p>{_ANYTHING}{start}){value}{end}",
        proceed=f"^(?P<p>{_ANYTHING}{_NOT_A_LETTER}){value}{end}",
        body=body,
        twice=f"{body}{_ANYTHING}{_NOT_A_LETTER}{body}",
    )
    _require_that_re2_compiles(pattern)
    return pattern


def only_words(words: Sequence[str]) -> str:
    """Return the pattern of cells that hold one of these texts and nothing else, in upper or lower case."""
    return rf"^\s*(?i:{'|'.join(map(_quoted, words))})\s*$"


def _quoted(word: str) -> str:
    return "".join(character(ord(letter)) for letter in word)


def _require_that_re2_compiles(pattern: RE2Pattern) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for text in filter(None, (pattern.search, pattern.locate, pattern.proceed)):
        try:
            pc.extract_regex(pa.array([""], pa.large_string()), text)
        except pa.ArrowInvalid:
            raise PolicyError(
                "RE2 cannot run this pattern: make it smaller, and put no repeat inside of a repeat"
            ) from None
