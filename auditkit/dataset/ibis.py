"""Any Ibis backend or table: what it lists is what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from auditkit.dataset import duckdb
from auditkit.dataset.allowance import Allowance
from auditkit.dataset.duckdb import DuckDB
from auditkit.dataset.engine import Engine
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.names import renamed, shown_columns, shown_table
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.dataset.sqlite import SQLite
from auditkit.dataset.text import BATCH_ROWS, batch_of, positions, text_array


@dataclass
class Backend:
    """Relations of an Ibis backend that has no reader of its own here; keys are not known."""

    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=Allowance)

    @property
    def dialect(self) -> str:
        """The SQL dialect, by sqlglot's name."""
        return str(self.backend.name)

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Stream cells as text; of a sample the whole table is read, and what was not drawn is dropped."""
        table = self.relations[name].table
        assert table is not None
        with driver_errors(f"read {name}", name):
            self.allowance.left()
            chosen = None if sample is None else positions(int(table.count().execute()), sample, seed)
            start = 0
            for batch in table.select(**{c: table[c].cast("string") for c in columns}).to_pyarrow_batches(
                chunk_size=BATCH_ROWS
            ):
                kept = batch
                if chosen is not None:
                    kept = batch.take(
                        pa.array(
                            [i - start for i in chosen if start <= i < start + batch.num_rows], pa.int64()
                        )
                    )
                start += batch.num_rows
                if kept.num_rows:
                    texts = {c: text_array(kept.column(i).to_pylist()) for i, c in enumerate(columns)}
                    yield batch_of(
                        {c: array for c, (array, _) in texts.items()},
                        {c: failed for c, (_, failed) in texts.items()},
                    )

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with driver_errors("run a query"):
            self.allowance.left()
            return [tuple(row.values()) for row in expr.to_pyarrow().to_pylist()]

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time."""
        with driver_errors("stream a query"):
            self.allowance.left()
            for batch in expr.to_pyarrow_batches(chunk_size=BATCH_ROWS):
                yield [tuple(row.values()) for row in batch.to_pylist()]

    def keys(self) -> tuple[Key, ...]:
        """Return none: Ibis tells no keys."""
        return ()

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return none: Ibis tells no references."""
        return ()

    def session(self) -> None:
        """Nothing is known of the session: the connection is the user's, and of any kind."""

    def close(self) -> None:
        """Leave the user's connection open."""

    def add_table(self, name: str, table: ir.Table, prefix: str = "") -> None:
        """Add an Ibis table or query."""
        shown, value_name = shown_table(prefix + name, self.relations)
        columns, value_names = shown_columns(table.columns)
        changed = renamed(table.columns, columns)
        self.hidden |= {real: new for new, real in changed.items() if new in value_names}
        expr = table.rename(changed) if changed else table
        self.relations[shown] = Relation(
            shown, "table", expr, value_names=value_names, value_name=value_name, real_name=prefix + name
        )


def in_memory(source: object) -> pa.Table | None:
    """Return what an Ibis memtable holds, or None for anything else."""
    operation = source.op() if isinstance(source, ir.Table) else None
    return operation.data.to_pyarrow(operation.schema) if isinstance(operation, ops.InMemoryTable) else None


def is_ibis(source: object) -> bool:
    """Return whether something is an Ibis backend or table."""
    return isinstance(source, BaseBackend | ir.Table)


def open_ibis(source: Any, prefix: str = "") -> Engine:
    """Return the engine of an Ibis backend, or of a table or query of one; its connection stays the user's.

    Raises:
        SourceError: the table is bound to no backend, or to several.
    """
    if isinstance(source, ir.Table):
        backends, has_unbound = source._find_backends()
        if has_unbound or len(backends) != 1:
            raise SourceError(
                "an Ibis table must be bound to exactly one backend: use backend.table(name), not"
                " ibis.table(schema)",
                code="unsupported",
            )
        with driver_errors("read the Ibis table"):
            return _open_table(backends[0], source, prefix)
    with driver_errors("list the tables of the Ibis backend"):
        return _open_backend(source, prefix)


def _open_table(backend: Any, table: ir.Table, prefix: str) -> Engine:
    """Return an engine of one table or query, with the reader of its database where there is one."""
    name = prefix + (table.get_name() if isinstance(table.op(), ops.DatabaseTable) else "data")
    shown, value_name = shown_table(name, ())
    engine: DuckDB | SQLite | Backend
    match backend.name:
        case "duckdb":
            engine = DuckDB(backend, owned=False)
            engine.add_table(shown, "table", table, value_name=value_name, real_name=name)
        case "sqlite":
            engine = SQLite(backend, owned=False)
            engine.add_table(shown, "table", table, value_name=value_name, real_name=name)
        case "pyspark":
            from auditkit.dataset.spark import on_backend

            spark = on_backend(backend)
            spark.add_table(name, table)
            return spark
        case _:
            engine = Backend(backend)
            engine.add_table(name, table)
    if value_name is not None:
        engine.hidden[table.get_name()] = shown
    return engine


def _open_backend(backend: Any, prefix: str) -> Engine:
    match backend.name:
        case "duckdb":
            engine = DuckDB(backend, owned=False)
            duckdb.list_relations(engine, prefix)
            return engine
        case "sqlite":
            lite = SQLite(backend, owned=False)
            lite.list_relations(prefix)
            return lite
        case "pyspark":
            from auditkit.dataset.spark import on_backend

            spark = on_backend(backend)
            spark.list_relations(prefix)
            return spark
        case _:
            other = Backend(backend)
            for name in backend.list_tables():
                try:
                    with driver_errors("read its columns"):
                        other.add_table(name, backend.table(name), prefix)
                except SourceError as error:
                    shown, value_name = shown_table(prefix + name, other.relations)
                    other.relations[shown] = Relation(
                        shown, "table", missing=error.missing, value_name=value_name, real_name=prefix + name
                    )
            return other
