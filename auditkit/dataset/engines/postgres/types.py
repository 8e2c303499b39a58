"""The columns of PostgreSQL's relations with types that every check can use.

A column is read as its own type where that type has all the operations of a plain one. Other columns (an
enum, a range, a network address, a composite, `json`, a type of an extension) are read as text, so that no
statement fails for the type of a column. A domain is read as the type that it limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.schema as sch
import ibis.expr.types as ir

from auditkit.dataset.sql import Run

_COLUMNS = r"""
    WITH RECURSIVE resolved(oid, base, modifier) AS (
        SELECT t.oid, t.oid, NULL::int FROM pg_catalog.pg_type t WHERE t.typtype <> 'd'
        UNION ALL
        SELECT d.oid, r.base, coalesce(nullif(d.typtypmod, -1), r.modifier)
        FROM pg_catalog.pg_type d JOIN resolved r ON r.oid = d.typbasetype WHERE d.typtype = 'd'
    )
    SELECT n.nspname, c.relname, a.attname, b.typname,
           format_type(b.oid, coalesce(nullif(a.atttypmod, -1), r.modifier)), bn.nspname = 'pg_catalog',
           CASE WHEN b.typelem <> 0 AND b.typlen = -1 AND b.typcategory = 'A' THEN e.typname END
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN resolved r ON r.oid = a.atttypid JOIN pg_catalog.pg_type b ON b.oid = r.base
    JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
    LEFT JOIN pg_catalog.pg_type e ON e.oid = b.typelem
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND NOT c.relispartition
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'
    ORDER BY a.attrelid, a.attnum"""
_PLAIN: Mapping[str, dt.DataType] = {
    "bool": dt.boolean, "int2": dt.int16, "int4": dt.int32, "int8": dt.int64, "float4": dt.float32,
    "float8": dt.float64, "numeric": dt.decimal, "text": dt.string, "varchar": dt.string, "date": dt.date,
    "time": dt.time, "timestamp": dt.Timestamp(scale=6), "timestamptz": dt.Timestamp("UTC", scale=6),
    "uuid": dt.uuid, "jsonb": dt.JSON(binary=True), "bytea": dt.binary,
}  # fmt: skip
"""The types that are read as they are."""
_AS_NUMBERS: Mapping[str, dt.DataType] = {"money": dt.Decimal(19, 4), "oid": dt.int64}
"""The types that are numbers, and are not compared with numbers."""
_VECTORS = frozenset({"vector", "halfvec", "sparsevec", "tsvector"})
"""The types that a check knows by their names."""


@dataclass(frozen=True)
class Typed:
    """How a column is read.

    Attributes:
        native: its own type.
        read_as: the type into which the query casts it; None where it is read as it is.
    """

    native: dt.DataType
    read_as: dt.DataType | None = None


Columns = Mapping[tuple[str, str], Mapping[str, Typed]]
"""How each column of each relation is read, by schema and name of the relation."""


def columns_of(run: Run) -> Columns:
    """Return how the columns of all relations are read, from one statement."""
    found: dict[tuple[str, str], dict[str, Typed]] = {}
    for schema, table, column, *kind in run(_COLUMNS):
        found.setdefault((schema, table), {})[column] = typed(*kind)
    return found


def typed(name: str, written: str, is_builtin: bool, element: str | None) -> Typed:
    """Return how a column of a type is read.

    Args:
        name: the name of the type, without the domains around it.
        written: the type as SQL writes it.
        is_builtin: the type comes with PostgreSQL.
        element: the name of the type of the elements, for an array.

    >>> typed("numeric", "numeric(10,2)", True, None).native, typed("mood", "mood", False, None).read_as
    (Decimal(precision=10, scale=2, nullable=True), String(length=None, nullable=True))
    """
    if element is not None:
        if element in _PLAIN:
            return Typed(dt.Array(_PLAIN[element]))
        return Typed(dt.unknown, dt.Array(dt.string))
    if is_builtin and name == "numeric":
        return Typed(_numeric(written))
    if is_builtin and name in _PLAIN:
        return Typed(_PLAIN[name])
    if is_builtin and name in _AS_NUMBERS:
        return Typed(dt.unknown, _AS_NUMBERS[name])
    if name in _VECTORS:
        return Typed(dt.Unknown(raw_type=name))
    return Typed(dt.unknown, dt.string)


def _numeric(written: str) -> dt.DataType:
    """Return the type of a number with its precision and scale, as far as they are declared."""
    _, _, inside = written.partition("(")
    if not inside:
        return dt.decimal
    precision, scale = (int(part) for part in inside.rstrip(")").split(","))
    return dt.Decimal(precision, scale) if 0 <= scale <= precision else dt.decimal


def readable_table(
    backend: Any, schema: str, table: str, columns: Mapping[str, Typed], readable: Sequence[str]
) -> ir.Table:
    """Return the columns of a relation that may be read as an Ibis table."""
    namespace = ops.Namespace(catalog=None, database=schema)
    known = sch.Schema({name: column.native for name, column in columns.items()})
    whole = ops.DatabaseTable(table, schema=known, source=backend, namespace=namespace).to_expr()
    outputs = {name: columns[name] for name in columns if name in readable}
    if len(outputs) == len(columns) and not any(column.read_as for column in columns.values()):
        return whole
    return whole.select([_output(whole[name], column) for name, column in outputs.items()])


def _output(cell: ir.Column, column: Typed) -> ir.Column:
    return cell if column.read_as is None else cell.cast(column.read_as).name(cell.get_name())
