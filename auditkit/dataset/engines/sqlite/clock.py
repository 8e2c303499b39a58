"""Columns of SQLite read as moments.

SQLite enforces no type and compares dates as text, which is wrong for `2023-10-23T00:00:00`, for numbers and
for empty strings. So its own date functions read each cell, by what the cell really is.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset.moments import MILLISECONDS, Moment


@ibis.udf.scalar.builtin(name="datetime", signature=(("string",), "timestamp"))  # type: ignore[untyped-decorator]
def _from_text(text: str) -> None:
    """Read ISO 8601 with its zone, into UTC."""


@ibis.udf.scalar.builtin(name="datetime", signature=(("string", "string"), "timestamp"))  # type: ignore[untyped-decorator]
def _from_number(number: str, how: str) -> None:
    """Read Unix time."""


def moment(column: ir.Column) -> Moment:
    """Return a column as a moment, and whether its cells hold anything."""
    kind, number = column.typeof(), column.cast("int64")
    text = column.cast("string").strip()
    numeric = kind.isin(["integer", "real"])
    milliseconds = numeric & (number.abs() >= MILLISECONDS)
    seconds = (number / 1000).floor().cast("int64").cast("string")
    found = ibis.cases(
        ((kind == "text") & text.contains("-"), _from_text(text)),  # without a dash it would be a Julian day
        (milliseconds, _from_number(seconds, "unixepoch")),
        (numeric, _from_number(number.cast("string"), "unixepoch")),
    )
    return found, column.notnull() & (text != "")
