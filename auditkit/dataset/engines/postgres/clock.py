"""Columns of PostgreSQL read as moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.dataset.moments import ISO, Moment, moment_of, whole_seconds


@ibis.udf.scalar.builtin(name="to_timestamp", signature=(("float64",), "timestamp"))  # type: ignore[untyped-decorator]
def _to_timestamp(seconds: float) -> None:
    """Read Unix time; the result has a zone, and every session is in UTC."""


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp"))  # type: ignore[untyped-decorator]
def _in_zone(zone: str, moment: datetime) -> None:
    """Write `AT TIME ZONE`: a cast would follow the time zone of whoever runs the query."""


def moment(column: ir.Column) -> Moment:
    """Return a column as a moment, and whether its cells hold anything."""
    return moment_of(column, number=lambda n: _to_timestamp(whole_seconds(n)), text=_from_text)


def in_utc(query: ir.Table) -> ir.Table:
    """Return a query that casts moments to UTC by name, and not to the time zone of the session."""
    changed: ir.Table = query.op().replace(_cast_in_utc).to_expr()
    return changed


def _from_text(text: ir.StringValue) -> ir.TimestampValue:
    """Return text as a moment; no cast may fail here, so text in another form is left out first."""
    iso = ibis.cases((text.re_search(ISO), text), else_=ibis.null("string"))
    return iso.cast("timestamp('UTC')").cast("timestamp")


def _cast_in_utc(node: Any, changed: Mapping[str, Any] | None) -> Any:
    new = node.__recreate__(changed) if changed else node
    if not isinstance(new, ops.Cast) or not (new.arg.dtype.is_timestamp() and new.to.is_timestamp()):
        return new
    if new.arg.dtype.timezone is None or new.to.timezone is not None:
        return new
    return _in_zone("UTC", new.arg.to_expr().cast(dt.Timestamp(timezone="UTC"))).op()
