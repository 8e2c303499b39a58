"""What kind of text a file without a magic number is, by its beginning."""

from __future__ import annotations

import codecs
import re

MARKUP = frozenset(".xml .html .htm .xhtml .svg .rss .kml .xsd .xsl .xslt .plist .gpx .mht .mhtml".split())
_MARKUP = re.compile(
    r"\s*(?:<\?xml\b|<!doctype\b|<!--|<(?:html|head|body|table|div|svg|rss)\b"
    r"|<([A-Za-z][\w.:-]*)(?:\s[^<>]*)?>\s*<[\w/!?])",
    re.IGNORECASE,
)
_EBCDIC = frozenset(
    (
        0x40,
        0x4B,
        0x6B,
        0x60,
        0x61,
        0x7D,
        0x7A,
        0x7C,
        *range(0x81, 0x8A),
        *range(0x91, 0x9A),
        *range(0xA2, 0xAA),
    )
) | frozenset((*range(0xC1, 0xCA), *range(0xD1, 0xDA), *range(0xE2, 0xEA), *range(0xF0, 0xFA)))
"""Letters, digits, blanks and usual signs in every EBCDIC code page."""


def is_utf_16(head: bytes, of: int) -> bool:
    """Return whether bytes are UTF-16 without a mark, where every second one from `of` on is mostly zero.

    Text that is filled up with zeros has them in both halves.
    """
    ours, others = head[of::2], head[1 - of :: 2]
    return len(head) > 3 and ours.count(0) * 10 > len(head) * 3 and others.count(0) * 20 < len(others)


def is_markup(head: bytes, ending: str) -> bool:
    r"""Return whether a file is HTML or XML, by its beginning or its name.

    >>> is_markup(b'\xef\xbb\xbf <?xml version="1.0"?>', ""), is_markup(b"<people><person>", ".txt")
    (True, True)
    >>> is_markup(b"<name>,<email>\n", ".csv")
    False
    """
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff")
    return ending in MARKUP or _MARKUP.match(text) is not None


def is_ebcdic(head: bytes) -> bool:
    r"""Return whether bytes are text of a mainframe: nearly all are letters there, and no blank is one here.

    >>> is_ebcdic("JANE ROE  BERLIN 10115".encode("cp037")), is_ebcdic("Зоя Иванова\n".encode("cp1251"))
    (True, False)
    """
    if len(head) < 16 or not is_no_utf_8(head):
        return False
    known = sum(byte in _EBCDIC for byte in head)
    return not set(b" \n") & set(head) and known * 10 >= len(head) * 8


def is_no_utf_8(head: bytes) -> bool:
    """Return whether the beginning of a file is not UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return True
    return False
