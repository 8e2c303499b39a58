"""The clock of a retention rule: the moment at which the period of a row starts.

A clock is a column, or a column of another table that a reference reaches (`tickets.closed_at`). Several
clocks make one: the latest of them, the earliest, or the first that is filled. A clock may add a period of
its own (`birth_date + P28Y`). A policy writes all this as text, as in SQL, or as YAML:

    start: closed_at
    start: COALESCE(closed_at, updated_at)                      # {first_of: [closed_at, updated_at]}
    start: GREATEST(last_seen_at + P2Y, warned_at + P30D)       # {latest: [last_seen_at + P2Y, ...]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from auditkit.policy.column import Column
from auditkit.policy.error import PolicyError
from auditkit.policy.period import Period
from auditkit.policy.syntax import period_of, position

How = Literal["latest", "earliest", "first_of"]

_BY_FUNCTION: Mapping[type[exp.Expr], How] = {
    exp.Greatest: "latest", exp.Max: "latest", exp.Least: "earliest", exp.Min: "earliest",
    exp.Coalesce: "first_of",
}  # fmt: skip
_EXPECTED = (
    "expected a column (closed_at), a column of another table (tickets.closed_at), or several clocks as in"
    " {latest: [closed_at, invoices.issued_on]}, {earliest: [...]} or {first_of: [...]}; a clock may add a"
    " period, as in birth_date + P28Y"
)


@dataclass(frozen=True)
class Later:
    """A clock plus a period."""

    clock: Clock
    period: Period

    def __str__(self) -> str:
        return f"{self.clock} + {self.period}"


@dataclass(frozen=True)
class Chosen:
    """One of several clocks; empty ones do not count."""

    how: How
    clocks: tuple[Clock, ...]

    def __str__(self) -> str:
        return f"{self.how.replace('_', ' ')} {', '.join(map(str, self.clocks))}"


Clock: TypeAlias = Column | Later | Chosen


@dataclass(frozen=True)
class Leaf:
    """A column of a clock, and what the clock makes of it.

    Attributes:
        column: the column.
        periods: what is added to it, the first period first.
        earliest: of the several rows of another table, the earliest moment counts; else the latest does.
    """

    column: Column
    periods: tuple[Period, ...] = ()
    earliest: bool = False


def leaves(clock: Clock, periods: tuple[Period, ...] = (), *, earliest: bool = False) -> Iterator[Leaf]:
    """Yield the columns of a clock from left to right.

    >>> [(str(leaf.column), leaf.periods) for leaf in leaves(parse("GREATEST(a + P1Y, b.at)"))]
    [('a', (Period(years=1),)), ('b.at', ())]
    """
    match clock:
        case Column():
            yield Leaf(clock, periods, earliest)
        case Later():
            yield from leaves(clock.clock, (clock.period, *periods), earliest=earliest)
        case Chosen():
            for one in clock.clocks:
                yield from leaves(one, periods, earliest=clock.how == "earliest")


def ends_by_itself(clock: Clock) -> bool:
    """Return whether a clock has periods of its own, so that a rule needs no other."""
    return any(leaf.periods for leaf in leaves(clock))


def parse(value: object) -> Clock:
    """Return the clock that a policy declares.

    Raises:
        PolicyError: the value is not a clock; the message gives the place.

    >>> str(parse({"latest": ["last_seen_at + P2Y", {"start": "warned_at", "max": "P30D"}]}))
    'latest last_seen_at + P2Y, warned_at + P30D'
    """
    match value:
        case Column() | Later() | Chosen():
            return value
        case str() if value.strip():
            return _of_text(value)
        case {"latest": inner, **rest} if not rest:
            return Chosen("latest", _clocks(inner))
        case {"earliest": inner, **rest} if not rest:
            return Chosen("earliest", _clocks(inner))
        case {"first_of": inner, **rest} if not rest:
            return Chosen("first_of", _clocks(inner))
        case {"start": inner, "max": str(period), **rest} if not rest:
            return Later(parse(inner), _period(period))
    _refused()


def _clocks(value: object) -> tuple[Clock, ...]:
    """Return the clocks of a list; a single one may be written without brackets."""
    parts = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    found = tuple(parse(part) for part in parts if part is not None)
    return found or _refused()


def _refused() -> NoReturn:
    raise PolicyError(_EXPECTED)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise PolicyError(str(error)) from None


def _of_text(text: str) -> Clock:
    """Return the clock of a text; a text that is not an expression is the name of a column."""
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition, dialect="postgres")
        return _of_tree(tree)
    except (SqlglotError, RecursionError):
        if "(" in text:
            raise PolicyError(f"this is not a clock: {_EXPECTED}") from None
    except _NoClock as refused:
        if "(" in text or isinstance(refused.node, exp.Add):
            raise PolicyError(f"this is not a clock{position(refused.node)}: {_EXPECTED}") from None
    return Column(text)


class _NoClock(Exception):
    """A node of an expression is no clock."""

    def __init__(self, node: exp.Expr) -> None:
        self.node = node


def _of_tree(node: exp.Expr) -> Clock:
    match node:
        case exp.Paren():
            return _of_tree(node.this)
        case exp.Column() if isinstance(node.this, exp.Identifier):
            return Column(node.name, ".".join(part.name for part in node.parts[:-1]))
        case exp.Add() if (period := period_of(node.expression)) is not None:
            return Later(_of_tree(node.this), period)
    how = _BY_FUNCTION.get(type(node))
    if how is None:
        raise _NoClock(node)
    return Chosen(how, tuple(_of_tree(part) for part in (node.this, *node.expressions)))
