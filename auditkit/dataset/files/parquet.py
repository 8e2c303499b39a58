"""Parquet files become views of the local database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.file import File
from auditkit.dataset.files.literal_path import path_literal
from auditkit.dataset.listing import list_missing
from auditkit.dataset.names import shown_columns
from auditkit.dataset.sql import quoted
from auditkit.outcome import Cause, Missing

_MAGIC = b"PAR1"
_SLACK = 64
"""How many bytes writers may leave between row groups, to align them."""


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
        left = _left_over(connection, path)
    engine.add_relation(file.name, shown, "file", rows=rows, value_names=value_names)
    if left:
        reason = (
            f"{left:,} bytes of {file.shown} belong to no row group that its footer lists, and may hold rows"
            " that were dropped: write the file anew"
        )
        list_missing(engine, f"{shown} (dropped rows)", "row groups", Missing(Cause.UNSEEN, reason))


def _left_over(connection: Any, path: str) -> int:
    """Return how many bytes between the row groups of a file belong to none of them."""
    parts = connection.execute(
        f"""
        SELECT least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset)
            AS first, first + total_compressed_size
        FROM parquet_metadata({path})
        UNION ALL SELECT bloom_filter_offset, bloom_filter_offset + coalesce(bloom_filter_length, 0)
        FROM parquet_metadata({path}) WHERE bloom_filter_offset IS NOT NULL
        ORDER BY 1"""
    ).fetchall()
    left, end = 0, len(_MAGIC)
    for first, last in parts:
        left += max(first - end, 0)
        end = max(end, last)
    return left if left > _SLACK else 0


def _has_no_columns(path: Path) -> bool:
    """Return whether a Parquet file is whole and holds no column, which DuckDB calls an error."""
    try:
        return not pq.read_schema(path).names
    except (OSError, pa.ArrowException):  # DuckDB may be able to read it, or says what is wrong
        return False
