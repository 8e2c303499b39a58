"""Workbooks (.xlsx, .xls, .ods): each sheet is a table of its own, hidden sheets too."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import typed, workbook_rest
from auditkit.dataset.files.file import File
from auditkit.dataset.files.header import has_header
from auditkit.dataset.files.workbook_size import LARGEST, refuse_bombs
from auditkit.dataset.listing import list_missing
from auditkit.dataset.sql import quoted
from auditkit.outcome import Cause, Missing


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
    return "a ZIP archive or an Office document: unpack an archive, and give its folder"


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


def add(engine: LocalDatabase, file: File) -> None:
    """Add every sheet of a workbook to the local database, and what is next to the cells.

    A sheet without cells says so.

    Raises:
        SourceError: python-calamine is not installed, or the workbook is broken, encrypted, too large, or
            holds nothing.
    """
    without: dict[str, Missing] = {}
    with _workbook(file) as book:
        for sheet in book.sheets_metadata:
            rows = _rows(book, sheet, file.shown)
            if isinstance(rows, Missing):
                without[sheet.name] = rows
            else:
                _add_sheet(engine, file.prefix + sheet.name, rows, file.shown)
        all_empty = all(missing.cause == Cause.NOT_APPLICABLE for missing in without.values())
        if len(without) == len(book.sheets_metadata) and all_empty:
            raise SourceError(f"{file.shown} is empty: there is nothing to audit in it", code="empty")
    for name, missing in without.items():
        list_missing(engine, file.prefix + name, "file", missing)
    with duckdb_errors(f"read {file.shown}"):
        rest, has_pictures = workbook_rest.texts(file.path), workbook_rest.has_pictures(file.path)
    if rest:
        header: Sequence[Sequence[str | None]] = [("kind", "text")]
        _add_texts(engine, f"{file.name} (beside the cells)", [*header, *rest], file.shown, header=True)
    if not zipfile.is_zipfile(file.path):
        reason = (
            f"comments, links, headers and properties of {file.shown} are not read, because it is an old"
            " binary workbook: save it as .xlsx"
        )
        list_missing(engine, f"{file.name} (beside the cells)", "file", Missing(Cause.UNSEEN, reason))
    if has_pictures:
        reason = f"{file.shown} holds pictures or other files, which are not read: look at them yourself"
        list_missing(engine, f"{file.name} (pictures)", "file", Missing(Cause.UNSEEN, reason))


def _workbook(file: File) -> Any:
    """Return a workbook as python-calamine opens it."""
    try:
        from python_calamine import CalamineWorkbook, PasswordError
    except ModuleNotFoundError:
        raise SourceError(
            "workbooks need python-calamine: pip install 'privacy-auditkit[excel]'", code="not_installed"
        ) from None
    with duckdb_errors(f"read {file.shown}"):
        refuse_bombs(file.path, file.shown)
        try:
            return CalamineWorkbook.from_path(str(file.path))
        except PasswordError:
            raise SourceError(
                f"{file.shown} is encrypted: save it without a password", code="unseen"
            ) from None
        except BaseException as error:
            raise _broken(error, file.shown) from None


def _rows(book: Any, sheet: Any, where: str) -> list[Sequence[Any]] | Missing:
    """Return the rows of a sheet that are not empty, or why it has no rows."""
    from python_calamine import SheetTypeEnum

    if sheet.typ != SheetTypeEnum.WorkSheet:
        return Missing(Cause.NOT_APPLICABLE, "it is a chart or a macro, without cells")
    try:
        found = book.get_sheet_by_name(sheet.name).iter_rows()
        rows = [row for row in found if any(cell != "" for cell in row)]
    except BaseException as error:
        return _broken(error, where).missing
    return rows or Missing(Cause.NOT_APPLICABLE, "the sheet is empty")


def _add_sheet(engine: LocalDatabase, name: str, rows: Sequence[Sequence[Any]], where: str) -> None:
    """Add a sheet; lines above the table, such as its title, are a table of their own.

    So they hide neither the header nor themselves.
    """
    texts = [[_text(cell) for cell in row] for row in rows]
    above = next((i for i, row in enumerate(texts) if sum(cell is not None for cell in row) > 1), 0)
    above = above if 0 < above <= 10 else 0
    header = has_header([[cell or "" for cell in row] for row in islice(texts, above, above + 501)])
    _add_texts(engine, name, texts[above:], where, header=header)
    if above:
        title = [[next(filter(None, row))] for row in texts[:above]]
        _add_texts(engine, f"{name} (above the table)", title, where, header=False)


def _add_texts(
    engine: LocalDatabase, name: str, texts: Sequence[Sequence[str | None]], where: str, *, header: bool
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
    """Return what an error of the reader means; the reader panics at what it does not expect.

    Any other error that ends the process goes on.
    """
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    return SourceError(f"could not read {where}: {type(error).__name__}; it is broken, or not a workbook")


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
