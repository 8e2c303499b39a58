"""What deleted rows leave behind in a SQLite file: pages that no table uses, and that are not empty."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO

_MOST = 4_096
"""How many pages are looked at; one that is not empty is enough to know."""


def left_over(path: Path) -> int:
    """Return how many free pages of a database file still hold something, of the first 4,096.

    SQLite keeps the pages of deleted rows for later, and overwrites them with zeros only where
    `PRAGMA secure_delete` is on. See "The Freelist" in the description of the file format of SQLite.

    Returns 0 where the file has another format: what is wrong with it is found when it is read.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
            (size,), (trunk,) = struct.unpack(">H", header[16:18]), struct.unpack(">I", header[32:36])
            return _not_empty(file, 65_536 if size == 1 else size, trunk)
    except (OSError, struct.error):
        return 0


def _not_empty(file: IO[bytes], size: int, trunk: int) -> int:
    """Return how many pages are not empty: those that list others, from their list on, and those listed."""
    found, seen = 0, 0
    while trunk and seen < _MOST:
        page = _page(file, size, trunk)
        trunk, listed = struct.unpack(">II", page[:8])
        end = 8 + 4 * min(listed, size // 4 - 2)
        found += any(page[end:])
        for (leaf,) in struct.iter_unpack(">I", page[8:end]):
            found += any(_page(file, size, leaf))
            seen += 1
        seen += 1
    return found


def _page(file: IO[bytes], size: int, number: int) -> bytes:
    file.seek((number - 1) * size)
    return file.read(size)
