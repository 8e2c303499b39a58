"""Cells as batches of Arrow text, and which rows make a sample."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pyarrow as pa

BATCH_ROWS = 20_000
UNCASTABLE = b"auditkit.uncastable"
"""The entry of a batch's schema metadata that counts, as a JSON object by column, the cells that would not
cast to text.
"""


def text_array(cells: Sequence[Any]) -> tuple[pa.Array, int]:
    r"""Return cells as an Arrow text array, and how many had no text.

    A `str` or `bytearray` is text whatever its bytes are: what is not UTF-8 in it is replaced. `bytes` are a
    BLOB: text where they are UTF-8, else null and counted.

    >>> array, failed = text_array([bytearray(b"ok"), b"caf\xc3\xa9", b"\xff\xd8", bytearray(b"caf\xe9"), None])
    >>> array.to_pylist(), failed
    (['ok', 'café', None, 'caf\ufffd', None], 1)
    """
    try:
        return pa.array(cells, pa.large_binary()).cast(pa.large_string()), 0
    except (pa.ArrowException, UnicodeError, TypeError):
        texts = [_text(cell) for cell in cells]
        return pa.array(texts, pa.large_string()), sum(
            text is None and cell is not None for text, cell in zip(texts, cells, strict=True)
        )


def uncastable(batch: pa.RecordBatch) -> dict[str, int]:
    """Return how many cells of a batch would not cast to text, by column; columns without any are left
    out.
    """
    return dict(json.loads((batch.schema.metadata or {}).get(UNCASTABLE, b"{}")))


def batch_of(columns: Mapping[str, pa.Array], failed: Mapping[str, int]) -> pa.RecordBatch:
    """Return a batch of text columns that carries the counts of what would not cast."""
    batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    counts = {name: count for name, count in failed.items() if count}
    return batch.replace_schema_metadata({UNCASTABLE: json.dumps(counts).encode()}) if counts else batch


def positions(rows: int, sample: int, seed: int) -> list[int]:
    """Return the positions of a sample of rows, ascending: drawn without replacement, the same for the same
    input.

    >>> positions(1000, 5, seed=0) == positions(1000, 5, seed=0), positions(3, 5, seed=0)
    (True, [0, 1, 2])
    """
    return sorted(Random(seed).sample(range(rows), min(sample, rows)))


def _text(cell: Any) -> str | None:
    match cell:
        case None:
            return None
        case bytearray():
            return cell.decode("utf-8", "replace")
        case bytes() | memoryview():
            try:
                return bytes(cell).decode("utf-8")
            except UnicodeDecodeError:
                return None
        case _:
            return str(cell).encode("utf-8", "replace").decode()
