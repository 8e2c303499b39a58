"""MySQL and MariaDB: what the catalogue shows to this user, read as the other engines read it.

A user who has no right at all on a table does not even see that it exists: such tables cannot be named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import mysql_catalogue as catalogue
from auditkit.dataset import mysql_session as sessions
from auditkit.dataset.allowance import Allowance
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.mysql_catalogue import Column, quoted
from auditkit.dataset.mysql_rights import Place, rights_of
from auditkit.dataset.names import shown_columns, shown_source, shown_table
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session
from auditkit.dataset.rights import Rights, is_loopback
from auditkit.dataset.text import BATCH_ROWS, batch_of, positions, text_array
from auditkit.dataset.textless import HASHES, drawn_by_rows, textless
from auditkit.outcome import Cause

_COUNTER = "SET @auditkit = -1"
_HASHED = "CAST(CONV(LEFT(MD5(v), 16), 16, 10) AS UNSIGNED)"
"""Before each stream: what numbers the rows of a sample, in the order in which they are read."""


@dataclass(frozen=True)
class _Place:
    """Where a relation is, and how each shown column is read."""

    schema: str
    table: str
    columns: Mapping[str, Column]

    @property
    def sql(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.table)}"


@dataclass
class MySQL:
    """Relations of a MySQL or MariaDB server: one connection for queries, and one for the stream that runs.

    A stream keeps its connection to itself; a second one at the same time is read whole, on the connection
    for queries.
    """

    arguments: Mapping[str, Any] = field(repr=False)
    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=Allowance)
    _places: dict[str, _Place] = field(default_factory=dict)
    _limit: float = 0.0
    _streaming: bool = False

    dialect = "mysql"

    @property
    def is_mariadb(self) -> bool:
        """Whether the server is MariaDB."""
        return "MariaDB" in self.backend.con.get_server_info()

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Stream cells as text, 20,000 rows at a time."""
        place = self._places[name]
        cells = [place.columns[c].cell for c in columns]
        with driver_errors(f"read {name}", name):
            query = f"SELECT {', '.join(cells)} FROM {place.sql}"
            if sample is not None:
                ((rows,),) = self._run(f"SELECT count(*) FROM {place.sql}")
                drawn = ", ".join(map(str, positions(rows, sample, seed))) or "-1"
                query += (  # row_number() OVER () would number in an order of its own
                    f" WHERE (@auditkit := @auditkit + 1) IN ({drawn})"
                )
            for batch in self._stream(query):
                arrays = {
                    c: text_array(found) for c, found in zip(columns, zip(*batch, strict=True), strict=True)
                }
                yield batch_of(
                    {c: array for c, (array, _) in arrays.items()},
                    {c: failed for c, (_, failed) in arrays.items()},
                )

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with driver_errors("run a query"):
            return self._run(self.backend.compile(expr))

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the values with the smallest hashes, of all columns from one pass over the rows."""
        place, columns = self._places[name], list(bounds)
        cells = [place.columns[c].cell for c in columns]
        below = [str(bound) if bound < HASHES else None for bound in bounds.values()]
        with driver_errors(f"read {name}", name):
            for i, order, times, text in self._run(drawn_by_rows(place.sql, cells, _HASHED, below)):
                yield columns[i], int(order), times, _str(text)

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time."""
        with driver_errors("stream a query"):
            for rows in self._stream(self.backend.compile(expr)):
                yield [tuple(map(_str, row)) for row in rows]

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys and unique indexes over whole columns."""
        grouped: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for schema, table, index, column, part in self._catalogue(catalogue.UNIQUE):
            grouped[schema, table, index].append(column if part is None and column is not None else "")
        found: dict[tuple[str, tuple[str, ...]], bool] = {}
        for (schema, table, index), columns in grouped.items():
            if key := self._shown(schema, table, columns):
                found[key] = found.get(key, False) or index == "PRIMARY"
        return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references; none is vouched for, as rows may be loaded with the checks switched
        off.
        """
        found = []
        for place in self._places.values():
            if self._kinds.get((place.schema, place.table)) == "view":
                continue
            try:
                with driver_errors("read the MySQL catalogue of references"):
                    ((_, ddl, *_),) = self._run(f"SHOW CREATE TABLE {place.sql}")
            except SourceError as error:
                if (
                    error.code != Cause.NO_RIGHT
                ):  # who may read some columns alone may not see how the table was made
                    raise
                continue
            for columns, schema, parent, parent_columns, on_delete in catalogue.foreign_keys(ddl):
                child, to = (
                    self._shown(place.schema, place.table, columns),
                    self._shown(schema or place.schema, parent, parent_columns),
                )
                if child and to:
                    found.append(ForeignKey(*child, *to, on_delete=on_delete, validated=False))
        return tuple(found)

    def session(self) -> Session:
        """Return how the audit is connected: over TLS or not, and what its user could change."""
        with driver_errors("read the MySQL grants"):
            grants = [text for (text,) in self._run("SHOW GRANTS")]
            encrypted = None if "unix_socket" in self.arguments else bool(sessions.cipher(self.backend.con))
        by_column = {
            (schema, table)
            for schema, table, *_, rights in self._catalogue(catalogue.COLUMNS)
            if {"insert", "update"} & _rights(rights)
        }
        writable = sorted(
            shown
            for shown, place in self._places.items()
            if (place.schema, place.table) in by_column
            or catalogue.may_change(grants, place.schema, place.table)
        )
        server, near = (
            "MariaDB" if self.is_mariadb else "MySQL",
            is_loopback(str(self.arguments.get("host", ""))),
        )
        return Session(server, encrypted, catalogue.administers(grants), tuple(writable), loopback=near)

    def rights(self) -> Rights:
        """Return who may do what, as far as this user may see it."""
        with driver_errors("read the MySQL accounts"):
            ((user,),) = self._run("SELECT CURRENT_USER()")
        places = [
            Place(
                shown,
                self.relations[shown].kind,
                place.schema,
                place.table,
                {c.name: new for new, c in place.columns.items()},
            )
            for shown, place in self._places.items()
        ]
        return rights_of(self._catalogue, places, is_mariadb=self.is_mariadb, user=user)

    def close(self) -> None:
        """Close the connection."""
        if self.backend.con.open:
            self.backend.con.close()

    def list_relations(self, prefix: str = "") -> None:
        """Add every table and view that this user sees; what it may not read says so."""
        collations = {name for (name,) in self._catalogue(catalogue.COLLATIONS)}
        collation = next(name for name in catalogue.EXACT if name in collations)
        columns: dict[tuple[str, str], list[Column]] = defaultdict(list)
        closed: dict[tuple[str, str], int] = defaultdict(int)
        for schema, table, column, kind, declared, rights in self._catalogue(catalogue.COLUMNS):
            if "select" in _rights(rights):
                columns[schema, table].append(catalogue.column(column, kind, declared, collation))
            else:
                closed[schema, table] += 1
        for schema, table, kind, rows in self._catalogue(catalogue.RELATIONS):
            name = prefix + (table if schema == self.arguments["database"] else f"{schema}.{table}")
            shown, value_name = shown_table(name, self.relations)
            known: dict[str, Any] = {
                "kind": "view" if kind == "VIEW" else "table",
                "rows": rows,
                "value_name": value_name,
                "real_name": name,
            }
            found = columns[schema, table]
            missing = None
            try:
                with driver_errors(f"read the columns of {shown}", shown):
                    self._run(f"SELECT * FROM {quoted(schema)}.{quoted(table)} LIMIT 0")
            except SourceError as error:
                if (
                    found and error.code == Cause.NO_RIGHT
                ):  # to some of its columns, which the catalogue hides: at least one
                    closed[schema, table] = closed[schema, table] or 1
                else:
                    missing = error.missing
            if missing is not None:
                self.relations[shown] = Relation(shown, missing=missing, **known)
                continue
            names, value_names = shown_columns([column.name for column in found])
            place = _Place(schema, table, dict(zip(names, found, strict=True)))
            self._places[shown] = place
            self.hidden |= {column.name: new for new, column in place.columns.items() if new in value_names}
            if value_name:
                self.hidden[table] = shown
            bound = self._bound(place)
            apart = textless(bound)
            stored = frozenset[str]() if kind == "VIEW" else apart
            known |= {"closed_columns": closed[schema, table], "textless": apart, "drawable": stored}
            self.relations[shown] = Relation(shown, table=bound, value_names=value_names, **known)

    @property
    def _kinds(self) -> dict[tuple[str, str], str]:
        return {
            (place.schema, place.table): self.relations[shown].kind for shown, place in self._places.items()
        }

    def _bound(self, place: _Place) -> ir.Table:
        """Return a relation as an Ibis table, a query that makes booleans booleans and comparisons exact."""
        outputs = ", ".join(f"{column.value} AS {quoted(shown)}" for shown, column in place.columns.items())
        schema = ibis.schema({shown: column.dtype for shown, column in place.columns.items()})
        return ops.SQLQueryResult(f"SELECT {outputs} FROM {place.sql}", schema, self.backend).to_expr()

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        """Run a statement on the connection for queries, within its time."""
        left = self.allowance.left() or sessions.SECONDS
        with self.backend.con.cursor() as cursor:
            if left != self._limit:
                setting = (
                    f"max_statement_time = {left:.3f}"
                    if self.is_mariadb
                    else f"max_execution_time = {max(1, round(left * 1000))}"
                )
                cursor.execute(f"SET SESSION {setting}")
                self._limit = left
            cursor.execute(query)
            return list(cursor.fetchall())

    def _stream(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, 20,000 at a time; what may take long is the wait for the next of them,
        not the reader.
        """
        if self._streaming:
            self._run(_COUNTER)
            rows = self._run(query)
            yield from (rows[start : start + BATCH_ROWS] for start in range(0, len(rows), BATCH_ROWS))
            return
        from pymysql.cursors import SSCursor  # type: ignore[import-untyped]

        left = self.allowance.left() or sessions.SECONDS
        raw = sessions.connect(self.arguments, use_unicode=False, conv={}, read_timeout=max(left, 0.001))
        cursor = raw.cursor(SSCursor)
        self._streaming, ended = True, False
        try:
            cursor.execute(_COUNTER)
            cursor.execute(query)
            while batch := cursor.fetchmany(BATCH_ROWS):
                yield list(batch)
                self.allowance.left()
            ended = True
        finally:
            self._streaming = False
            if not ended:
                self._stop(raw, cursor)
            if raw.open:
                raw.close()

    def _stop(self, raw: Any, cursor: Any) -> None:
        """End a stream that is left, on the server too; the driver would read all its rows before it
        closes.
        """
        if (result := getattr(cursor, "_result", None)) is not None:
            result.unbuffered_active = False
        with suppress(Exception), self.backend.con.cursor() as killer:  # the server may be gone
            killer.execute(f"KILL {raw.thread_id()}")

    def _shown(self, schema: str, table: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
        """Return the shown names of a table and some of its columns, or None where one of them cannot be
        read.
        """
        shown = next(
            (s for s, place in self._places.items() if (place.schema, place.table) == (schema, table)), None
        )
        if shown is None:
            return None
        by_real = {column.name.casefold(): new for new, column in self._places[shown].columns.items()}
        columns = tuple(by_real.get(name.casefold(), "") for name in names)
        return (shown, columns) if columns and all(columns) else None

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        scope = (
            "table_schema = DATABASE()"
            if self.arguments["database"]
            else f"table_schema NOT IN {catalogue.SYSTEM}"
        )
        with driver_errors("read the MySQL catalogue"):
            return self._run(query.format(scope=scope))


def open_url(url: str, prefix: str = "") -> tuple[MySQL, str]:
    """Open a database by its URL, or all of a server where it names none; return it and what to call it,
    never a host or password.

    Raises:
        SourceError: PyMySQL is not installed, the URL is none, the server cannot be reached, or it refuses
            the user.
    """
    known = sessions.arguments(url)
    raw = sessions.connect(known)
    try:
        with driver_errors("open the MySQL database"):
            engine = MySQL(known, sessions.backend(raw))
            engine.list_relations(prefix)
        return engine, shown_source(known["database"] or "mysql")
    except BaseException:
        if raw.open:
            raw.close()
        raise


def _rights(text: str) -> set[str]:
    return {right.strip().lower() for right in text.split(",")}


def _str(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
