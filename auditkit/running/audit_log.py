"""The log of the runs, as JSON lines: who audited which source when, and with which result.

A line holds counts, base names and digests. It holds no value, no path and no password. It is appended in one
write and forced to the disk.
"""

from __future__ import annotations

import getpass
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditkit.running import own_file

SCHEMA = "auditkit/log/1"
NAME = "audit.log.jsonl"
VARIABLE = "AUDITKIT_LOG"

_KEYS = (
    "source policy as_of sample counts findings run manifest_sha256 exit_code finding rows_shown subject"
).split()
"""The keys of every line; what a run does not know is null."""


@dataclass
class Line:
    """The line of a run that is under way.

    Attributes:
        details: what is known of the run so far, by key of the line.
    """

    details: dict[str, Any] = field(default_factory=dict)

    def add(self, **details: Any) -> None:
        """Add what is known of the run."""
        self.details |= details

    def ended(self, exit_code: int | None = None, **details: Any) -> None:
        """Add how the run ended."""
        self.add(exit_code=exit_code, **details)


@contextmanager
def line(
    file: str | Path | None, program: str, *, failed: int | None = None, **details: Any
) -> Iterator[Line]:
    """Append one line about a run to a log when the run ends, however it ends.

    The log is opened first: where it cannot be written, nothing is audited. A run that fails leaves the name
    of its error, never the text. The file has mode 0600, and lines of runs that end together do not mix.

    Args:
        file: the log, which is created where it does not exist; without it nothing is logged.
        program: the command or the function that runs.
        failed: the exit code of a command that ends with an error.
        details: what is known of the run before it begins.

    Raises:
        OSError: the log cannot be opened or written.
    """
    run = Line(dict(details))
    if not file:
        yield run
        return
    handle = _opened(Path(file))
    head = {"schema": SCHEMA, "user": _user(), "program": program, "version": _version(), "started": _now()}
    error = None
    try:
        yield run
    except BaseException as stopped:
        error = type(stopped).__name__
        run.ended(failed)
        raise
    finally:
        try:
            end = {"finished": _now(), **dict.fromkeys(_KEYS), **run.details, "error": error}
            _append(handle, {**head, **end})
        finally:
            os.close(handle)


def _opened(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own_file.opened(path, os.O_WRONLY | os.O_APPEND, stream=True)


def _version() -> str:
    from auditkit.version import __version__

    return __version__


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # the account has no name, as in a container
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _append(handle: int, entry: dict[str, Any]) -> None:
    """Write an entry as one line and force it to the disk."""
    data = (json.dumps(entry, ensure_ascii=True, default=str) + "\n").encode()
    while data:  # a full disk takes a part of it, and then raises
        data = data[os.write(handle, data) :]
    if stat.S_ISREG(os.fstat(handle).st_mode):  # a pipe or /dev/stderr cannot be forced to a disk
        os.fsync(handle)
