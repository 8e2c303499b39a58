"""Parquet files become views of the local database."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.file import File
from auditkit.dataset.files.literal_path import path_literal
from auditkit.dataset.names import shown_columns
from auditkit.dataset.sql import quoted


def add(engine: LocalDatabase, file: File) -> None:
    """Add a Parquet file to the local database.

    Raises:
        SourceError: it cannot be read, or has no columns.
    """
    shown, connection, path = file.table(engine), engine.backend.con, path_literal(file.path)
    with duckdb_errors(f"read {file.shown}", shown):
        if _has_no_columns(file.path):
            raise SourceError(
                f"{file.shown} has no columns: there is nothing to audit in it", code="unseen", table=shown
            )
        (rows,) = connection.execute(f"SELECT num_rows FROM parquet_file_metadata({path})").fetchone()
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()
        names = [name for name, *_ in described]
        columns, value_names = shown_columns(names)
        outputs = ", ".join(
            f"{quoted(real)} AS {quoted(new)}" for real, new in zip(names, columns, strict=True)
        )
        connection.execute(f"CREATE VIEW {quoted(shown)} AS SELECT {outputs} FROM read_parquet({path})")
    engine.add_relation(file.name, shown, "file", rows=rows, value_names=value_names)


def _has_no_columns(path: Path) -> bool:
    """Return whether a Parquet file is whole and holds no column, which DuckDB calls an error."""
    try:
        return not pq.read_schema(path).names
    except (OSError, pa.ArrowException):  # DuckDB may be able to read it, or says what is wrong
        return False
