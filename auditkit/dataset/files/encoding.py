"""Files of text as bytes in UTF-8: compressed ones are unpacked, others re-encoded into a private copy."""

from __future__ import annotations

import codecs
import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from auditkit.dataset.engines.duckdb.connection import private_folder


def in_utf_8(path: Path) -> tuple[Path, bool]:
    """Return a file that is UTF-8, or a private copy that is, and whether it is a copy."""
    compressed = is_compressed(path)
    encoding = encoding_of(path, compressed)
    return (path, False) if encoding == "utf-8" else (recoded(path, compressed, encoding), True)


def is_compressed(path: Path) -> bool:
    """Return whether a file is compressed with gzip."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def opened(path: Path, compressed: bool | None = None) -> Iterator[IO[bytes]]:
    """Open a file for its bytes, unpacked where it is compressed with gzip."""
    compressed = is_compressed(path) if compressed is None else compressed
    with path.open("rb") as raw:
        yield gzip.GzipFile(fileobj=raw) if compressed else raw  # type: ignore[misc]


def encoding_of(path: Path, compressed: bool) -> str:
    """Return the encoding of a file: of its byte order mark, else UTF-16, UTF-8 or a Western one."""
    with opened(path, compressed) as file:
        head = file.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if len(head) > 3 and head[1::2].count(0) * 10 > len(head) * 3:
            return "utf-16-le"
        if len(head) > 3 and head[::2].count(0) * 10 > len(head) * 3:
            return "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        if _decodes(path, compressed, encoding):
            return encoding
    return "latin-1"


def _decodes(path: Path, compressed: bool, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(path, compressed) as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def recoded(path: Path, compressed: bool, encoding: str) -> Path:
    """Return a private UTF-8 copy; DuckDB knows few encodings."""
    copy = private_file()
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with opened(path, compressed) as file, copy.open("w", encoding="utf-8", newline="") as out:
        while block := file.read(1 << 20):
            out.write(decoder.decode(block))
        out.write(decoder.decode(b"", final=True))
    return copy


def private_file() -> Path:
    """Return a new empty file that nobody else may read."""
    handle, name = tempfile.mkstemp(suffix=".csv", dir=private_folder())
    os.close(handle)
    return Path(name)
