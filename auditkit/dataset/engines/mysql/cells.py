"""How columns of MySQL and MariaDB are read, by their types."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.datatypes as dt

from auditkit.dataset.sql import backticked

EXACT_COLLATIONS = ("utf8mb4_nopad_bin", "utf8mb4_0900_bin", "utf8mb4_bin")
"""Collations under which `a`, `A` and `a ` are three values, as on every other engine; the best first."""
_WHOLE = frozenset("tinyint smallint mediumint int bigint year".split())
_BYTES = frozenset("binary varbinary tinyblob blob mediumblob longblob".split())
_GEOMETRIES = frozenset(
    "geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection"
    " geomcollection".split()
)
_SIMPLE: dict[str, dt.DataType] = {
    "decimal": dt.Decimal(),
    "float": dt.float64,
    "double": dt.float64,
    "date": dt.date,
    "datetime": dt.timestamp,
    "timestamp": dt.timestamp,
}


@dataclass(frozen=True)
class Column:
    """How a column is read.

    Attributes:
        name: its real name.
        value: SQL of its value for queries.
        dtype: the type of that value.
        cell: SQL of its cells as text.
    """

    name: str
    value: str
    dtype: dt.DataType
    cell: str


def column(name: str, kind: str, declared: str, collation: str) -> Column:
    """Return how a column of a type is read.

    `tinyint(1)` and `bit(1)` are booleans, and text is compared exactly.
    """
    at = backticked(name)
    text = f"CAST({at} AS CHAR)"
    number = f"CAST({at} + 0 AS CHAR)"
    if declared.startswith(("tinyint(1)", "bit(1)")):
        return Column(name, f"{at} <> 0", dt.boolean, number)
    if kind in _WHOLE:
        value = f"{at} + 0" if kind == "year" else at
        return Column(name, value, dt.uint64 if "unsigned" in declared else dt.int64, text)
    if kind == "bit":
        return Column(name, f"{at} + 0", dt.uint64, number)
    if kind in _BYTES:
        return Column(name, at, dt.binary, at)
    if kind in _GEOMETRIES:
        return Column(name, f"ST_AsText({at})", dt.string, f"ST_AsText({at})")
    if kind in _SIMPLE:
        return Column(name, at, _SIMPLE[kind], text)
    return Column(name, f"{text} COLLATE {collation}", dt.string, text)
