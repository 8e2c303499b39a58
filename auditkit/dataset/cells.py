"""Cells as batches of Arrow text, and which rows a sample holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.dataset import bytes_as_text

BATCH_ROWS = 20_000
UNCASTABLE = b"auditkit.uncastable"
"""The key in the metadata of a batch for the number of cells without a text, by column, as a JSON object."""


def text_batch(columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Return fetched rows as a batch of text, which counts the cells that have no text."""
    return counted_batch(columns, (text_array(cells) for cells in zip(*rows, strict=True)))


def counted_batch(columns: Iterable[str], arrays: Iterable[tuple[pa.Array, int]]) -> pa.RecordBatch:
    """Return columns of text as a batch; each comes with the number of its cells that have no text."""
    found = dict(zip(columns, arrays, strict=True))
    batch = pa.RecordBatch.from_arrays([array for array, _ in found.values()], names=list(found))
    return with_counts(batch, {name: count for name, (_, count) in found.items()})


def with_counts(batch: pa.RecordBatch, uncast: Mapping[str, int]) -> pa.RecordBatch:
    """Return a batch that carries the number of cells without a text, by column."""
    counts = {name: count for name, count in uncast.items() if count}
    return batch.replace_schema_metadata({UNCASTABLE: json.dumps(counts).encode()}) if counts else batch


def uncastable(batch: pa.RecordBatch) -> dict[str, int]:
    """Return how many cells of a batch have no text, for the columns that have such cells."""
    return dict(json.loads((batch.schema.metadata or {}).get(UNCASTABLE, b"{}")))


def text_array(cells: Sequence[Any]) -> tuple[pa.Array, int]:
    r"""Return cells as an Arrow array of text, and how many of them have no text.

    A `str` or `bytearray` is text whatever its bytes are: what is not UTF-8 in it is replaced. `bytes` are a
    BLOB: where they are no text in any form, only words in them are read, and the cell is counted.

    >>> cells = bytearray(b"ok"), b"caf\xc3\xa9", b"\xff\xd8", bytearray(b"caf\xe9"), None
    >>> array, lost = text_array(cells)
    >>> array.to_pylist(), lost
    (['ok', 'café', None, 'caf\ufffd', None], 1)
    """
    try:
        plain = pa.array(cells, pa.large_binary()).cast(pa.large_string())
        if not pc.any(pc.match_substring(plain, "\0")).as_py():  # UTF-16 may be valid UTF-8
            return plain, 0
    except (pa.ArrowException, UnicodeError, TypeError):
        pass
    texts, whole = zip(*map(_text, cells), strict=True)
    return pa.array(texts, pa.large_string()), len(whole) - sum(whole)


def decoded(cell: Any) -> Any:
    """Return a cell as text where it was fetched as the bytes of a text (`bytearray`), else as it is."""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytearray) else cell


def positions(rows: int, sample: int, seed: int) -> list[int]:
    """Return the positions of the rows of a sample, in ascending order.

    They are drawn without replacement; the same input gives the same positions.

    >>> positions(1000, 5, seed=0) == positions(1000, 5, seed=0), positions(3, 5, seed=0)
    (True, [0, 1, 2])
    """
    return sorted(Random(seed).sample(range(rows), min(sample, rows)))


def _text(cell: Any) -> tuple[str | None, bool]:
    """Return the text of a cell, and whether it is all that the cell holds."""
    match cell:
        case None:
            return None, True
        case bytearray():
            return cell.decode("utf-8", "replace"), True
        case bytes() | memoryview():
            return bytes_as_text.decoded(bytes(cell))
        case _:
            return str(cell).encode("utf-8", "replace").decode(), True
