"""Relations of a PostgreSQL database; one that the role may not read says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.cells import counted_batch, decoded, text_array
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.engines.postgres import catalogue
from auditkit.dataset.engines.postgres.catalogue import Listed, qualified
from auditkit.dataset.engines.postgres.cells import BINARY, Reading
from auditkit.dataset.engines.postgres.compiler import Compiler
from auditkit.dataset.engines.postgres.dialect import DIALECT
from auditkit.dataset.engines.postgres.errors import is_bad_value, postgres_errors
from auditkit.dataset.engines.postgres.probe import probed
from auditkit.dataset.engines.postgres.rights import rights_of
from auditkit.dataset.engines.postgres.session import connect, for_statement, session_of
from auditkit.dataset.engines.postgres.streams import Streams
from auditkit.dataset.engines.postgres.types import Columns, columns_of, readable_table
from auditkit.dataset.engines.postgres.view_functions import functions_of_relations
from auditkit.dataset.errors import SourceError
from auditkit.dataset.identity import distinct
from auditkit.dataset.listing import list_missing, list_table, mark_drawable
from auditkit.dataset.places import Place, Places
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session
from auditkit.dataset.rights import Probed, Rights
from auditkit.dataset.sql import quoted
from auditkit.dataset.statement_limit import StatementLimit
from auditkit.dataset.textless import HASHES, drawn_by_rows
from auditkit.dataset.view_functions import named_functions, not_called
from auditkit.naming.names import shown_source, shown_table
from auditkit.outcome import Missing


@dataclass(eq=False)
class Postgres(Engine):
    """One connection for queries, and one for all streams."""

    url: str = field(repr=False)
    backend: Any
    source_name: str
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    statement_limit: StatementLimit = field(default_factory=StatementLimit)
    named_functions: frozenset[str] = field(default_factory=named_functions)
    _places: Places = field(default_factory=Places)
    _prefix: str = ""
    _streams: Streams = field(init=False)

    name = "postgres"
    schemes = frozenset({"postgresql", "postgres"})
    dialect = DIALECT
    capabilities = Capabilities(
        has_roles=True,
        has_sessions=True,
        has_row_security=True,
        shows_keys=True,
        enforces_types=True,
        samples_on_server=True,
    )

    def __post_init__(self) -> None:
        self._streams = Streams(lambda: connect(self.url, any_text=True), self.statement_limit)

    @classmethod
    def open_url(cls, url: str, prefix: str = "") -> Self:
        """Open a database by its URL.

        Raises:
            SourceError: psycopg is not installed, the server cannot be reached, or it refuses the role.
        """
        raw = connect(url)
        try:
            with postgres_errors("open the PostgreSQL database"):
                backend = distinct(ibis.postgres.from_connection(raw))
                backend.compiler = Compiler()
                engine = cls(url, backend, shown_source(raw.info.dbname))
                engine.list_relations(prefix)
            return engine
        except BaseException:
            raw.close()
            raise

    def list_relations(self, prefix: str = "") -> None:
        """List every table, view, materialised view and foreign table of every schema.

        A relation whose reading calls functions which may do anything is listed, and not read.
        """
        self._prefix = prefix
        columns, functions = columns_of(self._catalogue), functions_of_relations(self._catalogue)
        for listed in catalogue.listed(self._catalogue):
            name = prefix + listed.name
            rows = listed.estimate if listed.estimate >= 0 else None
            called = functions.get((listed.schema, listed.table), ())
            try:
                if missing := listed.missing or not_called(called, self.named_functions):
                    raise SourceError(missing.reason, code=missing.cause)
                bound = self._bound(listed, columns, shown_table(name, self.relations)[0])
            except SourceError as error:
                list_missing(self, name, listed.kind, error.missing, rows=rows)
                continue
            shown, names = list_table(
                self,
                name,
                bound,
                listed.kind,
                real_table=listed.table,
                rows=rows,
                closed_columns=listed.closed_columns,
            )
            self._places.add(shown, Place(listed.schema, listed.table, names))
            if listed.is_stored:
                mark_drawable(self, shown)

    def _bound(self, listed: Listed, columns: Columns, shown: str) -> ir.Table:
        """Return the columns that may be read as an Ibis table.

        Raises:
            SourceError: it cannot be read.
        """
        place = listed.schema, listed.table
        if place not in columns:
            raise SourceError(f"{shown} was dropped while it was opened", code="unseen", table=shown)
        return readable_table(self.backend, *place, columns[place], listed.readable)

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield cells as text, 20,000 rows at a time.

        A column whose cells raise an error when they are computed is null, and all its cells are counted:
        it does not keep the others from being read.
        """
        place = self._places[name]
        reals = [place.columns[c] for c in columns]
        with postgres_errors(f"read {name}", name):
            binary = frozenset(column for (column,) in self._catalogue(BINARY, [place.schema, place.table]))
            reading = Reading(place, reals, binary, sample, seed)
            failing: frozenset[str] = frozenset()
            rows = self._streams.rows("", reading.sql)
            try:
                batch = next(rows, [])
            except Exception as error:
                if not is_bad_value(error):
                    raise
                failing = reading.failing(self.backend.con)
                rows = self._streams.rows("", lambda raw: reading.sql(raw, failing))
                batch = next(rows, [])
            while batch:
                yield _batch(columns, reals, batch, failing)
                batch = next(rows, [])

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query; one that fails leaves the session usable."""
        with postgres_errors("run a query"):
            return self._run(str(self.backend.compile(expr)))

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size through a cursor of the server, 20,000 rows at a time."""
        with postgres_errors("stream a query"):
            for rows in self._streams.rows(self.backend.compile(expr)):
                yield [tuple(map(decoded, row)) for row in rows]

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the values with the smallest hashes, of all columns in one pass; hashes are signed here."""
        place, columns, lowest = self._places[name], list(bounds), HASHES // 2
        cells = [f"{quoted(place.columns[c])}::text" for c in columns]
        below = [f"{bound - lowest}" if bound < HASHES else None for bound in bounds.values()]
        with postgres_errors(f"read {name}", name):
            query = drawn_by_rows(place.sql(), cells, "hashtextextended(v, 0)", below)
            for i, order, times, text in self._run(query):
                yield columns[i], order + lowest, times, text

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, unique constraints, and unique indexes over columns and all rows."""
        return catalogue.keys(self._catalogue, self._places)

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references."""
        return catalogue.foreign_keys(self._catalogue, self._places)

    def session(self) -> Session:
        """Return how the audit is connected, and what its role could change."""
        return session_of(self._catalogue, self.backend.con.pgconn, self._shown())

    def rights(self) -> Rights:
        """Return who may do what, as far as this role may see it."""
        return rights_of(self._catalogue, self._shown(), self._columns)

    def probed(self, name: str, tenants: ir.Table, role: str, setting: str) -> Probed | Missing:
        """Return what a role sees of a relation as one tenant.

        `tenants` are its rows with their tenant in the only column.
        """
        limit = self.statement_limit.milliseconds()
        with postgres_errors(f"probe {name}", name):
            text = tenants.select(t=tenants[tenants.columns[0]].cast("string"))
            return probed(self.backend.con, self.backend.compile(text), role, setting, limit)

    def close(self) -> None:
        """Close the connections."""
        self._streams.close()
        self.backend.con.close()

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        return self._read(query, None, self.statement_limit.milliseconds())

    def _catalogue(self, query: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with postgres_errors("read the PostgreSQL catalogue"):
            return self._read(query, parameters, None)

    def _read(self, query: str, parameters: Sequence[Any] | None, limit: int | None) -> list[tuple[Any, ...]]:
        """Run a statement that only reads, and undo what a function in it has set for the session."""
        with self.backend.con.transaction(force_rollback=True):
            self.backend.con.execute(for_statement(limit))
            return list(self.backend.con.execute(query, parameters).fetchall())

    def _shown(self) -> Any:
        """Return a function from the schema and name of a relation to its shown name, if it is listed."""
        names = {relation.real_name: shown for shown, relation in self.relations.items()}
        return lambda schema, table: names.get(self._prefix + qualified(schema, table))

    def _columns(self, shown: str) -> Mapping[str, str]:
        """Return the shown names of the columns of a relation by their real names."""
        if shown not in self._places:
            return {}
        return {real: new for new, real in self._places[shown].columns.items()}


def _batch(
    columns: Sequence[str],
    reals: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    failing: frozenset[str],
) -> pa.RecordBatch:
    """Return rows as a batch of text; all cells of a failing column count as cells without a text."""
    arrays = (
        (array, len(rows) if real in failing else lost)
        for real, (array, lost) in zip(reals, map(text_array, zip(*rows, strict=True)), strict=True)
    )
    return counted_batch(columns, arrays)
