"""Keys that can be compared, whatever types the columns of two tables have."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset.numbers import near
from auditkit.relations.tables import key_family


def key_text(column: ir.Column) -> ir.StringValue:
    """Return a key as text, so that a key that one table keeps as text compares with a number in another.

    A whole number has no decimal point. Empty text becomes null.
    """
    kind = column.type()
    text = column.cast("string")
    if kind.is_numeric() and not kind.is_integer():
        whole = near(column).cast("int64")
        text = ibis.cases((near(column) == whole, whole.cast("string")), else_=text)
    return text.strip().nullif("")


def comparable_keys(a: ir.Column, b: ir.Column) -> tuple[ir.Column, ir.Column]:
    """Return two keys so that they can be compared: as they are where their types agree, else as text."""
    families = {key_family(a.type()), key_family(b.type())}
    if a.type().copy(nullable=True) == b.type().copy(nullable=True) or (
        len(families) == 1 and None not in families
    ):
        return a, b
    return key_text(a), key_text(b)


def same_key(one: ir.Column, other: ir.Column) -> ir.BooleanValue:
    """Return whether two keys are the same, whatever types their columns have."""
    a, b = comparable_keys(one, other)
    return a == b
