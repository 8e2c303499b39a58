"""Private folders: nobody else may read them, and the next run removes what a killed run left.

What must be on a disk for a while is in the folder of the process: copies of files in UTF-8, and what a
database cannot hold in memory. A run that is being made is in a folder beside its final place.
"""

from __future__ import annotations

import atexit
import errno
import functools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from auditkit.running import own_file
from auditkit.running.file_lock import taken

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
    path, handle = _new(Path(tempfile.gettempdir()), PREFIX)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a process that was forked shares the folder
            _remove(path, handle)

    atexit.register(remove)
    return path


@contextmanager
def inside(place: Path, prefix: str) -> Iterator[Path]:
    """Yield a private folder inside another one, and remove it in the end.

    Args:
        place: the folder that it is made in; what killed processes left there is removed.
        prefix: how the names of such folders begin.

    >>> with tempfile.TemporaryDirectory() as place, inside(Path(place), ".run-") as made:
    ...     made.parent.name == Path(place).name, made.name.startswith(".run-")
    (True, True)
    """
    _sweep(place, prefix)
    path, handle = _new(place, prefix)
    try:
        yield path
    finally:
        _remove(path, handle)


def _new(place: Path, prefix: str) -> tuple[Path, int]:
    """Return a new folder with its lock, and the handle that holds the lock.

    Another process may take the folder for one that is left before it is locked; then there is another one.
    """
    while True:
        path = Path(tempfile.mkdtemp(dir=place, prefix=prefix))  # mkdtemp makes it 0700
        try:
            handle = _locked(path / LOCK, os.O_CREAT | os.O_EXCL)
        except (BlockingIOError, FileNotFoundError):
            continue
        if (path / LOCK).exists():
            return path, handle
        os.close(handle)


def _remove(path: Path, handle: int) -> None:
    """Remove a folder whose lock is held; Windows removes no file that is open."""
    shutil.rmtree(path, ignore_errors=True)
    os.close(handle)
    shutil.rmtree(path, ignore_errors=True)


def file(ending: str) -> Path:
    """Return a new empty file in the private folder."""
    handle, name = tempfile.mkstemp(suffix=ending, dir=folder())  # mkstemp makes it 0600
    os.close(handle)
    return Path(name)


@functools.cache
def sweep() -> int:
    """Remove what killed processes of this user left; return how many private folders, once a process."""
    return _sweep(Path(tempfile.gettempdir()), PREFIX)


def _sweep(place: Path, prefix: str) -> int:
    removed = 0
    with suppress(OSError):
        for path in place.glob(f"{prefix}*"):
            removed += _is_left(path)
    return removed


def _is_left(path: Path) -> bool:
    """Remove a folder where no process holds its lock; return whether it was removed."""
    try:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or not _is_own(found):
            return False
        handle = _locked(path / LOCK)
    except OSError:  # it is no private folder, or in use
        return False
    _remove(path, handle)
    return not path.exists()


def _is_own(found: os.stat_result) -> bool:
    """Return whether this user made a file; on Windows each user has a folder for temporary files."""
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()


def _locked(path: Path, more: int = 0) -> int:
    """Open a file and lock it as long as the handle is open.

    Raises:
        OSError: it cannot be opened.
        BlockingIOError: another process holds it.
    """
    handle = os.open(path, os.O_RDWR | own_file.QUIETLY | own_file.NO_LINK | more, 0o600)
    try:
        if not taken(handle):
            raise BlockingIOError(errno.EWOULDBLOCK, "another process holds it", path.name)
    except BaseException:
        os.close(handle)
        raise
    return handle
