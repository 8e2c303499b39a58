"""The private folder of a process: nobody else may read it, and the next run removes what a killed run left.

What must be on a disk for a while is in it: copies of files in UTF-8, what a database cannot hold in memory,
and notebooks before they are scrubbed.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "auditkit-"
LOCK = ".auditkit-in-use"
"""The file in each private folder that its process holds locked; the system lets go of it however it ends."""


def folder() -> Path:
    """Return the private folder of this process; it is removed when the process ends.

    Where something has removed it, as a cleaner of temporary files does after days, there is a new one.
    """
    path = _made()
    if not path.is_dir():
        _made.cache_clear()
        path = _made()
    return path


@functools.cache
def _made() -> Path:
    sweep()
    path = Path(tempfile.mkdtemp(prefix=PREFIX))  # mkdtemp makes it 0700
    if sys.platform != "win32":
        # It gets its name when it is locked: another process must not take it for one that is left.
        _locked(path / f"{LOCK}.new", os.O_CREAT | os.O_EXCL)
        (path / f"{LOCK}.new").rename(path / LOCK)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a process that was forked shares the folder
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
    return path


def file(ending: str) -> Path:
    """Return a new empty file in the private folder."""
    handle, name = tempfile.mkstemp(suffix=ending, dir=folder())  # mkstemp makes it 0600
    os.close(handle)
    return Path(name)


@functools.cache
def sweep() -> int:
    """Remove the private folders of processes of this user that were killed; return how many, once a process.

    On Windows there is no lock that would tell them from folders in use, and nothing is removed.
    """
    if sys.platform == "win32":
        return 0
    removed = 0
    with suppress(OSError):
        for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            removed += _is_left(path)
    return removed


def _is_left(path: Path) -> bool:
    """Remove a folder where no process holds its lock; return whether it was removed."""
    try:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            return False
        handle = _locked(path / LOCK)
    except OSError:  # it is no private folder, or in use
        return False
    shutil.rmtree(path, ignore_errors=True)
    os.close(handle)
    return not path.exists()


def _locked(path: Path, more: int = 0) -> int:
    """Open a file and lock it as long as the handle is open.

    Raises:
        OSError: it cannot be opened, or another process holds it.
    """
    import fcntl

    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | more, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle
