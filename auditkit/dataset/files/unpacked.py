"""How much a compressed file may unpack to: a few bytes may become more than a disk or memory holds."""

from __future__ import annotations

from pathlib import Path

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.folders import shown_file

ALWAYS = 1_000_000_000
"""The bytes that any file may unpack to."""
RATIO = 100
"""How many times its own size a file may unpack to: data becomes 3 to 30 times as large."""


def most(path: Path) -> int:
    """Return the bytes that a compressed file may unpack to."""
    return max(ALWAYS, RATIO * path.stat().st_size)


def too_large(path: Path) -> SourceError:
    """Return the error that a file unpacks to more than that."""
    return SourceError(
        f"{shown_file(path)} unpacks to more than {RATIO} times its size, which data does not: unpack it"
        " yourself, and audit what comes out",
        code="unseen",
    )
