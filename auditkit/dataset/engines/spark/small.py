"""A small source of Spark, copied to the driver: an audit asks many questions, and each would be a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.schema as sch
import pyarrow as pa
import pyarrow.compute as pc

from auditkit.dataset.engines.spark.cells import as_text, named, utf8
from auditkit.dataset.engines.spark.errors import GONE
from auditkit.dataset.engines.spark.partitions import Running
from auditkit.dataset.engines.spark.plans import known_size
from auditkit.dataset.engines.spark.session import SETTINGS
from auditkit.dataset.engines.spark.types import copied_type
from auditkit.dataset.errors import SourceError
from auditkit.outcome import Cause, Missing

ROWS = 500_000
"""How many rows all relations of a small source have together."""
BYTES = 32_000_000
"""How many bytes they have, and how many Spark reads for them as far as it knows.

On a driver with the 1 GB of memory that it has by default, 57 MB of Arrow come through, and 160 MB end it.
"""
_FIRST_BYTES = 4_000_000
_FIRST_ROWS = 10_000
"""How many rows are read before they are measured, where they are made from no more than so many bytes.

A file may be ten times as large when it is read.
"""
_FIRST_UNKNOWN = 1_000
"""The same where it is not known what they are made from, and none of their cells is binary."""

Copies = Mapping[str, pa.Table | Missing]
"""Relations as Arrow tables, and why others cannot be read."""


def copies(frames: Mapping[str, Callable[[], Any]], running: Callable[[str], Running]) -> Copies | None:
    """Return relations as Arrow tables, or None where they are not small together.

    Spark is asked for the sizes that it knows without a job, and nothing is read where they are too large.
    A relation that turns out to be larger is not read to its end.

    Args:
        frames: what returns each relation as a DataFrame.
        running: returns what runs a statement on one of them.
    """
    rows, size = ROWS, BYTES
    found: dict[str, pa.Table | Missing] = {}
    try:
        read: dict[str, Any] = {}
        sizes: dict[str, int | None] = {}
        for name, frame in frames.items():
            with running(name)(SETTINGS):
                read[name] = _plain(frame())
                sizes[name] = known_size(read[name])
            if sum(filter(None, sizes.values())) > BYTES:
                return None
        # What is unknown, and then what is largest, shows first that the source is not small.
        for name in sorted(read, key=lambda name: (sizes[name] is not None, -(sizes[name] or 0))):
            try:
                table = _copied(read[name], running(name), sizes[name], rows, size)
            except SourceError as error:
                if error.code not in (GONE, Cause.NO_RIGHT):
                    raise
                cause = Cause.UNSEEN if error.code == GONE else Cause.NO_RIGHT
                found[name] = Missing(cause, str(error))
                continue
            if table is None:
                return None
            rows, size = rows - table.num_rows, size - table.nbytes
            found[name] = table
    except SourceError:
        return None
    return found


def _plain(frame: Any) -> Any:
    """Return a DataFrame with its columns in the types in which they are copied."""
    columns = []
    for field in frame.schema.fields:
        kind = copied_type(field.dataType)
        if kind is None:
            column = as_text(frame, field.name, field.dataType)
        else:
            column = named(field.name) if kind == field.dataType else named(field.name).cast(kind)
        columns.append(column.alias(field.name))
    return frame.select(columns)


def _copied(frame: Any, running: Running, known: int | None, rows: int, size: int) -> pa.Table | None:
    """Return a DataFrame as an Arrow table, or None where it has more rows or bytes than this.

    Raises:
        SourceError: it cannot be read in this way.
    """
    table, first = None, _first_rows(frame, known)
    if first:
        with running(SETTINGS):
            table = _first(frame, first + 1)
    if table is None or table.num_rows > first:
        with running(SETTINGS):
            if not _is_within(frame, rows, size):
                return None
        with running(SETTINGS):
            table = _arrow(frame)
    return table if table.num_rows <= rows and table.nbytes <= size else None


def _first_rows(frame: Any, known: int | None) -> int:
    """Return how many rows may be read before they are measured."""
    from pyspark.sql import types as T

    if known is not None:
        return _FIRST_ROWS if known <= _FIRST_BYTES else 0
    has_binary = any(isinstance(field.dataType, T.BinaryType) for field in frame.schema.fields)
    return 0 if has_binary else _FIRST_UNKNOWN


def _is_within(frame: Any, rows: int, size: int) -> bool:
    """Return whether a DataFrame has no more rows and bytes than this; it is read no further."""
    from pyspark.sql import functions as F
    from pyspark.sql import types as T

    texts = [
        named(field.name)
        if isinstance(field.dataType, T.BinaryType)
        else as_text(frame, field.name, field.dataType)
        for field in frame.schema.fields
    ]
    lengths = (F.coalesce(F.octet_length(text), F.lit(0)).cast("bigint") for text in texts)
    cut = frame.select(sum(lengths, F.lit(0)).alias("length")).limit(rows + 1)
    ((found, length),) = cut.agg(F.count("*"), F.sum("length")).collect()
    return bool(found <= rows and (length or 0) <= size)


def _first(frame: Any, rows: int) -> pa.Table:
    """Return the first rows of a DataFrame in their order, which Spark may lose where it cuts off others."""
    from pyspark.sql import functions as F

    order = "auditkit order"
    table = _arrow(frame.select(F.monotonically_increasing_id().alias(order), "*").limit(rows))
    return table.take(pc.sort_indices(table[0])).remove_column(0)


def _arrow(frame: Any) -> pa.Table:
    """Return a DataFrame as an Arrow table, in which all text is UTF-8."""
    from ibis.backends.pyspark.datatypes import PySparkType

    names = frame.columns
    numbered = frame.toDF(*(f"c{i}" for i in range(len(names))))  # no name of a column can stop the transfer
    schema = sch.Schema(PySparkType.to_ibis(numbered.schema)).to_pyarrow()
    batches = numbered._collect_as_arrow()  # `toArrow` came with Spark 4
    table = pa.Table.from_batches(batches) if batches else schema.empty_table()
    columns = [utf8(column) for column in table.columns]
    return pa.Table.from_arrays(columns, names=names)
