"""The lock of an open file: the operating system lets go of it when the process ends, however it ends."""

from __future__ import annotations

import os
import sys

_BEYOND = 1 << 30
"""The byte that Windows locks, behind all content: what is locked there cannot be read by others."""


def taken(handle: int) -> bool:
    """Lock an open file as long as it is open; return False where another handle has it locked."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
