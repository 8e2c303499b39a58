"""Files of text as bytes in UTF-8: compressed ones are unpacked, others re-encoded into a private copy."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from auditkit.dataset.files import unpacked
from auditkit.dataset.files.text_kinds import is_utf_16
from auditkit.running import private


def in_utf_8(path: Path) -> tuple[Path, bool]:
    """Return a file that is UTF-8, or a private copy that is, and whether it is a copy."""
    compressed = is_compressed(path)
    encoding = encoding_of(path, compressed)
    return (path, False) if encoding.is_ours else (recoded(path, compressed, encoding), True)


@dataclass(frozen=True)
class Encoding:
    """How the text of a file is written: the name of its encoding, and whether zeros stand at its end."""

    name: str
    is_filled_up: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether DuckDB reads it as it is."""
        return self.name == "utf-8" and not self.is_filled_up


def is_compressed(path: Path) -> bool:
    """Return whether a file is compressed with gzip."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def opened(path: Path, compressed: bool | None = None) -> Iterator[IO[bytes]]:
    """Open a file for its bytes, unpacked where it is compressed with gzip."""
    compressed = is_compressed(path) if compressed is None else compressed
    with path.open("rb") as raw:
        yield _Unpacked(raw, path) if compressed else raw  # type: ignore[misc]


class _Unpacked(gzip.GzipFile):
    """A file that is unpacked as it is read, and refused where it unpacks to far more than data does."""

    def __init__(self, raw: IO[bytes], path: Path) -> None:
        super().__init__(fileobj=raw)
        self._path, self._most = path, unpacked.most(path)

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if self.tell() > self._most:
            raise unpacked.too_large(self._path)
        return data


def encoding_of(path: Path, compressed: bool) -> Encoding:
    """Return the encoding of a file: of its byte order mark, else UTF-16, UTF-8 or a Western one."""
    with opened(path, compressed) as file:
        head = file.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return Encoding("utf-16")
        if is_utf_16(head, 1):
            return Encoding("utf-16-le")
        if is_utf_16(head, 0):
            return Encoding("utf-16-be")
    for name in ("utf-8", "cp1252"):
        if (last := _decoded_end(path, compressed, name)) is not None:
            return Encoding(name, is_filled_up=last == b"\0")
    return Encoding("latin-1")


def _decoded_end(path: Path, compressed: bool, encoding: str) -> bytes | None:
    """Return the last byte of a file, or None where it is not in an encoding."""
    decoder, last = codecs.getincrementaldecoder(encoding)(), b""
    with opened(path, compressed) as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
                last = block[-1:]
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return last


def recoded(path: Path, compressed: bool, encoding: Encoding) -> Path:
    """Return a private UTF-8 copy; DuckDB knows few encodings.

    Zeros at the end only fill a file up, and are left out.
    """
    copy = private.file(".csv")
    with copy.open("w", encoding="utf-8", newline="") as out:
        held = 0
        for text in decoded(path, compressed, encoding):
            kept = text.rstrip("\0")
            out.write("\0" * held + kept if kept else "")
            held = len(text) - len(kept) + (0 if kept else held)
    return copy


def decoded(path: Path, compressed: bool, encoding: Encoding) -> Iterator[str]:
    """Yield the text of a file, piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    with opened(path, compressed) as file:
        while block := file.read(1 << 20):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)
