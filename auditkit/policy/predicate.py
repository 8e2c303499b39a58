"""A condition of a policy as an Ibis expression over a table, with the same answer on every engine.

A bare name is a statement: a boolean holds when it is true, a date when it is later than the day of the
audit, anything else when it is not null. Dates compare as moments and never as text, whatever the engine
stores; LIKE tells upper from lower case everywhere. Inside, null behaves as in SQL; where the whole is null,
the condition does not hold.
"""

from __future__ import annotations

import functools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir
from sqlglot import exp

from auditkit.dataset.clock import clock
from auditkit.dataset.identity import backend_of
from auditkit.policy.error import PolicyError
from auditkit.policy.syntax import COMPARISONS, LITERALS, columns_of, parse, position
from auditkit.vocabulary import did_you_mean

__all__ = ["columns_of", "predicate"]

_OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = MappingProxyType({
    exp.EQ: operator.eq, exp.NEQ: operator.ne, exp.LT: operator.lt, exp.LTE: operator.le, exp.GT: operator.gt,
    exp.GTE: operator.ge,
})  # fmt: skip


def predicate(text: str, table: ir.Table, as_of: date) -> ir.BooleanValue:
    """Return a condition as a boolean expression over a table's rows that is never null.

    Args:
        text: the condition, in the language of `auditkit.policy.syntax`.
        table: the rows.
        as_of: the day of the audit, 00:00 UTC; a bare date holds when it is later.

    Raises:
        PolicyError: it is no condition, a column is not there, or it compares what cannot be compared.

    >>> tickets = ibis.memtable({"status": ["open", "closed", None], "legal_hold": [False, True, None]})
    >>> tickets.filter(predicate("status = 'open' OR legal_hold", tickets, date(2026, 1, 1))).count().execute()
    2
    """
    return _Binding(table, datetime.combine(as_of, time())).holds(parse(text)).fill_null(False)


@ibis.udf.scalar.builtin(name="glob", signature=(("string", "string"), "boolean"))  # type: ignore[untyped-decorator]
def _glob(pattern: str, text: str) -> None:
    """SQLite's own match that tells upper from lower case, which its LIKE does not."""


@dataclass(frozen=True)
class _Binding:
    table: ir.Table
    now: datetime

    def holds(self, node: exp.Expr) -> ir.BooleanValue:
        """Return what stands where a statement is expected."""
        match node:
            case exp.Paren():
                return self.holds(node.this)
            case exp.Not():
                return ~self.holds(node.this)
            case exp.And():
                return self.holds(node.this) & self.holds(node.expression)
            case exp.Or():
                return self.holds(node.this) | self.holds(node.expression)
            case exp.Column():
                return self._bare(self._column(node))
            case exp.Boolean():
                return ibis.literal(bool(node.this))
            case exp.Is() if isinstance(node.expression, exp.Null):
                return _negated(node, self._value(node.this).isnull())
            case exp.Is():
                same = operator.eq(*self._alike(node, node.this, node.expression))
                return _negated(node, same.fill_null(False))
            case exp.Like():
                return _negated(node, self._like(node))
            case exp.In():
                value, *choices = self._alike(node, node.this, *node.expressions)
                return functools.reduce(operator.or_, [value == choice for choice in choices])
            case exp.Between():
                value, low, high = self._alike(node, node.this, node.args["low"], node.args["high"])
                return (value >= low) & (value <= high)
            case exp.Coalesce():
                value = self._value(node)
                if value.type().is_boolean():
                    return value
            case _ if isinstance(node, COMPARISONS):
                return _OPERATORS[type(node)](*self._alike(node, node.this, node.expression))
        raise PolicyError(
            f"a condition is true or false; this part is a value{position(node)}: compare it with something"
        )

    def _bare(self, column: ir.Column) -> ir.BooleanValue:
        match _family(column):
            case "boolean":
                return column.fill_null(False)
            case "moment":
                return (clock(column).moment > ibis.literal(self.now)).fill_null(False)
            case _:
                return column.notnull()

    def _column(self, node: exp.Column) -> ir.Column:
        """Return the column of that name, or the only one that differs from it by upper and lower case."""
        names = self.table.columns
        alike = (
            [node.name]
            if node.name in names
            else [name for name in names if name.casefold() == node.name.casefold()]
        )
        if len(alike) == 1:
            return self.table[alike[0]]
        if alike:
            raise PolicyError(
                f"{node.name!r} names several columns{position(node)}: write it in double quotes, with its"
                " capitals"
            )
        raise PolicyError(
            f"there is no column {node.name!r}{position(node)}.{did_you_mean(node.name, names)}"
        )

    def _value(self, node: exp.Expr) -> ir.Value:
        """Return what stands where a value is expected."""
        match node:
            case exp.Paren():
                return self._value(node.this)
            case exp.Column():
                column = self._column(node)
                return clock(column).moment if _family(column) == "moment" else column
            case exp.Coalesce():
                return ibis.coalesce(*self._alike(node, node.this, *node.expressions))
            case exp.Lower():
                return _as_text(self._value(node.this), node).lower()
            case _ if isinstance(node, LITERALS):
                return ibis.literal(_literal(node))
        return self.holds(node)

    def _alike(self, parent: exp.Expr, *nodes: exp.Expr) -> Sequence[ir.Value]:
        """Return values that are compared with each other, as one kind: the columns decide, the literals
        follow.
        """
        plain = [node.unnest() for node in nodes]
        columns = {i: self._value(node) for i, node in enumerate(plain) if not isinstance(node, LITERALS)}
        kinds = {_family(value) for value in columns.values()} or {
            _family(ibis.literal(_literal(node))) for node in plain
        }
        if "other" in kinds:
            kinds = {"text"}
        if len(kinds) > 1:
            raise PolicyError(
                f"this compares {' with '.join(sorted(kinds))}{position(parent)}: both sides must be of one"
                " kind"
            )
        kind = kinds.pop()
        to_kind = {"text": _as_text, "moment": _as_is, "number": _as_is, "boolean": _as_is}[kind]
        return [
            to_kind(columns[i], parent) if i in columns else _literal_of(kind, node, parent)
            for i, node in enumerate(plain)
        ]

    def _like(self, node: exp.Like) -> ir.BooleanValue:
        pattern = node.expression.name
        if "\\" in pattern:
            raise PolicyError(
                f"a backslash means different things to different engines{position(node)}: write LIKE"
                " without it"
            )
        text = _as_text(self._value(node.this), node)
        if backend_of(self.table).name != "sqlite":
            return text.like(pattern)
        return _glob(re.sub(r"[\[*?]", r"[\g<0>]", pattern).replace("%", "*").replace("_", "?"), text)


