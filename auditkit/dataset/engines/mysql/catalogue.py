"""What the catalogue of MySQL and MariaDB says of relations, keys and references."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from auditkit.dataset.engines.mysql.errors import mysql_errors
from auditkit.dataset.engines.mysql.names import NAME, names
from auditkit.dataset.errors import SourceError
from auditkit.dataset.places import Place, Places
from auditkit.dataset.relation import ForeignKey, Key
from auditkit.dataset.sql import Run, backticked
from auditkit.outcome import Cause

SYSTEM = "('information_schema', 'mysql', 'performance_schema', 'sys')"
RELATIONS = """
    SELECT table_schema, table_name, table_type, table_rows FROM information_schema.tables
    WHERE table_type <> 'SEQUENCE' AND {scope} ORDER BY table_schema, table_name"""
COLUMNS = """
    SELECT table_schema, table_name, column_name, data_type, column_type, privileges
    FROM information_schema.columns WHERE {scope} ORDER BY table_schema, table_name, ordinal_position"""
_UNIQUE = """
    SELECT table_schema, table_name, index_name, column_name, sub_part FROM information_schema.statistics
    WHERE non_unique = 0 AND {scope} ORDER BY table_schema, table_name, index_name, seq_in_index"""
COLLATIONS = "SELECT collation_name FROM information_schema.collations"

_NAMES = rf"{NAME}(?:, ?{NAME})*"
_FOREIGN_KEY = re.compile(
    rf"^\s+CONSTRAINT {NAME} FOREIGN KEY \(({_NAMES})\) REFERENCES (?:({NAME})\.)?({NAME}) \(({_NAMES})\)"
    r"(?: ON DELETE (SET NULL|SET DEFAULT|NO ACTION|CASCADE|RESTRICT))?",
    re.M,
)


def keys(run: Run, places: Places) -> tuple[Key, ...]:
    """Return primary keys, and unique indexes over whole columns."""
    indexes: dict[tuple[str, str, str], list[str | None]] = defaultdict(list)
    for schema, table, index, column, part in run(_UNIQUE):
        indexes[schema, table, index].append(column if part is None else None)
    found: dict[tuple[str, tuple[str, ...]], bool] = {}
    for (schema, table, index), columns in indexes.items():
        if key := places.shown(schema, table, columns):
            found[key] = found.get(key, False) or index == "PRIMARY"
    return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())


def foreign_keys(run: Run, places: Places, tables: Iterable[Place]) -> tuple[ForeignKey, ...]:
    """Return the references that tables declare.

    The server does not vouch for them: rows may be loaded with the checks switched off.
    """
    found = []
    for place in tables:
        for columns, schema, parent, parent_columns, on_delete in references(_definition(run, place)):
            child = places.shown(place.schema, place.table, columns)
            to = places.shown(schema or place.schema, parent, parent_columns)
            if child and to:
                found.append(ForeignKey(*child, *to, on_delete=on_delete, validated=False))
    return tuple(found)


def _definition(run: Run, place: Place) -> str:
    """Return the CREATE TABLE statement of a table; empty where the user may not see it.

    The catalogue's own views of references are hidden from a user who has nothing but SELECT. This statement
    is not, unless the user may read only some of the columns.
    """
    try:
        with mysql_errors("read the MySQL catalogue of references"):
            ((_, ddl, *_),) = run(f"SHOW CREATE TABLE {place.sql(backticked)}")
    except SourceError as error:
        if error.code != Cause.NO_RIGHT:
            raise
        return ""
    return str(ddl)


def references(ddl: str) -> Iterator[tuple[list[str], str | None, str, list[str], str]]:
    """Yield the references in a CREATE TABLE statement.

    Each is the columns, the schema of the parent (None: the same), the parent, its columns, and the action on
    delete.
    """
    for columns, schema, parent, parent_columns, on_delete in _FOREIGN_KEY.findall(ddl):
        yield (
            names(columns),
            next(iter(names(schema)), None),
            names(parent)[0],
            names(parent_columns),
            on_delete or "RESTRICT",
        )


def privileges(text: str) -> set[str]:
    """Return the privileges that the catalogue lists for a column.

    >>> sorted(privileges("select,insert, Update"))
    ['insert', 'select', 'update']
    """
    return {right.strip().lower() for right in text.split(",")}
