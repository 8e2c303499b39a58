"""A file that has its name only when it is whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def placed(draft: Path, target: Path) -> None:
    """Give a finished file its name, in one step; a file that has this name already stays as it is.

    The draft may stay as a second name of the file: whoever made it removes it.

    Raises:
        FileExistsError: a file has the name.
    """
    try:
        os.link(draft, target)  # unlike a rename, this fails where the file exists
    except FileExistsError:
        raise
    except OSError:  # the file system has no second names: exFAT, FAT, some of a network
        if target.exists():
            raise FileExistsError(errno.EEXIST, "the file is there already", target.name) from None
        draft.rename(target)