def _negated(node: exp.Expr, value: ir.BooleanValue) -> ir.BooleanValue:
    return ~value if node.args.get("negate") else value


def _family(value: ir.Value) -> str:
    kind = value.type()
    if kind.is_boolean():
        return "boolean"
    if kind.is_numeric():
        return "number"
    if kind.is_string():
        return "text"
    return "moment" if kind.is_timestamp() or kind.is_date() else "other"


def _as_is(value: ir.Value, _: exp.Expr) -> ir.Value:
    return value


def _as_text(value: ir.Value, node: exp.Expr) -> ir.StringValue:
    if _family(value) not in ("text", "other"):
        raise PolicyError(f"{node.key.upper()} is for text{position(node)}: this is a {_family(value)}")
    return value if value.type().is_string() else value.cast("string")


def _literal(node: exp.Expr) -> str | int | float | bool:
    """Return what a literal says."""
    match node:
        case exp.Boolean():
            return bool(node.this)
        case exp.Neg() if isinstance(node.this, exp.Literal) and not node.this.is_string:
            return -_number(node.this)
        case exp.Literal():
            return node.name if node.is_string else _number(node)
    raise PolicyError(f"a minus sign stands before a number only{position(node)}")


def _number(node: exp.Literal) -> int | float:
    number = int(node.name) if node.name.isdecimal() else float(node.name)
    if not math.isfinite(number):
        raise PolicyError("a number is too large")
    return number


def _literal_of(kind: str, node: exp.Expr, parent: exp.Expr) -> ir.Scalar:
    """Return a literal as the kind of what it is compared with.

    A flag is often a number, and a number a flag: 0 and 1 are false and true.
    """
    value = _literal(node)
    match kind, value:
        case ("moment", str()):
            return ibis.literal(_moment(value, parent))
        case ("number", bool()):
            return ibis.literal(int(value))
        case ("boolean", 0 | 1):
            return ibis.literal(bool(value))
        case ("number", int() | float()) | ("text", str()):
            return ibis.literal(value)
    raise PolicyError(
        f"this compares {kind} with {_family(ibis.literal(value))}{position(parent)}: both sides must be of"
        " one kind"
    )


def _moment(text: str, node: exp.Expr) -> datetime:
    """Return a date or time of a condition in UTC without its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PolicyError(
            f"a date is compared with what is none{position(node)}: write it as '2026-11-22' or"
            " '2026-11-22T08:30:00'"
        ) from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
