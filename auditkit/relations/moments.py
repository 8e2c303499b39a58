"""Columns of moments, and the one that says when a row came to be."""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.relations.names import words

FIRST = (
    "created_at",
    "at",
    "occurred_at",
    "sent_at",
    "submitted_at",
    "inserted_at",
    "logged_at",
    "created",
    "timestamp",
    "date",
)
"""What a column is called that says when a row came to be, the surest first."""
_OF_BIRTH = re.compile(r"birth|born|(?:^|_)dob(?:_|$)")


def moments_of(table: ir.Table) -> tuple[str, ...]:
    """Return the columns of a table that are of a type for moments, in their order; a date of birth is none
    that anything runs from.
    """
    return tuple(
        c
        for c, t in table.schema().items()
        if (t.is_timestamp() or t.is_date()) and not _OF_BIRTH.search(words(c))
    )


def begun(table: ir.Table) -> str | None:
    """Return the column that says when a row came to be: by its name, or the only one of moments.

    >>> begun(ibis.table({"id": "int64", "created_at": "timestamp", "closed_at": "timestamp"}, name="t"))
    'created_at'
    """
    moments = moments_of(table)
    named = {words(c): c for c in moments}
    return next((named[n] for n in FIRST if n in named), moments[0] if len(moments) == 1 else None)


def seconds_of(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Return a moment as Unix time, null outside the years 1 to 9999: PostgreSQL has an infinity that is no
    number.
    """
    known = moment.between(
        ibis.literal("0001-01-01").cast("timestamp"), ibis.literal("9999-12-31").cast("timestamp")
    )
    return ibis.cases((known, moment)).epoch_seconds()
