"""The small language of conditions in a policy: which conditions are allowed, whatever the table.

A condition may hold columns, literals, comparison, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, COALESCE and
LOWER, as in PostgreSQL, and days relative to that of the audit (`today - P30D`). sqlglot parses it. Every
other kind of node is refused, and so is every other argument of an allowed node: `a IN (SELECT ...)` is an
`In` with the argument `query`.

A condition that *reaches* may also read other tables: a column of the row that a row refers to
(`users.country`), and whether there are rows in another table (`EXISTS (SELECT ...)`, `id IN (SELECT ...)`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from auditkit.policy.error import PolicyError
from auditkit.policy.period import Period
from auditkit.policy.term import UNITS

COMPARISONS: tuple[type[exp.Expr], ...] = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
CONNECTIVES: tuple[type[exp.Expr], ...] = (exp.And, exp.Or)
LITERALS: tuple[type[exp.Expr], ...] = (exp.Literal, exp.Boolean, exp.Neg)

_ARGUMENTS: Mapping[type[exp.Expr], frozenset[str]] = MappingProxyType({
    **dict.fromkeys((*COMPARISONS, *CONNECTIVES), frozenset({"this", "expression"})),
    exp.Is: frozenset({"this", "expression", "negate"}),
    exp.Like: frozenset({"this", "expression", "negate"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Coalesce: frozenset({"this", "expressions"}),
    exp.Lower: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    exp.Not: frozenset({"this"}),
    exp.Neg: frozenset({"this"}),
    exp.Column: frozenset({"this"}),
    exp.Add: frozenset({"this", "expression"}),
    exp.Sub: frozenset({"this", "expression"}),
    exp.Interval: frozenset({"this", "unit"}),
    exp.Var: frozenset({"this"}),
    exp.CurrentDate: frozenset(),
    exp.CurrentTimestamp: frozenset(),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
})  # fmt: skip

_REACHING: Mapping[type[exp.Expr], frozenset[str]] = MappingProxyType({
    **_ARGUMENTS,
    exp.Column: frozenset({"this", "table", "db"}),
    exp.In: frozenset({"this", "expressions", "query"}),
    exp.Exists: frozenset({"this"}),
    exp.Subquery: frozenset({"this"}),
    exp.Select: frozenset({"expressions", "from_", "where"}),
    exp.From: frozenset({"this"}),
    exp.Table: frozenset({"this", "db", "alias"}),
    exp.TableAlias: frozenset({"this"}),
    exp.Where: frozenset({"this"}),
    exp.Star: frozenset(),
})  # fmt: skip
_ALLOWED = (
    "columns, literals, comparison, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, COALESCE, LOWER and days such"
    " as today - P30D"
)


def parse(text: str, *, reaching: bool = False) -> exp.Expr:
    """Return the tree of a condition.

    Args:
        text: the condition.
        reaching: the condition may read other tables.

    Raises:
        PolicyError: the text is not a condition of this language; the message gives the place and quotes no
            literal.

    >>> parse("status <> 'closed' AND legal_hold").key
    'and'
    >>> parse("id IN (SELECT id FROM users)")
    Traceback (most recent call last):
        ...
    auditkit.policy.error.PolicyError: a sub-query is not allowed in a condition (character 1): ...
    """
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition, dialect="postgres")
    except ParseError as error:
        first: Mapping[str, Any] = error.errors[0] if error.errors else {}
        at = _character(text, first.get("line"), first.get("col"))
        raise PolicyError(
            f"this is not a condition{at}: write one such as status = 'closed' AND closed_at IS NOT NULL"
        ) from None
    except (SqlglotError, RecursionError):
        raise PolicyError(
            "this is not a condition: close every quote and every bracket, and nest fewer brackets"
        ) from None
    for node in tree.walk():
        _refuse(node, reaching=reaching)
    return tree


def columns_of(text: str) -> frozenset[str]:
    """Return the names of the columns that a condition reads, as the condition writes them.

    >>> sorted(columns_of("status <> 'closed' OR seen_at < today - P30D"))
    ['seen_at', 'status']
    """
    columns = parse(text).find_all(exp.Column)
    return frozenset(
        c.name for c in columns if not isinstance(c.parent, exp.Add | exp.Sub) and not is_today(c)
    )


def is_today(node: exp.Expr) -> bool:
    """Return whether a node is the day of the audit: `today`, `CURRENT_DATE` or `now()`."""
    if isinstance(node, exp.Column):
        return node.name.casefold() == "today" and not node.this.args.get("quoted") and not node.table
    return isinstance(node, exp.CurrentDate | exp.CurrentTimestamp)


def period_of(node: exp.Expr) -> Period | None:
    """Return the period that a node writes, or None: `P30D`, `'10 working days'`, `INTERVAL '30 days'`."""
    match node:
        case exp.Interval() if (unit := UNITS.get(node.text("unit").lower().removesuffix("s"))) is not None:
            number = node.this.name
            return Period(**{unit: int(number)}) if number.isdecimal() else None
        case exp.Column() if not node.table:
            text = node.name
        case exp.Literal() if node.is_string:
            text = node.name
        case _:
            return None
    try:
        return Period.parse(text)
    except ValueError:
        return None


def position(node: exp.Expr) -> str:
    """Return the place of a part of a condition in words, or an empty text where sqlglot does not know it."""
    starts = list(_starts(node))
    return f" (character {min(starts) + 1})" if starts else ""


def _starts(node: exp.Expr) -> Iterator[int]:
    return (i.meta["start"] for i in node.find_all(exp.Identifier) if "start" in i.meta)


def _character(text: str, line: int | None, column: int | None) -> str:
    """Return a place in words, as a count of characters from 1.

    sqlglot gives the line, and the last column of the word that it could not read.
    """
    if not line or not column:
        return ""
    return f" (character {sum(len(before) + 1 for before in text.splitlines()[: line - 1]) + column})"


def _refuse(node: exp.Expr, *, reaching: bool) -> None:
    """Raise an error for a node that the language does not have."""
    if type(node) is exp.Null and not isinstance(node.parent, exp.Is):
        place = position(node.parent or node)
        raise PolicyError(f"a comparison with NULL is never true{place}: write IS NULL or IS NOT NULL")
    refused = _refused(node, reaching=reaching)
    if refused is not None:
        also = ", columns of other tables, EXISTS (SELECT ...) and IN (SELECT ...)" if reaching else ""
        raise PolicyError(
            f"{refused} is not allowed in a condition{position(node)}: use {_ALLOWED}{also} only"
        )


def _refused(node: exp.Expr, *, reaching: bool) -> str | None:
    """Return what a node is, in words, where it is not allowed; None where it is allowed."""
    arguments = _REACHING if reaching else _ARGUMENTS
    if not reaching and (node.args.get("query") is not None or isinstance(node, exp.Query | exp.Subquery)):
        return "a sub-query"
    if type(node) not in arguments:
        name = node.name if isinstance(node, exp.Anonymous) else node.key
        return f"the function {name}" if isinstance(node, exp.Func) else node.key.upper()
    match node:
        case exp.Column() if not isinstance(node.this, exp.Identifier) or (
            node.args.get("table") and not reaching
        ):
            return "the name of a table, or a star,"
        case exp.In() if not node.expressions and node.args.get("query") is None:
            return "IN without values"
        case exp.Is() if not isinstance(node.expression, exp.Null | exp.Boolean):
            return "IS without NULL, TRUE or FALSE"
        case exp.Like() if not _is_text(node.expression):
            return "LIKE without a pattern in quotes"
        case exp.Add() | exp.Sub() if not is_today(node.this) or period_of(node.expression) is None:
            return "arithmetic other than a day such as today - P30D"
        case exp.Interval() if not isinstance(node.parent, exp.Add | exp.Sub):
            return "INTERVAL by itself"
        case exp.Select() if node.args.get("from_") is None or len(node.expressions) != 1:
            return "a sub-query other than SELECT ... FROM one table WHERE ..."
        case exp.Exists() if not isinstance(node.this, exp.Select):
            return "EXISTS without SELECT"
        case exp.Subquery() if not isinstance(node.parent, exp.In):
            return "a sub-query as a value"
    given = {name for name, value in node.args.items() if value}
    return f"this form of {node.key.upper()}" if given - arguments[type(node)] else None


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)
