"""What a workbook holds beside its cells: comments, links, headers, properties, and copies of other cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

_PARTS = {
    r"xl/(comments|threadedComments/|persons/|drawings/)[^/]*\.xml": "comment or text box",
    r"xl/worksheets/_rels/[^/]+\.rels": "link",
    r"xl/(worksheets|chartsheets)/[^/]+\.xml": "header, footer, link or hint",
    r"xl/(pivotCache|externalLinks)/[^/]+\.xml": "copy of other cells",
    r"xl/workbook\.xml": "name",
    r"docProps/[^/]+\.xml|meta\.xml": "property",
    r"content\.xml|styles\.xml": "comment, header or footer",
}
"""The parts of a workbook that hold texts, by the pattern of their names, with what these texts are."""
_ATTRIBUTES = re.compile(
    r'\b(?:displayName|userId|display|tooltip|prompt|promptTitle|error|errorTitle|v|descr|title|location)="([^"]+)"'
)
_TARGETS = re.compile(
    r'Target="([^"]+)"[^>]*TargetMode="External"|TargetMode="External"[^>]*Target="([^"]+)"'
)
_TEXTS = re.compile(r">([^<]+)<")
_ANNOTATIONS = re.compile(
    r"<(office:annotation|style:(?:header|footer)(?:-\w+)?)\b[^>]*>(.*?)</\1>|xlink:href=\"([^\"]+)\"",
    re.DOTALL,
)
_PROPERTIES = re.compile(
    r"<(?:\w+:)?(?:creator|initial-creator|lastModifiedBy|title|subject|description|keywords?|Manager|Company"
    r"|category|lpwstr|user-defined)\b[^>]*>([^<]+)<"
)
_PICTURES = re.compile(r"(xl/(media|embeddings)|Pictures|Object [^/]*)/.+")
_PROGRAMS = frozenset(
    "openpyxl xlsxwriter libreoffice calamine rust_xlsxwriter sheetjs microsoft excel page sheet".split()
)
_MOST = 50_000_000
"""How many bytes of a part are looked at, after the cells of a sheet."""
_BLOCK = 1 << 20


def texts(path: Path) -> list[tuple[str, str]]:
    """Return the texts beside the cells, each once, with what they are; none of an old binary workbook."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        found = [
            (kind, text)
            for part in archive.namelist()
            for pattern, kind in _PARTS.items()
            if re.fullmatch(pattern, part)
            for text in _of_part(archive, part)
        ]
    return [(kind, text) for kind, text in dict.fromkeys(found) if _says_something(text)]


def has_pictures(path: Path) -> bool:
    """Return whether a workbook holds pictures or other files."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(_PICTURES.fullmatch(part) for part in archive.namelist())


def _of_part(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    content = _content(archive, part).decode("utf-8", "replace")
    if part.endswith(".rels"):
        found = [a or b for a, b in _TARGETS.findall(content)]
    elif part.startswith("docProps/") or part == "meta.xml":
        found = _PROPERTIES.findall(content)
    elif part in ("content.xml", "styles.xml"):
        found = [re.sub(r"<[^>]+>", " ", inner) or link for _, inner, link in _ANNOTATIONS.findall(content)]
    else:
        found = [*_TEXTS.findall(content), *_ATTRIBUTES.findall(content)]
    yield from (" ".join(unescape(text).split()) for text in found)


def _content(archive: zipfile.ZipFile, part: str) -> bytes:
    """Return a part; of a sheet, what stands behind its cells."""
    of_sheet, mark = part.startswith("xl/worksheets/") and part.endswith(".xml"), b"</sheetData>"
    held = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            held += block
            if of_sheet and mark not in held:
                held = held[-len(mark) :]
            elif of_sheet:
                held, of_sheet = held.partition(mark)[2], False
            if len(held) > _MOST:
                break
    return held if not of_sheet else b""


def _says_something(text: str) -> bool:
    """Return whether a text may say something of a person: no number, formula, date or name of a program."""
    words = re.findall(r"[^\W\d_]{2,}", text.casefold())
    return bool(set(words) - _PROGRAMS) and not re.fullmatch(r"[\d.:TZ+-]+|[^\"]*![$A-Z0-9:,]+", text)
