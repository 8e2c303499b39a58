"""What the catalogue of MySQL and MariaDB says: types, keys, references, and what a role may do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ibis.expr.datatypes as dt

SYSTEM = "('information_schema', 'mysql', 'performance_schema', 'sys')"
RELATIONS = """
    SELECT table_schema, table_name, table_type, table_rows FROM information_schema.tables
    WHERE table_type <> 'SEQUENCE' AND {scope} ORDER BY table_schema, table_name"""
COLUMNS = """
    SELECT table_schema, table_name, column_name, data_type, column_type, privileges FROM information_schema.columns
    WHERE {scope} ORDER BY table_schema, table_name, ordinal_position"""
UNIQUE = """
    SELECT table_schema, table_name, index_name, column_name, sub_part FROM information_schema.statistics
    WHERE non_unique = 0 AND {scope} ORDER BY table_schema, table_name, index_name, seq_in_index"""
COLLATIONS = "SELECT collation_name FROM information_schema.collations"
EXACT = ("utf8mb4_nopad_bin", "utf8mb4_0900_bin", "utf8mb4_bin")
"""Collations under which `a`, `A` and `a ` are three values, as on every other engine; the best first."""

_NAME = r"`(?:[^`]|``)+`"
_FOREIGN_KEY = re.compile(
    rf"^\s+CONSTRAINT {_NAME} FOREIGN KEY \(({_NAME}(?:, ?{_NAME})*)\) REFERENCES (?:({_NAME})\.)?({_NAME})"
    rf" \(({_NAME}(?:, ?{_NAME})*)\)"
    r"(?: ON DELETE (SET NULL|SET DEFAULT|NO ACTION|CASCADE|RESTRICT))?",
    re.M,
)
_GRANT = re.compile(rf"GRANT (.+?) ON (?:TABLE )?(\*|{_NAME})\.(\*|{_NAME}) TO ")
_WRITES = re.compile(r"\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|DROP|ALTER)\b")
_ADMINISTERS = re.compile(r"\b(ALL PRIVILEGES|SUPER|CREATE USER|GRANT OPTION|ROLE_ADMIN|SYSTEM_USER)\b")
_WHOLE = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "year"})
_BYTES = frozenset({"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"})
_SHAPES = frozenset(
    {
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
        "geomcollection",
    }
)


@dataclass(frozen=True)
class Column:
    """How a column is read: SQL of its value for queries with the type of that, and SQL of its cells as
    text.
    """

    name: str
    value: str
    dtype: dt.DataType
    cell: str


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    >>> quoted("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def column(name: str, kind: str, declared: str, collation: str) -> Column:
    """Return how a column of a type is read: `tinyint(1)` and `bit(1)` are booleans, and text is compared
    exactly.
    """
    at = quoted(name)
    text = f"CAST({at} AS CHAR)"
    if declared.startswith(("tinyint(1)", "bit(1)")):
        return Column(name, f"{at} <> 0", dt.boolean, f"CAST({at} + 0 AS CHAR)")
    if kind in _WHOLE:
        return Column(
            name,
            f"{at} + 0" if kind == "year" else at,
            dt.uint64 if "unsigned" in declared else dt.int64,
            text,
        )
    if kind == "bit":
        return Column(name, f"{at} + 0", dt.uint64, f"CAST({at} + 0 AS CHAR)")
    if kind in _BYTES:
        return Column(name, at, dt.binary, at)
    if kind in _SHAPES:
        return Column(name, f"ST_AsText({at})", dt.string, f"ST_AsText({at})")
    simple: dict[str, dt.DataType] = {
        "decimal": dt.Decimal(), "float": dt.float64, "double": dt.float64, "date": dt.date,
        "datetime": dt.timestamp, "timestamp": dt.timestamp,
    }  # fmt: skip
    if kind in simple:
        return Column(name, at, simple[kind], text)
    return Column(name, f"{text} COLLATE {collation}", dt.string, text)


def foreign_keys(ddl: str) -> Iterator[tuple[list[str], str | None, str, list[str], str]]:
    """Yield columns, parent's schema, parent, its columns and the action on delete of each reference in a
    CREATE TABLE statement.

    The statement is what a role with nothing but SELECT may see; the catalogue's own views hide references
    from it.
    """
    for columns, schema, parent, parent_columns, on_delete in _FOREIGN_KEY.findall(ddl):
        yield (
            _names(columns),
            next(iter(_names(schema)), None),
            _names(parent)[0],
            _names(parent_columns),
            on_delete or "RESTRICT",
        )


def administers(grants: Iterable[str]) -> bool:
    """Return whether a role may do anything, or make roles.

    >>> administers(["GRANT SELECT ON *.* TO `a`@`%`"]), administers(["GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION"])
    (False, True)
    """
    return any(
        found[2] == "*" and _ADMINISTERS.search(found[1]) for text in grants if (found := _GRANT.match(text))
    )


def may_change(grants: Sequence[str], schema: str, table: str) -> bool:
    r"""Return whether grants let a role change a table; the name of a schema may hold the wildcards of LIKE.

    >>> [may_change(["GRANT SELECT, DELETE ON `my\\_%`.* TO `a`"], schema, "t") for schema in ("my_app", "myapp")]
    [True, False]
    """
    for text in grants:
        found = _GRANT.match(text)
        if found is None or not _WRITES.search(found[1]):
            continue
        on_schema = found[2] == "*" or like(_names(found[2])[0], schema)
        if on_schema and (found[3] == "*" or _names(found[3]) == [table]):
            return True
    return False


def _names(text: str) -> list[str]:
    return [name[1:-1].replace("``", "`") for name in re.findall(_NAME, text)]


def like(pattern: str, name: str) -> bool:
    """Return whether the name of a schema is one that a grant means, with the wildcards of LIKE."""
    parts = re.findall(r"\\.|.", pattern)
    return (
        re.fullmatch(
            "".join(".*" if p == "%" else "." if p == "_" else re.escape(p[-1]) for p in parts), name
        )
        is not None
    )
