"""Relations of one SQLite connection."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.cells import BATCH_ROWS, decoded, positions, text_batch
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.engines.sqlite import catalogue
from auditkit.dataset.engines.sqlite.closed_file import ClosedFile
from auditkit.dataset.engines.sqlite.compiler import Compiler
from auditkit.dataset.engines.sqlite.dialect import DIALECT
from auditkit.dataset.engines.sqlite.errors import sqlite_errors
from auditkit.dataset.engines.sqlite.free_pages import left_over
from auditkit.dataset.engines.sqlite.functions import as_text, register
from auditkit.dataset.errors import SourceError
from auditkit.dataset.identity import distinct
from auditkit.dataset.listing import list_missing, list_table
from auditkit.dataset.places import Place, Places
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.dataset.sql import POSITION, quoted
from auditkit.dataset.statement_limit import LOCAL_SECONDS, StatementLimit
from auditkit.dataset.url_path import path_of_url
from auditkit.naming.names import shown_table
from auditkit.outcome import Cause, Missing


@dataclass(eq=False)
class SQLite(Engine):
    """A database file that auditkit has opened, or a connection of the user's."""

    backend: Any
    source_name: str = "data"
    owned: bool = True
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    statement_limit: StatementLimit = field(default_factory=lambda: StatementLimit(standard=LOCAL_SECONDS))
    _places: Places = field(default_factory=lambda: Places(table_key=str.casefold, column_key=str.casefold))
    _cells: dict[str, str] = field(default_factory=dict)
    _columns: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _closed_file: ClosedFile | None = None

    name = "sqlite"
    schemes = frozenset({"sqlite"})
    file_kinds = frozenset({"sqlite"})
    dialect = DIALECT
    capabilities = Capabilities(shows_keys=True, counts_quickly=True)

    def __post_init__(self) -> None:
        register(self.backend.con)
        self.backend.compiler = Compiler()

    @classmethod
    def path_of(cls, url: str) -> Path:
        """Return the path that a URL means."""
        return path_of_url(url)

    @classmethod
    def open_file(cls, path: Path, shown: str, prefix: str = "") -> Self:
        """Open a file with `mode=ro`, and with `immutable` only where it has no `-wal` file to be read.

        Raises:
            SourceError: it cannot be read.
        """
        with sqlite_errors(f"open the SQLite file {shown}"):
            closed = ClosedFile.found(path)
            uri = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if closed else ''}"
            raw = sqlite3.connect(uri, uri=True, check_same_thread=False)
            try:
                raw.execute("PRAGMA query_only = ON")
                raw.execute("PRAGMA trusted_schema = OFF")  # a view calls no function that we lend to queries
                engine = cls(distinct(ibis.sqlite.from_connection(raw)), shown, _closed_file=closed)
                engine.list_relations(prefix)
                engine._list_deleted(path, prefix)
            except BaseException:
                raw.close()
                raise
        return engine

    @classmethod
    def over(cls, backend: Any) -> Self:
        """Return an engine over a connection of the user's."""
        return cls(backend, owned=False)

    @classmethod
    def adopted(cls, held: object) -> object | None:
        """Return the file of a connection of the user's, to be opened read-only; or what is in memory."""
        if not isinstance(held, sqlite3.Connection):
            return None
        with sqlite_errors("read the connection"):
            files = {name: file for _, name, file in held.execute("PRAGMA database_list")}
        return Path(files["main"]) if files.get("main") else ibis.sqlite.from_connection(held)

    def list_relations(self, prefix: str = "") -> None:
        """List every table and view."""
        for table, kind, sql in self._catalogue(catalogue.RELATIONS):
            shown, value_name = shown_table(prefix + table, self.relations)
            if value_name:
                self.hidden[table] = shown
            if catalogue.has_no_content(sql):
                reason = f"{shown} is an index of words without their text, which cannot be read: rebuild it"
                list_missing(self, prefix + table, kind, Missing(Cause.UNSEEN, f"{reason} with its content"))
                continue
            try:
                with sqlite_errors(f"read the columns of {shown}", shown):
                    bound = self._bound(table)
            except SourceError as error:
                reason = (
                    f"{error}; perhaps a view reads a table that is gone, or a virtual table needs a module"
                    " that is absent"
                )
                list_missing(self, prefix + table, kind, Missing(Cause.ERROR, reason))
                continue
            self._list(prefix + table, bound, kind, quoted(table))
            self._places.add(shown, Place("", table, self._columns[shown]))

    def _list_deleted(self, path: Path, prefix: str) -> None:
        """List what deleted rows have left in the file, which no query reads."""
        if pages := left_over(path):
            count = f"{pages:,} free {'page' if pages == 1 else 'pages'}"
            reason = (
                f"{count} of the file may hold rows that were deleted, and no query reads them: run VACUUM,"
                " and set PRAGMA secure_delete where rows are deleted"
            )
            list_missing(self, f"{prefix}deleted rows", "free pages", Missing(Cause.UNSEEN, reason))

    def add_table(self, name: str, table: ir.Table) -> None:
        """List an Ibis table or query of the connection."""
        self._list(name, table, "table", f"({self.backend.compile(table)})")

    def _list(self, name: str, bound: ir.Table, kind: str, cells: str) -> None:
        """List a table; `cells` is the SQL of what its cells are read from."""
        real_table = bound.get_name() if isinstance(bound.op(), ops.DatabaseTable) else None
        shown, columns = list_table(self, name, bound, kind, real_table=real_table)
        self._cells[shown], self._columns[shown] = cells, columns

    def _bound(self, table: str) -> ir.Table:
        """Return a table as an Ibis one."""
        schema = catalogue.schema_of(self.backend, table)
        self.backend.con.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 0")
        return ops.DatabaseTable(table, schema=schema, source=self.backend).to_expr()

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield cells as text, 20,000 rows at a time."""
        reals = [quoted(self._columns[name][c]) for c in columns]
        outputs = ", ".join(
            f"CASE WHEN typeof({c}) = 'blob' THEN {c} ELSE CAST({c} AS TEXT) END" for c in reals
        )
        with sqlite_errors(f"read {name}", name):
            source, parameters = self._cells[name], list[str]()
            if sample is not None:
                source, parameters = self._sampled(source, reals, sample, seed)
            for rows in self._fetched(f"SELECT {outputs} FROM {source}", parameters):
                yield text_batch(columns, rows)

    def _sampled(self, table: str, columns: Sequence[str], sample: int, seed: int) -> tuple[str, list[str]]:
        """Return SQL of a sample of the rows of a table, and the parameters of that SQL."""
        with self._timed():
            ((total,),) = self.backend.con.execute(f"SELECT count(*) FROM {table}").fetchall()
        outputs = ", ".join([f"row_number() OVER () - 1 AS {POSITION}", *dict.fromkeys(columns)])
        source = f"(SELECT {outputs} FROM {table}) WHERE {POSITION} IN (SELECT value FROM json_each(?))"
        return source, [json.dumps(positions(total, sample, seed))]

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with sqlite_errors("run a query"):
            texts = [kind.is_string() for kind in expr.schema().types]
            return [
                tuple(as_text(cell) if text else decoded(cell) for cell, text in zip(row, texts, strict=True))
                for rows in self._fetched(self.backend.compile(expr))
                for row in rows
            ]

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of text and of any size, 20,000 rows at a time."""
        with sqlite_errors("stream a query"):
            for rows in self._fetched(self.backend.compile(expr)):
                yield [tuple(map(as_text, row)) for row in rows]

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, and unique constraints and indexes over columns."""
        return catalogue.keys(self._catalogue, self._places)

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references."""
        return catalogue.foreign_keys(self._catalogue, self._places)

    def close(self) -> None:
        """Close the connection, unless it is the user's: then Ibis writes its SQL again as it did before."""
        if self.owned:
            self.backend.con.close()
        else:
            self.backend.__dict__.pop("compiler", None)

    def _fetched(self, query: str, parameters: Sequence[str] = ()) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, 20,000 at a time."""
        with self._timed():
            cursor = self.backend.con.execute(query, parameters)
        try:
            while rows := self._fetch(cursor):
                yield rows
        finally:
            cursor.close()

    def _fetch(self, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
        """Fetch rows with text as bytes: text that is not UTF-8 would raise, and be part of the message."""
        raw = self.backend.con
        factory, raw.text_factory = raw.text_factory, bytearray
        try:
            with self._timed():
                rows = list(cursor.fetchmany(BATCH_ROWS))
        finally:
            raw.text_factory = factory
        if self._closed_file is not None:
            self._closed_file.check()
        return rows

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Cut off what runs inside when its time is over.

        `interrupt` would end every open stream of the connection.
        """
        left = self.statement_limit.left()
        if left is None:
            yield
            return
        until = time.monotonic() + left
        self.backend.con.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        try:
            yield
        finally:
            self.backend.con.set_progress_handler(None, 0)

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite_errors("read the SQLite catalogue"):
            return [tuple(map(decoded, row)) for rows in self._fetched(query) for row in rows]
