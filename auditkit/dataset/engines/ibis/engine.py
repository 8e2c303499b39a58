"""Relations of an Ibis backend for which auditkit has no engine of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.cells import BATCH_ROWS, counted_batch, positions, text_array
from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.engines import dialect_of_backend, registry
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.listing import list_missing, list_table
from auditkit.dataset.relation import Relation
from auditkit.dataset.statement_limit import StatementLimit
from auditkit.outcome import Cause, Missing

_IN_PROCESS = frozenset({"duckdb", "polars", "datafusion", "sqlite", "pyspark"})
"""Ibis backends that are no database server."""


@dataclass(eq=False)
class IbisEngine(Engine):
    """An Ibis backend. Ibis shows no keys and no roles, and no statement can be cut off."""

    backend: Any
    source_name: str = "data"
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    statement_limit: StatementLimit = field(default_factory=StatementLimit)
    dialect: Dialect = field(init=False)

    name = "Ibis"
    capabilities = Capabilities()

    def __post_init__(self) -> None:
        self.dialect = dialect_of_backend(self.backend.name)

    def list_relations(self, prefix: str = "") -> None:
        """List what Ibis lists."""
        for name in self.backend.list_tables():
            try:
                with self._errors("read its columns"):
                    self.add_table(prefix + name, self.backend.table(name))
            except SourceError as error:
                list_missing(self, prefix + name, "table", error.missing)

    def add_table(self, name: str, table: ir.Table) -> None:
        """List an Ibis table or query."""
        real_table = table.get_name() if isinstance(table.op(), ops.DatabaseTable) else None
        list_table(self, name, table, real_table=real_table)

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield cells as text; of a sample the whole table is read, and the other rows are dropped."""
        table = self.relations[name].table
        assert table is not None  # a relation that cannot be read has no cells
        texts = table.select(**{c: table[c].cast("string") for c in columns})
        with self._errors(f"read {name}", name):
            self.statement_limit.left()
            drawn = None if sample is None else positions(int(table.count().execute()), sample, seed)
            start = 0
            for batch in texts.to_pyarrow_batches(chunk_size=BATCH_ROWS):
                end = start + batch.num_rows
                if drawn is None:
                    kept = batch
                else:
                    kept = batch.take(pa.array([i - start for i in drawn if start <= i < end], pa.int64()))
                start = end
                if kept.num_rows:
                    yield counted_batch(columns, (text_array(c.to_pylist()) for c in kept.columns))

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with self._errors("run a query"):
            self.statement_limit.left()
            return [tuple(row.values()) for row in expr.to_pyarrow().to_pylist()]

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time."""
        with self._errors("stream a query"):
            self.statement_limit.left()
            for batch in expr.to_pyarrow_batches(chunk_size=BATCH_ROWS):
                yield [tuple(row.values()) for row in batch.to_pylist()]

    def no_server(self) -> Missing:
        """Return why roles and sessions cannot be read: Ibis shows none."""
        backend = self.backend.name
        if backend in _IN_PROCESS:
            return super().no_server()
        opens = registry().backends.get(backend)
        if opens is not None and opens.schemes and opens.capabilities.has_roles:
            schemes = " or ".join(f"{scheme}://" for scheme in sorted(opens.schemes))
            reason = (
                "auditkit reads a server's catalogue over its own connection: give the server's URL"
                f" ({schemes}), as env:NAME"
            )
        else:
            reason = (
                f"auditkit reads this database through Ibis ({backend}), which shows no roles and no"
                " privileges: review them on the server"
            )
        return Missing(Cause.UNSEEN, reason)

    def _errors(self, doing: str, table: str | None = None) -> AbstractContextManager[None]:
        return driver_errors(doing, table, self.dialect.diagnose)


def in_memory(source: object) -> pa.Table | None:
    """Return what an Ibis memtable holds, or None for anything else."""
    operation = source.op() if isinstance(source, ir.Table) else None
    return operation.data.to_pyarrow(operation.schema) if isinstance(operation, ops.InMemoryTable) else None
