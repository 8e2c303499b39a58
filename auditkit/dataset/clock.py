"""When something happened, as a UTC timestamp, whatever the engine and the column store it as.

SQLite enforces no type and compares dates as text, which is wrong for `2023-10-23T00:00:00`, for numbers and
for empty strings; so its own date functions read each cell. Numbers are Unix time, in seconds or milliseconds
by their magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.dataset.identity import backend_of

MILLISECONDS = 10**11
"""Unix seconds reach this in the year 5138; in milliseconds it was 1973."""
_LAST = 253_402_300_799
"""Unix seconds at the end of the year 9999."""
_EPOCH_DAY = 719_528
_DAY = 86_400
_ISO = r"^\s*\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?\s*$"


@dataclass(frozen=True)
class Clock:
    """A column read as a clock: the moment, null where there is none, and whether there is something that is
    no moment.
    """

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
    engine, kind = backend_of(column).name, column.type()
    if engine == "sqlite":
        moment, there = _on_sqlite(column)
    elif engine == "mysql":
        moment, there = _on_mysql(column)
    elif engine == "pyspark" and not (kind.is_timestamp() or kind.is_date()):
        moment, there = _on_spark(column)
    elif kind.is_timestamp() or kind.is_date():
        moment, there = _utc(column), column.notnull()
    elif kind.is_numeric():
        seconds = _seconds(column)
        moment, there = (
            _to_timestamp(seconds) if engine == "postgres" else seconds.as_timestamp("s"),
            column.notnull(),
        )
    else:
        text = column.cast("string").strip().nullif("")
        moment, there = _on_postgres(text) if engine == "postgres" else _on_duckdb(text), text.notnull()
    return Clock(moment, there & moment.isnull())


def _utc(column: ir.Column) -> ir.TimestampValue:
    """Return a timestamp without its zone; every connection is set to UTC, so that the cast shifts it
    there.
    """
    return column if column.type() == dt.Timestamp() else column.cast("timestamp")


def _on_duckdb(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; a cast to a time without a zone would drop the zone that the text names."""
    return text.try_cast("timestamp('UTC')").cast("timestamp")


def _on_postgres(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; PostgreSQL has no cast that may fail, so what does not look like one is left
    out first.
    """
    return (
        ibis.cases((text.re_search(_ISO), text), else_=ibis.null("string"))
        .cast("timestamp('UTC')")
        .cast("timestamp")
    )


def _seconds(column: ir.NumericColumn) -> ir.IntegerValue:
    return ibis.cases((column.abs() >= MILLISECONDS, (column / 1000).floor()), else_=column).cast("int64")


@ibis.udf.scalar.builtin(name="to_timestamp", signature=(("float64",), "timestamp"))  # type: ignore[untyped-decorator]
def _to_timestamp(seconds: float) -> None:
    """PostgreSQL reads Unix time; what it gives has a zone, and every session is in UTC."""


@ibis.udf.scalar.builtin(name="adddate", signature=(("timestamp", "int64"), "timestamp"))  # type: ignore[untyped-decorator]
def _mysql_real(moment: str, days: int) -> None:
    """MySQL makes `0000-00-00` and dates without a day null when it computes with them."""


@ibis.udf.scalar.builtin(name="from_days", signature=(("int64",), "date"))  # type: ignore[untyped-decorator]
def _mysql_day(days: int) -> None:
    """MySQL counts days from the year 0; `from_unixtime` knows none before 1970 or after 2038."""


@ibis.udf.scalar.builtin(name="sec_to_time", signature=(("int64",), "string"))  # type: ignore[untyped-decorator]
def _mysql_time(seconds: int) -> None:
    """MySQL makes a time of day of seconds."""


@ibis.udf.scalar.builtin(name="addtime", signature=(("timestamp", "string"), "timestamp"))  # type: ignore[untyped-decorator]
def _mysql_sum(moment: str, time: str) -> None:
    """MySQL adds a time to a moment."""


@ibis.udf.scalar.builtin(name="regexp_substr", signature=(("string", "string"), "string"))  # type: ignore[untyped-decorator]
def _mysql_part(text: str, pattern: str) -> None:
    """MySQL gives the part of a text that a pattern matches, empty or null where there is none."""


def _on_mysql(column: ir.Column) -> tuple[ir.TimestampValue, ir.BooleanValue]:
    """Return the moment and whether the cell holds anything; a cast of MySQL's drops the zone that a text
    names.
    """
    kind = column.type()
    if kind.is_timestamp() or kind.is_date():
        return _mysql_real(column.cast("timestamp"), 0), column.notnull()
    if kind.is_numeric():
        seconds = _seconds(column)
        day = _mysql_day(_EPOCH_DAY + (seconds / _DAY).floor().cast("int64")).cast("timestamp")
        return _mysql_sum(day, _mysql_time(((seconds % _DAY) + _DAY) % _DAY)), column.notnull()
    text = column.cast("string").strip().nullif("")
    zone = ibis.cases(
        (text.contains(":"), _mysql_part(text, "(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")), else_=""
    )  # else the day of a date
    moment = _mysql_real(text.substr(0, text.length() - zone.length()).cast("timestamp"), 0)
    away = (
        ibis.cases((zone.startswith("+"), "-"), else_="")
        + zone.substr(1, 2)
        + ":"
        + zone.replace(":", "").substr(3, 2).nullif("").fill_null("0")
    )
    shifted = ibis.cases((zone.length() > 1, _mysql_sum(moment, away)), else_=moment)
    return ibis.cases((text.re_search(_ISO), shifted)), text.notnull()


@ibis.udf.scalar.builtin(name="timestamp_seconds", signature=(("int64",), "timestamp"))  # type: ignore[untyped-decorator]
def _spark_number(seconds: int) -> None:
    """Spark reads Unix time."""


def _on_spark(column: ir.Column) -> tuple[ir.TimestampValue, ir.BooleanValue]:
    """Return the moment and whether the cell holds anything; a cast of Spark's takes `12345` for a year."""
    if column.type().is_numeric():
        number = ibis.cases(
            (column.notnull() & (column.abs() < _LAST * 1000), column)
        )  # of doubles, those that are numbers
        seconds = _seconds(number)
        return _spark_number(ibis.cases((seconds.abs() <= _LAST, seconds))), column.notnull()
    text = column.cast("string").strip().nullif("")
    return _on_duckdb(ibis.cases((text.re_search(_ISO), text))), text.notnull()


def _on_sqlite(column: ir.Column) -> tuple[ir.TimestampValue, ir.BooleanValue]:
    """Return the moment and whether the cell holds anything, told by what each cell really is."""
    kind, number = column.typeof(), column.cast("int64")
    text = column.cast("string").strip()
    numeric = kind.isin(["integer", "real"])
    moment = ibis.cases(
        (
            (kind == "text") & text.contains("-"),
            _sqlite_text(text),
        ),  # without a dash SQLite would take it for a Julian day
        (
            numeric & (number.abs() >= MILLISECONDS),
            _sqlite_number((number / 1000).floor().cast("int64").cast("string"), "unixepoch"),
        ),
        (numeric, _sqlite_number(number.cast("string"), "unixepoch")),
    )
    return moment, column.notnull() & (text != "")
