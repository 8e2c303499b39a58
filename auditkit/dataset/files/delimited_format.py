"""The format of delimited text (CSV, TSV): its encoding, separator and header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.encoding import Encoding, encoding_of, is_compressed, opened, recoded
from auditkit.dataset.files.header import has_header
from auditkit.dataset.files.literal_path import path_literal
from auditkit.dataset.sql import literal
from auditkit.naming.names import shown_columns

LONGEST_CELL = 50_000_000
_HEAD_BYTES = 120_000
"""The bytes that show the format of a file; fewer than the field limit of Python's csv module."""
_SEPARATORS = ",;\t|"
_NO_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Delimited:
    """A delimited file as DuckDB reads it strictly.

    Attributes:
        path: the file itself, or a private copy where it had to be rewritten.
        separator: stands between cells.
        columns: the names that are shown.
        value_names: what kind of value each hidden column name is.
        header: the first row names the columns.
        compressed: with gzip.
        copied: `path` is a private copy.
        head: the first rows.
        long_lines: cells may be very long.
        rewritten: the copy was written row by row.
    """

    path: Path
    separator: str
    columns: tuple[str, ...]
    value_names: dict[str, str]
    header: bool
    compressed: bool
    copied: bool
    head: tuple[tuple[str, ...], ...]
    long_lines: bool = False
    rewritten: bool = False

    @property
    def sql(self) -> str:
        """The SQL that reads it with nothing left to guess: all columns are text, every row must fit."""
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.columns)
        options = [
            f"delim = {literal(self.separator)}",
            "quote = '\"'",
            "escape = '\"'",
            "comment = ''",
            f"header = {self.header}",
            "auto_detect = false",
            "hive_partitioning = false",
            f"compression = '{'gzip' if self.compressed else 'none'}'",
        ]
        if self.rewritten:
            options.append("new_line = '\\n'")
        if self.long_lines:
            options.append(f"max_line_size = {LONGEST_CELL}")
        return f"read_csv({path_literal(self.path)}, columns = {{{columns}}}, {', '.join(options)})"


def examine(path: Path, shown: str, *, known: Sequence[str] = ()) -> Delimited:
    """Return how a delimited file is read; one that is not UTF-8 is re-encoded into a private file first.

    Args:
        path: the file.
        shown: what messages call it.
        known: a first row that names the columns where a file has it, as in other parts of the table.

    Raises:
        SourceError: the file holds nothing.
    """
    start = _start(path)
    if not start.rows:
        raise SourceError(f"{shown} is empty: there is nothing to audit in it", code="empty", table=shown)
    compressed, copied = start.compressed, not start.encoding.is_ours
    if copied:
        path, compressed = recoded(path, compressed, start.encoding), False
    rows = start.rows
    header = start.has_header or tuple(rows[0]) == tuple(known)
    names = [name.strip() for name in rows[0]] if header else [""] * len(rows[0])
    columns, value_names = shown_columns(names)
    first_rows = tuple(map(tuple, rows[header:]))
    return Delimited(path, start.separator, columns, value_names, header, compressed, copied, first_rows)


def first_row(path: Path) -> tuple[tuple[str, ...], bool]:
    """Return the first row of a delimited file, and whether it names the columns; a file may have none."""
    start = _start(path)
    return (tuple(start.rows[0]), start.has_header) if start.rows else ((), False)


@dataclass(frozen=True)
class _Start:
    """The beginning of a delimited file, as rows."""

    rows: list[list[str]]
    separator: str
    encoding: Encoding
    compressed: bool
    endings: frozenset[str]

    @property
    def has_header(self) -> bool:
        return has_header(self.rows, is_log=".log" in self.endings)


def _start(path: Path) -> _Start:
    compressed = is_compressed(path)
    encoding = encoding_of(path, compressed)
    with opened(path, compressed) as file:
        head = file.read(_HEAD_BYTES)
        whole = not file.read(1)
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    text = decoder.decode(head, final=whole).removeprefix("\ufeff").rstrip("\0")
    endings = [ending.lower() for ending in path.suffixes]
    is_empty = not text.strip()
    tab_first = ".tsv" in endings
    separator = _NO_SEPARATOR if is_empty else _separator(text, whole, tab_first=tab_first)
    rows = [] if is_empty else _parsed(text, separator, whole)
    return _Start(rows, separator, encoding, compressed, frozenset(endings))


def _separator(text: str, whole: bool, *, tab_first: bool) -> str:
    """Return the separator that cuts most rows into the same number of cells, or one that cuts none."""
    best, score = _NO_SEPARATOR, 0.0
    for separator in "\t,;|" if tab_first else _SEPARATORS:
        widths = [len(row) for row in _parsed(text, separator, whole)]
        common = max(set(widths), key=widths.count)
        agreement = widths.count(common) / len(widths)
        if widths[0] > 1 and common > 1 and agreement + min(common, 50) / 1000 > score:
            best, score = separator, agreement + min(common, 50) / 1000
    return best


def _parsed(text: str, separator: str, whole: bool) -> list[list[str]]:
    """Return the rows of the beginning of a file, without a last one that is cut off.

    Broken quotes are ordinary characters.
    """
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        cut_off = not whole and rows and "unexpected end" in str(error)
        if cut_off:  # inside a quoted cell
            return [row for row in rows if row]
        lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
        rows = list(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if row]
    return rows[:-1] if not whole and len(rows) > 1 else rows
