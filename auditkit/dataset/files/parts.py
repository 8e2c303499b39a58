"""Tables that are kept as several files: parts that are counted, or files in folders named `key=value`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.delimited_format import first_row
from auditkit.dataset.files.folders import shown_file
from auditkit.dataset.files.left_out import table_format
from auditkit.outcome import Cause, Missing

_KINDS = {
    **dict.fromkeys((".parquet", ".pq", ".parq"), "parquet"),
    **dict.fromkeys((".csv", ".tsv", ".psv"), "delimited"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
}
"""The kind of a part by the ending of its name."""
_JOINED = frozenset({"parquet", "delimited"})
"""The kinds that are joined with the columns that their folders name."""
_PART = re.compile(r"(?i)part[-_.]?\d+\b.*")
_COUNTED = re.compile(r"(?P<base>.*?)[-_. ]?(?P<number>\d+)(?:[-_]of[-_]\d+)?")
_WORDS = frozenset("batch block chunk data export file part segment shard split".split())
"""What programs call the parts of a table that they number."""
_PADDED = 3
"""From so many digits on, zeros before a number are a program's."""
_PARTITION = re.compile(r"(?P<key>[^=/]+)=(?P<value>.*)")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_MARK = ("_", ".")
"""How the names of files begin that only describe the table."""


@dataclass(frozen=True)
class Parts:
    """The files of one table.

    Attributes:
        folder: the folder of the table.
        name: what the table is called: like its folder, or like its files where their name says more.
        kind: of the files, as `kinds.kind_of` names it.
        files: the files, in the order of their paths.
    """

    folder: Path
    name: str
    kind: str
    files: tuple[Path, ...]


def expanded(member: Path) -> Iterator[Path]:
    """Yield the files of a member of a folder where that holds the parts of a table, else the member."""
    if member.is_dir() and _holds_parts(member):
        for path in sorted(member.rglob("*")):
            if path.is_file() and not path.name.startswith(_MARK):
                yield path
    else:
        yield member


def grouped(members: Iterable[Path], base: Path) -> list[Parts]:
    """Return the tables that some files are parts of; the other files are tables of their own.

    Files are parts of one table in folders named `key=value`, where they are called part and a number, and
    where only a number sets them apart that a program counted from 0 or 1, and their columns are the same.

    Args:
        members: files.
        base: the folder in which they are; a table lies in it, or is the folder itself.

    >>> files = map(Path, ["lake/sales/year=2024/a.parquet", "lake/part-0001.parquet", "lake/b.parquet"])
    >>> [(table.name, len(table.files)) for table in grouped(files, Path("lake"))]
    [('sales', 1), ('lake', 1)]
    """
    found: dict[tuple[Path, str, str], list[Path]] = {}
    counted: dict[tuple[Path, str, str], list[Path]] = {}
    for path in members:
        kind = _kind(path)
        if kind is None:
            continue
        if (folder := _table_of(path, base, kind)) is not None:
            found.setdefault((folder, folder.absolute().name, kind), []).append(path)
        elif match := _COUNTED.fullmatch(_stem(path)):
            counted.setdefault((path.parent, match["base"].strip("-_. "), kind), []).append(path)
    for (folder, stem, kind), files in counted.items():
        if _is_counted(folder, stem, files) and _are_alike(files, kind):
            name = stem if stem and not stem.isdigit() and stem.lower() not in _WORDS else ""
            found.setdefault((folder, name or folder.absolute().name, kind), []).extend(files)
    return [Parts(*table, tuple(files)) for table, files in found.items()]


def partition(path: Path, folder: Path) -> Mapping[str, str | None]:
    """Return the columns that the folders between a table and one of its files name, with their value.

    >>> partition(Path("sales/year=2024/country=C%C3%B4te/a.csv"), Path("sales"))
    {'year': '2024', 'country': 'Côte'}
    """
    found = (_PARTITION.fullmatch(part) for part in path.relative_to(folder).parts[:-1])
    return {
        unquote(match["key"]): None if match["value"] == _NO_VALUE else unquote(match["value"])
        for match in found
        if match
    }


def not_read(path: Path, base: Path) -> Missing | None:
    """Return why a file in a folder named `key=value` is no part of a table; None for any other file."""
    if _kind(path) in _JOINED or not any(map(_is_partition, _folders(path, base))):
        return None
    name = shown_file(path)
    reason = (
        f"{name} is in a folder named key=value, and auditkit joins such parts where they are Parquet or CSV"
    )
    return Missing(Cause.UNSEEN, f"{reason}: give it by itself, or the table as one frame")


def _kind(path: Path) -> str | None:
    return _KINDS.get(Path(path.name.lower().removesuffix(".gz")).suffix)


def _stem(path: Path) -> str:
    """Return a name without its endings: of the format, of the compression, and of the kind."""
    stem = path.name
    while (ending := Path(stem).suffix).lower() in {*_KINDS, ".gz", ".snappy", ".zstd"}:
        stem = stem.removesuffix(ending)
    return stem


def _table_of(path: Path, base: Path, kind: str) -> Path | None:
    """Return the folder of the table of which a file is a part by its own name or its folders' names."""
    partitions = [folder for folder in _folders(path, base) if _is_partition(folder)]
    if partitions:
        return partitions[-1].parent if kind in _JOINED else None
    return path.parent if _PART.fullmatch(path.name) else None


def _is_counted(folder: Path, stem: str, files: Sequence[Path]) -> bool:
    """Return whether a program counted some files: from 0 or 1, without a gap, and not as people do."""
    numbers = [match["number"] for path in files if (match := _COUNTED.fullmatch(_stem(path)))]
    values = sorted(map(int, numbers))
    if len(files) < 2 or values[0] > 1 or values != list(range(values[0], values[0] + len(values))):
        return False
    is_padded = all(len(number) >= _PADDED for number in numbers)
    is_named = not stem or stem.isdigit() or stem.lower() in _WORDS
    return is_padded or is_named or stem.casefold() == folder.absolute().name.casefold()


def _are_alike(files: Sequence[Path], kind: str) -> bool:
    """Return whether files have the same columns; records of JSON may have any."""
    try:
        if kind == "parquet":
            return len({tuple(pq.read_schema(path).names) for path in files}) == 1
        if kind == "delimited":
            (first, _), *others = map(first_row, files)
            return all(row == first or (len(row) == len(first) and not named) for row, named in others)
    except (OSError, SourceError, pa.ArrowException):  # each file says itself what is wrong with it
        return False
    return all(path.suffix.lower() != ".json" for path in files)


def _folders(path: Path, base: Path) -> list[Path]:
    """Return the folders of a file inside the base, the nearest first."""
    return [folder for folder in path.parents if folder.is_relative_to(base) and folder != base]


def _is_partition(folder: Path) -> bool:
    return _PARTITION.fullmatch(folder.name) is not None


def _holds_parts(folder: Path) -> bool:
    if table_format(folder) is not None:
        return False
    if _is_partition(folder):
        return True
    inside = list(folder.iterdir())
    if any(_is_partition(child) and child.is_dir() for child in inside):
        return True
    return bool(grouped((child for child in inside if child.is_file()), folder))
