"""When something happened, as a UTC timestamp, whatever the engine and whatever type the column has."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.dataset.engines import dialect_of


@dataclass(frozen=True)
class Clock:
    """A column read as a clock.

    Attributes:
        moment: the moment, null where the cell holds no moment.
        unreadable: whether the cell holds something that is not a moment.
    """

    moment: ir.TimestampValue
    unreadable: ir.BooleanValue


def clock(column: ir.Column) -> Clock:
    """Return a column as a clock on the engine where it is; empty text is no moment and is not unreadable."""
    moment, filled = dialect_of(column).moment(column)
    return Clock(moment, filled & moment.isnull())
