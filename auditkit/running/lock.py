"""A lock for a folder of runs, so that two scheduled runs of one policy never overlap."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from auditkit.errors import ReadableError
from auditkit.running import own_file
from auditkit.running.file_lock import taken

NAME = ".lock"


class RunLocked(ReadableError, RuntimeError):
    """Another run into the same folder is under way."""

    def __init__(self, folder: str, holder: str) -> None:
        super().__init__(
            f"another run into {folder} is under way ({holder}), so nothing was done. Wait for it to end, or"
            " stop that process"
        )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of runs, `FOLDER/.lock`; the folder is created where it does not exist.

    The operating system releases the lock when the process ends, however it ends, so a file that a dead
    process left blocks nobody. The file stays and says who held the lock last.

    Raises:
        RunLocked: another process, or another run of this process, holds it.
        OSError: a link stands in the place of the folder or of the lock.
    """
    own_file.folder(folder)
    handle = own_file.opened(folder / NAME, os.O_RDWR)
    try:
        if not taken(handle):
            raise RunLocked(folder.name, _holder(handle))
        os.ftruncate(handle, 0)
        os.write(handle, _signature())
        yield
    finally:
        os.close(handle)


def _signature() -> bytes:
    """Return what the file says about this process."""
    return json.dumps({"pid": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}).encode()


def _holder(handle: int) -> str:
    """Return who holds the lock, as the file says."""
    try:
        entry = json.loads(os.read(handle, 1000))
        process, since = int(entry["pid"]), datetime.fromisoformat(entry["since"])
    except (ValueError, KeyError, TypeError):
        return "a process that has just begun"
    return f"process {process}, since {since:%Y-%m-%d %H:%M:%S} UTC"
