"""A small source of Spark, copied to the driver: an audit asks many questions, and each would be a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import ibis.expr.schema as sch
import pyarrow as pa

from auditkit.dataset.engines.spark.cells import PART, TOO_LARGE, as_text, copied, named, received
from auditkit.dataset.engines.spark.partitions import FIRST, Running, collected
from auditkit.dataset.engines.spark.session import SETTINGS
from auditkit.dataset.engines.spark.types import copied_type
from auditkit.dataset.errors import SourceError
from auditkit.outcome import Cause, Missing

ROWS = 1_000_000
"""How many rows all relations of a small source have together."""
BYTES = 64_000_000
"""How many bytes of Arrow they have, and how many Spark reads for them, as far as it knows."""

Copies = Mapping[str, pa.Table | Missing]
"""Relations as Arrow tables, and why others cannot be read."""

_GONE = ("FAILED_READ_FILE", "PATH_NOT_FOUND", Cause.NO_RIGHT)
"""The errors of a relation that no other query can read either."""


def copies(frames: Mapping[str, Callable[[], Any]], running: Callable[[str], Running]) -> Copies | None:
    """Return relations as Arrow tables, or None where they are not small together.

    Spark is asked for the sizes that it knows without a job, and nothing is read where they are too large.
    What is larger than was known is read no further.

    Args:
        frames: what returns each relation as a DataFrame.
        running: returns what runs a statement on one of them.
    """
    found: dict[str, pa.Table | Missing] = {}
    rows, size = ROWS, BYTES
    try:
        read, sizes = {}, {}
        for name, frame in frames.items():
            with running(name)(SETTINGS):
                read[name] = frame()
                sizes[name] = _known_size(read[name])
        if sum(known or 0 for known in sizes.values()) > BYTES:
            return None
        # What is unknown, and then what is largest, shows first that the source is not small.
        for name in sorted(read, key=lambda name: (sizes[name] is not None, -(sizes[name] or 0))):
            first = 1 if sizes[name] is None else FIRST
            copy = _copy(read[name], running(name), rows, size, first=first, name=name)
            if isinstance(copy, pa.Table):
                rows, size = rows - copy.num_rows, size - copy.nbytes
            found[name] = copy
    except SourceError:
        return None
    return found


def _known_size(frame: Any) -> int | None:
    """Return how many bytes a DataFrame is made from; None where Spark cannot say without a job."""
    with suppress(Exception):  # its plan is no public interface
        unknown = frame.sparkSession._jsparkSession.sessionState().conf().defaultSizeInBytes()
        plan = frame._jdf.queryExecution().optimizedPlan()
        rows = plan.stats().rowCount()
        if rows.isDefined() and int(rows.get().toString()) > ROWS:
            return BYTES + 1
        leaves = plan.collectLeaves()
        sizes = [int(leaves.apply(i).stats().sizeInBytes().toString()) for i in range(leaves.size())]
        known = sum(size for size in sizes if size != unknown)
        return None if unknown in sizes and known <= BYTES else known
    return None


def _copy(frame: Any, running: Running, rows: int, size: int, *, first: int, name: str) -> pa.Table | Missing:
    """Return a DataFrame as an Arrow table, or why nothing can read it.

    Raises:
        SourceError: it is larger than this, or cannot be read in this way.
    """
    doing = f"read {name}"
    batches = []
    try:
        with running(SETTINGS):
            columns = [_column(frame, field) for field in frame.schema.fields]
            plain = frame.select([column.alias(f"c{i}") for i, column in enumerate(columns)])
            schema = _arrow_schema(plain)
            made = plain.mapInArrow(partial(copied, rows, size), PART)
        for part, _ in collected(running, made, first=first, doing=doing, table=name):
            batches.append(received(part))
            rows, size = rows - batches[-1].num_rows, size - batches[-1].nbytes
            if rows < 0 or size < 0:
                raise SourceError(f"{name} is not small", code=TOO_LARGE, table=name)
    except SourceError as error:
        if error.code.startswith(_GONE):
            return error.missing
        raise
    table = pa.Table.from_batches(batches) if batches else schema.empty_table()
    return table.rename_columns(frame.columns)


def _column(frame: Any, field: Any) -> Any:
    """Return a column in the type in which it is copied."""
    kind = copied_type(field.dataType)
    if kind is None:
        return as_text(frame, field.name, field.dataType)
    return named(field.name) if kind == field.dataType else named(field.name).cast(kind)


def _arrow_schema(frame: Any) -> pa.Schema:
    from ibis.backends.pyspark.datatypes import PySparkType

    return sch.Schema(PySparkType.to_ibis(frame.schema)).to_pyarrow()
