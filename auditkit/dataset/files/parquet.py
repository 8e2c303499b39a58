"""Parquet files, and tables kept as several of them, become views of the local database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import unpacked
from auditkit.dataset.files.file import File
from auditkit.dataset.files.literal_path import path_literal
from auditkit.dataset.files.parquet_rest import left_over
from auditkit.dataset.listing import list_missing
from auditkit.dataset.sql import quoted
from auditkit.naming.names import shown_columns
from auditkit.outcome import Cause, Missing


def add(engine: LocalDatabase, file: File) -> None:
    """Add a Parquet file, or the parts of a table with the columns that their folders name.

    Raises:
        SourceError: it cannot be read, or has no columns.
    """
    shown, connection = file.table(engine), engine.backend.con
    paths = f"[{', '.join(map(path_literal, file.parts or (file.path,)))}]"
    has_parts = bool(file.parts)
    read = f"read_parquet({paths}, hive_partitioning = {has_parts}, union_by_name = {has_parts})"
    with duckdb_errors(f"read {file.shown}", shown):
        if not file.parts and _has_no_columns(file.path):
            raise SourceError(
                f"{file.shown} has no columns: there is nothing to audit in it", code="unseen", table=shown
            )
        _refuse_bombs(connection, paths, file)
        counted = f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({paths})"
        (rows,) = connection.execute(counted).fetchone()
        described = connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
        names = [name for name, *_ in described]
        columns, value_names = shown_columns(names)
        outputs = ", ".join(
            f"{_readable(name, kind)} AS {quoted(new)}"
            for (name, kind, *_), new in zip(described, columns, strict=True)
        )
        connection.execute(f"CREATE VIEW {quoted(shown)} AS SELECT {outputs} FROM {read}")
        left = left_over(connection, paths)
    engine.add_relation(file.name, shown, "file", rows=rows, value_names=value_names)
    if left:
        reason = (
            f"{left:,} bytes of {file.shown} belong to no row group that its footer lists, and may hold rows"
            " that were dropped: write the file anew"
        )
        list_missing(engine, f"{shown} (dropped rows)", "row groups", Missing(Cause.UNSEEN, reason))


def _refuse_bombs(connection: Any, paths: str, file: File) -> None:
    """Refuse files that unpack to more than data does, or repeat a value more often than data does.

    Raises:
        SourceError: they do.
    """
    pages = "SELECT file_name, sum(total_uncompressed_size)::BIGINT FROM parquet_metadata({}) GROUP BY 1"
    rows = "SELECT file_name, num_rows FROM parquet_file_metadata({})"
    for query in (pages, rows):
        for name, size in connection.execute(query.format(paths)).fetchall():
            path = Path(name)
            if size > unpacked.most(path if path.exists() else file.path):
                raise unpacked.too_large(file.path)


def _readable(column: str, kind: str) -> str:
    """Return a column in SQL; a geometry, which Ibis does not know, as its text."""
    return f"{quoted(column)}::VARCHAR" if kind.startswith("GEOMETRY") else quoted(column)


def _has_no_columns(path: Path) -> bool:
    """Return whether a Parquet file is whole and holds no column, which DuckDB calls an error."""
    try:
        return not pq.read_schema(path).names
    except (OSError, pa.ArrowException):  # DuckDB may be able to read it, or says what is wrong
        return False
