"""When something happened, as a UTC timestamp, whatever the engine and the column store it as.

SQLite enforces no type and compares dates as text, which is wrong for `2023-10-23T00:00:00`, for numbers and for empty strings; so its
own date functions read each cell. Numbers are Unix time, in seconds or milliseconds by their magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

MILLISECONDS = 10**11
"""Unix seconds reach this in the year 5138; in milliseconds it was 1973."""
_PG_TIMESTAMP = r"^\s*\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?\s*$"


@dataclass(frozen=True)
class Clock:
    """A column read as a clock: the moment, null where there is none, and whether there is something that is no moment."""

    moment: ir.TimestampValue
    unreadable: ir.BooleanValue


@ibis.udf.scalar.builtin(name="datetime", signature=(("string",), "timestamp"))  # type: ignore[untyped-decorator]
def _sqlite_text(text: str) -> None:
    """SQLite reads ISO 8601 with its zone, into UTC."""


@ibis.udf.scalar.builtin(name="datetime", signature=(("string", "string"), "timestamp"))  # type: ignore[untyped-decorator]
def _sqlite_number(number: str, how: str) -> None:
    """SQLite reads Unix time."""


def clock(column: ir.Column) -> Clock:
    """Return a column as a clock on the engine it lives on; empty text is nothing."""
    engine, kind = column.get_backend().name, column.type()
    if engine == "sqlite":
        moment, there = _on_sqlite(column)
    elif kind.is_timestamp() or kind.is_date():
        moment, there = _utc(column), column.notnull()
    elif kind.is_numeric():
        seconds = _seconds(column)
        moment, there = _to_timestamp(seconds) if engine == "postgres" else seconds.as_timestamp("s"), column.notnull()
    else:
        text = column.cast("string").strip().nullif("")
        moment, there = _on_postgres(text) if engine == "postgres" else _on_duckdb(text), text.notnull()
    return Clock(moment, there & moment.isnull())


def _utc(column: ir.Column) -> ir.TimestampValue:
    """Return a timestamp without its zone; every connection is set to UTC, so that the cast shifts it there."""
    return column if column.type() == dt.Timestamp() else column.cast("timestamp")


def _on_duckdb(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; a cast to a time without a zone would drop the zone that the text names."""
    return text.try_cast("timestamp('UTC')").cast("timestamp")


def _on_postgres(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; PostgreSQL has no cast that may fail, so what does not look like one is left out first."""
    return ibis.cases((text.re_search(_PG_TIMESTAMP), text), else_=ibis.null("string")).cast("timestamp('UTC')").cast("timestamp")


def _seconds(column: ir.NumericColumn) -> ir.IntegerValue:
    return ibis.cases((column.abs() >= MILLISECONDS, (column / 1000).floor()), else_=column).cast("int64")


@ibis.udf.scalar.builtin(name="to_timestamp", signature=(("float64",), "timestamp"))  # type: ignore[untyped-decorator]
def _to_timestamp(seconds: float) -> None:
    """PostgreSQL reads Unix time; what it gives has a zone, and every session is in UTC."""


def _on_sqlite(column: ir.Column) -> tuple[ir.TimestampValue, ir.BooleanValue]:
    """Return the moment and whether the cell holds anything, told by what each cell really is."""
    kind, number = column.typeof(), column.cast("int64")
    text = column.cast("string").strip()
    numeric = kind.isin(["integer", "real"])
    moment = ibis.cases(
        ((kind == "text") & text.contains("-"), _sqlite_text(text)),  # without a dash SQLite would take it for a Julian day
        (numeric & (number.abs() >= MILLISECONDS), _sqlite_number((number / 1000).floor().cast("int64").cast("string"), "unixepoch")),
        (numeric, _sqlite_number(number.cast("string"), "unixepoch")),
    )
    return moment, column.notnull() & (text != "")
