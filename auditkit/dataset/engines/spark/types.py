"""Types of Spark: which ones Ibis knows, and which ones mean the same in an Arrow table."""

from __future__ import annotations

from typing import Any

DEEPEST = 16
"""How deep a type may be nested to be copied as it is."""


def is_known(kind: Any) -> bool:
    """Return whether Ibis knows a type of Spark; a column of nothing but nulls is text, as everywhere."""
    from ibis.backends.pyspark.datatypes import PySparkType
    from ibis.common.exceptions import IbisError

    try:
        return not PySparkType.to_ibis(kind).is_null()
    except (NotImplementedError, IbisError, TypeError):
        return False


def copied_type(kind: Any, depth: int = 1) -> Any | None:
    """Return the type in which a column is copied, or None where its cells are copied as text.

    A moment becomes a clock in UTC, which is how its text is read. Spark writes an interval, and binary cells
    inside others, in its own way.
    """
    from pyspark.sql import types as T

    plain = (
        T.BooleanType | T.ByteType | T.ShortType | T.IntegerType | T.LongType | T.FloatType | T.DoubleType
        | T.DecimalType | T.StringType | T.DateType | T.TimestampNTZType
    )  # fmt: skip
    match kind:
        case T.TimestampType():
            return T.TimestampNTZType()
        case T.BinaryType():
            return kind if depth == 1 else None
        case T.ArrayType() if depth < DEEPEST:
            inner = copied_type(kind.elementType, depth + 1)
            return inner and T.ArrayType(inner, kind.containsNull)
        case T.MapType() if depth < DEEPEST:
            key, value = (copied_type(part, depth + 1) for part in (kind.keyType, kind.valueType))
            return key and value and T.MapType(key, value, kind.valueContainsNull)
        case T.StructType() if depth < DEEPEST and _has_plain_names(kind):
            fields = [
                T.StructField(field.name, inner, field.nullable)
                for field in kind.fields
                if (inner := copied_type(field.dataType, depth + 1)) is not None
            ]
            return T.StructType(fields) if len(fields) == len(kind.fields) else None
        case _:
            return kind if isinstance(kind, plain) else None


def _has_plain_names(kind: Any) -> bool:
    """Return whether a struct has fields, and no two that differ in upper and lower case alone."""
    names = {name.casefold() for name in kind.names}
    return bool(names) and "" not in names and len(names) == len(kind.names)
