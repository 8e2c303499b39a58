"""SQLite, read through our own cursor: its types are wishes, and Ibis would load the whole result."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.allowance import LOCAL, Allowance
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.identity import distinct
from auditkit.dataset.names import renamed, shown_columns, shown_table
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.dataset.sql import POSITION, quoted
from auditkit.dataset.text import BATCH_ROWS, batch_of, positions, text_array
from auditkit.outcome import Cause, Missing

_RELATIONS = (
    r"SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%'"
    r" ESCAPE '\' ORDER BY rowid"
)
_PRIMARY_KEYS = (
    "SELECT m.name, t.name FROM sqlite_master m, pragma_table_info(m.name) t WHERE m.type = 'table' AND t.pk"
    " > 0 ORDER BY m.rowid, t.pk"
)
_UNIQUE_INDEXES = """
    SELECT m.name, i.name, c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
    WHERE m.type = 'table' AND i."unique" AND NOT i.partial ORDER BY m.rowid, i.seq, c.seqno"""
_FOREIGN_KEYS = """
    SELECT m.name, f.id, f."table", f."from", f."to", f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' ORDER BY m.rowid, f.id, f.seq"""


@dataclass
class SQLite:
    """Relations of one SQLite connection."""

    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    owned: bool = True
    allowance: Allowance = field(default_factory=lambda: Allowance(standard=LOCAL))
    _tables: dict[str, str] = field(default_factory=dict)
    _cells: dict[str, str] = field(default_factory=dict)
    _columns: dict[str, Mapping[str, str]] = field(default_factory=dict)

    dialect = "sqlite"

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Stream cells as text, 20,000 rows at a time."""
        table, reals = self._cells[name], [quoted(self._columns[name][c]) for c in columns]
        outputs = ", ".join(
            f"CASE WHEN typeof({c}) = 'blob' THEN {c} ELSE CAST({c} AS TEXT) END" for c in reals
        )
        source, parameters = table, list[str]()
        with driver_errors(f"read {name}", name):
            if sample is not None:
                with self._timed():
                    ((total,),) = self.backend.con.execute(f"SELECT count(*) FROM {table}").fetchall()
                numbered = (
                    f"SELECT row_number() OVER () - 1 AS {POSITION}, {', '.join(dict.fromkeys(reals))} FROM"
                    f" {table}"
                )
                source = f"({numbered}) WHERE {POSITION} IN (SELECT value FROM json_each(?))"
                parameters = [json.dumps(positions(total, sample, seed))]
            with self._timed():
                cursor = self.backend.con.execute(f"SELECT {outputs} FROM {source}", parameters)
            try:
                while rows := self._fetch(cursor):
                    arrays = {
                        c: text_array(cells)
                        for c, cells in zip(columns, zip(*rows, strict=True), strict=True)
                    }
                    yield batch_of(
                        {c: array for c, (array, _) in arrays.items()},
                        {c: failed for c, (_, failed) in arrays.items()},
                    )
            finally:
                cursor.close()

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with driver_errors("run a query"):
            with self._timed():
                cursor = self.backend.con.execute(self.backend.compile(expr))
            try:
                return [tuple(map(_str, row)) for row in self._fetch(cursor, None)]
            finally:
                cursor.close()

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time."""
        with driver_errors("stream a query"):
            with self._timed():
                cursor = self.backend.con.execute(self.backend.compile(expr))
            try:
                while rows := self._fetch(cursor):
                    yield [tuple(map(_str, row)) for row in rows]
            finally:
                cursor.close()

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys and unique constraints and indexes over columns."""
        grouped: dict[tuple[str, str | None], list[str | None]] = defaultdict(list)
        for table, column in self._catalogue(_PRIMARY_KEYS):
            grouped[table, None].append(column)
        for table, index, column in self._catalogue(_UNIQUE_INDEXES):
            grouped[table, index].append(column)
        found: dict[tuple[str, tuple[str, ...]], bool] = {}
        for (table, index), columns in grouped.items():
            if key := self._shown(table, columns):
                found[key] = found.get(key, False) or index is None
        return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references; one that names no column of the parent means its primary key."""
        primary: dict[str, list[str | None]] = defaultdict(list)
        for table, column in self._catalogue(_PRIMARY_KEYS):
            primary[table.casefold()].append(column)
        grouped: dict[tuple[str, int, str, str], list[tuple[str, str | None]]] = defaultdict(list)
        for table, number, parent, column, to, on_delete in self._catalogue(_FOREIGN_KEYS):
            grouped[table, number, parent, on_delete].append((column, to))
        found = []
        for (table, _, parent, on_delete), pairs in grouped.items():
            named = [to for _, to in pairs]
            child, to = (
                self._shown(table, [c for c, _ in pairs]),
                self._shown(parent, named if all(named) else primary[parent.casefold()]),
            )
            if child and to and len(child[1]) == len(to[1]):
                found.append(ForeignKey(*child, *to, on_delete=on_delete, validated=False))
        return tuple(found)

    def session(self) -> None:
        """There is no server."""

    def close(self) -> None:
        """Close the connection, unless it is the user's."""
        if self.owned:
            self.backend.con.close()

    def list_relations(self, prefix: str = "") -> None:
        """Add every table and view; one that cannot be read says why."""
        for table, kind in self._catalogue(_RELATIONS):
            shown, value_name = shown_table(prefix + table, self.relations)
            if value_name:
                self.hidden[table] = shown
            try:
                with driver_errors(f"read the columns of {shown}", shown):
                    bound = self._bound(table)
            except SourceError as error:
                missing = Missing(
                    Cause.ERROR,
                    f"{error}; a view may stand on a table that is gone, a virtual table on a module that is"
                    " absent",
                )
                self.relations[shown] = Relation(
                    shown, kind, missing=missing, value_name=value_name, real_name=prefix + table
                )
                continue
            self._tables[shown] = table
            self.add_table(shown, kind, bound, quoted(table), value_name, prefix + table)

    def add_table(
        self,
        shown: str,
        kind: str,
        bound: ir.Table,
        cells: str = "",
        value_name: str | None = None,
        real_name: str = "",
    ) -> None:
        """Add an Ibis table or query of the connection; `cells` is SQL text of a table to stream from, by
        default the query.
        """
        columns, value_names = shown_columns(bound.columns)
        changed = renamed(bound.columns, columns)
        self.hidden |= {real: new for new, real in changed.items() if new in value_names}
        self._cells[shown] = cells or f"({self.backend.compile(bound)})"
        self._columns[shown] = dict(zip(columns, bound.columns, strict=True))
        expr = bound.rename(changed) if changed else bound
        self.relations[shown] = Relation(
            shown, kind, expr, value_names=value_names, value_name=value_name, real_name=real_name
        )

    def _fetch(self, cursor: sqlite3.Cursor, size: int | None = BATCH_ROWS) -> list[tuple[Any, ...]]:
        """Fetch rows with text as bytes: text that is not UTF-8 would raise, and put itself into the
        message.
        """
        raw = self.backend.con
        factory, raw.text_factory = raw.text_factory, bytearray
        try:
            with self._timed():
                return list(cursor.fetchall() if size is None else cursor.fetchmany(size))
        finally:
            raw.text_factory = factory

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Cut off what runs inside when its time is over; `interrupt` would end every open stream of the
        connection.
        """
        left = self.allowance.left()
        if left is None:
            yield
            return
        until = time.monotonic() + left
        self.backend.con.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        try:
            yield
        finally:
            self.backend.con.set_progress_handler(None, 0)

    def _bound(self, table: str) -> ir.Table:
        """Return a table as an Ibis one, with generated columns, and with types for columns that declare
        none.
        """
        raw, mapper = self.backend.con, self.backend.compiler.type_mapper
        declared = raw.execute(
            'SELECT name, type, "notnull" FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid', [table]
        ).fetchall()
        schema = {}
        for name, kind, notnull in declared:
            if not kind:
                first = raw.execute(
                    f"SELECT typeof({quoted(name)}) FROM {quoted(table)} WHERE {quoted(name)} IS NOT NULL"
                    " LIMIT 1"
                ).fetchone()
                kind = first[0] if first else "text"
            schema[name] = _dtype(kind, mapper, nullable=not notnull)
        raw.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 0")
        return ops.DatabaseTable(table, schema=ibis.schema(schema), source=self.backend).to_expr()

    def _shown(self, table: str, columns: Sequence[str | None]) -> tuple[str, tuple[str, ...]] | None:
        """Return the shown names of a table and some of its columns, or None where one is not there (an index
        over an expression).
        """
        shown = next((s for s, real in self._tables.items() if real.casefold() == table.casefold()), None)
        if shown is None or not columns:
            return None
        by_real = {real.casefold(): new for new, real in self._columns[shown].items()}
        names = tuple(by_real.get((c or "").casefold(), "") if c is not None else "" for c in columns)
        return (shown, names) if all(names) else None

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        with driver_errors("read the SQLite catalogue"):
            cursor = self.backend.con.execute(query)
            return [tuple(map(_str, row)) for row in self._fetch(cursor, None)]


def open_file(path: Path, shown: str, prefix: str = "") -> SQLite:
    """Open a SQLite file read-only; `mode=ro` and never `immutable`, which would not see what stands in its
    `-wal`.

    Raises:
        SourceError: it cannot be read.
    """
    with driver_errors(f"open the SQLite file {shown}"):
        raw = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, check_same_thread=False
        )
        try:
            raw.execute("PRAGMA query_only = ON")
            engine = SQLite(distinct(ibis.sqlite.from_connection(raw)))
            engine.list_relations(prefix)
        except BaseException:
            raw.close()
            raise
    return engine


def _dtype(kind: str, mapper: Any, *, nullable: bool) -> dt.DataType:
    """Return the Ibis type of a declared type; where Ibis knows none, by SQLite's own rules of affinity."""
    try:
        known = mapper.from_string(kind.lower(), nullable=nullable)
    except Exception:
        known = dt.unknown
    if not isinstance(known, dt.Unknown | dt.Null):
        return known
    upper = kind.upper()
    if "INT" in upper:
        return dt.Int64(nullable=nullable)
    if any(part in upper for part in ("CHAR", "CLOB", "TEXT")):
        return dt.String(nullable=nullable)
    if any(part in upper for part in ("REAL", "FLOA", "DOUB", "NUM", "DEC")):
        return dt.Float64(nullable=nullable)
    return dt.String(nullable=nullable)


def _str(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytearray) else value
