"""One view of a text before anything is looked for in it: the same characters, however they were written.

Full-width and mathematical forms, digits of other scripts, kinds of dashes and spaces, characters without
width, percent-encoding and HTML entities become the plain characters that they stand for. Of tags of HTML
and XML the values of their attributes stay. Every character remembers which part of the text it came from.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.checksums import Mask
from auditkit.detection.hits import decoded
from auditkit.detection.markup import TAG, between, values
from auditkit.detection.sketch import binary

_DASHES = "\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_NO_WIDTH = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DIGITS = (
    "\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0b66-\u0b6f"
    "\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049"
)
_FORMS = "\u2460-\u24ff\ufb00-\ufb06\ufe10-\ufe19\ufe30-\ufe4f\ufe50-\ufe6b\uff01-\uffef\U0001d400-\U0001d7ff"
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_PERCENT = r"(?:%[0-9a-fA-F]{2})+"
_ACCENTED = "[^\\W\\d_][\u0300-\u036f]+"

_OTHERWISE = re.compile(
    rf"{TAG}|{_PERCENT}|{_ENTITY}|{_ACCENTED}|[{_DASHES}{_NO_WIDTH}{_SPACES}{_DIGITS}{_FORMS}]"
)
"""What is written otherwise than in plain characters."""

_SIMPLE = {f"[{_DASHES}]": "-", f"[{_SPACES}]": " ", f"[{_NO_WIDTH}]": ""}
_COMPOSED = rf"[\x{{300}}-\x{{36f}}{_FORMS}]"
_ENCODED = rf"%[0-9a-fA-F]{{2}}|&[#a-zA-Z][0-9a-zA-Z]*;|[{_DIGITS}]|<[/!?a-zA-Z]"
_ANY = rf"[{_DASHES}{_SPACES}{_NO_WIDTH}]|{_ENCODED}|{_COMPOSED}"
"""The same for whole columns in RE2: what one pass replaces, what is normalised, and what Python looks at."""

_DASH, _WITHOUT_WIDTH = re.compile(f"[{_DASHES}]"), re.compile(f"[{_NO_WIDTH}]")


@dataclass(frozen=True, repr=False)
class Plain:
    """A text in plain characters.

    Attributes:
        text: the plain text.
        starts: where the part of the original text begins that each character stands for, in order; None
            where the text is the original one.
        ends: where that part ends.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that a span of the plain one stands for."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends or (0,))[-1]
            return at, at
        return self.starts[start], self.ends[end - 1]

    def position(self, at: int) -> int:
        """Return where the character of the plain text stands that holds a position of the original one."""
        return at if self.ends is None else bisect_left(self.ends, at + 1)


