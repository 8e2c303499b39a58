"""One run at a time: two scheduled runs of the same policy must not overlap."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

NAME = ".lock"


class RunLocked(RuntimeError):
    """Another run is under way in the same folder."""

    def __init__(self, folder: str, holder: str) -> None:
        super().__init__(
            f"another run into {folder} is under way ({holder}); nothing was done. Wait for it to end, or"
            " stop that process"
        )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of runs, `FOLDER/.lock`; the folder is made.

    The system gives the lock back when the process ends, however it ends, so that a file left by a dead
    process holds nobody up. The file stays and says who held it last. On Windows there is no lock.

    Raises:
        RunLocked: another process, or another run of this one, holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunLocked(folder.name, _holder(handle)) from None
        os.ftruncate(handle, 0)
        os.pwrite(
            handle,
            json.dumps({"pid": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}).encode(),
            0,
        )
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    try:
        said = json.loads(os.pread(handle, 1000, 0))
        return (
            f"process {int(said['pid'])}, since {datetime.fromisoformat(said['since']):%Y-%m-%d %H:%M:%S} UTC"
        )
    except (ValueError, KeyError, TypeError):
        return "a process that has just begun"
