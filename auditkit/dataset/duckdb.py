"""DuckDB: a database file, a connection of the user's, or the in-process database that holds frames and files."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.names import renamed, shown_columns, shown_table
from auditkit.dataset.nouns import ForeignKey, Key, Relation
from auditkit.dataset.text import BATCH_ROWS, batch_of, positions

OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""Without these DuckDB answers an unknown function or file type by a download."""
RAW = "raw"
"""The schema of the in-process database that holds files as the text they are; the relations cast from it."""

_RELATIONS = """
    SELECT schema_name, table_name, 'table', estimated_size FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()
    UNION ALL
    SELECT schema_name, view_name, 'view', NULL FROM duckdb_views() WHERE NOT internal AND database_name = current_database()
    ORDER BY 1, 2"""
_CONSTRAINTS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
    FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') AND database_name = current_database()"""
_UNIQUE_INDEXES = """
    SELECT schema_name, table_name, expressions FROM duckdb_indexes() WHERE is_unique AND database_name = current_database()"""


@dataclass(frozen=True)
class _Place:
    """Where the cells of a relation are: SQL text of a table, and the real name of each shown column."""

    sql: str
    columns: Mapping[str, str]


@dataclass
class DuckDB:
    """Relations on one DuckDB connection."""

    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    owned: bool = True
    copies: list[Path] = field(default_factory=list)
    _places: dict[str, _Place] = field(default_factory=dict)
    _frames: dict[str, pa.Table] = field(default_factory=dict)
    _originals: dict[tuple[str, str], str] = field(default_factory=dict)

    dialect = "duckdb"

    def batches(self, name: str, columns: Sequence[str], sample: int | None, seed: int) -> Iterator[pa.RecordBatch]:
        """Stream cells as text from a cursor of its own: another query on the same connection would end the stream without a word."""
        place = self._places[name]
        with driver_errors(f"read {name}", name):
            cursor = self._cursor()
            try:
                texts = self._texts(cursor, place, columns)
                doubtful = [c for c, (_, sure) in texts.items() if not sure]
                outputs = [f"{text} AS {quoted(c)}" for c, (text, _) in texts.items()]
                outputs += [f"{quoted(place.columns[c])} IS NOT NULL AND {texts[c][0]} IS NULL" for c in doubtful]
                source, parameters = place.sql, list[list[int]]()
                if sample is not None:
                    ((rows,),) = cursor.execute(f"SELECT count(*) FROM {place.sql}").fetchall()
                    numbered = f"SELECT *, row_number() OVER () - 1 AS {_POSITION} FROM {place.sql}"
                    source = f"({numbered}) WHERE {_POSITION} IN (SELECT unnest(?)) ORDER BY {_POSITION}"
                    parameters = [positions(rows, sample, seed)]
                result = cursor.execute(f"SELECT {', '.join(outputs)} FROM {source}", parameters)
                for batch in _reader(result):
                    failed = {c: batch.column(len(columns) + i).true_count for i, c in enumerate(doubtful)}
                    yield batch_of({c: batch.column(i) for i, c in enumerate(columns)}, failed)
            finally:
                cursor.close()

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query on a cursor of its own."""
        with driver_errors("run a query"):
            cursor = self._cursor()
            try:
                return list(cursor.execute(self.backend.compile(expr)).fetchall())
            finally:
                cursor.close()

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, unique constraints and unique indexes over columns; those whose columns are not all seen are left out."""
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
            if kind == "FOREIGN KEY" and (child := self._shown(schema, table, names)) and (to := self._shown(schema, parent, parent_names)):
                found.append(ForeignKey(*child, *to, on_delete=None, validated=True))
        return tuple(found)

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
            cells: SQL text of a table to stream from instead.
            rows: what is known without counting.
            value_names: which columns hide a value, where the table has shown names already.
            value_name: what kind of value the shown name hides.
            real_name: the name that is not shown.

        Raises:
            SourceError: its columns cannot be read.
        """
        with driver_errors(f"read the columns of {shown}", shown):
            bound = self._bound(schema, table)
        columns, found = (bound.columns, value_names) if value_names is not None else shown_columns(bound.columns)
        changed = renamed(bound.columns, columns)
        self.hidden |= {real: new for new, real in changed.items() if new in found}
        if value_name is not None:
            self.hidden[table] = shown
        expr = bound.rename(changed) if changed else bound
        self._places[shown] = _Place(cells or f"{quoted(schema)}.{quoted(table)}", dict(zip(columns, bound.columns, strict=True)))
        self._originals[schema, table] = shown
        self.relations[shown] = Relation(shown, kind, expr, None, rows, found, value_name, real_name)

    def add_frame(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table a table of the connection, and of every cursor of it."""
        self._frames[name] = table
        self.backend.con.register(name, table)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection = self.backend.con.cursor()
        for name, table in self._frames.items():
            cursor.register(name, table)
        return cursor

    def _bound(self, schema: str, table: str) -> ir.Table:
        """Return a table as an Ibis one; `Backend.table` would download an extension to read a geometry."""
        found = self.backend.get_schema(table, database=schema)
        namespace = ops.Namespace(database=None if schema == "main" else schema)
        return ops.DatabaseTable(table, schema=found, source=self.backend, namespace=namespace).to_expr()

    def _texts(self, cursor: duckdb.DuckDBPyConnection, place: _Place, columns: Sequence[str]) -> dict[str, tuple[str, bool]]:
        described = cursor.execute(f"DESCRIBE SELECT * FROM {place.sql}").fetchall()
        types = {name: kind for name, kind, *_ in described}
        return {c: _text(quoted(place.columns[c]), types[place.columns[c]]) for c in columns}

    def _shown(self, schema: str, table: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
        """Return the shown names of a table and some of its columns, or None where one of them is not among the relations."""
        shown = self._originals.get((schema, table))
        if shown is None:
            return None
        by_real = {real.casefold(): new for new, real in self._places[shown].columns.items()}
        columns = tuple(by_real.get(name.casefold(), "") for name in names)
        return (shown, columns) if all(columns) else None

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        with driver_errors("read the catalogue of keys"):
            cursor = self.backend.con.cursor()
            try:
                return list(cursor.execute(query).fetchall())
            finally:
                cursor.close()


_POSITION = '"auditkit position"'
_SURE = ("VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
         "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "DATE", "TIME", "TIMESTAMP", "INTERVAL", "UUID", "ENUM", "BIT", "JSON")  # fmt: skip


def in_process() -> DuckDB:
    """Return an empty in-process database for frames and files."""
    with driver_errors("start DuckDB"):
        engine = DuckDB(connection(":memory:"))
        engine.backend.con.execute(f"CREATE SCHEMA {RAW}")
    return engine


def connection(database: str | Path, *, read_only: bool = False) -> Any:
    """Return an Ibis backend that reaches no network and spills to nothing but a private folder."""
    backend = ibis.duckdb.connect(database, read_only=read_only, **OFFLINE)
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
        hint = "this process has it open for writing: close that connection, or pass it as ibis.duckdb.from_connection(connection)"
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
    """Add every table and view of the connection's database, of all schemas; one that cannot be read says why."""
    for schema, table, kind, rows in engine._catalogue(_RELATIONS):
        name = prefix + (table if schema == "main" else f"{schema}.{table}")
        shown, value_name = shown_table(name, engine.relations)
        try:
            engine.add_relation(shown, kind, table, schema=schema, rows=rows, value_name=value_name, real_name=name)
        except SourceError as error:
            engine.relations[shown] = Relation(shown, kind, missing=error.missing, value_name=value_name, real_name=name)


@functools.cache
def private_folder() -> Path:
    """Return a folder of this process that nobody else may read, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="auditkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _text(column: str, kind: str) -> tuple[str, bool]:
    """Return SQL text that casts a column to text, and whether it always can."""
    if kind == "BLOB":
        return f"TRY(decode({column}))", False
    if kind.startswith(("STRUCT(", "MAP(")) or kind.endswith("]"):
        return f"TRY(to_json({column})::VARCHAR)", False
    sure = kind.startswith(_SURE)
    return (f"CAST({column} AS VARCHAR)" if sure else f"TRY_CAST({column} AS VARCHAR)"), sure


def _reader(result: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    read = getattr(result, "to_arrow_reader", None) or result.fetch_record_batch  # the first since DuckDB 1.4.1
    return read(BATCH_ROWS)
