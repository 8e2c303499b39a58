"""What bytes say as text: whole where they are text in some form, else what can be read in them."""

from __future__ import annotations

import codecs
import re
import zlib

_MOST = 1 << 20
"""How many bytes of a cell are looked at for words, and how many a compressed one may unpack to."""
_RUNS = re.compile(rb"[\x20-\x7e]{8,}")
NO_TEXT = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"%PDF",
    b"PK\x03\x04",
    b"II*\0",
    b"MM\0*",
    b"\xd0\xcf\x11\xe0",
)
"""How pictures and documents begin, whatever stands behind it."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decoded(raw: bytes) -> tuple[str | None, bool]:
    r"""Return the text of bytes, and whether that is all they hold.

    They may be UTF-8, UTF-16, a Western encoding, or one of these compressed with gzip. Of other bytes, such
    as a picture, only the words that stand in them are read.

    >>> decoded("Zoë".encode("latin-1")), decoded("Zoë".encode("utf-16"))
    (('Zoë', True), ('Zoë', True))
    >>> decoded(b"\xff\xd8\xff jane@example.org \xff\xd9"), decoded(b"\xff\xd8         \x00")
    ((' jane@example.org ', False), (None, False))
    """
    if raw.startswith(b"\x1f\x8b"):
        unpacked, is_whole = _unpacked(raw)
        if unpacked is not None:
            text, all_read = _plain(unpacked)
            return text, is_whole and all_read
    return _plain(raw)


def _plain(raw: bytes) -> tuple[str | None, bool]:
    for encoding in () if raw.startswith(NO_TEXT) else _guessed(raw):
        try:
            return raw.decode(encoding), True
        except UnicodeDecodeError:
            continue
    runs = [run.decode("ascii") for run in _RUNS.findall(raw[:_MOST]) if not run.isspace()]
    return "\n".join(runs) or None, False


def _guessed(raw: bytes) -> list[str]:
    """Return the encodings that the form of bytes speaks for, the likeliest first."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16", "utf-8"]
    zeros = [raw[i::2].count(0) * 2 > len(raw[i::2]) for i in (0, 1)]
    if len(raw) > 3 and len(raw) % 2 == 0 and any(zeros) and not all(zeros):
        return ["utf-16-be" if zeros[0] else "utf-16-le", "utf-8"]
    foreign = sum(byte > 127 for byte in raw)
    is_western = foreign * 3 <= len(raw) and not _CONTROL.search(raw)
    has_words = is_western and re.search(rb"[A-Za-z]{2}", raw) is not None
    return ["utf-8", "cp1252", "latin-1"] if has_words else ["utf-8"]


def _unpacked(raw: bytes) -> tuple[bytes | None, bool]:
    """Return what gzip has compressed, as far as it is looked at, and whether that is all."""
    reader = zlib.decompressobj(31)
    try:
        found = reader.decompress(raw, _MOST)
    except zlib.error:
        return None, False
    return found, reader.eof
