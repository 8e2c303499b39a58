"""PostgreSQL: a read-only session of psycopg's, handed to Ibis; what it may not read is a relation that says
so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.allowance import Allowance
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.identity import distinct
from auditkit.dataset.names import renamed, shown_columns, shown_source, shown_table
from auditkit.dataset.postgres_probe import probed
from auditkit.dataset.postgres_rights import rights_of
from auditkit.dataset.postgres_streams import Streams
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session
from auditkit.dataset.rights import Probed, Rights, is_loopback
from auditkit.dataset.sql import POSITION, quoted
from auditkit.dataset.text import batch_of, positions, text_array
from auditkit.dataset.textless import HASHES, drawn_by_rows, textless
from auditkit.outcome import Cause, Missing

SETTINGS = {
    "default_transaction_read_only": "on",
    "row_security": "off",  # a policy that would filter rows raises instead: never fewer rows without a word
    "synchronize_seqscans": "off",  # the same order of rows every time
    "statement_timeout": "'60s'",
    "lock_timeout": "'2s'",
    "client_encoding": "'UTF8'",
    "TimeZone": "'UTC'",
    "datestyle": "'ISO, YMD'",
    "intervalstyle": "'iso_8601'",
}
_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialised view", "f": "foreign table"}
_STORED = "rpm"
"""The kinds whose rows are here: to read a view or a foreign table twice may take long."""
_ON_DELETE = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_RELATIONS = r"""
    SELECT n.nspname, c.relname, c.relkind::text, has_table_privilege(c.oid, 'SELECT'), has_any_column_privilege(c.oid, 'SELECT'),
           has_schema_privilege(n.oid, 'USAGE'), row_security_active(c.oid), c.relkind <> 'm' OR c.relispopulated, c.reltuples::bigint,
           ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY a.attnum),
           (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'
    ORDER BY n.nspname <> 'public', n.nspname, c.relname"""
_COLUMN_NAMES = """ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY k(n, o)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.n ORDER BY k.o)"""
_CONSTRAINTS = f"""
    SELECT con.contype::text, n.nspname, r.relname, {_COLUMN_NAMES.format(numbers="con.conkey", relation="con.conrelid")},
           fn.nspname, f.relname, {_COLUMN_NAMES.format(numbers="con.confkey", relation="con.confrelid")},
           con.confdeltype::text, con.convalidated
    FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class r ON r.oid = con.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    LEFT JOIN pg_catalog.pg_class f ON f.oid = con.confrelid LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
    WHERE con.contype IN ('p', 'u', 'f') AND con.conparentid = 0 ORDER BY n.nspname, r.relname, con.conname"""
_UNIQUE_INDEXES = f"""
    SELECT n.nspname, r.relname, {_COLUMN_NAMES.format(numbers="(i.indkey::int2[])[0:i.indnkeyatts - 1]", relation="i.indrelid")}
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class r ON r.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE i.indisunique AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL AND NOT i.indisprimary AND NOT r.relispartition
      AND n.nspname NOT LIKE 'pg\\_%' ORDER BY n.nspname, r.relname, i.indexrelid"""

_ADMINISTERS = """
    SELECT bool_or(r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication)
           OR has_database_privilege(current_database(), 'CREATE')
    FROM pg_catalog.pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')"""
_WRITABLE = r"""
    WITH others AS (SELECT r.oid FROM pg_catalog.pg_roles r JOIN pg_catalog.pg_roles me ON me.rolname = current_user
                    WHERE r.oid <> me.oid AND NOT me.rolsuper AND pg_has_role(me.oid, r.oid, 'MEMBER')),
         asked AS (SELECT c.oid, n.nspname, c.relname, n.oid AS schema,
                          has_schema_privilege(n.oid, 'USAGE') AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                          OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')) AS itself
                   FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                   WHERE (c.relkind IN ('r', 'p', 'f') OR (c.relkind = 'v' AND pg_catalog.pg_relation_is_updatable(c.oid, true) <> 0))
                     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%')
    SELECT a.nspname, a.relname, a.itself FROM asked a
    WHERE a.itself OR EXISTS (SELECT 1 FROM others o WHERE has_schema_privilege(o.oid, a.schema, 'USAGE')
      AND (has_table_privilege(o.oid, a.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
           OR has_any_column_privilege(o.oid, a.oid, 'INSERT, UPDATE')))"""
_CREATES = r"""
    SELECT count(*) FROM pg_catalog.pg_namespace n WHERE has_schema_privilege(n.oid, 'CREATE')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'"""


