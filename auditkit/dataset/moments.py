"""Columns read as moments in UTC: what the engines have in common.

A moment comes with a boolean: whether the cell holds anything. Numbers are Unix time, in seconds or
milliseconds by their magnitude; empty text is nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

Moment: TypeAlias = tuple[ir.TimestampValue, ir.BooleanValue]

MILLISECONDS = 10**11
"""Unix seconds reach this in the year 5138; in milliseconds it was 1973."""
FIRST, LAST = -62_135_596_800, 253_402_300_799
"""Unix seconds of the first moment of the year 1 and of the last second of the year 9999."""
_YEAR = r"([1-9]\d{3}|0[1-9]\d{2}|00[1-9]\d|000[1-9])"
_OF_FOUR = "(0[48]|[2468][048]|[13579][26])"
_LEAP_YEAR = rf"(\d{{2}}{_OF_FOUR}|{_OF_FOUR}00)"
_IN_A_YEAR = r"((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))"
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
_ZONE = r"(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
ISO = rf"^\s*({_YEAR}-{_IN_A_YEAR}|{_LEAP_YEAR}-02-29)([T ]{_TIME})?\s*{_ZONE}?\s*$"
"""A moment in ISO 8601 that exists: a cast of `2025-02-30` would end the query."""


def whole_seconds(column: ir.NumericColumn) -> ir.IntegerValue:
    """Return Unix time in whole seconds; null where the year would not have four digits.

    NaN and what is beyond every calendar are left out before anything is computed with them.
    """
    near = ibis.cases(((column > FIRST * 1000) & (column < LAST * 1000), column))
    seconds = ibis.cases((near.abs() >= MILLISECONDS, (near / 1000).floor()), else_=near).cast("int64")
    return ibis.cases((seconds.between(FIRST, LAST), seconds))


def filled_text(column: ir.Column) -> ir.StringValue:
    """Return a column as text without blanks around it, null where nothing is left."""
    return column.cast("string").strip().nullif("")


def from_number(column: ir.NumericColumn) -> ir.TimestampValue:
    """Return Unix time as a moment."""
    return whole_seconds(column).as_timestamp("s")


def from_text(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; a cast to a time without a zone would drop the zone that the text names."""
    return text.try_cast("timestamp('UTC')").cast("timestamp")


def moment_of(
    column: ir.Column,
    number: Callable[[ir.NumericColumn], ir.TimestampValue] = from_number,
    text: Callable[[ir.StringValue], ir.TimestampValue] = from_text,
) -> Moment:
    """Return a column as a moment, and whether its cells hold anything.

    Args:
        column: of any type.
        number: reads a column of numbers.
        text: reads a column of text.
    """
    kind = column.type()
    if kind.is_timestamp() or kind.is_date():
        # Every connection is in UTC, so the cast shifts a time with a zone there.
        return column if kind == dt.Timestamp() else column.cast("timestamp"), column.notnull()
    if kind.is_numeric():
        return number(column), column.notnull()
    filled = filled_text(column)
    return text(filled), filled.notnull()
