"""The columns of a table that hold moments, and the one that says when a row was created."""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.relations.names import words

CREATION_NAMES = tuple(
    "created_at at occurred_at sent_at submitted_at inserted_at logged_at created timestamp date".split()
)
"""Names of the column that says when a row was created, the most certain first."""
_OF_BIRTH = re.compile(r"birth|born|(?:^|_)dob(?:_|$)")


def moment_columns(table: ir.Table) -> tuple[str, ...]:
    """Return the columns of a table that hold dates or times, except dates of birth."""
    return tuple(
        column
        for column, kind in table.schema().items()
        if (kind.is_timestamp() or kind.is_date()) and not _OF_BIRTH.search(words(column))
    )


def creation_column(table: ir.Table) -> str | None:
    """Return the column that says when a row was created: by its name, or the only one with moments.

    >>> tickets = ibis.table({"id": "int64", "created_at": "timestamp", "closed_at": "timestamp"}, name="t")
    >>> creation_column(tickets)
    'created_at'
    """
    columns = moment_columns(table)
    by_name = {words(column): column for column in columns}
    named = [by_name[name] for name in CREATION_NAMES if name in by_name]
    if named:
        return named[0]
    return columns[0] if len(columns) == 1 else None


def unix_seconds(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Return a moment as Unix time; null outside the years 1 to 9999, as for the infinity of PostgreSQL."""
    first, last = (ibis.literal(day).cast("timestamp") for day in ("0001-01-01", "9999-12-31"))
    return ibis.cases((moment.between(first, last), moment)).epoch_seconds()
