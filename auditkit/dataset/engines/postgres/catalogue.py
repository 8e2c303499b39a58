"""What PostgreSQL's catalogue says of relations, keys and references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditkit.dataset.places import Places
from auditkit.dataset.relation import ForeignKey, Key
from auditkit.dataset.sql import Run
from auditkit.outcome import Cause, Missing

KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialised view", "f": "foreign table"}
_STORED = "rpm"
"""The kinds whose rows are on this server: a second reading of a view or a foreign table may take long."""
_ON_DELETE = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_RELATIONS = r"""
    SELECT n.nspname, c.relname, c.relkind::text, has_table_privilege(c.oid, 'SELECT'),
           has_any_column_privilege(c.oid, 'SELECT'), has_schema_privilege(n.oid, 'USAGE'),
           row_security_active(c.oid), c.relkind <> 'm' OR c.relispopulated, c.reltuples::bigint,
           ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                       AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY a.attnum),
           (SELECT count(*) FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'
    ORDER BY n.nspname <> 'public', n.nspname, c.relname"""
_COLUMN_NAMES = """ARRAY(
        SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY k(n, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.n ORDER BY k.o)"""
_CONSTRAINTS = f"""
    SELECT con.contype::text, n.nspname, r.relname,
           {_COLUMN_NAMES.format(numbers="con.conkey", relation="con.conrelid")},
           fn.nspname, f.relname, {_COLUMN_NAMES.format(numbers="con.confkey", relation="con.confrelid")},
           con.confdeltype::text, con.convalidated
    FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class r ON r.oid = con.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    LEFT JOIN pg_catalog.pg_class f ON f.oid = con.confrelid
    LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
    WHERE con.contype IN ('p', 'u', 'f') AND con.conparentid = 0
    ORDER BY n.nspname, r.relname, con.conname"""
_INDEXED = _COLUMN_NAMES.format(numbers="(i.indkey::int2[])[0:i.indnkeyatts - 1]", relation="i.indrelid")
_UNIQUE_INDEXES = f"""
    SELECT n.nspname, r.relname, {_INDEXED}
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class r ON r.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE i.indisunique AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
      AND NOT i.indisprimary AND NOT r.relispartition AND n.nspname NOT LIKE 'pg\\_%'
    ORDER BY n.nspname, r.relname, i.indexrelid"""


@dataclass(frozen=True)
class Listed:
    """A relation of the catalogue, and what this role may do with it.

    Attributes:
        schema: its schema.
        table: its name.
        letter: its kind, as a letter.
        may_read: the role may read all of it.
        may_read_some: the role may read some of its columns.
        may_enter: the role may use its schema.
        filtered: row-level security would hide rows from the role.
        filled: it holds its rows; a materialised view may never have been filled.
        estimate: how many rows the server believes it has, negative where it does not know.
        readable: the columns that the role may read.
        columns: how many columns it has.
    """

    schema: str
    table: str
    letter: str
    may_read: bool
    may_read_some: bool
    may_enter: bool
    filtered: bool
    filled: bool
    estimate: int
    readable: list[str]
    columns: int

    @property
    def name(self) -> str:
        """The name without the default schema."""
        return qualified(self.schema, self.table)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return KINDS[self.letter]

    @property
    def is_stored(self) -> bool:
        """Whether its rows are on this server."""
        return self.letter in _STORED

    @property
    def closed_columns(self) -> int:
        """How many of its columns the role may not read."""
        return 0 if self.may_read else self.columns - len(self.readable)

    @property
    def missing(self) -> Missing | None:
        """Why it cannot be read, by rights and row-level security."""
        if not self.columns:
            return Missing(Cause.NOT_APPLICABLE, "it has no columns: there is nothing to audit in it")
        if not self.may_enter or not (self.may_read or self.may_read_some) or not self.readable:
            return Missing(
                Cause.NO_RIGHT, "this role may not read it: grant USAGE on its schema and SELECT on it"
            )
        if self.filtered:
            return Missing(
                Cause.UNSEEN, "row-level security would hide rows from this role: use one with BYPASSRLS"
            )
        if not self.filled:
            return Missing(Cause.NOT_APPLICABLE, "the materialised view was never filled: it holds no rows")
        return None


def qualified(schema: str, table: str) -> str:
    """Return the name of a relation, without the default schema."""
    return table if schema == "public" else f"{schema}.{table}"


def listed(run: Run) -> Iterator[Listed]:
    """Yield every table, view, materialised view and foreign table of all schemas."""
    return (Listed(*row) for row in run(_RELATIONS))


def keys(run: Run, places: Places) -> tuple[Key, ...]:
    """Return primary keys, unique constraints, and unique indexes over columns and all rows."""
    found: dict[tuple[str, tuple[str, ...]], bool] = {}
    for kind, schema, table, names, *_ in run(_CONSTRAINTS):
        if kind in "pu" and (key := places.shown(schema, table, names)):
            found[key] = found.get(key, False) or kind == "p"
    for schema, table, names in run(_UNIQUE_INDEXES):
        if key := places.shown(schema, table, names):
            found.setdefault(key, False)
    return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())


def foreign_keys(run: Run, places: Places) -> tuple[ForeignKey, ...]:
    """Return the declared references; the server does not vouch for one that was added NOT VALID."""
    found = []
    for kind, schema, table, names, to_schema, to_table, to_names, on_delete, validated in run(_CONSTRAINTS):
        if kind != "f":
            continue
        child, parent = places.shown(schema, table, names), places.shown(to_schema, to_table, to_names)
        if child and parent:
            action = _ON_DELETE.get(on_delete)
            found.append(ForeignKey(*child, *parent, on_delete=action, validated=bool(validated)))
    return tuple(found)
