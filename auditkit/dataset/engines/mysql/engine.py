"""Relations of a MySQL or MariaDB server, read as the other engines read theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.cells import positions, text_batch
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.engines.mysql import catalogue
from auditkit.dataset.engines.mysql.cells import EXACT_COLLATIONS, Column, column
from auditkit.dataset.engines.mysql.dialect import DIALECT
from auditkit.dataset.engines.mysql.errors import mysql_errors
from auditkit.dataset.engines.mysql.grants import administers, may_change
from auditkit.dataset.engines.mysql.rights import Listed, rights_of
from auditkit.dataset.engines.mysql.session import SECONDS, arguments, backend, cipher, connect, reading
from auditkit.dataset.engines.mysql.streams import NUMBERED, Streams
from auditkit.dataset.engines.mysql.view_functions import unread_views
from auditkit.dataset.errors import SourceError
from auditkit.dataset.listing import list_missing, list_table, mark_drawable
from auditkit.dataset.places import Place, Places
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session
from auditkit.dataset.rights import Rights, is_loopback
from auditkit.dataset.sql import backticked
from auditkit.dataset.statement_limit import StatementLimit
from auditkit.dataset.textless import HASHES, drawn_by_rows
from auditkit.dataset.view_functions import named_functions
from auditkit.naming.names import shown_columns, shown_source, shown_table
from auditkit.outcome import Cause, Missing

_HASHED = "CAST(CONV(LEFT(MD5(v), 16), 16, 10) AS UNSIGNED)"
_HISTORY = (
    "the server keeps the earlier versions of these rows, deleted ones too, and only the present rows are"
    " read: copy what FOR SYSTEM_TIME ALL selects into a table and audit it, or drop it with DELETE HISTORY"
)


@dataclass(eq=False)
class MySQL(Engine):
    """One connection for queries, and one for the stream that runs."""

    arguments: Mapping[str, Any] = field(repr=False)
    backend: Any
    source_name: str
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    statement_limit: StatementLimit = field(default_factory=StatementLimit)
    named_functions: frozenset[str] = field(default_factory=named_functions)
    _places: Places = field(default_factory=lambda: Places(column_key=str.casefold))
    _cells: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _streams: Streams = field(init=False)

    name = "mysql"
    schemes = frozenset({"mysql", "mariadb"})
    dialect = DIALECT
    capabilities = Capabilities(
        has_roles=True, has_sessions=True, shows_keys=True, enforces_types=True, samples_on_server=True
    )

    def __post_init__(self) -> None:
        self._streams = Streams(self.arguments, self._run, self._kill, self.statement_limit)

    @classmethod
    def open_url(cls, url: str, prefix: str = "") -> Self:
        """Open a database by its URL; a URL without a database opens all of the server.

        Raises:
            SourceError: PyMySQL is not installed, the URL has another form, the server cannot be reached, or
                it refuses the user.
        """
        known = arguments(url)
        raw = connect(known)
        try:
            with mysql_errors("open the MySQL database"):
                engine = cls(known, backend(raw), shown_source(known["database"] or "mysql"))
                engine.list_relations(prefix)
            return engine
        except BaseException:
            if raw.open:
                raw.close()
            raise

    @property
    def is_mariadb(self) -> bool:
        """Whether the server is MariaDB."""
        return "MariaDB" in self.backend.con.get_server_info()

    def list_relations(self, prefix: str = "") -> None:
        """List every table and view that this user sees.

        A view that calls functions which may do anything is listed, and not read.
        """
        readable, closed = self._columns()
        unread_view = unread_views(self._catalogue, self.named_functions)
        for schema, table, kind, rows in self._catalogue(catalogue.RELATIONS):
            place, columns = Place(schema, table, {}), readable[schema, table]
            name = prefix + (table if schema == self.arguments["database"] else f"{schema}.{table}")
            known: dict[str, Any] = {"kind": "view" if kind == "VIEW" else "table", "rows": rows}
            try:
                if missing := unread_view.get((schema, table)):
                    raise SourceError(missing.reason, code=missing.cause)
                hides_columns = self._try_to_read(place, columns, shown_table(name, self.relations)[0])
            except SourceError as error:
                list_missing(self, name, missing=error.missing, **known)
                continue
            # The catalogue does not show the columns that this user may not read: at least one is closed.
            unread = closed[schema, table] or int(hides_columns)
            shown = self._list(name, place, columns, closed_columns=unread, **known)
            if kind == "SYSTEM VERSIONED":
                list_missing(self, f"{shown} (history)", "history", Missing(Cause.UNSEEN, _HISTORY))

    def _list(self, name: str, place: Place, columns: Sequence[Column], **known: Any) -> str:
        """List a relation that can be read; return its shown name."""
        names, value_names = shown_columns([c.name for c in columns])
        by_name = dict(zip(names, columns, strict=True))
        self.hidden |= {c.name: shown for shown, c in by_name.items() if shown in value_names}
        bound = self._bound(place, by_name)
        shown, _ = list_table(self, name, bound, real_table=place.table, value_names=value_names, **known)
        real = {new: c.name for new, c in by_name.items()}
        self._places.add(shown, Place(place.schema, place.table, real))
        self._cells[shown] = {new: c.cell for new, c in by_name.items()}
        if known["kind"] == "table":
            mark_drawable(self, shown)
        return shown

    def _columns(
        self,
    ) -> tuple[Mapping[tuple[str, str], list[Column]], Mapping[tuple[str, str], int]]:
        """Return the columns of each relation that may be read, and how many others the catalogue shows."""
        collations = {name for (name,) in self._catalogue(catalogue.COLLATIONS)}
        collation = next(name for name in EXACT_COLLATIONS if name in collations)
        readable: dict[tuple[str, str], list[Column]] = defaultdict(list)
        closed: dict[tuple[str, str], int] = defaultdict(int)
        for schema, table, name, kind, declared, rights in self._catalogue(catalogue.COLUMNS):
            if "select" in catalogue.privileges(rights):
                readable[schema, table].append(column(name, kind, declared, collation))
            else:
                closed[schema, table] += 1
        return readable, closed

    def _try_to_read(self, place: Place, columns: Sequence[Column], shown: str) -> bool:
        """Return whether this user may read only some of the columns.

        Raises:
            SourceError: the relation cannot be read.
        """
        try:
            with mysql_errors(f"read the columns of {shown}", shown):
                self._run(f"SELECT * FROM {place.sql(backticked)} LIMIT 0")
        except SourceError as error:
            if columns and error.code == Cause.NO_RIGHT:
                return True
            raise
        return False

    def _bound(self, place: Place, columns: Mapping[str, Column]) -> ir.Table:
        """Return a relation as an Ibis table: a query that compares exactly, with booleans."""
        outputs = ", ".join(f"{c.value} AS {backticked(shown)}" for shown, c in columns.items())
        schema = ibis.schema({shown: c.dtype for shown, c in columns.items()})
        query = f"SELECT {outputs} FROM {place.sql(backticked)}"
        return ops.SQLQueryResult(query, schema, self.backend).to_expr()

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield cells as text, 20,000 rows at a time."""
        table = self._places[name].sql(backticked)
        cells = [self._cells[name][c] for c in columns]
        with mysql_errors(f"read {name}", name):
            query = f"SELECT {', '.join(cells)} FROM {table}"
            if sample is not None:
                ((rows,),) = self._run(f"SELECT count(*) FROM {table}")
                drawn = ", ".join(map(str, positions(rows, sample, seed))) or "-1"
                query += f" WHERE {NUMBERED} IN ({drawn})"
            for batch in self._streams.rows(query):
                yield text_batch(columns, batch)

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""
        with mysql_errors("run a query"):
            return self._run(self.backend.compile(expr))

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size, 20,000 rows at a time."""
        with mysql_errors("stream a query"):
            for rows in self._streams.rows(self.backend.compile(expr)):
                yield [tuple(map(_decoded, row)) for row in rows]

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the values with the smallest hashes, of all columns in one pass over the rows."""
        columns = list(bounds)
        cells = [self._cells[name][c] for c in columns]
        below = [str(bound) if bound < HASHES else None for bound in bounds.values()]
        with mysql_errors(f"read {name}", name):
            query = drawn_by_rows(self._places[name].sql(backticked), cells, _HASHED, below)
            for i, order, times, text in self._run(query):
                yield columns[i], int(order), times, _decoded(text)

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, and unique indexes over whole columns."""
        return catalogue.keys(self._catalogue, self._places)

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references."""
        tables = [p for shown, p in self._places.items() if self.relations[shown].kind != "view"]
        return catalogue.foreign_keys(self._run, self._places, tables)

    def session(self) -> Session:
        """Return how the audit is connected, and what its user could change."""
        with mysql_errors("read the MySQL grants"):
            grants = [text for (text,) in self._run("SHOW GRANTS")]
            encrypted = None if "unix_socket" in self.arguments else bool(cipher(self.backend.con))
        by_column = {
            (schema, table)
            for schema, table, *_, rights in self._catalogue(catalogue.COLUMNS)
            if {"insert", "update"} & catalogue.privileges(rights)
        }
        writable = sorted(
            shown
            for shown, place in self._places.items()
            if (place.schema, place.table) in by_column or may_change(grants, place.schema, place.table)
        )
        return Session(
            "MariaDB" if self.is_mariadb else "MySQL",
            encrypted,
            administers(grants),
            tuple(writable),
            loopback=is_loopback(str(self.arguments.get("host", ""))),
        )

    def rights(self) -> Rights:
        """Return who may do what, as far as this user may see it."""
        with mysql_errors("read the MySQL accounts"):
            ((user,),) = self._run("SELECT CURRENT_USER()")
        listed = [Listed(shown, self.relations[shown].kind, place) for shown, place in self._places.items()]
        return rights_of(self._catalogue, listed, is_mariadb=self.is_mariadb, user=user)

    def close(self) -> None:
        """Close the connections."""
        self._streams.close()
        if self.backend.con.open:
            self.backend.con.close()

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        """Run a statement on the connection for queries, within its time."""
        left = self.statement_limit.left() or SECONDS
        limit = (
            f"max_statement_time = {left:.3f}"
            if self.is_mariadb
            else f"max_execution_time = {max(1, round(left * 1000))}"
        )
        with reading(self.backend.con, limit) as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def _catalogue(self, query: str) -> list[tuple[Any, ...]]:
        database = self.arguments["database"]
        scope = "table_schema = DATABASE()" if database else f"table_schema NOT IN {catalogue.SYSTEM}"
        with mysql_errors("read the MySQL catalogue"):
            return self._run(query.format(scope=scope))

    def _kill(self, thread: int) -> None:
        with self.backend.con.cursor() as cursor:
            cursor.execute(f"KILL {thread}")


def _decoded(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
