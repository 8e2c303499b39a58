"""What a Parquet file holds besides the row groups that its footer lists: rows that somebody dropped."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow.parquet as pq

_MAGIC = b"PAR1"
_SLACK = 64
"""How many bytes writers may leave before a row group, to align it."""
_CHUNKS = """
    SELECT file_name, least(coalesce(nullif(dictionary_page_offset, 0), data_page_offset), data_page_offset),
        total_compressed_size
    FROM parquet_metadata({paths})
    UNION ALL SELECT file_name, bloom_filter_offset, coalesce(bloom_filter_length, 0)
    FROM parquet_metadata({paths}) WHERE bloom_filter_offset IS NOT NULL"""
_FOOTERS = """
    SELECT file_name, file_size_bytes - footer_size - 8, 0 FROM parquet_file_metadata({paths})"""


def left_over(connection: Any, paths: str) -> int:
    """Return how many bytes of files belong to none of the parts that their footers list.

    Args:
        connection: to DuckDB.
        paths: the files, as an SQL list.
    """
    parts = connection.execute(_CHUNKS.format(paths=paths) + " ORDER BY 1, 2").fetchall()
    footers = {
        name: int(place) for name, place, _ in connection.execute(_FOOTERS.format(paths=paths)).fetchall()
    }
    left = 0
    for name, chunks in groupby(parts, itemgetter(0)):
        listed = [(int(first), int(size)) for _, first, size in chunks]
        # An index of pages lies between the row groups and the footer; nothing says how long it is.
        end = [] if _has_page_index(name) else [(footers[name], 0)]
        left += gaps([*listed, *end])
    return left


def gaps(parts: Iterable[tuple[int, int]]) -> int:
    """Return how many bytes lie between the parts of a file, each given by its place and its size.

    >>> gaps([(4, 96), (100, 50)]), gaps([(4, 96), (400, 50)]), gaps([(4, 96), (110, 50)])
    (0, 300, 0)
    """
    left, end = 0, len(_MAGIC)
    for first, size in parts:
        left += first - end if first - end > _SLACK else 0
        end = max(end, first + size)
    return left


def _has_page_index(path: str) -> bool:
    metadata = pq.read_metadata(path)
    last = metadata.num_row_groups - 1
    return last >= 0 and bool(metadata.row_group(last).column(0).has_offset_index)
