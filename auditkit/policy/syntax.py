"""The small language of conditions in a policy: what may be written, without the data it is about.

Columns, literals, comparison, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, COALESCE and LOWER, as in PostgreSQL.
sqlglot reads it; anything that is not on the list is refused, and so is every unknown argument of what is on
it: `a IN (SELECT ...)` is an `In` with a `query`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from auditkit.policy.error import PolicyError

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
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
})  # fmt: skip

_ALLOWED = "columns, literals, comparison, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, COALESCE and LOWER"


def parse(text: str) -> exp.Expr:
    """Return the tree of a condition.

    Raises:
        PolicyError: it is no condition of this language; says where, and quotes no literal.

    >>> parse("status <> 'closed' AND legal_hold").key
    'and'
    >>> parse("id IN (SELECT id FROM users)")
    Traceback (most recent call last):
        ...
    auditkit.policy.error.PolicyError: a sub-query is not allowed in a condition (character 1): it may hold columns, literals, ...
    """
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition, dialect="postgres")
    except ParseError as error:
        first: Mapping[str, Any] = error.errors[0] if error.errors else {}
        at = _character(text, first.get("line"), first.get("col"))
        raise PolicyError(
            f"this is no condition{at}: write one such as status = 'closed' AND closed_at IS NOT NULL"
        ) from None
    except (SqlglotError, RecursionError):
        raise PolicyError(
            "this is no condition: a quote or a bracket is not closed, or it is too deep"
        ) from None
    for node in tree.walk():
        _guard(node, text)
    return tree


def columns_of(text: str) -> frozenset[str]:
    """Return the names of the columns that a condition reads, as they are written.

    >>> sorted(columns_of("status <> 'closed' OR legal_hold"))
    ['legal_hold', 'status']
    """
    return frozenset(column.name for column in parse(text).find_all(exp.Column))


def position(node: exp.Expr) -> str:
    """Return where a part of a condition stands, as words, or nothing where sqlglot does not say."""
    starts = list(_starts(node))
    return f" (character {min(starts) + 1})" if starts else ""


def _starts(node: exp.Expr) -> Iterator[int]:
    return (i.meta["start"] for i in node.find_all(exp.Identifier) if "start" in i.meta)


def _character(text: str, line: int | None, column: int | None) -> str:
    """Return a place as a count of characters from 1; sqlglot gives the line and the last column of the word
    it stumbled over.
    """
    if not line or not column:
        return ""
    return f" (character {sum(len(before) + 1 for before in text.splitlines()[: line - 1]) + column})"


def _guard(node: exp.Expr, text: str) -> None:
    if node.args.get("query") is not None or isinstance(node, exp.Query | exp.Subquery):
        problem = "a sub-query"
    elif type(node) not in _ARGUMENTS:
        name = node.name if isinstance(node, exp.Anonymous) else node.key
        problem = f"the function {name}" if isinstance(node, exp.Func) else node.key.upper()
    elif type(node) is exp.Column and (not isinstance(node.this, exp.Identifier) or node.args.get("table")):
        problem = "the name of a table, or a star,"
    elif type(node) is exp.Null and not isinstance(node.parent, exp.Is):
        raise PolicyError(f"nothing equals NULL{position(node.parent or node)}: write IS NULL or IS NOT NULL")
    elif type(node) is exp.In and not node.expressions:
        problem = "IN without values"
    elif type(node) is exp.Is and not isinstance(node.expression, exp.Null | exp.Boolean):
        problem = "IS without NULL, TRUE or FALSE"
    elif type(node) is exp.Like and not (
        isinstance(node.expression, exp.Literal) and node.expression.is_string
    ):
        problem = "LIKE without a pattern in quotes"
    elif {name for name, value in node.args.items() if value} - _ARGUMENTS[type(node)]:
        problem = f"this form of {node.key.upper()}"
    else:
        return
    raise PolicyError(f"{problem} is not allowed in a condition{position(node)}: it may hold {_ALLOWED}")
