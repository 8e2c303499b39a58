"""The files of a folder or glob, and the names of their tables."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from pathlib import Path

from auditkit.naming.names import kind_of_value, writable

_BELONGS: Mapping[str, str] = {"-wal": "", "-shm": "", "-journal": "", ".wal": "", ".crc": "."}
"""The ends of the names of files that belong to another one beside them, and what stands before its name."""


def shown_file(path: Path) -> str:
    """Return a file's base name, or words for it where the name is itself a value."""
    is_value = kind_of_value(path.name) or kind_of_value(stem(path))
    return "the file" if is_value else writable(path.name)


def stem(path: Path) -> str:
    """Return a file's name without its endings.

    >>> stem(Path("exports/users.csv.gz")), stem(Path("v1.2.parquet"))
    ('users', 'v1.2')
    """
    return Path(path.name.removesuffix(".gz")).stem


def listing(folder: Path) -> list[Path]:
    """Return all that is in a folder, in the order of the names, but for what belongs to a file beside it."""
    return sorted(
        (path for path in folder.iterdir() if not _belongs_to_another(path)), key=lambda path: path.name
    )


def matching(pattern: Path) -> list[Path]:
    """Return the files that a glob matches, in the order of their paths; `**` goes into folders."""
    base = known_folder(pattern)
    text = str(Path(glob.escape(str(base))) / pattern.relative_to(base))
    found = map(Path, glob.glob(text, recursive=True))  # noqa: PTH207 (the pattern may be absolute)
    return sorted(path for path in found if not path.is_dir() and not _belongs_to_another(path))


def known_folder(pattern: Path) -> Path:
    """Return the folder of a glob that is there by this name: its signs are no pattern."""
    return next((folder for folder in pattern.parents if folder.is_dir()), Path())


def table_names(paths: Sequence[Path]) -> list[str]:
    """Return a name for each file: its stem, or as much of its path as sets it apart from the others.

    >>> paths = "a/users.csv", "a/users.parquet", "b/users.csv", "b/tickets.csv"
    >>> table_names([Path(path) for path in paths])
    ['a/users.csv', 'users.parquet', 'b/users.csv', 'tickets']
    """
    forms = [[stem(p), p.name, f"{p.parent.name}/{p.name}"] for p in paths]
    level = [0] * len(paths)
    for step in (0, 1):
        current = [forms[i][level[i]].casefold() for i in range(len(paths))]
        level = [
            step + 1 if level[i] == step and current.count(current[i]) > 1 else level[i]
            for i in range(len(paths))
        ]
    return [forms[i][level[i]] for i in range(len(paths))]


def _belongs_to_another(path: Path) -> bool:
    """Return whether a file is the log of a database beside it, a sum of one, or a mark without content."""
    for ending, before in _BELONGS.items():
        other = path.name.removesuffix(ending).removeprefix(before)
        if path.name.endswith(ending) and other != path.name and (path.parent / other).exists():
            return True
    is_mark = path.name.startswith(("_", "."))
    return is_mark and path.is_file() and not path.is_symlink() and path.stat().st_size == 0
