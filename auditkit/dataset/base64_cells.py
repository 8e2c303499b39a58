"""Cells that are base64 are read as the text that they encode, as databases keep files and messages.

A token is random bytes, which are no text: it stays as it is. What is a picture, a document or compressed
beyond reading is counted, as a BLOB is.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.dataset import bytes_as_text
from auditkit.dataset.cells import uncastable, with_counts

_SHORTEST = 12
"""Shorter cells may be words: `Hawthornden` is base64 too."""
_SURE = 16
"""From so many characters on, that a word encodes a text by chance happens once in 100,000 words."""
_FORM = rf"^(?:data:[\w./+\-]*(?:;[\w=\-]+)*;base64,)?[A-Za-z0-9+/_\-\r\n]{{{_SHORTEST},}}={{0,2}}\s*$"
_MORE_THAN_HEX = "[g-zG-Z+/=]"
_DATA = re.compile(r"data:[^,]*,")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_URL_SAFE = str.maketrans("-_", "+/")
_WORDS = re.compile(r"[^\W\d_]{2}")
_BINARY = (b"\x1f\x8b", *bytes_as_text.NO_TEXT)

Made = TypeVar("Made")


def fold_decoded(fold: Callable[[Iterator[pa.RecordBatch]], Made], batches: Iterator[pa.RecordBatch]) -> Made:
    """Return what a fold makes of batches in which base64 is decoded."""
    return fold(map(with_decoded, batches))


def with_decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch of text in which cells of base64 are the texts that they encode.

    >>> texts = ["amFuZS5yb2VAZXhhbXBsZS5vcmc=", "Hawthornden", None]
    >>> with_decoded(pa.record_batch({"a": texts})).column(0).to_pylist()
    ['jane.roe@example.org', 'Hawthornden', None]
    """
    lost = uncastable(batch)
    for place, name in enumerate(batch.schema.names):
        cells = batch.column(place)
        chosen = _candidates(cells)
        if chosen is None:
            continue
        found = [decoded(text) for text in cells.filter(pa.array(chosen)).to_pylist()]
        texts = pa.array([text for text, _ in found], cells.type)
        batch = batch.set_column(place, name, pc.replace_with_mask(cells, pa.array(chosen), texts))
        lost[name] = lost.get(name, 0) + sum(not whole for _, whole in found)
    return with_counts(batch, lost)


def decoded(text: str) -> tuple[str | None, bool]:
    """Return what a cell says, decoded where it is base64 of a text, and whether it holds no more."""
    bare = "".join(_DATA.sub("", text, count=1).split()).rstrip("=").translate(_URL_SAFE)
    padded = bare + "=" * (-len(bare) % 4)
    try:
        head = binascii.a2b_base64(padded[:_SURE])
        if head.startswith(_BINARY):
            found, whole = bytes_as_text.decoded(binascii.a2b_base64(padded))
            return found or text, whole
        if (len(bare) < _SURE - 2 and "=" not in text) or not _begins_as_text(head):
            return text, True
        plain = binascii.a2b_base64(padded).decode("utf-8")
    except ValueError:  # no base64, or no UTF-8
        return text, True
    is_text = all(c.isprintable() or c in "\r\n\t" for c in plain) and _WORDS.search(plain) is not None
    return (plain if is_text else text), True


def _begins_as_text(head: bytes) -> bool:
    """Return whether bytes may begin a text: random ones hardly ever do, and need no more than this look."""
    if _CONTROL.search(head):
        return False
    try:
        codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return False
    return True


def _candidates(cells: pa.Array) -> np.ndarray | None:
    """Return which cells have the form of base64; None where none has it."""
    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        return None
    long = pc.fill_null(pc.greater_equal(pc.binary_length(cells), _SHORTEST), False)
    if not pc.any(long).as_py():
        return None
    chosen = np.asarray(long).copy()
    left = cells.filter(long)
    fits = pc.and_(pc.match_substring_regex(left, _FORM), pc.match_substring_regex(left, _MORE_THAN_HEX))
    chosen[chosen] = np.asarray(fits)
    return chosen if chosen.any() else None
