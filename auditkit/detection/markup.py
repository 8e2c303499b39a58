"""Tags of HTML and XML inside texts: what stands around the text, and the values of attributes within them.

Only what is surely a tag counts: an element of HTML, one that is closed, or one with values of attributes.
`<anna@example.org>`, `a <b and c> d` and `List<String>` are no tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"[A-Za-z][\w:.\-]*"
_VALUE = r"\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"'=`/]+"
_ATTRIBUTE = rf"\s+{_NAME}\s*=\s*(?:{_VALUE})"
_WITHOUT_VALUE = rf"\s+{_NAME}(?!\s*=)"
_INLINE = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike"
    " strong sub sup tt u var wbr"
).split()
_BLOCK = (
    "address article aside blockquote body br button caption center col colgroup dd details dialog div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe img input legend li"
    " link main menu meta nav ol optgroup option p pre script section select style summary table tbody td"
    " textarea tfoot th thead title tr ul"
).split()

TAG = (
    r"<!--|-->|<!\[CDATA\[|\]\]>|<!(?i:doctype)\b[^<>]*>|<\?xml\b[^<>]*>"
    rf"|</{_NAME}\s*>"
    rf"|<{_NAME}(?:{_WITHOUT_VALUE})*{_ATTRIBUTE}(?:{_ATTRIBUTE}|{_WITHOUT_VALUE})*\s*/?>"
    rf"|<{_NAME}\s*/>"
    rf"|<(?i:{'|'.join((*_BLOCK, *_INLINE))})\s*>"
    rf"|<(?P<element>{_NAME})>(?=[^\0]{{0,5000}}?</(?P=element)\s*>)"
)
"""A tag, or what begins or ends a comment or a part without tags."""

_LOOKS = re.compile(
    r"(?i:class|style|width|height|v?align|(?:bg)?color|border|cell(?:padding|spacing)|(?:col|row)span|rel|target|dir)"
    r"\s*"
)
"""Attributes of HTML that say how something looks."""

_ANY_TAG = re.compile(TAG)
_INLINE_TAG = re.compile(rf"</?(?i:{'|'.join(_INLINE)})\b")
_HTML_TAG = re.compile(rf"<(?i:{'|'.join((*_BLOCK, *_INLINE))})\b")
_VALUES = re.compile(rf"\s(?P<name>{_NAME})\s*=\s*(?P<value>{_VALUE})")


def values(tag: str) -> Iterator[tuple[int, int]]:
    """Yield where the values of the attributes of a tag stand, without their quotation marks.

    How an element of HTML looks is left out.

    >>> tag = '<a class="big" href="mailto:a@example.org" id=7>'
    >>> [tag[start:end] for start, end in values(tag)]
    ['mailto:a@example.org', '7']
    """
    if tag.startswith(("<!", "<?")):
        return
    of_html = _HTML_TAG.match(tag) is not None
    for found in _VALUES.finditer(tag):
        if of_html and _LOOKS.fullmatch(found["name"]):
            continue
        start, end = found.span("value")
        quoted = tag[start] in "\"'"
        yield start + quoted, end - quoted


def between(tag: str) -> str:
    """Return what a tag puts between the texts around it: nothing inside a line, else a new line.

    >>> between("<b>"), between("</td>") == between("</name>") == chr(10)
    ('', True)
    """
    return "" if _INLINE_TAG.match(tag) else "\n"


def is_marked_up(text: str) -> bool:
    """Return whether a text has a tag of HTML or XML.

    >>> is_marked_up("<p>Hello"), is_marked_up("Anna <anna@example.org>"), is_marked_up("a <b and c> d")
    (True, False, False)
    """
    return "<" in text and _ANY_TAG.search(text) is not None
