"""Files that auditkit writes at a place where others may write too: what stands there is not trusted."""

from __future__ import annotations

import errno
import os
import secrets
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


def replaced(path: Path, text: str, mode: int = 0o600) -> Path:
    """Write a text file, whole or not at all, in the place of what stands there; return its path.

    A link in its place is replaced, and what it leads to stays as it is.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        return draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def folder(path: Path, mode: int = 0o700) -> Path:
    """Return a folder, created with a mode where it does not exist.

    Raises:
        NotOurFile: a link stands in its place.
    """
    if path.is_symlink():
        raise NotOurFile(
            f"{path.name} is a link to another folder: give that folder itself, or remove the link"
        )
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    return path
