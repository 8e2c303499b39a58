"""DuckDB's SQL for reading cells as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from auditkit.dataset.cells import BATCH_ROWS, positions, text_array, with_counts
from auditkit.dataset.sql import POSITION, quoted

_FAILED = "auditkit failed "
_NEVER_FAIL = tuple(
    "VARCHAR BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT"
    " FLOAT DOUBLE DECIMAL DATE TIME TIMESTAMP INTERVAL UUID ENUM BIT JSON".split()
)
"""The beginnings of the types of which every cell can be cast to text."""


@dataclass(frozen=True)
class CellSource:
    """What the cells of a relation are read from.

    Attributes:
        sql: SQL text of a table.
        columns: the real name of each shown column.
        table: the name of the table, where it has one.
    """

    sql: str
    columns: Mapping[str, str]
    table: str = ""


def select(
    cursor: duckdb.DuckDBPyConnection,
    source: CellSource,
    columns: Sequence[str],
    sample: int | None,
    seed: int,
) -> duckdb.DuckDBPyConnection:
    """Run the query that casts columns to text.

    Behind them comes a column for each one whose cells may fail to cast: whether the cell did.
    """
    described = cursor.execute(f"DESCRIBE SELECT * FROM {source.sql}").fetchall()
    types = {name: kind for name, kind, *_ in described}
    reals = {c: source.columns[c] for c in columns}
    texts = {c: _as_text(quoted(real), types[real]) for c, real in reals.items()}
    outputs = [f"{text} AS {quoted(c)}" for c, text in texts.items()]
    outputs += [
        f"{quoted(real)} IS NOT NULL AND {texts[c]} IS NULL AS {quoted(_FAILED + c)}"
        for c, real in reals.items()
        if not types[real].startswith((*_NEVER_FAIL, "BLOB")) or _is_nested(types[real])
    ]
    if sample is None:
        return cursor.execute(f"SELECT {', '.join(outputs)} FROM {source.sql}")
    ((rows,),) = cursor.execute(f"SELECT count(*) FROM {source.sql}").fetchall()
    numbered = f"SELECT *, row_number() OVER () - 1 AS {POSITION} FROM {source.sql}"
    drawn = f"({numbered}) WHERE {POSITION} IN (SELECT unnest(?)) ORDER BY {POSITION}"
    return cursor.execute(f"SELECT {', '.join(outputs)} FROM {drawn}", [positions(rows, sample, seed)])


def counted(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    """Return a batch of the columns alone, with the number of their cells that did not cast."""
    marks = range(len(columns), batch.num_columns)
    uncast = {batch.schema.names[i].removeprefix(_FAILED): batch.column(i).true_count for i in marks}
    texts = []
    for i, column in enumerate(columns):
        cells = batch.column(i)
        if pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type):
            cells, uncast[column] = text_array(cells.to_pylist())
        texts.append(cells)
    return with_counts(pa.RecordBatch.from_arrays(texts, names=list(columns)), uncast)


def reader(result: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Return a result as a stream of batches."""
    # DuckDB has `to_arrow_reader` since 1.4.1.
    read = getattr(result, "to_arrow_reader", None) or result.fetch_record_batch
    return read(BATCH_ROWS)


def _as_text(column: str, kind: str) -> str:
    """Return SQL that casts a column to text, null where a cell does not cast."""
    if kind == "BLOB":  # its bytes may be text in another form than UTF-8
        return column
    if _is_nested(kind):
        return f"TRY(to_json({column})::VARCHAR)"
    if kind == "VARIANT":
        nested = f"variant_typeof({column}) SIMILAR TO '(OBJECT|ARRAY).*'"
        return f"CASE WHEN {nested} THEN TRY({column}::JSON)::VARCHAR ELSE TRY_CAST({column} AS VARCHAR) END"
    cast = "CAST" if kind.startswith(_NEVER_FAIL) else "TRY_CAST"
    return f"{cast}({column} AS VARCHAR)"


def _is_nested(kind: str) -> bool:
    return kind.startswith(("STRUCT(", "MAP(")) or kind.endswith("]")
