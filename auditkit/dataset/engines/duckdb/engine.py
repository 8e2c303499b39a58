"""Relations of one DuckDB connection."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.cells import BATCH_ROWS
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.engines.duckdb import catalogue
from auditkit.dataset.engines.duckdb.cells import CellSource, counted, reader, select
from auditkit.dataset.engines.duckdb.connection import connect
from auditkit.dataset.engines.duckdb.dialect import DIALECT
from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.samples import drawn_from
from auditkit.dataset.errors import SourceError
from auditkit.dataset.listing import list_missing, list_table, mark_drawable
from auditkit.dataset.places import Place, Places
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.dataset.sql import quoted
from auditkit.dataset.statement_limit import LOCAL_SECONDS, StatementLimit
from auditkit.dataset.url_path import path_of_url
from auditkit.naming.names import shown_table

DEEPEST = 32
"""How deep a type may be nested: the time in which DuckDB binds a query doubles every few levels, and nothing
interrupts it there."""


@dataclass(eq=False)
class DuckDB(Engine):
    """A database file that auditkit has opened, or a connection of the user's."""

    backend: Any
    source_name: str = "data"
    owned: bool = True
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    statement_limit: StatementLimit = field(default_factory=lambda: StatementLimit(standard=LOCAL_SECONDS))
    _places: Places = field(default_factory=lambda: Places(table_key=str.casefold, column_key=str.casefold))
    _cells: dict[str, CellSource] = field(default_factory=dict)

    name = "duckdb"
    schemes = frozenset({"duckdb"})
    file_kinds = frozenset({"duckdb"})
    dialect = DIALECT
    capabilities = Capabilities(
        shows_keys=True, enforces_types=True, samples_on_server=True, counts_quickly=True
    )

    @classmethod
    def path_of(cls, url: str) -> Path:
        """Return the path that a URL means."""
        return path_of_url(url)

    @classmethod
    def open_file(cls, path: Path, shown: str, prefix: str = "") -> Self:
        """Open a database file, read-only; a view of it that reads other files is unseen.

        Raises:
            SourceError: another process or connection holds it for writing, or it cannot be read.
        """
        hint = ""
        try:
            backend = connect(path.absolute(), read_only=True)
        except duckdb.ConnectionException:
            hint = (
                "this process has it open for writing: close that connection, or pass it as"
                " ibis.duckdb.from_connection(connection)"
            )
        except duckdb.IOException:
            hint = "another process holds it for writing, or it is damaged, encrypted or of a newer DuckDB"
        except Exception as error:  # its text may hold a value
            hint = type(error).__name__
        if hint:
            raise SourceError(f"could not open the DuckDB file {shown}: {hint}", code="locked")
        engine = cls(backend, shown)
        engine.list_relations(prefix)
        return engine

    @classmethod
    def over(cls, backend: Any) -> Self | None:
        """Return an engine over a connection of the user's."""
        return cls(backend, owned=False)

    @classmethod
    def adopted(cls, held: object) -> Any:
        """Return a connection of the user's as an Ibis backend, and a relation as the table that it gives."""
        if isinstance(held, duckdb.DuckDBPyConnection):
            return ibis.duckdb.from_connection(held)
        if isinstance(held, duckdb.DuckDBPyRelation):
            with duckdb_errors("read the relation"):
                return held.to_arrow_table()
        return None

    def list_relations(self, prefix: str = "") -> None:
        """List every table and view of the connection's database, of all schemas."""
        for database, schema, table, kind, rows in self._catalogue(catalogue.RELATIONS):
            name = prefix + (table if schema == "main" else f"{schema}.{table}")
            catalog = "temp" if database == "temp" else None
            try:
                self.add_relation(name, table, kind, schema=schema, catalog=catalog, rows=rows)
            except SourceError as error:
                list_missing(self, name, kind, error.missing)

    def add_table(self, name: str, table: ir.Table) -> None:
        """List an Ibis table or query of the connection."""
        self._list(name, table, "table", f"({self.backend.compile(table)})")

    def add_relation(
        self,
        name: str,
        table: str,
        kind: str,
        *,
        schema: str = "main",
        catalog: str | None = None,
        cells: str | None = None,
        rows: int | None = None,
        value_names: Mapping[str, str] | None = None,
    ) -> None:
        """List a table or view of the connection.

        Args:
            name: the real name of the relation.
            table: its name on the connection.
            kind: what it is.
            schema: of the table.
            catalog: of the schema, where that is not the connection's own.
            cells: SQL text of a table from which the cells are read instead.
            rows: how many there are, where that is known without counting.
            value_names: what kind of value each hidden column name is, for a table that has shown names
                already.

        Raises:
            SourceError: its columns cannot be read.
        """
        shown, _ = shown_table(name, self.relations)
        with duckdb_errors(f"read the columns of {shown}", shown):
            bound = self._bound(catalog, schema, table)
        if max(map(_depth, bound.schema().types), default=0) > DEEPEST:
            reason = f"{shown} has a column nested more than {DEEPEST} deep, which DuckDB cannot read in time"
            raise SourceError(reason, code="unseen", table=shown)
        place = ".".join(quoted(part) for part in (catalog, schema, table) if part)
        self._list(name, bound, kind, cells or place, rows=rows, value_names=value_names)
        self._cells[shown] = replace(self._cells[shown], table=table)
        self._places.add(shown, Place(schema, table, self._cells[shown].columns))
        if cells is None and kind != "view":  # one column is read without the others
            listed = self.relations[shown]
            assert listed.table is not None  # it was listed just now
            numbers = {c for c, dtype in listed.table.schema().items() if dtype.is_numeric()}
            mark_drawable(self, shown, listed.textless | numbers)

    def _list(self, name: str, bound: ir.Table, kind: str, cells: str, **known: Any) -> None:
        """List a table; `cells` is the SQL of what its cells are read from."""
        real_table = bound.get_name() if isinstance(bound.op(), ops.DatabaseTable) else None
        shown, columns = list_table(self, name, bound, kind, real_table=real_table, **known)
        self._cells[shown] = CellSource(cells, columns)

    def _bound(self, catalog: str | None, schema: str, table: str) -> ir.Table:
        """Return a table as an Ibis one; `Backend.table` would download an extension to read a geometry."""
        found = self.backend.get_schema(table, catalog=catalog, database=schema)
        is_default = schema == "main" and catalog is None
        namespace = ops.Namespace(catalog=catalog, database=None if is_default else schema)
        return ops.DatabaseTable(table, schema=found, source=self.backend, namespace=namespace).to_expr()

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield cells as text from a cursor of their own.

        Another query on the same connection would end the stream without an error.
        """
        source = self._cells[name]
        with duckdb_errors(f"read {name}", name):
            cursor = self._cursor({source.table})
            try:
                connection = cursor if self._sees(cursor, source) else self.backend.con
                with self.statement_limit.interrupting(connection.interrupt):
                    found = reader(select(connection, source, columns, sample, seed))
                    batches = iter(found if connection is cursor else found.read_all().to_batches(BATCH_ROWS))
                while True:
                    with self.statement_limit.interrupting(connection.interrupt):
                        batch = next(batches, None)
                    if batch is None:
                        return
                    yield counted(batch, columns)
            finally:
                cursor.close()

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query, on a cursor of its own.

        A connection of the user's runs it itself: nothing else sees what is temporary on it.
        """
        with duckdb_errors("run a query"):
            cursor = self._cursor(_tables(expr)) if self.owned else self.backend.con
            try:
                with self.statement_limit.interrupting(cursor.interrupt):
                    return list(cursor.execute(self.backend.compile(expr)).fetchall())
            finally:
                if self.owned:
                    cursor.close()

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time; all at once on a connection of the user's."""
        with duckdb_errors("stream a query"):
            if not self.owned:
                yield self.rows(expr)
                return
            cursor = self._cursor(_tables(expr))
            try:
                with self.statement_limit.interrupting(cursor.interrupt):
                    cursor.execute(self.backend.compile(expr))
                    rows = cursor.fetchmany(BATCH_ROWS)
                while rows:
                    yield rows
                    with self.statement_limit.interrupting(cursor.interrupt):
                        rows = cursor.fetchmany(BATCH_ROWS)
            finally:
                cursor.close()

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the values with the smallest hashes, with one statement for each column."""
        table = self.relations[name].table
        assert table is not None  # a relation that cannot be read has no column to draw
        for column, bound in bounds.items():
            yield from ((column, *row) for row in self.rows(drawn_from(table, column, bound, capacity)))

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, unique constraints, and unique indexes over columns."""
        return catalogue.keys(self._catalogue, self._places)

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references."""
        return catalogue.foreign_keys(self._catalogue, self._places)

    def close(self) -> None:
        """Close the connection, unless it is the user's."""
        if self.owned:
            self.backend.disconnect()

    def _cursor(self, tables: Collection[str]) -> duckdb.DuckDBPyConnection:
        """Return a cursor that sees these tables."""
        cursor: duckdb.DuckDBPyConnection = self.backend.con.cursor()
        return cursor

    def _sees(self, cursor: duckdb.DuckDBPyConnection, source: CellSource) -> bool:
        """Return whether a cursor sees a relation; what is temporary on the user's connection it does not."""
        if self.owned:
            return True
        try:
            cursor.execute(f"DESCRIBE SELECT * FROM {source.sql}")
        except duckdb.CatalogException:
            return False
        return True

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb_errors("read the catalogue of keys"):
            return list(self.backend.con.execute(query).fetchall())


def _depth(kind: dt.DataType) -> int:
    """Return how deep a type is nested: 1 for a plain one."""
    inner = kind.types if kind.is_struct() else (kind.value_type,) if kind.is_array() or kind.is_map() else ()
    return 1 + max(map(_depth, inner), default=0)


def _tables(expr: ir.Table) -> frozenset[str]:
    """Return the names of the tables that a query reads."""
    return frozenset(table.name for table in expr.op().find(ops.DatabaseTable))
