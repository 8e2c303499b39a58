"""What kind a file is, by its content."""

from __future__ import annotations

import stat
from pathlib import Path

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import excel, json, text_kinds
from auditkit.dataset.files.folders import shown_file

SUPPORTED = "CSV, TSV, JSON, JSONL, Excel (.xlsx, .xls, .ods), Parquet, ORC, Arrow (Feather), SQLite, DuckDB"
_DELIMITED = frozenset(".csv .tsv .tab .psv .txt .dsv".split())
_BINARY = frozenset(
    ".parquet .pq .arrow .feather .sqlite .sqlite3 .db .duckdb .ddb .xlsx .xls .ods .avro .orc".split()
)
"""Endings that promise a format with a magic number: a file of text with such a name is a broken file."""
_MAGIC = (
    (b"SQLite format 3\0", "sqlite"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"PARE", "encrypted Parquet"),
    (b"%PDF", "PDF"),
    (b"Obj\x01", "Avro: read it with fastavro, and give the records as a list"),
    (b"ORC", "orc"),
    (b"BZh", "compressed with bzip2: unpack it with bunzip2"),
    (b"\xfd7zXZ", "compressed with xz: unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it with unzstd"),
)


def kind_of(path: Path) -> str:
    """Return the kind of a file, as in `sqlite`, `parquet` or `delimited`; words for what cannot be read.

    Raises:
        SourceError: the file cannot be read.
    """
    head = _head(path)
    if not head:
        return "empty"
    if head[8:12] == b"DUCK":
        return "duckdb"
    if found := next((kind for magic, kind in _MAGIC if head.startswith(magic)), None):
        return found
    if head.startswith(b"PK\x03\x04"):
        return excel.kind_of_archive(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return excel.kind_of_compound(path)
    if head.startswith(b"\x1f\x8b"):
        endings = {suffix.lower() for suffix in path.suffixes}
        return "json" if endings & json.ENDINGS else "delimited" if endings & _DELIMITED else "gzip"
    return _kind_of_text(head, path.suffix.lower())


def _head(path: Path) -> bytes:
    """Return the beginning of a file; a pipe or a device is not opened, because it may never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(
                f"{shown_file(path)} is a pipe, a socket or a device: save what comes from it as a file",
                code="unseen",
            )
        with path.open("rb") as file:
            return file.read(4096)
    except PermissionError:
        name = shown_file(path)
        reason = f"no permission to read {name}: close it where it is open, or ask for the right to read it"
        raise SourceError(reason, code="no_right") from None
    except FileNotFoundError:
        raise SourceError(f"{shown_file(path)} is not there", code="unseen") from None
    except OSError as error:
        reason = f"could not read {shown_file(path)}: {type(error).__name__}"
        raise SourceError(reason, code="missing") from None


def _kind_of_text(head: bytes, ending: str) -> str:
    """Return the kind of a file without a magic number."""
    if ending in json.ENDINGS:
        return "json"
    if ending in _BINARY:
        return "another kind of file than its name says"
    if text_kinds.is_markup(head, ending):
        return "HTML or XML, which has no rows: save the table in it as CSV"
    if text_kinds.is_ebcdic(head):
        return "text in EBCDIC, of a mainframe: convert it to UTF-8, for example with iconv -f CP037"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or any(text_kinds.is_utf_16(head, i) for i in (0, 1)):
        return "delimited"
    head = head.rstrip(b"\0")  # text may be filled up with zeros
    if not head:
        return "nothing but zeros: it may be damaged"
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\x1f" for byte in head)
    tolerated = 5 if ending in _DELIMITED else 50
    return "delimited" if control * tolerated <= len(head) else "an unknown binary format"
