"""DuckDB's SQL for reading cells as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from auditkit.dataset.sql import POSITION, quoted
from auditkit.dataset.text import BATCH_ROWS, batch_of, positions

_FAILED = "auditkit failed "
_SURE = ("VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
         "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "DATE", "TIME", "TIMESTAMP", "INTERVAL", "UUID", "ENUM", "BIT", "JSON")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where the cells of a relation are: SQL text of a table, the real name of each shown column, and the
    table's name if it has one.
    """

    sql: str
    columns: Mapping[str, str]
    table: str = ""


def select(
    cursor: duckdb.DuckDBPyConnection, place: Place, columns: Sequence[str], sample: int | None, seed: int
) -> duckdb.DuckDBPyConnection:
    """Run the query that casts columns to text, with a column behind them for each that may fail: whether it
    did.
    """
    types = {
        name: kind for name, kind, *_ in cursor.execute(f"DESCRIBE SELECT * FROM {place.sql}").fetchall()
    }
    texts = {c: _text(quoted(place.columns[c]), types[place.columns[c]]) for c in columns}
    outputs = [f"{text} AS {quoted(c)}" for c, (text, _) in texts.items()]
    outputs += [
        f"{quoted(place.columns[c])} IS NOT NULL AND {text} IS NULL AS {quoted(_FAILED + c)}"
        for c, (text, sure) in texts.items()
        if not sure
    ]
    if sample is None:
        return cursor.execute(f"SELECT {', '.join(outputs)} FROM {place.sql}")
    ((rows,),) = cursor.execute(f"SELECT count(*) FROM {place.sql}").fetchall()
    numbered = f"SELECT *, row_number() OVER () - 1 AS {POSITION} FROM {place.sql}"
    source = f"({numbered}) WHERE {POSITION} IN (SELECT unnest(?)) ORDER BY {POSITION}"
    return cursor.execute(f"SELECT {', '.join(outputs)} FROM {source}", [positions(rows, sample, seed)])


def counted(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    """Return a batch of the columns alone, with how many of their cells failed."""
    marks = batch.schema.names[len(columns) :]
    failed = {
        mark.removeprefix(_FAILED): batch.column(len(columns) + i).true_count for i, mark in enumerate(marks)
    }
    return batch_of({c: batch.column(i) for i, c in enumerate(columns)}, failed)


def _text(column: str, kind: str) -> tuple[str, bool]:
    """Return SQL text that casts a column to text, and whether it always can."""
    if kind == "BLOB":
        return f"TRY(decode({column}))", False
    if kind.startswith(("STRUCT(", "MAP(")) or kind.endswith("]"):
        return f"TRY(to_json({column})::VARCHAR)", False
    sure = kind.startswith(_SURE)
    return (f"CAST({column} AS VARCHAR)" if sure else f"TRY_CAST({column} AS VARCHAR)"), sure


def reader(result: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Return a result as a stream of batches."""
    read = (
        getattr(result, "to_arrow_reader", None) or result.fetch_record_batch
    )  # the first since DuckDB 1.4.1
    return read(BATCH_ROWS)
