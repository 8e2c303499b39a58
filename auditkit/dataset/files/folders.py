"""The files of a folder or glob, and the names of their tables."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from auditkit.dataset.names import kind_of_value

_NOT_DATA = tuple(
    ".cfg .crc .css .gitignore .html .ini .ipynb .js .lock .log .md .py .pyc .r .rst .sh .sql .toml .wal"
    " .yaml .yml -journal -shm -wal".split()
)
"""The ends of names that are not data: such files are left out of a folder without a word."""


def shown_file(path: Path) -> str:
    """Return a file's base name, or words for it where the name is itself a value."""
    return "the file" if kind_of_value(path.name) or kind_of_value(stem(path)) else path.name


def stem(path: Path) -> str:
    """Return a file's name without its endings.

    >>> stem(Path("exports/users.csv.gz")), stem(Path("v1.2.parquet"))
    ('users', 'v1.2')
    """
    return Path(path.name.removesuffix(".gz")).stem


def listing(folder: Path) -> list[Path]:
    """Return the data files of a folder and the folders inside it, in the order of their names."""
    found = [
        path
        for path in folder.iterdir()
        if not path.name.startswith((".", "_")) and not path.name.lower().endswith(_NOT_DATA)
    ]
    return sorted(found, key=lambda path: path.name)


def matching(pattern: Path) -> list[Path]:
    """Return the files that a glob matches, in the order of their paths; `**` goes into folders."""
    text = str(_escaped(pattern))
    found = map(Path, glob.glob(text, recursive=True))  # noqa: PTH207 (the pattern may be absolute)
    return sorted(path for path in found if path.is_file())


def _escaped(pattern: Path) -> Path:
    """Return a pattern whose first folders, as far as they exist by these names, stand for themselves."""
    known = next((folder for folder in pattern.parents if folder.is_dir()), Path())
    return Path(glob.escape(str(known))) / pattern.relative_to(known)


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
