"""Columns read as whole numbers, whatever their types: no cast may fail here."""

from __future__ import annotations

from functools import reduce

import ibis
import ibis.expr.types as ir

EXACT = 2**53
"""Up to here every whole number is exact as a floating-point number."""
_DIGITS = 15
"""No longer text of digits is read as a number."""


def near(column: ir.NumericColumn) -> ir.NumericValue:
    """Return a number, null where it is NaN, or too large for a whole number of every engine."""
    return ibis.cases(((column >= -EXACT) & (column <= EXACT), column))


def whole_number(column: ir.Column) -> ir.IntegerValue:
    """Return a column as whole numbers, without fractions; null where a cell is text other than digits."""
    kind = column.type()
    if kind.is_boolean() or kind.is_signed_integer():
        return column.cast("int64")
    if kind.is_numeric():
        return near(column).cast("int64")
    text = column.cast("string").strip()
    # SQLite has no regular expressions of its own.
    rest = reduce(lambda left, digit: left.replace(str(digit), ""), range(10), text)
    digits = (rest == "") & text.length().between(1, _DIGITS)
    return ibis.cases((digits, text), else_=ibis.null("string")).cast("int64")