@dataclass(frozen=True)
class _Place:
    """Where a relation is, and the real name of each shown column."""

    schema: str
    table: str
    columns: Mapping[str, str]

    @property
    def sql(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.table)}"


@dataclass
class Postgres:
    """Relations of a PostgreSQL database: one connection for queries, and one for all streams while they
    run.
    """

    url: str = field(repr=False)
    backend: Any
    relations: dict[str, Relation] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    allowance: Allowance = field(default_factory=Allowance)
    _places: dict[str, _Place] = field(default_factory=dict)
    _prefix: str = ""
    _streams: Streams = field(init=False)

    dialect = "postgres"

    def __post_init__(self) -> None:
        self._streams = Streams(
            lambda: connect(self.url, any_text=True), self.allowance, SETTINGS["statement_timeout"]
        )

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Stream cells as text through a cursor of the server's, 20,000 rows at a time.

        A column of which no cell can be read (what computes it raises) is null and all its cells are counted,
        so that it does not keep the others from being read.
        """
        place = self._places[name]
        reals = [place.columns[c] for c in columns]
        with driver_errors(f"read {name}", name):
            rows = self._streams.rows(
                "", lambda raw: self._query(raw, place, reals, sample, seed, frozenset())
            )
            closed: frozenset[str] = frozenset()
            try:
                batch = next(rows, [])
            except Exception as error:
                if not (getattr(error, "sqlstate", None) or "").startswith("22"):
                    raise
                closed = frozenset(real for real in reals if self._raises(place, real))
                rows = self._streams.rows(
                    "", lambda raw: self._query(raw, place, reals, sample, seed, closed)
                )
                batch = next(rows, [])
            while batch:
                arrays = {
                    c: text_array(cells) for c, cells in zip(columns, zip(*batch, strict=True), strict=True)
                }
                failed = {
                    c: len(batch) if place.columns[c] in closed else failed
                    for c, (_, failed) in arrays.items()
                }
                yield batch_of({c: array for c, (array, _) in arrays.items()}, failed)
                batch = next(rows, [])

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query; a failing one leaves the session usable."""
        with driver_errors("run a query"):
            return self._run(str(self.backend.compile(expr)))

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the values with the smallest hashes, of all columns from one pass over the rows; hashes are
        signed here.
        """
        place, columns, lowest = self._places[name], list(bounds), HASHES // 2
        cells = [f"{quoted(place.columns[c])}::text" for c in columns]
        below = [f"{bound - lowest}" if bound < HASHES else None for bound in bounds.values()]
        with driver_errors(f"read {name}", name):
            for i, order, times, text in self._run(
                drawn_by_rows(place.sql, cells, "hashtextextended(v, 0)", below)
            ):
                yield columns[i], order + lowest, times, text

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        with self.backend.con.transaction():
            if (left := self.allowance.left()) is not None:
                self.backend.con.execute(f"SET LOCAL statement_timeout = {max(1, round(left * 1000))}")
            return list(self.backend.con.execute(query).fetchall())

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size through a cursor of the server's, 20,000 rows at a time."""
        with driver_errors("stream a query"):
            for rows in self._streams.rows(self.backend.compile(expr)):
                yield [tuple(map(_str, row)) for row in rows]

    def keys(self) -> tuple[Key, ...]:
        """Return primary keys, unique constraints and unique indexes over columns and all rows."""
        found: dict[tuple[str, tuple[str, ...]], bool] = {}
        for kind, schema, table, names, *_ in self._catalogue(_CONSTRAINTS):
            if kind in "pu" and (key := self._shown(schema, table, names)):
                found[key] = found.get(key, False) or kind == "p"
        for schema, table, names in self._catalogue(_UNIQUE_INDEXES):
            if key := self._shown(schema, table, names):
                found.setdefault(key, False)
        return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references; one added NOT VALID is not vouched for."""
        found = []
        for (
            kind,
            schema,
            table,
            names,
            parent_schema,
            parent,
            parent_names,
            on_delete,
            validated,
        ) in self._catalogue(_CONSTRAINTS):
            if kind != "f":
                continue
            child, to = self._shown(schema, table, names), self._shown(parent_schema, parent, parent_names)
            if child and to:
                found.append(
                    ForeignKey(*child, *to, on_delete=_ON_DELETE.get(on_delete), validated=bool(validated))
                )
        return tuple(found)

    def session(self) -> Session:
        """Return how the audit is connected: over TLS or not, and what its role could change."""
        shown = {relation.real_name: name for name, relation in self.relations.items()}
        may: dict[bool, list[str]] = {True: [], False: []}
        for schema, table, itself in self._catalogue(_WRITABLE):
            real = self._prefix + (table if schema == "public" else f"{schema}.{table}")
            may[itself] += [shown[real]] if real in shown else []
        ((administers,),), ((creates,),) = self._catalogue(_ADMINISTERS), self._catalogue(_CREATES)
        link = (
            self.backend.con.pgconn
        )  # what this end of the line knows: a proxy before the server may end the encryption
        encrypted = None if link.host.startswith((b"/", b"@")) else bool(link.ssl_in_use)
        near = is_loopback(link.host.decode(errors="replace"))
        return Session(
            "PostgreSQL",
            encrypted,
            bool(administers),
            tuple(sorted(may[True])),
            tuple(sorted(may[False])),
            int(creates),
            near,
        )

    def rights(self) -> Rights:
        """Return who may do what, as far as this role may see it."""
        listed = {relation.real_name: shown for shown, relation in self.relations.items()}
        return rights_of(
            self._catalogue,
            lambda schema, table: listed.get(
                self._prefix + (table if schema == "public" else f"{schema}.{table}")
            ),
            lambda shown: (
                {real: new for new, real in self._places[shown].columns.items()}
                if shown in self._places
                else {}
            ),
        )

    def probed(self, name: str, tenants: ir.Table, role: str, setting: str) -> Probed | Missing:
        """Return what a role sees of a relation as one tenant, by `tenants`: its rows with their tenant in
        the only column.
        """
        left = self.allowance.left()
        with driver_errors(f"probe {name}", name):
            told = self.backend.compile(tenants.select(t=tenants[tenants.columns[0]].cast("string")))
            return probed(
                self.backend.con, told, role, setting, None if left is None else max(1, round(left * 1000))
            )

    def close(self) -> None:
        """Close the connection."""
        self.backend.con.close()

    def list_relations(self, prefix: str = "") -> None:
        """Add every table, view, materialised view and foreign table of every schema; what this role may not
        read says so.
        """
        self._prefix = prefix
        for (
            schema,
            table,
            kind,
            may,
            may_some,
            may_enter,
            filtered,
            filled,
            rows,
            readable,
            columns_in_all,
        ) in self._catalogue(_RELATIONS):
            name = prefix + (table if schema == "public" else f"{schema}.{table}")
            shown, value_name = shown_table(name, self.relations)
            known: dict[str, Any] = {
                "kind": _KINDS[kind],
                "rows": rows if rows >= 0 else None,
                "value_name": value_name,
                "real_name": name,
            }
            missing = _missing(
                may, may_some, may_enter, filtered, filled, len(readable) if columns_in_all else None
            )
            if missing is None:
                try:
                    with driver_errors(f"read the columns of {shown}", shown):
                        bound = self.backend.table(table, database=schema)
                except SourceError as error:
                    missing = error.missing
            if missing is not None:
                self.relations[shown] = Relation(shown, missing=missing, **known)
                continue
            bound = bound if may else bound.select(*readable)
            columns, value_names = shown_columns(bound.columns)
            changed = renamed(bound.columns, columns)
            self.hidden |= {real: new for new, real in changed.items() if new in value_names}
            if value_name:
                self.hidden[table] = shown
            self._places[shown] = _Place(schema, table, dict(zip(columns, bound.columns, strict=True)))
            closed = 0 if may else int(columns_in_all) - len(readable)
            bound = bound.rename(changed) if changed else bound
            apart = textless(bound)
            stored = apart if kind in _STORED else frozenset[str]()
            known |= {"closed_columns": closed, "textless": apart, "drawable": stored}
            self.relations[shown] = Relation(shown, table=bound, value_names=value_names, **known)

    def _query(
        self,
        raw: Any,
        place: _Place,
        reals: Sequence[str],
        sample: int | None,
        seed: int,
        closed: Collection[str],
    ) -> str:
        """Return SQL that reads columns of a relation as text, a sample of its rows or all."""
        binary = self._binary(place)
        outputs = ", ".join(
            "NULL::text" if c in closed else quoted(c) if c in binary else f"{quoted(c)}::text" for c in reals
        )
        if sample is None:
            return f"SELECT {outputs} FROM {place.sql}"
        ((rows,),) = raw.execute(f"SELECT count(*) FROM {place.sql}".encode()).fetchall()
        drawn = ",".join(map(str, positions(rows, sample, seed)))
        inner = [quoted(c) for c in dict.fromkeys(reals) if c not in closed]
        numbered = f"SELECT {', '.join([f'row_number() OVER () - 1 AS {POSITION}', *inner])} FROM {place.sql}"
        return (
            f"SELECT {outputs} FROM ({numbered}) s WHERE {POSITION} = ANY('{{{drawn}}}'::bigint[]) ORDER BY"
            f" {POSITION}"
        )

    def _raises(self, place: _Place, real: str) -> bool:
        """Return whether a column cannot be read as text."""
        try:
            with self.backend.con.transaction():
                self.backend.con.execute(f"SELECT count({quoted(real)}::text) FROM {place.sql}")
        except Exception as error:
            if (getattr(error, "sqlstate", None) or "").startswith("22"):
                return True
            raise
        return False

    def _binary(self, place: _Place) -> frozenset[str]:
        """Return the columns that hold bytes; they are fetched as they are, for only UTF-8 in them is
        text.
        """
        query = """SELECT attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = %s AND c.relname = %s AND a.atttypid = 'bytea'::regtype"""
        return frozenset(name for (name,) in self._catalogue(query, [place.schema, place.table]))

    def _shown(self, schema: str, table: str, names: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
        """Return the shown names of a table and some of its columns, or None where one of them cannot be
        read.
        """
        shown = next(
            (s for s, place in self._places.items() if (place.schema, place.table) == (schema, table)), None
        )
        if shown is None:
            return None
        by_real = {real: new for new, real in self._places[shown].columns.items()}
        columns = tuple(by_real.get(name, "") for name in names)
        return (shown, columns) if columns and all(columns) else None

    def _catalogue(self, query: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with driver_errors("read the PostgreSQL catalogue"), self.backend.con.transaction():
            return list(self.backend.con.execute(query, parameters).fetchall())


def open_url(url: str, prefix: str = "") -> tuple[Postgres, str]:
    """Open a PostgreSQL database by its URL; return it and what to call it: the database's name, never a host
    or password.

    Raises:
        SourceError: psycopg is not installed, the server cannot be reached, or it refuses the role.
    """
    raw = connect(url)
    try:
        with driver_errors("open the PostgreSQL database"):
            engine = Postgres(url, distinct(ibis.postgres.from_connection(raw)))
            engine.list_relations(prefix)
        return engine, shown_source(raw.info.dbname)
    except BaseException:
        raw.close()
        raise


def connect(url: str, *, any_text: bool = False) -> Any:
    """Return a connection that reads only, and sees every row of a table or none.

    With `any_text`, a database that knows no encoding hands over its text as it is; it would refuse text that
    is no UTF-8.

    Raises:
        SourceError: as for `open_url`.
    """
    try:
        import psycopg
    except ModuleNotFoundError:
        raise SourceError(
            "PostgreSQL needs psycopg: pip install 'privacy-auditkit[postgres]'", code="not_installed"
        ) from None
    try:
        raw = psycopg.connect(url, autocommit=True, application_name="auditkit", connect_timeout=10)
    except Exception as error:
        what = " ".join(filter(None, [type(error).__name__, getattr(error, "sqlstate", None)]))
        raise SourceError(
            f"could not connect to PostgreSQL: {what}; check host, port, database, role and password of"
            " the URL",
            code="missing",
        ) from None
    try:
        with driver_errors("prepare the PostgreSQL session"):
            for setting, value in SETTINGS.items():
                raw.execute(f"SET {setting} = {value}")
            if any_text and raw.info.parameter_status("server_encoding") == "SQL_ASCII":
                raw.execute("SET client_encoding = 'SQL_ASCII'")
    except BaseException:
        raw.close()
        raise
    return raw


def _str(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytearray) else value


def _missing(
    may: bool, may_some: bool, may_enter: bool, filtered: bool, filled: bool, readable: int | None
) -> Missing | None:
    """Return why a relation cannot be read, by what the catalogue says of rights and row-level security; None
    readable: of no columns.
    """
    if readable is None:
        return Missing(Cause.NOT_APPLICABLE, "it has no columns: there is nothing to audit in it")
    if not may_enter or not (may or may_some) or not readable:
        return Missing(
            Cause.NO_RIGHT, "this role may not read it: grant USAGE on its schema and SELECT on it"
        )
    if filtered:
        return Missing(
            Cause.UNSEEN, "row-level security would hide rows from this role: use one with BYPASSRLS"
        )
    if not filled:
        return Missing(Cause.UNSEEN, "the materialised view was never filled: REFRESH MATERIALIZED VIEW")
    return None
