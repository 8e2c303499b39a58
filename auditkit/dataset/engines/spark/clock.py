"""Columns of Spark read as moments."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset.moments import ISO, Moment, from_text, moment_of, whole_seconds

_LAST = 253_402_300_799
"""Unix seconds at the end of the year 9999."""


@ibis.udf.scalar.builtin(name="timestamp_seconds", signature=(("int64",), "timestamp"))  # type: ignore[untyped-decorator]
def _from_seconds(seconds: int) -> None:
    """Read Unix time."""


def moment(column: ir.Column) -> Moment:
    """Return a column as a moment, and whether its cells hold anything."""
    return moment_of(column, number=_from_number, text=_from_iso)


def _from_number(column: ir.NumericColumn) -> ir.TimestampValue:
    is_number = column.notnull() & (column.abs() < _LAST * 1000)  # a double may be NaN
    seconds = whole_seconds(ibis.cases((is_number, column)))
    moment: ir.TimestampValue = _from_seconds(ibis.cases((seconds.abs() <= _LAST, seconds)))
    return moment


def _from_iso(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; a cast of Spark's takes `12345` for a year."""
    return from_text(ibis.cases((text.re_search(ISO), text)))
