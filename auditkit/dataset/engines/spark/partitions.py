"""Partitions of a Spark DataFrame: the rows of a sample, and what executors make of each partition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import numpy as np

from auditkit.dataset.cells import positions
from auditkit.dataset.engines.spark.cells import PART, Ids, texts
from auditkit.dataset.engines.spark.session import FIXED_PARTITIONS, SETTINGS
from auditkit.dataset.errors import SourceError
from auditkit.outcome import Cause

FIRST = 32
"""How many partitions a job reads, before it is known how large the result of one is."""
_MOST = 1024
_ROW_BITS = 33  # of the numbers that monotonically_increasing_id gives to the rows of a partition
_JOB_BYTES = 256_000_000  # of results that come to the driver in one job

Running = Callable[[Mapping[str, str]], AbstractContextManager[None]]
"""Runs a statement with these settings."""


def parts(
    running: Running,
    frame: Callable[[], Any],
    columns: Sequence[str],
    sample: tuple[int, int] | None,
    work: Callable[..., Any],
    *,
    first: int,
    doing: str,
    table: str,
) -> Iterator[bytes]:
    """Yield what is made on the executors of the partitions of a DataFrame, or of a sample of its rows.

    Args:
        running: runs a statement.
        frame: returns the DataFrame, while a statement runs.
        columns: which ones.
        sample: how many rows are drawn, and the seed; None means all rows.
        work: what an executor does with the columns, the numbers of the drawn rows, and the batches.
        first: how many partitions the first job reads.
        doing: what is being done, for messages.
        table: the relation.

    Raises:
        SourceError: it cannot be read, or rows of the sample were not found again.
    """
    from pyspark.sql import functions as F

    settings = SETTINGS if sample is None else SETTINGS | FIXED_PARTITIONS
    drawn: Ids | None = None
    partitions: list[int] | None = None
    with running(settings):
        whole = frame()
        read = whole.select(*texts(whole, columns))
        if sample is not None:
            read = whole.select(*texts(whole, columns), F.monotonically_increasing_id().alias("row"))
            drawn = _drawn(read, *sample)
            partitions = sorted(set((drawn >> _ROW_BITS).tolist()))
        made = read.mapInArrow(partial(work, tuple(columns), drawn), PART)
    seen = 0
    for part, rows in collected(running, made, partitions, settings, first=first, doing=doing, table=table):
        seen += rows
        yield part
    if drawn is not None and seen != len(drawn):
        reason = "its rows came in other partitions when they were read again"
        raise SourceError(f"could not {doing}: {reason}", code=Cause.UNSEEN, table=table)


def collected(
    running: Running,
    made: Any,
    partitions: list[int] | None = None,
    settings: Mapping[str, str] = SETTINGS,
    *,
    first: int,
    doing: str,
    table: str | None = None,
) -> Iterator[tuple[bytes, int]]:
    """Yield what executors made of partitions, and of how many rows.

    One job reads as many partitions as the driver has room for their results.

    Raises:
        SourceError: an executor reports an error.
    """
    with running(settings):
        rdd = made.rdd
        context = rdd.context
        every = list(range(rdd.getNumPartitions()))
        left = every if partitions is None else partitions
        width = first if first == 1 else max(first, 2 * context.defaultParallelism)
    while left:
        now, left = left[:width], left[width:]
        with running(settings):
            # To collect all of them takes no second Python process on the executors.
            results = rdd.collect() if now == every else context.runJob(rdd, list, now)
        if failed := next((result.failed for result in results if result.failed), None):
            raise SourceError(f"could not {doing}: {failed} on an executor", code=failed, table=table)
        size = sum(len(result.made) for result in results) // len(now)
        width = max(1, min(2 * width, _MOST, _JOB_BYTES // max(1, size)))
        yield from ((bytes(result.made), result.cells) for result in results)


def _drawn(numbered: Any, sample: int, seed: int) -> Ids:
    """Return Spark's numbers of the rows of a sample, in ascending order.

    The rows are drawn as on other engines, from all rows, partition after partition.
    """
    from pyspark.sql import functions as F

    # The hash of all cells keeps them in the plan: with fewer columns a join may be done in another way, and
    # have other partitions.
    hashed = F.max(F.xxhash64(*numbered.drop("row").columns))
    counted = numbered.groupBy(F.shiftright("row", _ROW_BITS).alias("part")).agg(
        F.count("*").alias("cells"), hashed.alias("hash")
    )
    sizes = sorted((row.part, row.cells) for row in counted.collect())
    places = np.array(positions(sum(cells for _, cells in sizes), sample, seed), np.int64)
    ends = np.cumsum([cells for _, cells in sizes], dtype=np.int64)
    which = np.searchsorted(ends, places, side="right")
    numbers = np.array([part for part, _ in sizes], np.int64)
    starts = ends - np.array([cells for _, cells in sizes], np.int64)
    return (numbers[which] << _ROW_BITS) + places - starts[which] if len(places) else places
