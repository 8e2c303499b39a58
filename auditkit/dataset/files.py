"""Files: what kind each is, told by its content; delimited text and Parquet become views of the in-process
database.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.dataset import casts, delimited, excel, frames, json, typed
from auditkit.dataset.delimited import Delimited
from auditkit.dataset.duckdb import RAW, DuckDB
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.names import kind_of_value, shown_columns, shown_table
from auditkit.dataset.sql import literal, quoted

SUPPORTED = "CSV, TSV, JSON, JSONL, Excel (.xlsx, .xls, .ods), Parquet, Arrow (Feather), SQLite, DuckDB"
DELIMITED = frozenset({".csv", ".tsv", ".tab", ".psv", ".txt", ".dsv"})
BINARY = frozenset(
    {
        ".parquet",
        ".pq",
        ".arrow",
        ".feather",
        ".sqlite",
        ".sqlite3",
        ".db",
        ".duckdb",
        ".ddb",
        ".xlsx",
        ".xls",
        ".ods",
        ".avro",
        ".orc",
    }
)
"""Endings that promise a format with a magic number: text behind one of them is a broken file, and its first
line no header.
"""
NO_DATA = tuple(
    """
    .cfg .crc .css .gitignore .html .ini .ipynb .js .lock .log .md .py .pyc .r .rst .sh .sql .toml .wal .yaml .yml -journal -shm -wal
    """.split()
)
"""What stands beside data in a folder and is none: skipped there, without a word."""
_MAGIC = (
    (b"SQLite format 3\0", "sqlite"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"PARE", "encrypted Parquet"),
    (b"%PDF", "PDF"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


def kind_of(path: Path) -> str:
    """Return `sqlite`, `duckdb`, `parquet`, `arrow`, `excel`, `json`, `delimited`, `empty`, or words for what
    it is instead.

    Raises:
        SourceError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except PermissionError:
        raise SourceError(f"no permission to read {shown_file(path)}", code="no_right") from None
    except FileNotFoundError:
        raise SourceError(f"{shown_file(path)} is not there", code="unseen") from None
    except OSError as error:
        raise SourceError(
            f"could not read {shown_file(path)}: {type(error).__name__}", code="missing"
        ) from None
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
    endings = {suffix.lower() for suffix in path.suffixes}
    if head.startswith(b"\x1f\x8b"):
        return "json" if endings & json.ENDINGS else "delimited" if endings & DELIMITED else "gzip"
    if path.suffix.lower() in json.ENDINGS:
        return "json"
    utf_16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or any(
        head[i::2].count(0) * 10 > len(head) * 3 for i in (0, 1)
    )
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\x1f" for byte in head)
    if path.suffix.lower() in BINARY:
        return f"no {path.suffix.lower().removeprefix('.')} file inside, whatever its name says"
    tolerated = 5 if path.suffix.lower() in DELIMITED else 50
    return "delimited" if utf_16 or control * tolerated <= len(head) else "an unknown binary format"


def shown_file(path: Path) -> str:
    """Return a file's base name, or words for it where the name is itself a value."""
    return "the file" if kind_of_value(path.name) or kind_of_value(stem(path)) else path.name


def stem(path: Path) -> str:
    """Return a file's name without its endings.

    >>> stem(Path("exports/users.csv.gz")), stem(Path("v1.2.parquet"))
    ('users', 'v1.2')
    """
    inner = Path(path.name.removesuffix(".gz"))
    return inner.stem


def listing(folder: Path) -> list[Path]:
    """Return the data files of a folder, one level deep, in the order of their names; folders inside it are
    returned too.
    """
    hidden = re.compile(r"[._]")
    found = [p for p in folder.iterdir() if not hidden.match(p.name) and not p.name.lower().endswith(NO_DATA)]
    return sorted(found, key=lambda p: p.name)


def matching(pattern: Path) -> list[Path]:
    """Return the files that a glob matches, in the order of their paths; `**` goes into folders."""
    return sorted(Path(found) for found in glob.glob(str(pattern), recursive=True) if Path(found).is_file())  # noqa: PTH207


def table_names(paths: Sequence[Path]) -> list[str]:
    """Return a name for each file: its stem, where two have the same their names, then their folders as well.

    >>> table_names([Path("a/users.csv"), Path("a/users.parquet"), Path("b/users.csv"), Path("b/tickets.csv")])
    ['a/users.csv', 'users.parquet', 'b/users.csv', 'tickets']
    """
    forms = [[stem(p), p.name, f"{p.parent.name}/{p.name}"] for p in paths]
    level = [0] * len(paths)
    for step in (0, 1):
        current = [forms[i][level[i]].casefold() for i in range(len(paths))]
        level = [
            step + 1 if level[i] == step and current.count(current[i]) > 1 else level[i]
            for i in range(len(paths))
        ]
    return [forms[i][level[i]] for i in range(len(paths))]


