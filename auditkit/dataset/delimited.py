"""Delimited text (CSV, TSV): its encoding, separator and header, and a whole reading of it, or an error: no
row is ever dropped.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO

from auditkit.dataset.duckdb import private_folder
from auditkit.dataset.errors import SourceError
from auditkit.dataset.header import has_header
from auditkit.dataset.names import shown_columns
from auditkit.dataset.sql import literal

SEPARATORS = ",;\t|"
HEAD_BYTES = 120_000
"""How much of a file its format is told from; below the field limit of Python's csv module."""
_LONGEST_CELL = 50_000_000
_NO_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Delimited:
    """A delimited file that DuckDB reads strictly: `path` is the file itself, or a private copy where it had
    to be rewritten.
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
        """The DuckDB expression that reads it, with nothing left to guess at: every column is text, every row
        must fit.
        """
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.columns)
        options = (
            f"delim = {literal(self.separator)}, quote = '\"', escape = '\"', comment = '', header ="
            f" {self.header}"
        )
        options += f", auto_detect = false, compression = '{'gzip' if self.compressed else 'none'}'"
        options += ", new_line = '\\n'" if self.rewritten else ""
        options += f", max_line_size = {_LONGEST_CELL}" if self.long_lines else ""
        return f"read_csv({literal(str(self.path))}, columns = {{{columns}}}, {options})"


def examine(path: Path, shown: str) -> Delimited:
    """Return how a delimited file is read; one that is not UTF-8 is re-encoded into a private file first.

    Raises:
        SourceError: the file holds nothing.
    """
    compressed = is_compressed(path)
    encoding = _encoding(path, compressed)
    with opened(path, compressed) as file:
        head = file.read(HEAD_BYTES)
        whole = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, final=whole).removeprefix("\ufeff")
    if not text.strip():
        raise SourceError(f"{shown} is empty: there is nothing to audit in it", code="empty", table=shown)
    copied = encoding != "utf-8"
    if copied:
        path, compressed = _recoded(path, compressed, encoding), False
    separator = _separator(text, whole, tab_first=path.suffixes[-1:] == [".tsv"])
    rows = _parsed(text, separator, whole)
    header = has_header(rows)
    width = len(rows[0])
    names = rows[0] if header else [""] * width
    columns, value_names = shown_columns([name.strip() for name in names])
    return Delimited(
        path, separator, columns, value_names, header, compressed, copied, tuple(map(tuple, rows[header:]))
    )


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
    """Return the file rewritten row by row into a private copy in which every row fits, and how many rows it
    has.

    For files that no strict reader takes: rows of different lengths, quotes that never close, mixed line
    ends. Short rows are filled up, long ones give further columns; where quotes are broken they are read as
    ordinary characters. The copy has no header.
    """
    rows, width, quoting = 0, len(found.columns), csv.QUOTE_MINIMAL
    with _field_limit():
        try:
            rows, width = _measured(found, quoting)
        except csv.Error:
            quoting = csv.QUOTE_NONE
            try:
                rows, width = _measured(found, quoting)
            except csv.Error:
                raise SourceError(
                    f"{shown} cannot be read as delimited text: a cell is longer than 50 million characters",
                    table=shown,
                ) from None
        path = _private_file()
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=found.separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for row in islice(_rows(found, quoting), int(found.header), None):
                writer.writerow(row + [""] * (width - len(row)))
    if found.copied:
        found.path.unlink()
    names = [*found.columns, *[""] * (width - len(found.columns))]
    columns, _ = shown_columns(names)
    return (
        replace(
            found,
            path=path,
            columns=columns,
            compressed=False,
            header=False,
            copied=True,
            long_lines=True,
            rewritten=True,
        ),
        rows - found.header,
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


def in_utf_8(path: Path) -> tuple[Path, bool]:
    """Return a file, or a private copy of it in UTF-8 without compression where it is in another encoding,
    and whether it is a copy.
    """
    compressed = is_compressed(path)
    encoding = _encoding(path, compressed)
    return (path, False) if encoding == "utf-8" else (_recoded(path, compressed, encoding), True)


def is_compressed(path: Path) -> bool:
    """Return whether a file is compressed with gzip."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _encoding(path: Path, compressed: bool) -> str:
    """Return the encoding: of its byte order mark, else UTF-16 by its zeros, else UTF-8 where all of it is,
    else a Western one.
    """
    with opened(path, compressed) as file:
        head = file.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if len(head) > 3 and head[1::2].count(0) * 10 > len(head) * 3:
            return "utf-16-le"
        if len(head) > 3 and head[::2].count(0) * 10 > len(head) * 3:
            return "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        if _decodes(path, compressed, encoding):
            return encoding
    return "latin-1"


def _decodes(path: Path, compressed: bool, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(path, compressed) as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


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


def _recoded(path: Path, compressed: bool, encoding: str) -> Path:
    """Return a private UTF-8 copy; DuckDB knows few encodings."""
    copy = _private_file()
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with opened(path, compressed) as file, copy.open("w", encoding="utf-8", newline="") as out:
        while block := file.read(1 << 20):
            out.write(decoder.decode(block))
        out.write(decoder.decode(b"", final=True))
    return copy


def _separator(text: str, whole: bool, *, tab_first: bool) -> str:
    """Return the separator that cuts most rows into the same number of cells, or one that cuts none."""
    best, score = _NO_SEPARATOR, 0.0
    for separator in "\t,;|" if tab_first else SEPARATORS:
        widths = [len(row) for row in _parsed(text, separator, whole)]
        common = max(set(widths), key=widths.count)
        agreement = widths.count(common) / len(widths)
        if widths[0] > 1 and common > 1 and agreement + min(common, 50) / 1000 > score:
            best, score = separator, agreement + min(common, 50) / 1000
    return best


def _parsed(text: str, separator: str, whole: bool) -> list[list[str]]:
    """Return the rows of the beginning of a file, without a last one that is cut off; broken quotes are
    ordinary characters.
    """
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        if (
            not whole and rows and "unexpected end" in str(error)
        ):  # a quoted cell goes on behind the beginning
            return [row for row in rows if row]
        lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
        rows = list(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))
    rows = [row for row in rows if row]
    return rows[:-1] if not whole and len(rows) > 1 else rows


@contextmanager
def opened(path: Path, compressed: bool | None = None) -> Iterator[IO[bytes]]:
    """Open a file for its bytes, unpacked where it is compressed with gzip."""
    compressed = is_compressed(path) if compressed is None else compressed
    with path.open("rb") as raw:
        yield gzip.GzipFile(fileobj=raw) if compressed else raw  # type: ignore[misc]


@contextmanager
def _field_limit() -> Iterator[None]:
    """Let Python's csv module read long cells, for a while: its limit belongs to the process."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _private_file() -> Path:
    """Return a new empty file that nobody else may read."""
    handle, name = tempfile.mkstemp(suffix=".csv", dir=private_folder())
    os.close(handle)
    return Path(name)
