"""DuckDB: a database file, a connection of the user's, or the in-process database that holds frames and
files.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.allowance import LOCAL, Allowance
from auditkit.dataset.duckdb_cells import Place, counted, reader, select
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.identity import distinct
from auditkit.dataset.names import renamed, shown_columns, shown_table
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.dataset.sql import quoted
from auditkit.dataset.text import BATCH_ROWS
from auditkit.dataset.textless import drawn_from, textless

OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""Without these DuckDB answers an unknown function or file type by a download."""
RAW = "raw"
"""The schema of the in-process database that holds files as the text they are; the relations cast from it."""
NESTING = 32
"""How deep a type may be nested: DuckDB's time to bind a query doubles every few levels, and nothing
interrupts it there.
"""

_RELATIONS = """
    SELECT * FROM (
        SELECT database_name, schema_name, table_name, 'table', estimated_size FROM duckdb_tables() WHERE NOT internal
        UNION ALL
        SELECT database_name, schema_name, view_name, 'view', NULL FROM duckdb_views() WHERE NOT internal
    ) WHERE database_name IN (current_database(), 'temp') ORDER BY database_name = 'temp', schema_name, table_name"""
_CONSTRAINTS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
    FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') AND database_name = current_database()"""
_UNIQUE_INDEXES = """
    SELECT schema_name, table_name, expressions FROM duckdb_indexes() WHERE is_unique AND database_name = current_database()"""


