"""Database files that no process has open: they are read without the files that SQLite makes beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditkit.dataset.errors import SourceError

_WAL = b"\x02\x02"
"""What stands in the bytes 18 and 19 of a database with a write-ahead log."""


@dataclass(frozen=True)
class ClosedFile:
    """A file as it was when it was opened, with all its rows in itself.

    SQLite would make a `-wal` and a `-shm` file beside it, which a connection that only reads leaves there.
    So it is opened as `immutable`, and each reading asks whether that still holds: a program that opens the
    database meanwhile writes to its log, and later to the file.

    Attributes:
        path: where it is.
        state: its size and when it was written.
    """

    path: Path
    state: tuple[int, int]

    @classmethod
    def found(cls, path: Path) -> ClosedFile | None:
        """Return a file of this kind; None where there is a log to be read, or where none would be made."""
        with path.open("rb") as file:
            if file.read(20)[18:] != _WAL:
                return None
        log, index = (Path(f"{path}{ending}") for ending in ("-wal", "-shm"))
        if log.exists() and (log.stat().st_size or index.exists()):
            return None
        return cls(path, _state(path))

    def check(self) -> None:
        """Refuse what was read where the file has changed since.

        Raises:
            SourceError: it has.
        """
        if _state(self.path) != self.state:
            raise SourceError(
                "the SQLite file was written to while it was read: run again, or audit a copy of it",
                code="unseen",
            )


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
