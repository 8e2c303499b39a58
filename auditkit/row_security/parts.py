"""The parts of a condition: clauses of which one must hold, each made of tests that must all hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

Clause = tuple["Test", ...]
"""Tests that must all hold."""
Clauses = tuple[Clause, ...]
"""Clauses of which one must hold: without any the condition is never true; the empty clause always holds."""

ALWAYS: Clauses = ((),)
NEVER: Clauses = ()
_MOST = 4096


class TooManyClausesError(ValueError):
    """A condition has more clauses than are read."""


@dataclass(frozen=True)
class Test:
    """A test that must hold, or must not hold.

    It is a comparison, IS NULL, a function, a column, or a table: that the table has such a row.
    """

    tree: exp.Expr
    holds: bool = True

    __test__ = False


def both(*parts: Clauses) -> Clauses:
    """Return the clauses of an AND.

    Raises:
        TooManyClausesError: they are too many.
    """
    result = ALWAYS
    for part in parts:
        if len(result) * len(part) > _MOST:
            raise TooManyClausesError
        result = tuple(dict.fromkeys((*left, *right) for left in result for right in part))
    return result


def either(*parts: Clauses) -> Clauses:
    """Return the clauses of an OR."""
    return tuple(dict.fromkeys(clause for part in parts for clause in part))


def bare(tree: exp.Expr) -> exp.Expr:
    """Return a part without what leaves its value as it is.

    That are brackets, casts, a collation, a name, and a SELECT without FROM.
    """
    while True:
        if isinstance(tree, exp.Paren | exp.Cast | exp.Collate | exp.Alias):
            tree = tree.this
        elif (only := selected_by(tree)) is not None:
            tree = only
        else:
            return tree


def selected_by(tree: exp.Expr) -> exp.Expr | None:
    """Return what a SELECT without FROM and WHERE returns; None for anything else."""
    query = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    if not isinstance(query, exp.Select) or len(query.selects) != 1:
        return None
    return None if query.args.get("from_") or query.args.get("where") else query.selects[0]


def query_of(tree: exp.Expr) -> exp.Query | None:
    """Return the query of which a part consists, or None."""
    tree = bare(tree)
    tree = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    return tree if isinstance(tree, exp.Query) else None


def with_equalities(clause: Clause) -> Clause:
    """Return a clause in which `a >= b AND a <= b`, as the server writes BETWEEN, is an equality too."""
    at_least = {(test.tree.this, test.tree.expression) for test in clause if isinstance(test.tree, exp.GTE)}
    at_most = {(test.tree.this, test.tree.expression) for test in clause if isinstance(test.tree, exp.LTE)}
    equal = at_least & (at_most | {(b, a) for a, b in at_least}) | at_most & {(b, a) for a, b in at_most}
    return (*clause, *(Test(exp.EQ(this=a, expression=b)) for a, b in sorted(equal, key=str)))
