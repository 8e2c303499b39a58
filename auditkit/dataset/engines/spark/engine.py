"""Relations of one Spark session."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from types import MappingProxyType
from typing import Any, Self
from uuid import uuid4

import ibis.expr.operations as ops
import ibis.expr.schema as sch
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.cells import BATCH_ROWS
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.engines.spark.catalogue import OWN, Listed, listed
from auditkit.dataset.engines.spark.cells import PART, Fold, as_text, folded, named, received, sent, texts
from auditkit.dataset.engines.spark.dialect import DIALECT
from auditkit.dataset.engines.spark.errors import spark_errors
from auditkit.dataset.engines.spark.partitions import FIRST, Running, collected, parts
from auditkit.dataset.engines.spark.patterns import in_java
from auditkit.dataset.engines.spark.plans import is_alone
from auditkit.dataset.engines.spark.session import SETTINGS, connected, settings
from auditkit.dataset.engines.spark.small import Copies, copies
from auditkit.dataset.engines.spark.types import is_known
from auditkit.dataset.errors import SourceError
from auditkit.dataset.listing import list_missing, list_table
from auditkit.dataset.relation import Relation
from auditkit.dataset.sql import backticked
from auditkit.dataset.statement_limit import StatementLimit
from auditkit.naming.names import shown_columns, shown_table
from auditkit.outcome import Cause, Missing

_NO_URL = (
    "Spark is not opened by a URL: start a session and give its DataFrames, or ibis.pyspark.connect(session)"
)
_STANDARD_SECONDS = 3600.0
_CANCEL_AGAIN = 0.2  # seconds; a job that has not begun yet cannot be cancelled


@dataclass(eq=False)
class Spark(Engine):
    """DataFrames and tables of one session; Spark has no keys."""

    spark: Any = field(repr=False)
    backend: Any
    source_name: str = "data"
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    statement_limit: StatementLimit = field(
        default_factory=lambda: StatementLimit(standard=_STANDARD_SECONDS)
    )
    _views: list[str] = field(default_factory=list)

    name = "spark"
    url_advice = MappingProxyType(dict.fromkeys(("spark", "sc"), _NO_URL))
    frames = "pyspark"
    dialect = DIALECT
    capabilities = Capabilities(shows_keys=True, enforces_types=True, folds_on_server=True, copies_small=True)

    @classmethod
    def over(cls, backend: Any) -> Self | None:
        """Return an engine over the user's Ibis backend.

        Raises:
            SourceError: it reads streams, or its session is not on the driver.
        """
        if backend.mode == "streaming":
            raise SourceError(
                "an Ibis backend in streaming mode has no end: use ibis.pyspark.connect(session)",
                code="unsupported",
            )
        return cls(_on_driver(backend._session), backend)

    @classmethod
    def over_frame(cls, frame: Any, engines: Sequence[Engine]) -> Self:
        """Return the engine of the session of a DataFrame: DataFrames of one session can be joined.

        Raises:
            SourceError: it is a DataFrame of another interface to Spark, its session has ended, or a package
                is missing.
        """
        if type(frame).__module__.startswith("pyspark.pandas."):
            raise SourceError(
                "a DataFrame of pandas on Spark is given as frame.to_spark()", code="unsupported"
            )
        session = _on_driver(frame.sparkSession)
        for engine in engines:
            if isinstance(engine, cls) and engine.spark is session:
                return engine
        with spark_errors(session, "connect to the Spark session"):
            return cls(session, connected(session))

    def list_relations(self, prefix: str = "") -> None:
        """List every table and view of all databases of the current catalogue, and the temporary views.

        A temporary view that reads none of the others is the name of a DataFrame.
        """
        with self._running("list the tables of the Spark session"):
            found = listed(self.spark)
        for one in found:
            name = prefix + (one.table if one.is_current else f"{one.database}.{one.table}")
            try:
                self._list(name, one)
            except SourceError as error:
                list_missing(self, name, one.kind, error.missing)

    def add_table(self, name: str, table: ir.Table, kind: str = "table") -> None:
        """List an Ibis table or query of the session."""
        real_table = table.get_name() if isinstance(table.op(), ops.DatabaseTable) else None
        list_table(self, name, table, kind, real_table=real_table)

    def add_frame(self, name: str, frame: Any, kind: str = "frame") -> None:
        """List a DataFrame.

        Raises:
            SourceError: it has no end, or Spark cannot say what its columns are.
        """
        shown, _ = shown_table(name, self.relations)
        with self._running(f"read the columns of {shown}", shown):
            if frame.isStreaming:
                raise SourceError(
                    "a streaming DataFrame has no end: give one of spark.read",
                    code="unsupported",
                    table=shown,
                )
            columns, value_names = shown_columns(frame.columns)
            table = self._viewed(shown, frame.toDF(*columns)) if columns else None
        if table is None:
            list_missing(self, name, kind, Missing(Cause.NOT_APPLICABLE, "it has no columns"))
        else:
            list_table(self, name, table, kind, value_names=value_names)

    def _list(self, name: str, one: Listed) -> None:
        from ibis.backends.pyspark.datatypes import PySparkType

        with self._running("read its columns"):
            frame = self.spark.table(".".join(backticked(part) for part in (one.database, one.table) if part))
            kind = "frame" if one.is_temporary and is_alone(frame) else one.kind
            unknown = any(not is_known(column.dataType) for column in frame.schema.fields)
            if frame.isStreaming or unknown or not frame.columns:
                self.add_frame(name, frame, kind)
                return
            schema = sch.Schema(PySparkType.to_ibis(frame.schema))
        place = ops.Namespace(database=one.database)
        bound = ops.DatabaseTable(one.table, schema=schema, source=self.backend, namespace=place).to_expr()
        self.add_table(name, bound, kind)

    def _viewed(self, shown: str, frame: Any) -> ir.Table:
        """Return a temporary view of a DataFrame; columns of types that Ibis does not know are text in it."""
        from pyspark.sql import functions as F

        view = OWN + uuid4().hex
        columns = [
            named(f.name) if is_known(f.dataType) else as_text(frame, f.name, f.dataType).alias(f.name)
            for f in frame.schema.fields
        ]
        # Without the filter, which costs nothing, the view could be a plan that the user has cached: dropping
        # it would end the cache.
        frame.select(columns).filter(F.lit(view).isNotNull()).createTempView(view)
        self._views.append(view)
        self.hidden[view] = shown
        return self.backend.table(view)

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Bring cells to the driver as text, a few partitions at a time.

        The cells of one partition are in memory at once.
        """
        for made in self._parts(name, columns, sample, seed, sent, first=1):
            batch = received(made)
            yield from (batch.slice(start, BATCH_ROWS) for start in range(0, batch.num_rows, BATCH_ROWS))

    def folded(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int, fold: Fold
    ) -> Iterator[Any]:
        """Yield what a fold makes of the batches of each partition, on its executor."""
        for made in self._parts(name, columns, sample, seed, partial(folded, fold), first=FIRST):
            yield pickle.loads(made)

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with self._running("run a query"):
            return [tuple(row) for row in self._frame(expr).collect()]

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size and bring its rows to the driver, a few partitions at a time."""
        columns, doing = tuple(expr.columns), "stream a query"
        with self._running(doing):
            frame = self._frame(expr)
            made = frame.select(texts(frame, columns)).mapInArrow(partial(sent, columns, None), PART)
        for part, _ in collected(self._runs(doing), made, first=1, doing=doing):
            yield list(zip(*(column.to_pylist() for column in received(part).columns), strict=True))

    def small_copies(self) -> Copies | None:
        """Return all relations where they are small together (`spark.small`)."""
        frames = {
            name: partial(self._frame, relation.table)
            for name, relation in self.relations.items()
            if relation.table is not None
        }
        return copies(frames, lambda name: self._runs(f"read {name}", name))

    def close(self) -> None:
        """Drop auditkit's views; the session stays the user's."""
        while self._views:
            view = self._views.pop()
            with suppress(Exception):  # a session that has ended has no views
                self.spark.catalog.dropTempView(view)

    def _parts(
        self,
        name: str,
        columns: Sequence[str],
        sample: int | None,
        seed: int,
        work: Callable[..., Any],
        *,
        first: int,
    ) -> Iterator[bytes]:
        doing = f"read {name}"
        return parts(
            self._runs(doing, name),
            lambda: self._frame(self.relations[name].table),
            columns,
            None if sample is None else (sample, seed),
            work,
            first=first,
            doing=doing,
            table=name,
        )

    def _frame(self, expr: Any) -> Any:
        """Return a query as a DataFrame."""
        # The hooks bring along what a user's own expression needs: functions, tables in memory.
        self.backend._run_pre_execute_hooks(expr)
        return self.spark.sql(self.backend.compile(in_java(expr)))

    def _runs(self, doing: str, table: str | None = None) -> Running:
        return lambda changed: self._running(doing, table, changed)

    @contextmanager
    def _running(
        self, doing: str, table: str | None = None, changed: Mapping[str, str] = SETTINGS
    ) -> Iterator[None]:
        """Run a statement with what it needs set; it is cut off when its time is over."""
        tag, done = OWN + uuid4().hex, Event()

        def cancel() -> None:
            while not done.is_set():
                context.cancelJobsWithTag(tag)
                done.wait(_CANCEL_AGAIN)

        with spark_errors(self.spark, doing, table):
            context = self.spark.sparkContext
            with settings(self.spark, changed), self.statement_limit.interrupting(cancel):
                context.addJobTag(tag)
                try:
                    yield
                finally:
                    done.set()
                    context.removeJobTag(tag)


def _on_driver(session: Any) -> Any:
    """Return a session that has a SparkContext.

    Raises:
        SourceError: it is one of Spark Connect, where no job can be cancelled, or run in parts.
    """
    if ".connect." in type(session).__module__:
        raise SourceError(
            "Spark Connect is not supported: give DataFrames of a session on the driver", code="unsupported"
        )
    return session
