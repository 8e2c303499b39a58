"""Cells of a Spark DataFrame as text: what the query casts, and what the executors do with the batches.

Code that runs on an executor raises no error: Spark would write its text, which may hold values, into its
logs.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditkit.dataset.cells import counted_batch, text_array
from auditkit.dataset.sql import backticked

Fold = Callable[[Iterator[pa.RecordBatch]], Any]
Ids = npt.NDArray[np.int64]

PART = "made binary, cells bigint, failed string"
"""What an executor sends back: a pickled result or the bytes of a batch, and of how many rows it is made; or
the name of an error instead."""

_JSON = {
    "ignoreNullFields": "false",
    "timestampFormat": "yyyy-MM-dd HH:mm:ss",
    "timestampNTZFormat": "yyyy-MM-dd HH:mm:ss",
}


def named(name: str) -> Any:
    """Return a column by its name, whatever its characters."""
    from pyspark.sql import functions as F

    return F.col(backticked(name))


def as_text(frame: Any, name: str, kind: Any) -> Any:
    """Return a column cast to text in the query, nested cells as JSON."""
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as F
    from pyspark.sql import types as T

    if isinstance(kind, T.StructType | T.ArrayType | T.MapType):
        json = F.to_json(named(name), _JSON)
        try:
            frame.select(json)
        except AnalysisException:  # JSON has no intervals
            return named(name).cast("string")
        return json
    return named(name).cast("string")


def texts(frame: Any, columns: Sequence[str]) -> list[Any]:
    """Return the columns of a DataFrame as text, named by their position.

    `mapInArrow` takes a dot in a name for a field of a struct. Binary and floating-point columns stay what
    they are until they are on an executor: a BLOB is text where it is UTF-8, and Spark would write a card
    number that is a double with an exponent.
    """
    from pyspark.sql import types as T

    kinds = {field.name: field.dataType for field in frame.schema.fields}
    late = T.BinaryType | T.DoubleType | T.FloatType
    found = [named(c) if isinstance(kinds[c], late) else as_text(frame, c, kinds[c]) for c in columns]
    return [column.alias(f"c{i}") for i, column in enumerate(found)]


def folded(
    fold: Fold, columns: Sequence[str], drawn: Ids | None, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield what a fold makes of the batches of one partition, pickled."""
    rows = _Counted(batches, columns, drawn)
    try:
        made, failed = pickle.dumps(fold(iter(rows)), protocol=5), None
    except Exception as error:  # its text, and a log of the executor, may hold a cell
        made, failed = None, type(error).__name__
    yield _part(made, rows.count, failed)


def sent(
    columns: Sequence[str], drawn: Ids | None, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield batches of text as Arrow's bytes."""
    try:
        for batch in _Counted(batches, columns, drawn):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            yield _part(sink.getvalue().to_pybytes(), batch.num_rows, None)
    except Exception as error:  # as in `folded`
        yield _part(None, 0, type(error).__name__)


def received(made: bytes) -> pa.RecordBatch:
    """Return the batch that an executor has sent."""
    with pa.ipc.open_stream(made) as reader:
        return reader.read_next_batch()


def utf8(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as it is, with what is not UTF-8 in a text replaced.

    Raises:
        pa.ArrowInvalid: a text inside nested cells is not UTF-8.
    """
    kind = cells.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.chunked_array([_array(chunk)[0] for chunk in cells.chunks], pa.large_string())
    cells.validate(full=True)
    return cells


class _Counted:
    """Batches of text with the names of their columns, without the rows that were not drawn.

    `count` is how many rows have gone by.
    """

    def __init__(self, batches: Iterator[pa.RecordBatch], columns: Sequence[str], drawn: Ids | None) -> None:
        self._batches, self._columns, self._drawn = batches, columns, drawn
        self.count = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            kept = batch if self._drawn is None else _only(batch, self._drawn)
            if kept.num_rows:
                self.count += kept.num_rows
                yield counted_batch(self._columns, map(_array, kept.columns[: len(self._columns)]))


def _only(batch: pa.RecordBatch, drawn: Ids) -> pa.RecordBatch:
    """Return the rows whose number, in the last column, was drawn; `drawn` is in ascending order."""
    numbers = np.asarray(batch.column(batch.num_columns - 1))
    place = np.minimum(np.searchsorted(drawn, numbers), len(drawn) - 1)
    return batch.filter(pa.array(drawn[place] == numbers))


def _array(cells: pa.Array) -> tuple[pa.Array, int]:
    """Return cells as text, and how many of them have no text."""
    kind = cells.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return text_array(cells.to_pylist())
    if pa.types.is_floating(kind):
        return _numbers(cells), 0
    raw = cells.cast(pa.large_binary())
    text = raw.view(pa.large_string())
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:  # text of Spark may hold any bytes
        return text_array([None if cell is None else bytearray(cell) for cell in raw.to_pylist()])
    return text, 0


def _numbers(cells: pa.Array) -> pa.Array:
    """Return floating-point numbers as the shortest text that is the number, as Python writes it."""
    is_double = pa.types.is_float64(cells.type)
    numbers = cells.to_pylist() if is_double else map(np.float32, cells.fill_null(0).to_pylist())
    texts = [
        str(n) if there else None for n, there in zip(numbers, cells.is_valid().to_pylist(), strict=True)
    ]
    return pa.array(texts, pa.large_string())


def _part(made: bytes | None, cells: int, failed: str | None) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array([made], pa.binary()), pa.array([cells], pa.int64()), pa.array([failed], pa.string())],
        names=["made", "cells", "failed"],
    )
