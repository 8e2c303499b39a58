"""The rows of delimited text as Python reads them: to count them, and to write a copy in which all fit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.delimited_format import LONGEST_CELL, Delimited
from auditkit.dataset.files.encoding import opened
from auditkit.naming.names import shown_columns
from auditkit.running import private


def holds(found: Delimited, rows: int) -> bool:
    """Return whether a file has as many rows as were read from it.

    DuckDB passes over broken quotes in a header, and over more than the blank lines before one. As many lines
    as rows prove that nothing was lost; where a cell holds line ends, Python reads the file as well.
    """
    expected = rows + found.header
    if _lines(found.path, found.compressed) == expected:
        return True
    with _field_limit():
        try:
            return _measured(found, csv.QUOTE_MINIMAL)[0] == expected
        except csv.Error:
            return False


def rewritten(found: Delimited, shown: str) -> tuple[Delimited, int]:
    """Return a private copy of a file in which every row fits, and how many rows it has.

    For files that no strict reader takes: rows of different lengths, quotes that never close, mixed line
    ends. Short rows are filled up, and long ones give further columns; where quotes are broken they are read
    as ordinary characters. The copy has no header.

    Raises:
        SourceError: a cell is too long.
    """
    with _field_limit():
        rows, width, quoting = _shape(found, shown)
        path = private.file(".csv")
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=found.separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for row in islice(_rows(found, quoting), int(found.header), None):
                writer.writerow(row + [""] * (width - len(row)))
    if found.copied:
        found.path.unlink()
    columns, _ = shown_columns([*found.columns, *[""] * (width - len(found.columns))])
    copy = replace(
        found,
        path=path,
        columns=columns,
        compressed=False,
        header=False,
        copied=True,
        long_lines=True,
        rewritten=True,
    )
    return copy, rows - found.header


def _shape(found: Delimited, shown: str) -> tuple[int, int, int]:
    """Return how many rows a file has, the length of the longest, and how its quotes are read."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        try:
            return *_measured(found, quoting), quoting
        except csv.Error:
            continue
    raise SourceError(
        f"{shown} cannot be read as delimited text: a cell is longer than 50 million characters", table=shown
    )


def _measured(found: Delimited, quoting: int) -> tuple[int, int]:
    """Return how many rows there are, and the length of the longest."""
    rows, width = 0, len(found.columns)
    for row in _rows(found, quoting):
        rows, width = rows + 1, max(width, len(row))
    return rows, width


def _rows(found: Delimited, quoting: int) -> Iterator[list[str]]:
    with (
        opened(found.path, found.compressed) as binary,
        io.TextIOWrapper(binary, encoding="utf-8-sig", newline="") as text,
    ):
        lines: Iterator[str] = text
        if quoting == csv.QUOTE_NONE:
            lines = (line.replace("\r\n", "\n").replace("\r", "\n") for line in text)
        for row in csv.reader(lines, delimiter=found.separator, strict=True, quoting=quoting):  # type: ignore[arg-type]
            if row:
                yield row


def _lines(path: Path, compressed: bool) -> int:
    """Return how many lines a file has, whichever way they end."""
    lines, last = 0, b"\n"
    with opened(path, compressed) as file:
        while block := file.read(1 << 20):
            lines += (
                block.count(b"\n")
                + block.count(b"\r")
                - block.count(b"\r\n")
                - (last.endswith(b"\r") and block.startswith(b"\n"))
            )
            last = block
    return lines + (not last.endswith((b"\n", b"\r")))


@contextmanager
def _field_limit() -> Iterator[None]:
    """Let Python's csv module read long cells for a while: its limit is that of the process."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