def plain(text: str) -> Plain:
    """Return a text in plain characters.

    >>> view = plain("alice%40example.org, ５５５–０１００")
    >>> view.text
    'alice@example.org, 555-0100'
    >>> view.original(0, 17), view.original(19, 27)
    ((0, 19), (21, 29))
    >>> plain("<b>Anna</b> Berg<br>Bonn").text.splitlines()
    ['Anna Berg', 'Bonn']
    """
    if _OTHERWISE.search(text) is None:
        return Plain(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in _pieces(text):
        pieces.append(piece)
        if end - start == len(piece):
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            starts += [start] * len(piece)
            ends += [end] * len(piece)
    return Plain("".join(pieces), tuple(starts), tuple(ends))


def plain_text(text: str) -> str:
    """Return a text in plain characters, without where they came from."""
    if _OTHERWISE.search(text) is None:
        return text
    return "".join(piece for piece, _, _ in _pieces(text))


def plain_values(values: pa.LargeStringArray) -> tuple[pa.LargeStringArray, Mask | None]:
    """Return values in plain characters, and which of them are new; None where all are as before.

    >>> plain_values(pa.array(["a", "b–c"], pa.large_string()))[0].to_pylist()
    ['a', 'b-c']
    """
    if not len(values) or not _may_be_written_otherwise(values):
        return values, None
    new: Mask = np.asarray(pc.match_substring_regex(values, _ANY))
    if not new.any():
        return values, None
    some = values.filter(pa.array(new))
    for pattern, replacement in _SIMPLE.items():
        some = pc.replace_substring_regex(some, pattern, replacement)
    some = _replaced(some, _ENCODED, _plain_texts)
    some = _replaced(some, _COMPOSED, _normalized)
    return pc.replace_with_mask(values, pa.array(new), some), new


def _replaced(values: pa.Array, pattern: str, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return values with those changed that hold a pattern."""
    holds = pc.match_substring_regex(values, pattern)
    return (
        pc.replace_with_mask(values, holds, change(values.filter(holds))) if pc.any(holds).as_py() else values
    )


def _plain_texts(values: pa.Array) -> pa.Array:
    return pa.array(map(plain_text, decoded(values)), values.type)


def _normalized(values: pa.Array) -> pa.Array:
    try:
        return pc.utf8_normalize(values, "NFKC")
    except pa.ArrowInvalid:  # some bytes are no UTF-8
        return _plain_texts(values)


def _may_be_written_otherwise(values: pa.LargeStringArray) -> bool:
    """Return whether values hold more than ASCII, or a character that encodes others."""
    raw = binary(values)
    _, offsets, data = raw.buffers()
    if data is None:
        return False
    offsets = np.frombuffer(offsets, np.int64)[raw.offset : raw.offset + len(raw) + 1]
    # searching bytes is ten times as fast as comparing arrays
    held = memoryview(data)[int(offsets[0]) : int(offsets[-1])].tobytes()
    return not held.isascii() or any(mark in held for mark in (b"%", b"&", b"<"))


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield plain characters with the span they stand for; what is plain already comes in one piece."""
    at = 0
    for found in _OTHERWISE.finditer(text):
        start, end = found.span()
        if at < start:
            yield text[at:start], at, start
        if text[start] == "<" or found[0] in ("-->", "]]>"):
            yield from _without_tag(found[0], start)
        elif text[start] == "%":
            yield from _decoded(found[0], start)
        else:
            yield _written_plainly(found[0]), start, end
        at = end
    if at < len(text):
        yield text[at:], at, len(text)


def _without_tag(tag: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield what is left of a tag: the values of its attributes, a line for each, or a new line."""
    at, apart = 0, between(tag)
    for begin, end in values(tag):
        apart = "\n"
        yield apart, start + at, start + begin
        for piece, first, last in _pieces(tag[begin:end]):
            yield piece, start + begin + first, start + begin + last
        at = end
    yield apart, start + at, start + len(tag)


def _decoded(encoded: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield the characters that percent-encoding stands for; what encodes no text stays as it is."""
    try:
        decoded = bytes.fromhex(encoded.replace("%", "")).decode()
    except UnicodeDecodeError:
        yield encoded, start, start + len(encoded)
        return
    for character in decoded:
        end = start + 3 * len(character.encode())
        written = _written_plainly(character) if character.isprintable() else " "
        yield written, start, end
        start = end


@lru_cache(maxsize=4096)
def _written_plainly(written: str) -> str:
    """Return the plain characters for an HTML entity, a letter with its accents, or a single character."""
    if written[0] == "&" and len(written) > 1:
        meant = html.unescape(written)
        return meant if meant == written else "".join(map(_written_plainly, meant))
    if _WITHOUT_WIDTH.fullmatch(written):
        return ""
    if _DASH.fullmatch(written):
        return "-"
    if len(written) == 1 and written.isdecimal():
        return str(unicodedata.decimal(written))
    if len(written) == 1 and _OTHERWISE.fullmatch(written):
        return unicodedata.normalize("NFKC", written)
    return unicodedata.normalize("NFC", written)
