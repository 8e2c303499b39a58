"""The size of a workbook before it is read: a few bytes may unpack to more than memory holds."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import unpacked

LARGEST = 4_000_000_000
"""The bytes that a workbook may unpack to."""
MOST_CELLS = 50_000_000
"""The cells between the first and the last one of a sheet that is nearly empty: all are held in memory."""
_BLOCK = 1 << 20
_DEFLATE = 1032
"""How many times its size deflate can pack at most."""
_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^<>]*?\br="([A-Z]{1,3})(\d{1,7})")[^<>]*?(/?)>')
_ODF = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def refuse_bombs(path: Path, where: str) -> None:
    """Refuse a workbook that unpacks to more than memory holds: the reader would end the process.

    Raises:
        SourceError: it does.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked_size = sum(member.file_size for member in archive.infolist())
        if unpacked_size > unpacked.most(path) or _says_too_little(archive, path):
            raise unpacked.too_large(path)
        if unpacked_size > LARGEST:
            raise SourceError(
                f"{where} unpacks to more than {LARGEST // 10**9} GB: export it as CSV", code="unseen"
            )
        for member in archive.namelist():
            area, filled = _extent(_cells_of(archive, member))
            if area > MOST_CELLS and area > 20 * filled:
                raise SourceError(
                    f"{where} has cells so far apart that a sheet would not fit in memory: export it as CSV",
                    code="unseen",
                )


def _says_too_little(archive: zipfile.ZipFile, path: Path) -> bool:
    """Return whether an archive that may unpack to more than data does says less than it holds."""
    packed = sum(member.compress_size for member in archive.infolist())
    if packed * _DEFLATE <= unpacked.most(path):
        return False
    try:
        return archive.testzip() is not None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return True


def _cells_of(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each cell of a sheet that has content; other members have no cells."""
    if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member):
        return _office_cells(archive, member)
    return _open_document_cells(archive, member) if member == "content.xml" else iter(())


def _extent(cells: Iterator[tuple[int, int]]) -> tuple[int, int]:
    """Return how many cells a sheet reaches over, and how many are filled."""
    rows = columns = filled = 0
    for row, column in cells:
        rows, columns, filled = max(rows, row), max(columns, column), filled + 1
    return rows * columns, filled


def _office_cells(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each cell of an Office Open XML sheet that has content."""
    left = b""
    with archive.open(member) as file:
        while block := file.read(_BLOCK):
            text = left + block
            cut = text.rfind(b"<") + 1 or len(text)
            for letters, digits, empty in _CELL.findall(text[: cut - 1]):
                if not empty:
                    column = sum((letter - 64) * 26**i for i, letter in enumerate(reversed(letters)))
                    yield int(digits), column
            left = text[cut - 1 :] if len(text) - cut < _BLOCK else b""  # so long is the tag of no cell


def _open_document_cells(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each cell with content of an OpenDocument sheet, once where it repeats."""
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