def add(engine: DuckDB, path: Path, kind: str, name: str, prefix: str = "", inner: str = "") -> None:
    """Add a delimited, Parquet, Arrow, JSON or Excel file to the in-process database.

    A file that is one table is called `prefix` and `name`; where it holds several, each is called `inner` and
    its own name.

    Raises:
        SourceError: it cannot be read to its end, or holds nothing.
    """
    shown, value_name = shown_table(prefix + name, engine.relations)
    where = shown_file(path)
    match kind:
        case "delimited":
            _add_delimited(engine, path, shown, value_name, prefix + name, where)
        case "parquet":
            _add_parquet(engine, path, shown, value_name, prefix + name, where)
        case "arrow":
            with driver_errors(f"read {where}", shown):
                table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
            if not table.column_names:
                raise SourceError(
                    f"{where} has no columns: there is nothing to audit in it", code="unseen", table=shown
                )
            frames.add(engine, name, table, prefix, kind="file")
        case "json":
            json.add(engine, path, name, prefix, inner, where)
        case "excel":
            excel.add(engine, path, inner, where)
        case "empty":
            raise SourceError(
                f"{where} is empty: there is nothing to audit in it", code="unseen", table=shown
            )
        case _:
            raise SourceError(
                f"{where} is {kind}, which is not read; supported files are {SUPPORTED}",
                code="unseen",
                table=shown,
            )


def _add_delimited(
    engine: DuckDB, path: Path, shown: str, value_name: str | None, real_name: str, where: str
) -> None:
    with driver_errors(f"read {where}", shown):
        found = delimited.examine(path, where)
        found, rows, types = _read_whole(engine, found, where)
    cells = f"{RAW}.{quoted(shown)}"
    with driver_errors(f"read {where}", shown):
        engine.backend.con.execute(f"CREATE VIEW {cells} AS SELECT * FROM {found.sql}")
    typed.show(engine, shown, cells, found.columns, types, where)
    if found.copied:
        engine.copies.append(found.path)
    engine.add_relation(
        shown,
        "file",
        shown,
        cells=cells,
        rows=rows,
        value_names=found.value_names,
        value_name=value_name,
        real_name=real_name,
    )


def _read_whole(engine: DuckDB, found: Delimited, where: str) -> tuple[Delimited, int, dict[str, str]]:
    """Read a file to its end; where a strict reading fails, with long lines, then from a copy in which every
    row fits.
    """
    for attempt in (found, replace(found, long_lines=True)):
        try:
            rows, types = casts.verified(
                engine.backend.con, attempt.sql, casts.proposed(attempt.head, attempt.columns), where
            )
        except SourceError:
            continue
        if delimited.holds(attempt, rows):
            return attempt, rows, types
        break
    copy, written = delimited.rewritten(found, where)
    rows, types = casts.verified(engine.backend.con, copy.sql, casts.proposed(copy.head, copy.columns), where)
    if rows != written:
        raise SourceError(
            f"{where} cannot be read as delimited text: {rows} of {written} rows came through", code="unseen"
        )
    return copy, rows, types


def _has_no_columns(path: Path) -> bool:
    """Return whether a Parquet file is whole and holds no column, which DuckDB calls an error."""
    try:
        return not pq.read_schema(path).names
    except (OSError, pa.ArrowException):  # DuckDB may yet read it, or says what is wrong
        return False


def _add_parquet(
    engine: DuckDB, path: Path, shown: str, value_name: str | None, real_name: str, where: str
) -> None:
    source, con = f"read_parquet({literal(str(path))})", engine.backend.con
    with driver_errors(f"read {where}", shown):
        if _has_no_columns(path):
            raise SourceError(
                f"{where} has no columns: there is nothing to audit in it", code="unseen", table=shown
            )
        rows = con.execute(f"SELECT num_rows FROM parquet_file_metadata({literal(str(path))})").fetchone()[0]
        names = [name for name, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        columns, value_names = shown_columns(names)
        outputs = ", ".join(
            f"{quoted(real)} AS {quoted(new)}" for real, new in zip(names, columns, strict=True)
        )
        con.execute(f"CREATE VIEW {quoted(shown)} AS SELECT {outputs} FROM {source}")
    engine.add_relation(
        shown, "file", shown, rows=rows, value_names=value_names, value_name=value_name, real_name=real_name
    )
