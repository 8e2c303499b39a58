"""Spark: DataFrames and tables of a session that belongs to the user.

Cells are read where they lie: each partition is folded on its executor, and what it makes comes to the
driver. Nothing is written; a DataFrame is given a temporary view with a name of its own until the dataset is
closed.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any
from uuid import uuid4

import ibis.expr.operations as ops
import ibis.expr.schema as sch
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from auditkit.dataset.allowance import Allowance
from auditkit.dataset.errors import SourceError
from auditkit.dataset.names import renamed, shown_columns, shown_table
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.dataset.spark_cells import PART, Fold, Ids, as_text, folded, named, received, sent, texts
from auditkit.dataset.spark_regex import in_java
from auditkit.dataset.spark_session import FIXED, SETTINGS, connected, settings, spark_errors
from auditkit.dataset.text import BATCH_ROWS, positions
from auditkit.dataset.textless import textless
from auditkit.outcome import Cause, Missing

_OWN = "auditkit_"
"""What the names of our views begin with."""
_STANDARD = 3600.0
"""The seconds that one statement may take."""
_AGAIN = 0.2  # seconds until jobs of a statement whose time is over are cancelled again
_PARTITION_BITS = 33  # of what monotonically_increasing_id leaves to the rows of a partition
_AT_ONCE = 256_000_000  # bytes of results that come to the driver in one job
_FIRST, _MOST = 32, 1024  # partitions in a job, before it is known how much one of them makes, and ever


@dataclass
class Spark:
    """Relations of one Spark session; keys are not known."""

    spark: Any = field(repr=False)
    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=lambda: Allowance(standard=_STANDARD))
    _views: list[str] = field(default_factory=list)

    dialect = "spark"

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Bring cells to the driver as text, a few partitions at a time; what one holds is in memory at
        once.
        """
        for made in self._parts(name, columns, sample, seed, sent, first=1):
            batch = received(made)
            yield from (batch.slice(start, BATCH_ROWS) for start in range(0, batch.num_rows, BATCH_ROWS))

    def folded(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int, fold: Fold
    ) -> Iterator[Any]:
        """Yield what a fold makes of the batches of each partition, on its executor."""
        for made in self._parts(name, columns, sample, seed, partial(folded, fold), first=_FIRST):
            yield pickle.loads(made)

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with self._running("run a query"):
            return [tuple(row) for row in self._frame(expr).collect()]

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size and bring its rows to the driver, a few partitions at a time."""
        columns = tuple(expr.columns)
        with self._running("stream a query"):
            frame = self._frame(expr)
            made = frame.select(texts(frame, columns)).mapInArrow(partial(sent, columns, None), PART)
        for part, _ in self._collected(made, None, 1, "stream a query"):
            yield list(zip(*(column.to_pylist() for column in received(part).columns), strict=True))

    def keys(self) -> tuple[Key, ...]:
        """Return none: Spark enforces no key."""
        return ()

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return none: Spark enforces no reference."""
        return ()

    def session(self) -> None:
        """There is no database server."""

    def close(self) -> None:
        """Drop our views; the session stays the user's."""
        while self._views:
            view = self._views.pop()
            with suppress(Exception):  # with a session that has ended its views have gone
                self.spark.catalog.dropTempView(view)

    def add_frame(self, name: str, frame: Any, kind: str = "frame") -> None:
        """Add a DataFrame.

        Raises:
            SourceError: it has no end, or Spark cannot say what its columns are.
        """
        shown, value_name = shown_table(name, self.relations)
        with self._running(f"read the columns of {shown}", shown):
            if frame.isStreaming:
                raise SourceError(
                    "a streaming DataFrame has no end: give one of spark.read",
                    code="unsupported",
                    table=shown,
                )
            columns, value_names = shown_columns(frame.columns)
            table = self._viewed(shown, frame.toDF(*columns)) if columns else None
        nothing = None if table is not None else Missing(Cause.NOT_APPLICABLE, "it has no columns")
        apart = frozenset() if table is None else textless(table)
        self.relations[shown] = Relation(
            shown,
            kind,
            table,
            nothing,
            value_names=value_names,
            value_name=value_name,
            real_name=name,
            textless=apart,
        )

    def add_table(self, name: str, table: ir.Table, kind: str = "table") -> None:
        """Add an Ibis table or query of the session."""
        shown, value_name = shown_table(name, self.relations)
        columns, value_names = shown_columns(table.columns)
        changed = renamed(table.columns, columns)
        self.hidden |= {real: new for new, real in changed.items() if new in value_names}
        if value_name is not None and isinstance(place := table.op(), ops.DatabaseTable):
            self.hidden[place.name] = shown
        expr = table.rename(changed) if changed else table
        known: dict[str, Any] = {"value_names": value_names, "value_name": value_name, "real_name": name}
        self.relations[shown] = Relation(shown, kind, expr, textless=textless(expr), **known)

    def list_relations(self, prefix: str = "") -> None:
        """Add every table and view of the current catalogue, of all its databases, and the temporary
        views.
        """
        with self._running("list the tables of the Spark session"):
            catalog = self.spark.catalog
            current = catalog.currentDatabase()
            databases = [
                current,
                *sorted(d.name for d in catalog.listDatabases() if d.name != current),
                "global_temp",
            ]
            listed = {
                (
                    table.namespace[-1] if table.namespace else None,
                    table.name,
                ): table  # each database lists temporary views too
                for database in databases
                for table in catalog.listTables(_quoted(database))
            }
        for (database, table), about in sorted(
            listed.items(), key=lambda at: (at[0][0] not in (None, current), str(at[0][0]), at[0][1])
        ):
            if database is None and table.startswith(_OWN):
                continue
            name = prefix + (table if database in (None, current) else f"{database}.{table}")
            kind = "view" if about.isTemporary or about.tableType == "VIEW" else "table"
            try:
                self._list(name, database, table, kind)
            except SourceError as error:
                shown, value_name = shown_table(name, self.relations)
                self.relations[shown] = Relation(
                    shown, kind, missing=error.missing, value_name=value_name, real_name=name
                )

    def _list(self, name: str, database: str | None, table: str, kind: str) -> None:
        from ibis.backends.pyspark.datatypes import PySparkType

        with self._running("read its columns"):
            frame = self.spark.table(".".join(_quoted(part) for part in (database, table) if part))
            if (
                frame.isStreaming
                or any(not _is_known(f.dataType) for f in frame.schema.fields)
                or not frame.columns
            ):
                self.add_frame(name, frame, kind)
                return
            schema = sch.Schema(PySparkType.to_ibis(frame.schema))
        place = ops.Namespace(database=database)
        self.add_table(
            name,
            ops.DatabaseTable(table, schema=schema, source=self.backend, namespace=place).to_expr(),
            kind,
        )

    def _viewed(self, shown: str, frame: Any) -> ir.Table:
        """Return a temporary view of a DataFrame as a table; columns of types that Ibis does not know are
        text.
        """
        from pyspark.sql import functions as F

        view = _OWN + uuid4().hex
        fields = [(f.name, f.dataType) for f in frame.schema.fields]
        columns = [
            named(name) if _is_known(kind) else as_text(frame, name, kind).alias(name)
            for name, kind in fields
        ]
        # Without the filter, which costs nothing, the view could be a plan that the user has cached: dropping
        # it would end the cache.
        frame.select(columns).filter(F.lit(view).isNotNull()).createTempView(view)
        self._views.append(view)
        self.hidden[view] = shown
        return self.backend.table(view)

    def _parts(
        self,
        name: str,
        columns: Sequence[str],
        sample: int | None,
        seed: int,
        work: Callable[..., Any],
        first: int,
    ) -> Iterator[bytes]:
        """Yield what is made on the executors of the partitions of a relation; of a sample, of the rows that
        were drawn.

        Raises:
            SourceError: it cannot be read, or rows of the sample were not there any more.
        """
        from pyspark.sql import functions as F

        doing, drawn, partitions = f"read {name}", None, None
        changed = SETTINGS if sample is None else SETTINGS | FIXED
        with self._running(doing, name, changed):
            frame = self._frame(self.relations[name].table)
            cells = texts(frame, columns)
            if sample is not None:
                frame = frame.select(*cells, F.monotonically_increasing_id().alias("row"))
                drawn = _drawn(frame, sample, seed)
                partitions = sorted(set((drawn >> _PARTITION_BITS).tolist()))
            made = (frame if sample is not None else frame.select(*cells)).mapInArrow(
                partial(work, tuple(columns), drawn), PART
            )
        seen = 0
        for part, rows in self._collected(made, partitions, first, doing, name, changed):
            seen += rows
            yield part
        if drawn is not None and seen != len(drawn):
            why = "its rows came in other partitions when they were read again"
            raise SourceError(f"could not {doing}: {why}", code=Cause.UNSEEN, table=name)

    def _collected(
        self,
        made: Any,
        partitions: list[int] | None,
        first: int,
        doing: str,
        table: str | None = None,
        changed: Any = SETTINGS,
    ) -> Iterator[tuple[bytes, int]]:
        """Yield what the executors made, and of how many rows: as many partitions in one job as the driver
        has room for.
        """
        context = self.spark.sparkContext
        with self._running(doing, table, changed):
            rdd = made.rdd
            left = list(range(rdd.getNumPartitions())) if partitions is None else partitions
            width = first if first == 1 else max(first, 2 * context.defaultParallelism)
        while left:
            now, left = left[:width], left[width:]
            with self._running(doing, table, changed):
                parts = context.runJob(rdd, list, now)
            if failed := next((part.failed for part in parts if part.failed), None):
                raise SourceError(f"could not {doing}: {failed} on an executor", code=failed, table=table)
            size = sum(len(part.made) for part in parts) // len(now)
            width = max(1, min(2 * width, _MOST, _AT_ONCE // max(1, size)))
            yield from ((bytes(part.made), part.cells) for part in parts)

    def _frame(self, expr: Any) -> Any:
        """Return a query as a DataFrame."""
        self.backend._run_pre_execute_hooks(
            expr
        )  # what a user's own expression brings along: functions, tables in memory
        return self.spark.sql(self.backend.compile(in_java(expr)))

    @contextmanager
    def _running(self, doing: str, table: str | None = None, changed: Any = SETTINGS) -> Iterator[None]:
        """Run a statement with what it needs set, cut off when its time is over."""
        tag, done = _OWN + uuid4().hex, Event()

        def cancel() -> None:
            while not done.is_set():  # a job that has not begun yet cannot be cancelled
                context.cancelJobsWithTag(tag)
                done.wait(_AGAIN)

        with spark_errors(self.spark, doing, table):
            context = self.spark.sparkContext
            with settings(self.spark, changed), self.allowance.interrupting(cancel):
                context.addJobTag(tag)
                try:
                    yield
                finally:
                    done.set()
                    context.removeJobTag(tag)


def session_of(frame: Any) -> Any:
    """Return the session of a DataFrame.

    Raises:
        SourceError: it is a DataFrame of another interface to Spark.
    """
    if type(frame).__module__.startswith("pyspark.pandas."):
        raise SourceError("a DataFrame of pandas on Spark is given as frame.to_spark()", code="unsupported")
    return _classic(frame.sparkSession)


def on_session(session: Any) -> Spark:
    """Return the engine of the DataFrames of a session.

    Raises:
        SourceError: the session has ended, or a package is missing.
    """
    with spark_errors(session, "connect to the Spark session"):
        return Spark(session, connected(session))


def on_backend(backend: Any) -> Spark:
    """Return the engine of an Ibis backend.

    Raises:
        SourceError: it reads streams, or its session is no session on the driver.
    """
    if backend.mode == "streaming":
        raise SourceError(
            "an Ibis backend in streaming mode has no end: use ibis.pyspark.connect(session)",
            code="unsupported",
        )
    return Spark(_classic(backend._session), backend)


def _classic(session: Any) -> Any:
    """Return a session that has a SparkContext; over Spark Connect no job can be cancelled, or run in
    parts.
    """
    if ".connect." in type(session).__module__:
        raise SourceError(
            "Spark Connect is not supported: give DataFrames of a session on the driver", code="unsupported"
        )
    return session


def _is_known(kind: Any) -> bool:
    """Return whether Ibis knows a type of Spark; a column of nothing is text as everywhere."""
    from ibis.backends.pyspark.datatypes import PySparkType
    from ibis.common.exceptions import IbisError

    try:
        return not PySparkType.to_ibis(kind).is_null()
    except (NotImplementedError, IbisError, TypeError):
        return False


def _drawn(numbered: Any, sample: int, seed: int) -> Ids:
    """Return Spark's numbers of the rows of a sample, ascending: as drawn elsewhere, partition after
    partition.
    """
    from pyspark.sql import functions as F

    # The hash of all cells keeps them in the plan: with fewer columns a join may be done in another way, and
    # have other partitions.
    hashed = F.max(F.xxhash64(*numbered.drop("row").columns))
    counted = numbered.groupBy(F.shiftright("row", _PARTITION_BITS).alias("part")).agg(
        F.count("*").alias("cells"), hashed.alias("hash")
    )
    sizes = sorted((row.part, row.cells) for row in counted.collect())
    places = np.array(positions(sum(cells for _, cells in sizes), sample, seed), np.int64)
    ends = np.cumsum([cells for _, cells in sizes], dtype=np.int64)
    which = np.searchsorted(ends, places, side="right")
    parts = np.array([part for part, _ in sizes], np.int64)
    starts = ends - np.array([cells for _, cells in sizes], np.int64)
    return (parts[which] << _PARTITION_BITS) + places - starts[which] if len(places) else places


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
