"""When the rows of an incident came to be: which column says so, and the days it says."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.incident.incident import RECENT_DAYS
from auditkit.policy import Policy
from auditkit.relations.moments import CREATION_NAMES, creation_column, moment_columns
from auditkit.relations.names import words

_BEGINS = re.compile(r"(?:^|_)(?:created|creation|inserted|recorded|logged)(?:_|$)")
_HAPPENS = re.compile(
    r"^(?:day|time|moment)$|(?:^|_)(?:added|opened|sent|received|submitted|issued|ordered|placed|posted|started|happened|occurred|joined|"
    r"registered|uploaded|signed)(?:_|$)"
)
_EARLIEST = datetime(1970, 2, 2)  # noqa: DTZ001  every clock is UTC, without its zone; what is earlier stands for no time


def clock_of(policy: Policy, name: str, table: ir.Table) -> str | None:
    """Return the column that says when the rows of a table came to be, or None.

    For the access log it is the declared one; else a column named like a creation, else one named like an
    event, else the declared start of the retention period. When a row was last touched, or ended, does not
    say since when a leak is there.
    """
    if (
        policy.access_log is not None
        and policy.access_log.table == name
        and policy.access_log.at in table.columns
    ):
        return policy.access_log.at
    typed, surest = moment_columns(table), creation_column(table)
    written = [c for c in table.columns if table[c].type().is_string() or table[c].type().is_integer()]
    declared = policy.table(name)
    starts = [str(r.start) for r in declared.retention] if declared is not None else []
    named = [
        c for c in [surest] if c is not None and (words(c) in CREATION_NAMES or _BEGINS.search(words(c)))
    ]
    named += [c for c in (*typed, *written) if _BEGINS.search(words(c))]
    events = [c for c in typed if _HAPPENS.search(words(c))]
    return next(iter([*named, *events, *(s for s in starts if s in table.columns)]), None)


def day(column: ir.Column, as_of: date) -> ir.IntegerValue:
    """Return the UTC day of a moment as a number such as 20261122, alike on every engine; null where it is no
    time that can be meant.
    """
    moment = clock(column).moment
    tomorrow = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001
    meant = ibis.cases(((moment >= _EARLIEST) & (moment <= tomorrow), moment))
    return meant.year().cast("int64") * 10_000 + meant.month().cast("int64") * 100 + meant.day().cast("int64")


def recent_from(as_of: date) -> int:
    """Return the first day that is recent, as `day` writes it.

    >>> recent_from(date(2026, 11, 22))
    20261023
    """
    return int(f"{as_of - timedelta(days=RECENT_DAYS):%Y%m%d}")


def iso(number: int | None) -> str | None:
    """Return a day of `day` as text.

    >>> iso(20261122), iso(None)
    ('2026-11-22', None)
    """
    return None if number is None else f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"
