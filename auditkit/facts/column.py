"""One column of a table, and which verdicts of the profile make a column personal."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.outcome import Missing
from auditkit.vocabulary import THROUGHOUT

PERSONAL = frozenset({*THROUGHOUT, "empty"})
"""The verdicts on a column of personal data; the name alone makes an empty column one."""


@dataclass(frozen=True)
class Column(Item, columns="name"):
    """One column of the table, or why it cannot be seen."""

    name: str
    missing: Missing | None = None


def is_filled(cell: ir.Column) -> ir.BooleanValue:
    """Return whether a cell holds something: white space alone is nothing."""
    return (cell.notnull() & (cell.strip() != "")) if cell.type().is_string() else cell.notnull()


def comparable(cell: ir.Column) -> ir.Column:
    """Return a cell as something by which rows can be grouped.

    Databases know no equality of JSON and of points, so these become text.
    """
    kind = cell.type()
    return cell.cast("string") if kind.is_json() or kind.is_geospatial() else cell
