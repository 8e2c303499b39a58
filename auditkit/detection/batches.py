"""The batches of a table as they are searched: many rows of a few columns at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

_BATCH_ROWS, _BATCH_BYTES = 131_072, 64_000_000
"""Values repeat more in larger batches; smaller ones keep the memory bounded."""

_COLUMNS = 64
"""How many columns of a wide table are searched at once."""


def sliced(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield a batch in slices of its columns, so that all threads search a wide table of one batch."""
    for start in range(0, batch.num_columns or 1, _COLUMNS):
        yield batch.select(list(range(start, min(start + _COLUMNS, batch.num_columns))))


def larger(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield larger batches: values repeat more in them."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield _concatenated(held)
            held, rows, size = [], 0, 0
    if held:
        yield _concatenated(held)


def _concatenated(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    columns = zip(*(batch.columns for batch in batches), strict=True)
    return pa.RecordBatch.from_arrays(
        [pa.concat_arrays(parts) for parts in columns], schema=batches[0].schema
    )
