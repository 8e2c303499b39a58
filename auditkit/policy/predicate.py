"""A condition of a policy as an Ibis expression over a table, with the same result on every engine.

The bare name of a column is a condition by itself: a boolean holds when it is true, a date when it is later
than the day of the audit, anything else when it is not null. Dates compare as moments and never as text,
whatever the engine stores. LIKE distinguishes upper and lower case on every engine. Inside a condition null
behaves as in SQL; where the whole condition is null, it does not hold.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir
from sqlglot import exp

from auditkit.dataset.clock import clock
from auditkit.dataset.engines import dialect_of
from auditkit.policy.error import PolicyError
from auditkit.policy.period import Period, add, latest_start
from auditkit.policy.syntax import COMPARISONS, LITERALS, columns_of, is_today, parse, period_of, position
from auditkit.vocabulary import did_you_mean

__all__ = ["columns_of", "predicate"]

_MOST_OF_AN_INTEGER = 2.0**63

_OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = MappingProxyType({
    exp.EQ: operator.eq, exp.NEQ: operator.ne,
    exp.LT: operator.lt, exp.LTE: operator.le, exp.GT: operator.gt, exp.GTE: operator.ge,
})  # fmt: skip


def predicate(condition: str | exp.Expr, table: ir.Table, as_of: date) -> ir.BooleanValue:
    """Return a condition as a boolean expression over a table's rows that is never null.

    Args:
        condition: the text in the language of `auditkit.policy.syntax`, or its tree; about this table only.
        table: the rows.
        as_of: the day of the audit, 00:00 UTC; a bare date holds when it is later.

    Raises:
        PolicyError: the text is not a condition, the table does not have a column, or two values cannot be
            compared.

    >>> tickets = ibis.memtable({"status": ["open", "closed", None], "legal_hold": [False, True, None]})
    >>> holds = predicate("status = 'open' OR legal_hold", tickets, date(2026, 1, 1))
    >>> tickets.filter(holds).count().execute()
    2
    """
    tree = parse(condition) if isinstance(condition, str) else condition
    return _Binding(table, datetime.combine(as_of, time())).holds(tree).fill_null(False)


@dataclass(frozen=True)
class _Binding:
    """Turns the nodes of a condition into expressions over one table."""

    table: ir.Table
    now: datetime

    def holds(self, node: exp.Expr) -> ir.BooleanValue:
        """Return a node as a boolean."""
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
                return self._bare(column_of(self.table, node))
            case exp.Boolean():
                return ibis.literal(bool(node.this))
        return self._comparison(node)

    def _comparison(self, node: exp.Expr) -> ir.BooleanValue:
        """Return a comparison as a boolean."""
        match node:
            case exp.Is() if isinstance(node.expression, exp.Null):
                return _negated(node, self._value(node.this).isnull())
            case exp.Is():
                same = operator.eq(*self._comparable(node, node.this, node.expression))
                return _negated(node, same.fill_null(False))
            case exp.Like():
                return _negated(node, self._like(node))
            case exp.In():
                value, *choices = self._comparable(node, node.this, *node.expressions)
                return functools.reduce(operator.or_, [value == choice for choice in choices])
            case exp.Between():
                value, low, high = self._comparable(node, node.this, node.args["low"], node.args["high"])
                return (value >= low) & (value <= high)
            case exp.Coalesce():
                value = self._value(node)
                if value.type().is_boolean():
                    return value
            case _ if isinstance(node, COMPARISONS):
                return _OPERATORS[type(node)](*self._comparable(node, node.this, node.expression))
        raise PolicyError(
            f"a condition must be true or false, and this part is a value{position(node)}: compare it with"
            " something"
        )

    def _bare(self, column: ir.Column) -> ir.BooleanValue:
        """Return whether a column holds that is a condition by itself."""
        match _kind(column):
            case "boolean":
                return column.fill_null(False)
            case "moment":
                return (clock(column).moment > ibis.literal(self.now)).fill_null(False)
            case _:
                return column.notnull()

    def _value(self, node: exp.Expr) -> ir.Value:
        """Return a node as a value."""
        match node:
            case exp.Paren():
                return self._value(node.this)
            case _ if (day := self._relative_day(node)) is not None:
                return ibis.literal(day)
            case exp.Column():
                column = column_of(self.table, node)
                return clock(column).moment if _kind(column) == "moment" else column
            case exp.Coalesce():
                return ibis.coalesce(*self._comparable(node, node.this, *node.expressions))
            case exp.Lower():
                return _as_text(self._value(node.this), node).lower()
            case _ if isinstance(node, LITERALS):
                return ibis.literal(_literal(node))
        return self.holds(node)

    def _relative_day(self, node: exp.Expr) -> datetime | None:
        """Return the moment of `today`, `today - P30D` or `today + P30D`; None for any other node.

        A row is before `today - P1M` when a month from it on is over today, as for a retention period.
        """
        if isinstance(node, exp.Add | exp.Sub):
            period = period_of(node.expression) or Period()
            return (
                add(self.now, period)
                if isinstance(node, exp.Add)
                else latest_start(period=period, as_of=self.now)
            )
        named = isinstance(node, exp.Column) and any(node.name == name for name in self.table.columns)
        return self.now if is_today(node) and not named else None

    def _comparable(self, parent: exp.Expr, *nodes: exp.Expr) -> Sequence[ir.Value]:
        """Return nodes as values of one kind, so that they can be compared.

        The columns decide the kind, and each literal is read as a value of that kind.
        """
        plain = [node.unnest() for node in nodes]
        values = {i: self._value(node) for i, node in enumerate(plain) if not isinstance(node, LITERALS)}
        if any(self._relative_day(node) is not None for node in plain):
            values = {i: _as_moment(value) for i, value in values.items()}
        kind = _common_kind(list(values.values()) or [ibis.literal(_literal(n)) for n in plain], parent)
        return [
            _as_kind(kind, values[i], parent) if i in values else _literal_of(kind, node, parent)
            for i, node in enumerate(plain)
        ]

    def _like(self, node: exp.Like) -> ir.BooleanValue:
        """Return a LIKE that distinguishes upper and lower case on every engine."""
        pattern = node.expression.name
        if "\\" in pattern:
            raise PolicyError(
                f"engines read a backslash in LIKE in different ways{position(node)}: write the pattern"
                " without one"
            )
        text = _as_text(self._value(node.this), node)
        return dialect_of(self.table).like(text, pattern)


def column_of(table: ir.Table, node: exp.Column) -> ir.Column:
    """Return the column that a condition names, else the only one whose name differs in upper and lower case.

    Raises:
        PolicyError: there is no such column, or there are several.
    """
    names = table.columns
    if node.name in names:
        return table[node.name]
    similar = [name for name in names if name.casefold() == node.name.casefold()]
    if len(similar) == 1:
        return table[similar[0]]
    if similar:
        raise PolicyError(
            f"{node.name!r} names several columns{position(node)}: write the name in double quotes, with its"
            " capitals"
        )
    raise PolicyError(f"there is no column {node.name!r}{position(node)}.{did_you_mean(node.name, names)}")


def _negated(node: exp.Expr, value: ir.BooleanValue) -> ir.BooleanValue:
    return ~value if node.args.get("negate") else value


def _kind(value: ir.Value) -> str:
    type_ = value.type()
    if type_.is_boolean():
        return "boolean"
    if type_.is_numeric():
        return "number"
    if type_.is_string():
        return "text"
    return "moment" if type_.is_timestamp() or type_.is_date() else "other"


def _common_kind(values: Sequence[ir.Value], node: exp.Expr) -> str:
    """Return the one kind in which values can be compared; what has no kind of its own compares as text."""
    kinds = {_kind(value) for value in values}
    if "other" in kinds:
        return "text"
    if len(kinds) > 1:
        raise _different_kinds(sorted(kinds), node)
    return kinds.pop()


def _different_kinds(kinds: Sequence[str], node: exp.Expr) -> PolicyError:
    return PolicyError(
        f"this compares {' with '.join(kinds)}{position(node)}: write values of the same kind on both sides"
    )


def _as_moment(value: ir.Value) -> ir.Value:
    """Return what is compared with a relative day as a moment: engines without dates hold text or numbers."""
    readable = _kind(value) in ("text", "number") and isinstance(value, ir.Column)
    return clock(value).moment if readable else value


def _as_kind(kind: str, value: ir.Value, node: exp.Expr) -> ir.Value:
    return _as_text(value, node) if kind == "text" else value


def _as_text(value: ir.Value, node: exp.Expr) -> ir.StringValue:
    if _kind(value) not in ("text", "other"):
        raise PolicyError(
            f"{node.key.upper()} compares text only{position(node)}: this value is a {_kind(value)}"
        )
    return value if value.type().is_string() else value.cast("string")


def _literal(node: exp.Expr) -> str | int | float | bool:
    """Return the value of a literal."""
    match node:
        case exp.Boolean():
            return bool(node.this)
        case exp.Neg() if isinstance(node.this, exp.Literal) and not node.this.is_string:
            return -_number(node.this)
        case exp.Literal():
            return node.name if node.is_string else _number(node)
    raise PolicyError(f"a minus sign is allowed before a number only{position(node)}")


def _number(node: exp.Literal) -> int | float:
    number = float(node.name)
    if not node.name.isdecimal():
        if not math.isfinite(number):
            raise PolicyError(f"a number is too large{position(node)}: write one below 1e308")
        return number
    if number >= _MOST_OF_AN_INTEGER:
        raise PolicyError(f"a whole number is too large{position(node)}: databases count up to 9e18")
    return int(node.name)


def _literal_of(kind: str, node: exp.Expr, parent: exp.Expr) -> ir.Scalar:
    """Return a literal as a value of the kind that it is compared with.

    Databases often store a boolean as a number, so 0 and 1 are also false and true.
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
    raise _different_kinds([kind, _kind(ibis.literal(value))], parent)


def _moment(text: str, node: exp.Expr) -> datetime:
    """Return the date or time of a literal, in UTC without a zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise PolicyError(
            f"a date is compared with text that is not a date{position(node)}: write it as '2026-11-22' or"
            " '2026-11-22T08:30:00'"
        ) from None
