"""Tables that are kept as several Parquet files: parts beside each other, or in folders named `key=value`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditkit.dataset.files.folders import shown_file
from auditkit.dataset.files.left_out import table_format
from auditkit.outcome import Cause, Missing

_PART = re.compile(r"(?i)part[-_.]?\d+\b.*")
_PARTITION = re.compile(r"[^=/]+=.*")
_ENDINGS = frozenset({".parquet", ".pq", ".parq"})
_MARK = ("_", ".")
"""How the names of files begin that only describe the table."""


def expanded(member: Path) -> Iterator[Path]:
    """Yield the files of a member of a folder where that holds the parts of a table, else the member."""
    if member.is_dir() and _holds_parts(member):
        for path in sorted(member.rglob("*")):
            if path.is_file() and not path.name.startswith(_MARK):
                yield path
    else:
        yield member


def grouped(members: Iterable[Path], base: Path) -> dict[Path, list[Path]]:
    """Return the parts of each table by the folder of the table.

    Args:
        members: files.
        base: the folder in which they are; a table lies in it, or is the folder itself.

    >>> files = map(Path, ["lake/sales/year=2024/a.parquet", "lake/part-0001.parquet", "lake/b.parquet"])
    >>> {folder.name: len(parts) for folder, parts in grouped(files, Path("lake")).items()}
    {'sales': 1, 'lake': 1}
    """
    found: dict[Path, list[Path]] = {}
    for path in members:
        if (folder := _table_of(path, base)) is not None:
            found.setdefault(folder, []).append(path)
    return found


def not_read(path: Path, base: Path) -> Missing | None:
    """Return why a file in a folder named `key=value` is no part of a table; None for any other file."""
    if path.suffix.lower() in _ENDINGS or not any(map(_is_partition, _folders(path, base))):
        return None
    name = shown_file(path)
    reason = f"{name} is in a folder named key=value, and auditkit joins such parts where they are Parquet"
    return Missing(Cause.UNSEEN, f"{reason}: give it by itself, or the table as one frame")


def _table_of(path: Path, base: Path) -> Path | None:
    """Return the folder of the table of which a file is a part; None for a table of its own."""
    if path.suffix.lower() not in _ENDINGS:
        return None
    partitions = [folder for folder in _folders(path, base) if _is_partition(folder)]
    if partitions:
        return partitions[-1].parent
    return path.parent if _PART.fullmatch(path.name) else None


def _folders(path: Path, base: Path) -> list[Path]:
    """Return the folders of a file inside the base, the nearest first."""
    return [folder for folder in path.parents if folder.is_relative_to(base) and folder != base]


def _is_partition(folder: Path) -> bool:
    return _PARTITION.fullmatch(folder.name) is not None


def _holds_parts(folder: Path) -> bool:
    if table_format(folder) is not None:
        return False
    return _is_partition(folder) or any(
        (_is_partition(child) and child.is_dir()) or _table_of(child, folder) == folder
        for child in folder.iterdir()
    )