@dataclass
class DuckDB:
    """Relations on one DuckDB connection; `in_process` is the database that holds frames and files, and
    nothing of anybody's.
    """

    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    owned: bool = True
    in_process: bool = False
    allowance: Allowance = field(default_factory=lambda: Allowance(standard=LOCAL))
    copies: list[Path] = field(default_factory=list)
    _places: dict[str, Place] = field(default_factory=dict)
    _frames: dict[str, pa.Table] = field(default_factory=dict)
    _originals: dict[tuple[str, str], str] = field(default_factory=dict)

    dialect = "duckdb"

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Stream cells as text from a cursor of its own: another query on the same connection would end the
        stream without a word.
        """
        place = self._places[name]
        with driver_errors(f"read {name}", name):
            cursor = self._cursor({place.table})
            try:
                connection = cursor if self._sees(cursor, place) else self.backend.con
                with self.allowance.interrupting(connection.interrupt):
                    found = reader(select(connection, place, columns, sample, seed))
                    batches = iter(found if connection is cursor else found.read_all().to_batches(BATCH_ROWS))
                while True:
                    with self.allowance.interrupting(connection.interrupt):
                        batch = next(batches, None)
                    if batch is None:
                        return
                    yield counted(batch, columns)
            finally:
                cursor.close()

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query, on a cursor of its own unless the connection is the user's: only that one sees
        what is temporary on it.
        """
        with driver_errors("run a query"):
            cursor = self._cursor(_names(expr)) if self.owned else self.backend.con
            try:
                with self.allowance.interrupting(cursor.interrupt):
                    return list(cursor.execute(self.backend.compile(expr)).fetchall())
            finally:
                if self.owned:
                    cursor.close()

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the values with the smallest hashes, one statement a column."""
        table = self.relations[name].table
        assert table is not None  # what cannot be read has no column to draw
        for column, bound in bounds.items():
            yield from ((column, *row) for row in self.rows(drawn_from(table, column, bound, capacity)))

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time, on a cursor of its own; all at once where the
        connection is the user's.
        """
        with driver_errors("stream a query"):
            if not self.owned:
                yield self.rows(expr)
                return
            cursor = self._cursor(_names(expr))
            try:
                with self.allowance.interrupting(cursor.interrupt):
                    cursor.execute(self.backend.compile(expr))
                    rows = cursor.fetchmany(BATCH_ROWS)
                while rows:
                    yield rows
                    with self.allowance.interrupting(cursor.interrupt):
                        rows = cursor.fetchmany(BATCH_ROWS)
            finally:
                cursor.close()

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, unique constraints and unique indexes over columns; those whose columns are
        not all seen are left out.
        """
        found: dict[tuple[str, tuple[str, ...]], bool] = {}
        for schema, table, kind, names, _, _ in self._catalogue(_CONSTRAINTS):
            if kind != "FOREIGN KEY" and (key := self._shown(schema, table, names)):
                found[key] = found.get(key, False) or kind == "PRIMARY KEY"
        for schema, table, expressions in self._catalogue(_UNIQUE_INDEXES):
            names = [part.strip().strip("'\"") for part in expressions.strip("[]").split(",")]
            if key := self._shown(schema, table, names):
                found.setdefault(key, False)
        return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references; DuckDB enforces them and knows no action on delete."""
        found = []
        for schema, table, kind, names, parent, parent_names in self._catalogue(_CONSTRAINTS):
            if (
                kind == "FOREIGN KEY"
                and (child := self._shown(schema, table, names))
                and (to := self._shown(schema, parent, parent_names))
            ):
                found.append(ForeignKey(*child, *to, on_delete=None, validated=True))
        return tuple(found)

    def session(self) -> None:
        """There is no server."""

    def close(self) -> None:
        """Close the connection, unless it is the user's, and remove private copies of files."""
        if self.owned:
            self.backend.disconnect()
        for copy in self.copies:
            copy.unlink(missing_ok=True)

    def add_relation(
        self,
        shown: str,
        kind: str,
        table: str,
        *,
        schema: str = "main",
        catalog: str | None = None,
        cells: str | None = None,
        rows: int | None = None,
        value_names: Mapping[str, str] | None = None,
        value_name: str | None = None,
        real_name: str = "",
    ) -> None:
        """Add a table or view of the connection under a shown name.

        Args:
            shown: the name.
            kind: of relation.
            table: its name on the connection.
            schema: of the table.
            catalog: of the schema, where it is not the connection's own.
            cells: SQL text of a table to stream from instead.
            rows: what is known without counting.
            value_names: which columns hide a value, where the table has shown names already.
            value_name: what kind of value the shown name hides.
            real_name: the name that is not shown.

        Raises:
            SourceError: its columns cannot be read.
        """
        with driver_errors(f"read the columns of {shown}", shown):
            bound = self._bound(catalog, schema, table)
        if max(map(_nesting, bound.schema().types), default=0) > NESTING:
            told = f"{shown} has a column nested more than {NESTING} deep, which DuckDB cannot read in time"
            raise SourceError(told, code="unseen", table=shown)
        place = ".".join(quoted(part) for part in (catalog, schema, table) if part)
        self.add_table(shown, kind, bound, cells or place, rows, value_names, value_name, real_name)
        self._places[shown] = replace(self._places[shown], table=table)
        if cells is None and kind != "view":  # one column is read without the others
            found = self.relations[shown]
            assert found.table is not None  # it was added just now
            numbers = {c for c, dtype in found.table.schema().items() if dtype.is_numeric()}
            self.relations[shown] = replace(found, drawable=found.textless | numbers)
        self._originals[schema, table] = shown
        if value_name is not None:
            self.hidden[table] = shown

    def add_table(
        self,
        shown: str,
        kind: str,
        bound: ir.Table,
        cells: str = "",
        rows: int | None = None,
        value_names: Mapping[str, str] | None = None,
        value_name: str | None = None,
        real_name: str = "",
    ) -> None:
        """Add an Ibis table or query of the connection; `cells` is SQL text of a table to stream from, by
        default the query.
        """
        columns, found = (
            (bound.columns, value_names) if value_names is not None else shown_columns(bound.columns)
        )
        changed = renamed(bound.columns, columns)
        self.hidden |= {real: new for new, real in changed.items() if new in found}
        expr = bound.rename(changed) if changed else bound
        self._places[shown] = Place(
            cells or f"({self.backend.compile(bound)})", dict(zip(columns, bound.columns, strict=True))
        )
        self.relations[shown] = Relation(
            shown, kind, expr, None, rows, found, value_name, real_name, textless=textless(expr)
        )

    def add_frame(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table a table of the connection, and of every cursor of it."""
        self._frames[name] = table
        self.backend.con.register(name, table)

    def hold(self, table: pa.Table) -> ir.Table:
        """Return an Arrow table as a table of the connection that is no relation of the dataset."""
        name = f"auditkit_held_{len(self._frames)}"
        self.add_frame(name, table)
        return self._bound(None, "main", name)

    def _cursor(self, names: Collection[str]) -> duckdb.DuckDBPyConnection:
        """Return a cursor that sees the frames of these names: what is registered is seen by one connection
        alone.
        """
        cursor: duckdb.DuckDBPyConnection = self.backend.con.cursor()
        for name in names:
            if name in self._frames:
                cursor.register(name, self._frames[name])
        return cursor

    def _bound(self, catalog: str | None, schema: str, table: str) -> ir.Table:
        """Return a table as an Ibis one; `Backend.table` would download an extension to read a geometry."""
        found = self.backend.get_schema(table, catalog=catalog, database=schema)
        namespace = ops.Namespace(
            catalog=catalog, database=None if schema == "main" and catalog is None else schema
        )
        return ops.DatabaseTable(table, schema=found, source=self.backend, namespace=namespace).to_expr()

    def _sees(self, cursor: duckdb.DuckDBPyConnection, place: Place) -> bool:
        """Return whether a cursor sees a relation; what is temporary on a user's connection is read there, at
        once.
        """
        if self.owned:
            return True
        try:
            cursor.execute(f"DESCRIBE SELECT * FROM {place.sql}")
        except duckdb.CatalogException:
            return False
        return True

    def _shown(self, schema: str, table: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
        """Return the shown names of a table and some of its columns, or None where one of them is not among
        the relations.
        """
        shown = self._originals.get((schema, table))
        if shown is None:
            return None
        by_real = {real.casefold(): new for new, real in self._places[shown].columns.items()}
        columns = tuple(by_real.get(name.casefold(), "") for name in names)
        return (shown, columns) if all(columns) else None

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        with driver_errors("read the catalogue of keys"):
            return list(self.backend.con.execute(query).fetchall())


def _nesting(kind: dt.DataType) -> int:
    """Return how deep a type is nested: 1 for a plain one."""
    inner = kind.types if kind.is_struct() else (kind.value_type,) if kind.is_array() or kind.is_map() else ()
    return 1 + max(map(_nesting, inner), default=0)


def _names(expr: ir.Table) -> frozenset[str]:
    """Return the names of the tables that a query reads."""
    return frozenset(table.name for table in expr.op().find(ops.DatabaseTable))


def in_process() -> DuckDB:
    """Return an empty in-process database for frames and files."""
    with driver_errors("start DuckDB"):
        engine = DuckDB(connection(":memory:"), in_process=True)
        engine.backend.con.execute(f"CREATE SCHEMA {RAW}")
    return engine


def connection(database: str | Path, *, read_only: bool = False) -> Any:
    """Return an Ibis backend that reaches no network and spills to nothing but a private folder."""
    backend = distinct(ibis.duckdb.connect(database, read_only=read_only, **OFFLINE))
    backend.con.execute("SET temp_directory = ?", [str(private_folder())])
    backend.con.execute("SET arrow_large_buffer_size = true")
    return backend


def open_file(path: Path, shown: str, prefix: str = "") -> DuckDB:
    """Open a DuckDB database file, read-only.

    Raises:
        SourceError: another process or connection holds it for writing, or it cannot be read.
    """
    hint = ""
    try:
        backend = connection(path, read_only=True)
    except duckdb.ConnectionException:
        hint = (
            "this process has it open for writing: close that connection, or pass it as"
            " ibis.duckdb.from_connection(connection)"
        )
    except duckdb.IOException:
        hint = "another process holds it for writing, or it is damaged, encrypted or of a newer DuckDB"
    except Exception as error:
        hint = type(error).__name__
    if hint:
        raise SourceError(f"could not open the DuckDB file {shown}: {hint}", code="locked")
    engine = DuckDB(backend)
    list_relations(engine, prefix)
    return engine


def list_relations(engine: DuckDB, prefix: str = "") -> None:
    """Add every table and view of the connection's database, of all schemas; one that cannot be read says
    why.
    """
    for database, schema, table, kind, rows in engine._catalogue(_RELATIONS):
        name = prefix + (table if schema == "main" else f"{schema}.{table}")
        shown, value_name = shown_table(name, engine.relations)
        try:
            catalog = "temp" if database == "temp" else None
            engine.add_relation(
                shown,
                kind,
                table,
                schema=schema,
                catalog=catalog,
                rows=rows,
                value_name=value_name,
                real_name=name,
            )
        except SourceError as error:
            engine.relations[shown] = Relation(
                shown, kind, missing=error.missing, value_name=value_name, real_name=name
            )


@functools.cache
def private_folder() -> Path:
    """Return a folder of this process that nobody else may read, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="auditkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
