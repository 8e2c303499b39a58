"""Workbooks (.xlsx, .xls, .ods): every sheet, hidden ones too, as a table of its own."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa

from auditkit.dataset import typed
from auditkit.dataset.duckdb import DuckDB
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.header import has_header
from auditkit.dataset.names import shown_table
from auditkit.dataset.relation import Relation
from auditkit.dataset.sql import quoted
from auditkit.outcome import Cause, Missing

LARGEST = 4_000_000_000
"""Bytes that a workbook may unpack to."""
MOST_CELLS = 50_000_000
"""Cells between the first and the last one of a sheet that is nearly empty: they are all held in memory, and
a few bytes can ask for it.
"""
_BLOCK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*?\br="([A-Z]{1,3})(\d{1,7})")[^>]*?(/?)>')
_ODF = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def kind_of_archive(path: Path) -> str:
    """Return `excel` for a ZIP archive that holds a workbook, or words for what it is instead."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return "excel"
            if {"mimetype", "content.xml"} <= names and archive.read("mimetype").endswith(
                b"opendocument.spreadsheet"
            ):
                return "excel"
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return "a broken ZIP archive or Office document"
    return "a ZIP archive or an Office document"


def kind_of_compound(path: Path) -> str:
    """Return `excel` for an old Office document that holds a workbook, or words for what it is instead."""
    names = path.read_bytes() if path.stat().st_size < LARGEST else b""
    if "EncryptedPackage".encode("utf-16-le") in names:
        return "an encrypted Office document"
    return (
        "excel"
        if any(name.encode("utf-16-le") in names for name in ("Workbook", "Book"))
        else "an old Office document"
    )


def add(engine: DuckDB, path: Path, prefix: str, where: str) -> None:
    """Add every sheet of a workbook to the in-process database; one without cells says so.

    Raises:
        SourceError: python-calamine is not installed, or the workbook is broken, encrypted, too large, or
            holds nothing.
    """
    try:
        from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum
    except ModuleNotFoundError:
        raise SourceError(
            "workbooks need python-calamine: pip install 'privacy-auditkit[excel]'", code="not_installed"
        ) from None
    with driver_errors(f"read {where}"):
        _refuse_bombs(path, where)
        try:
            book = CalamineWorkbook.from_path(str(path))
        except PasswordError:
            raise SourceError(f"{where} is encrypted: save it without a password", code="unseen") from None
        except BaseException as error:
            raise _broken(error, where) from None
    without: dict[str, Missing] = {}
    with book:
        for sheet in book.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                without[sheet.name] = Missing(Cause.NOT_APPLICABLE, "it is a chart or a macro, without cells")
                continue
            try:
                rows = [
                    row
                    for row in book.get_sheet_by_name(sheet.name).iter_rows()
                    if any(cell != "" for cell in row)
                ]
            except BaseException as error:
                without[sheet.name] = _broken(error, where).missing
                continue
            if rows:
                _add_sheet(engine, prefix + sheet.name, rows, where)
            else:
                without[sheet.name] = Missing(Cause.NOT_APPLICABLE, "the sheet is empty")
        if len(without) == len(book.sheets_metadata) and all(
            missing.cause == Cause.NOT_APPLICABLE for missing in without.values()
        ):
            raise SourceError(f"{where} is empty: there is nothing to audit in it", code="empty")
    for name, missing in without.items():
        shown, value_name = shown_table(prefix + name, engine.relations)
        engine.relations[shown] = Relation(
            shown, "file", missing=missing, value_name=value_name, real_name=prefix + name
        )


def _add_sheet(engine: DuckDB, name: str, rows: Sequence[Sequence[Any]], where: str) -> None:
    """Add a sheet: lines above the table (its title) are a table of their own, so that they hide neither its
    header nor themselves.
    """
    texts = [[_text(cell) for cell in row] for row in rows]
    above = next((i for i, row in enumerate(texts) if sum(cell is not None for cell in row) > 1), 0)
    if not 0 < above <= 10:
        above = 0
    _add_texts(
        engine,
        name,
        texts[above:],
        where,
        header=has_header([[c or "" for c in row] for row in islice(texts, above, above + 501)]),
    )
    if above:
        _add_texts(
            engine,
            f"{name} (above the table)",
            [[next(filter(None, row))] for row in texts[:above]],
            where,
            header=False,
        )


def _add_texts(
    engine: DuckDB, name: str, texts: Sequence[Sequence[str | None]], where: str, *, header: bool
) -> None:
    width = len(texts[0])
    names = [cell or "" for cell in texts[0]] if header else [""] * width
    held = pa.Table.from_arrays(
        [pa.array([row[i] for row in texts[header:]], pa.large_string()) for i in range(width)],
        names=[str(i) for i in range(width)],
    )
    temporary = "auditkit sheet"
    engine.backend.con.register(temporary, held)
    try:
        typed.add(engine, name, f"SELECT * FROM {quoted(temporary)}", names, where)
    finally:
        engine.backend.con.unregister(temporary)


def _broken(error: BaseException, where: str) -> SourceError:
    """Return what to say of an error of the reader's, which panics at what it does not expect; anything else
    goes on.
    """
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    return SourceError(f"could not read {where}: {type(error).__name__}; it is no workbook, or a broken one")


def _text(cell: Any) -> str | None:
    """Return a cell as text; whole numbers without a point, clocks as ISO 8601."""
    match cell:
        case "" | None:
            return None
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        case datetime():
            return cell.isoformat(sep=" ")
        case _:
            return str(cell).encode("utf-8", "replace").decode()


def _refuse_bombs(path: Path, where: str) -> None:
    """Refuse a workbook that unpacks to more than memory holds: the reader would end the process.

    Raises:
        SourceError: it does.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > LARGEST:
            raise SourceError(
                f"{where} unpacks to more than {LARGEST // 10**9} GB: export it as CSV", code="unseen"
            )
        for member in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member):
                extent = _extent(_cells(archive, member))
            elif member == "content.xml":
                extent = _extent(_cells_of_rows(archive, member))
            else:
                continue
            area, filled = extent
            if area > MOST_CELLS and area > 20 * filled:
                raise SourceError(
                    f"{where} has cells so far apart that a sheet would not fit in memory: export it as CSV",
                    code="unseen",
                )


def _extent(cells: Iterator[tuple[int, int]]) -> tuple[int, int]:
    """Return how many cells a sheet reaches over, and how many are filled."""
    rows = columns = filled = 0
    for row, column in cells:
        rows, columns, filled = max(rows, row), max(columns, column), filled + 1
    return rows * columns, filled


def _cells(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each cell of an Office Open XML sheet that has content."""
    left = b""
    with archive.open(member) as file:
        while block := file.read(_BLOCK):
            text = left + block
            cut = text.rfind(b"<") + 1 or len(text)
            for letters, digits, empty in _CELL.findall(text[: cut - 1]):
                if not empty:
                    yield (
                        int(digits),
                        sum((letter - 64) * 26**i for i, letter in enumerate(reversed(letters))),
                    )
            left = text[cut - 1 :]


def _cells_of_rows(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each cell of an OpenDocument sheet that has content, the last one where it
    repeats.
    """
    row = 0
    with archive.open(member) as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag == f"{_ODF}table":
                row = 0
            if element.tag != f"{_ODF}table-row":
                continue
            row += int(element.get(f"{_ODF}number-rows-repeated", "1"))
            column = 0
            for cell in element:
                column += int(cell.get(f"{_ODF}number-columns-repeated", "1"))
                if len(cell):
                    yield row, column
            element.clear()
