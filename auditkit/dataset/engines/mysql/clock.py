"""Columns of MySQL and MariaDB read as moments."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset.engines.mysql.patterns import first_match
from auditkit.dataset.moments import ISO, Moment, filled_text, whole_seconds

_EPOCH_DAY = 719_528
_DAY = 86_400
_ZONE = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"


@ibis.udf.scalar.builtin(name="adddate", signature=(("timestamp", "int64"), "timestamp"))  # type: ignore[untyped-decorator]
def _add_days(moment: str, days: int) -> None:
    """Add days; `0000-00-00` and dates without a day become null."""


@ibis.udf.scalar.builtin(name="from_days", signature=(("int64",), "date"))  # type: ignore[untyped-decorator]
def _from_days(days: int) -> None:
    """Count days from the year 0; `from_unixtime` has none before 1970 or after 2038."""


@ibis.udf.scalar.builtin(name="sec_to_time", signature=(("int64",), "string"))  # type: ignore[untyped-decorator]
def _time_of_day(seconds: int) -> None:
    """Return seconds as a time of day."""


@ibis.udf.scalar.builtin(name="addtime", signature=(("timestamp", "string"), "timestamp"))  # type: ignore[untyped-decorator]
def _add_time(moment: str, time: str) -> None:
    """Add a time to a moment."""


def moment(column: ir.Column) -> Moment:
    """Return a column as a moment, and whether its cells hold anything."""
    kind = column.type()
    if kind.is_timestamp() or kind.is_date():
        return _add_days(column.cast("timestamp"), 0), column.notnull()
    if kind.is_numeric():
        return _from_number(column), column.notnull()
    text = filled_text(column)
    return _from_text(text), text.notnull()


def _from_number(column: ir.NumericColumn) -> ir.TimestampValue:
    seconds = whole_seconds(column)
    day = _from_days(_EPOCH_DAY + (seconds / _DAY).floor().cast("int64")).cast("timestamp")
    return _add_time(day, _time_of_day(((seconds % _DAY) + _DAY) % _DAY))


def _from_text(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; a cast would drop the zone that the text names."""
    # Without a time, what looks like a zone is the day of a date.
    zone = ibis.cases((text.contains(":"), first_match(text, _ZONE)), else_="")
    local = _add_days(text.substr(0, text.length() - zone.length()).cast("timestamp"), 0)
    minutes = zone.replace(":", "").substr(3, 2).nullif("").fill_null("0")
    offset = ibis.cases((zone.startswith("+"), "-"), else_="") + zone.substr(1, 2) + ":" + minutes
    shifted = ibis.cases((zone.length() > 1, _add_time(local, offset)), else_=local)
    return ibis.cases((text.re_search(ISO), shifted))
