"""Words in another language than the report's: marked where they are put in, shown as such on the page.

A screen reader and a translator need to know which words are in which language. A mark is made of
noncharacters of Unicode and of a number that each process draws, so no text of a source can hold one. Marks
are put in only while a page is made (`with marking()`); `spans` turns them into elements of the page, and
`bare` takes them out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from auditkit.report.say import ENGLISH, spoken

_DRAWN = secrets.token_hex(4)
_CLOSE = f"\ufdd2{_DRAWN}\ufdd3"
_OPEN = re.compile(f"\ufdd0{_DRAWN}:([A-Za-z0-9-]{{1,35}})\ufdd1")
MARK = re.compile(f"({_OPEN.pattern.replace('(', '(?:')}|{_CLOSE})")
"""A mark, as a group, so that `split` keeps it."""
_BROKEN = re.compile("[\ufdd0\ufdd2][^\ufdd1\ufdd3]*$")
_TAG = re.compile(r"<[^<>]*>")
_MARKING: ContextVar[bool] = ContextVar("marking", default=False)


@contextmanager
def marking() -> Iterator[None]:
    """Mark what is in another language within the block; elsewhere nothing is marked."""
    mark = _MARKING.set(True)
    try:
        yield
    finally:
        _MARKING.reset(mark)


def quoted(text: str, language: str | None) -> str:
    """Return a text marked with its language; as it is where that is the report's, or is not known.

    >>> with marking():
    ...     bare(quoted("Es ist nötig.", "de")), quoted("It is needed.", "en"), quoted("x", None)
    ('Es ist nötig.', 'It is needed.', 'x')
    """
    if not text or not language or not _MARKING.get() or language.partition("-")[0] == spoken():
        return text
    return f"\ufdd0{_DRAWN}:{language}\ufdd1{text}{_CLOSE}"


def english(text: str) -> str:
    """Return a text of a check, which is in English in every report, marked as such."""
    return quoted(text, ENGLISH)


def bare(text: str) -> str:
    """Return a text without marks."""
    return MARK.sub("", text)


def passages(value: Any) -> dict[str, list[str]]:
    """Return the marked texts in strings, lists and mappings, by their language, each once.

    >>> with marking():
    ...     passages({"x": [f"{quoted('Ja', 'de')} and {quoted('oui', 'fr')}", 1]})
    {'de': ['Ja'], 'fr': ['oui']}
    """
    found: dict[str, dict[str, None]] = {}
    for text in _strings(value):
        opened: list[tuple[str, int]] = []
        for mark in MARK.finditer(text):
            if mark[0] != _CLOSE:
                opened.append((mark[0].partition(":")[2][:-1], mark.end()))
            elif opened:
                language, start = opened.pop()
                found.setdefault(language, {})[bare(text[start : mark.start()])] = None
    return {language: list(texts) for language, texts in sorted(found.items())}


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for inner in value.values():
                yield from _strings(inner)
        case list() | tuple():
            for inner in value:
                yield from _strings(inner)


def cut(text: str, most: int) -> str:
    """Return a text, cut where it is long; what is marked within it stays marked to its end.

    >>> cut("a long name", most=5), cut("a name", most=6)
    ('a lo…', 'a name')
    """
    if len(bare(text)) <= most:
        return text
    kept = _BROKEN.sub("", text[: most - 1])
    left_open = sum(-1 if mark == _CLOSE else 1 for mark in MARK.findall(kept))
    return f"{kept}…{_CLOSE * left_open}"


def split(text: str, between: str) -> list[str]:
    r"""Return the parts of a text between what a pattern matches; each is marked as the text was there.

    >>> split("one\n\ntwo", r"\n\n")
    ['one', 'two']
    """
    parts, opened = [], list[str]()
    for part in re.split(between, text):
        before = "".join(opened)
        for mark in MARK.findall(part):
            opened = opened[:-1] if mark == _CLOSE else [*opened, mark]
        parts.append(f"{before}{part}{_CLOSE * len(opened)}")
    return parts


def spans(page: str) -> str:
    r"""Return a page in which each marked text is an element with its language.

    >>> with marking():
    ...     spans(f"<p title='{quoted('a b', 'de')}'>{quoted('Ja', 'de')}</p>")
    '<p title=\'a b\'><span lang="de">Ja</span></p>'
    """
    plain = _TAG.sub(lambda tag: bare(tag[0]), page)
    return _OPEN.sub(r'<span lang="\1">', plain).replace(_CLOSE, "</span>")
