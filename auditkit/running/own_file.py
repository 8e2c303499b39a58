"""Files that auditkit writes at a place where others may write too: what stands there is not trusted."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

STREAMS = (Path("/dev"), Path("/proc/self/fd"))
"""Where the streams of a process are, by links of the operating system: `/dev/stderr`."""


def _flags(*names: str) -> int:
    """Return those flags of `os.open` that this system has, as one number."""
    return sum(getattr(os, name, 0) for name in names)


QUIETLY = _flags("O_CLOEXEC", "O_NONBLOCK", "O_BINARY")
"""Open without waiting, for this process alone, and without other ends of lines."""
NO_LINK = _flags("O_NOFOLLOW")
"""Open no link."""


class NotOurFile(OSError):
    """What stands at the place of a file is a link, or no file; nothing was written."""


def opened(path: Path, flags: int, *, stream: bool = False) -> int:
    """Open a file of mode 0600 to write it, created where it does not exist; return its handle.

    A link in its place is not followed, and a file that has a second name is not opened: whoever made it
    would choose which file is written. It never waits for the other end of a pipe.

    Args:
        path: where it is.
        flags: of `os.open`, such as `os.O_APPEND`.
        stream: it may also be a pipe, a terminal or a link to one in `/dev`.

    Raises:
        NotOurFile: it is a link, or no file.
        OSError: it cannot be opened.
    """
    is_system_link = stream and path.parent in STREAMS
    if path.is_symlink() and not is_system_link:
        raise NotOurFile(errno.ELOOP, f"{path.name} is a link, and auditkit writes through none: remove it")
    more = QUIETLY if is_system_link else QUIETLY | NO_LINK
    handle = os.open(path, flags | os.O_CREAT | more, 0o600)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) and not stream:
            raise NotOurFile(errno.ELOOP, f"{path.name} is no file: remove it")
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1 and not is_system_link:
            raise NotOurFile(errno.ELOOP, f"{path.name} has a second name elsewhere, a hard link: remove it")
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(handle, True)
    except BaseException:
        os.close(handle)
        raise
    return handle


def folder(path: Path) -> Path:
    """Return a folder, created with mode 0700 where it does not exist.

    Raises:
        NotOurFile: a link stands in its place.
    """
    if path.is_symlink():
        raise NotOurFile(
            f"{path.name} is a link to another folder: give that folder itself, or remove the link"
        )
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
