"""One form for conditions that are logically equal.

`f(x)`, `f(x) = true`, `(SELECT f(x))` and `NOT (NOT f(x))` have the same form, and IN with a query has that
of EXISTS. A condition is true, false or null, as in SQL: only a condition that is true lets a row through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

from auditkit.row_security.parts import (
    ALWAYS,
    NEVER,
    Clauses,
    Test,
    bare,
    both,
    either,
    query_of,
    selected_by,
)

_NEGATED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
    exp.GT: exp.LTE,
    exp.LTE: exp.GT,
}
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
    exp.LT: exp.GT,
    exp.GT: exp.LT,
    exp.LTE: exp.GTE,
    exp.GTE: exp.LTE,
}
_COMPARISONS = tuple(_NEGATED)
_CONDITIONS = (exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Exists, exp.Between, exp.EQ, exp.NEQ)


def clauses_of(tree: exp.Expr, holds: bool = True) -> Clauses:
    """Return the clauses under which a condition is true; without `holds` those under which it is false.

    Raises:
        TooManyClausesError: they are too many.

    >>> import sqlglot
    >>> clauses = lambda text: clauses_of(sqlglot.parse_one(text, read="postgres"))
    >>> clauses("(SELECT f(x)) = true") == clauses("NOT (NOT f(x))") == clauses("f(x)")
    True
    """
    tree = bare(tree)
    if tree.args.get("negate"):
        tree, holds = tree.copy(), not holds
        tree.set("negate", None)
    match tree:
        case exp.Boolean():
            return ALWAYS if tree.this == holds else NEVER
        case exp.Null():
            return NEVER
        case exp.Not():
            return clauses_of(tree.this, not holds)
        case exp.And() | exp.Or():
            join = both if isinstance(tree, exp.And) == holds else either
            return join(clauses_of(tree.left, holds), clauses_of(tree.right, holds))
        case exp.Is():
            return _is(tree, holds)
        case exp.NullSafeEQ() | exp.NullSafeNEQ():
            return _null_safe(tree, holds == isinstance(tree, exp.NullSafeEQ))
        case exp.Coalesce():
            return _first_known(tree, lambda part: clauses_of(part, holds))
        case exp.Nullif():
            return clauses_of(tree.this, holds)
        case exp.Case():
            return _cases(tree, lambda part: clauses_of(part, holds))
        case exp.In():
            return _in(tree, holds)
        case exp.Between():
            return _between(tree, holds)
        case exp.Exists():
            return _exists(tree.this, holds)
        case exp.Operator() if str(tree.args["operator"]).endswith(".="):
            return clauses_of(exp.EQ(this=tree.this, expression=tree.expression), holds)
        case _ if isinstance(tree, _COMPARISONS):
            kind = type(tree) if holds else _NEGATED[type(tree)]
            return _compared(kind(this=bare(tree.this), expression=bare(tree.expression)))
        case _ if (query := query_of(tree)) is not None:
            return _scalar(query, holds)
        case _ if isinstance(tree, exp.Binary) and not isinstance(tree, exp.Dot):
            return _with_results(tree, holds)
        case _:
            return ((Test(tree, holds),),)


def _with_results(tree: exp.Expr, holds: bool) -> Clauses:
    """Return the clauses of a test of two sides, each a value or the result of a query."""
    left, right = bare(tree.this), bare(tree.expression)
    kind = type(tree)
    if (query := query_of(right)) is not None:
        return _exists(
            query, True, lambda r: _with_results(kind(this=left, expression=_gathered(r[0])), holds)
        )
    if (query := query_of(left)) is not None:
        return _exists(
            query, True, lambda r: _with_results(kind(this=_gathered(r[0]), expression=right), holds)
        )
    return ((Test(kind(this=left, expression=right), holds),),)


def _scalar(query: exp.Query, holds: bool) -> Clauses:
    """Return the clauses under which the only result of a query is true (or false)."""
    result = bare(query.selects[0])
    if isinstance(result, _COMPARISONS) and isinstance(bare(result.this), exp.Count):
        counted = query.copy()
        counted.set("expressions", [bare(result.this).copy()])
        kind = type(result)
        return clauses_of(kind(this=exp.Subquery(this=counted), expression=result.expression), holds)
    return _exists(query, True, lambda values: clauses_of(_gathered(values[0]), holds))


def is_null(tree: exp.Expr) -> Clauses:
    """Return the clauses under which a value, or a condition, is null."""
    tree = bare(tree)
    match tree:
        case exp.Null():
            return ALWAYS
        case exp.Literal() | exp.Boolean() | exp.Exists() | exp.Is() | exp.NullSafeEQ() | exp.NullSafeNEQ():
            return NEVER
        case exp.Coalesce():
            return both(is_null(tree.this), *map(is_null, tree.expressions))
        case exp.Nullif():
            same = exp.EQ(this=tree.this, expression=tree.expression)
            return either(is_null(tree.this), clauses_of(same))
        case exp.Not() | exp.In():
            return is_null(tree.this)
        case exp.And() | exp.Or() | exp.Like() | exp.ILike():
            return either(is_null(tree.this), is_null(tree.expression))
        case _ if isinstance(tree, _COMPARISONS):
            return either(is_null(tree.this), is_null(tree.expression))
        case _:
            return ((Test(exp.Is(this=tree, expression=exp.Null())),),)


def _is(tree: exp.Is, holds: bool) -> Clauses:
    """Return the clauses of IS NULL, IS TRUE and IS FALSE."""
    if isinstance(tree.expression, exp.Null):
        nulls = is_null(tree.this)
        if holds:
            return nulls
        if nulls in (ALWAYS, NEVER):
            return NEVER if nulls == ALWAYS else ALWAYS
        return ((Test(exp.Is(this=bare(tree.this), expression=exp.Null()), False),),)
    wanted = tree.expression == exp.true()
    if holds:
        return clauses_of(tree.this, wanted)
    return either(clauses_of(tree.this, not wanted), is_null(tree.this))


def _null_safe(tree: exp.Expr, equal: bool) -> Clauses:
    """Return the clauses of IS NOT DISTINCT FROM (`equal`) or of IS DISTINCT FROM."""
    left, right = tree.this, tree.expression
    for side, other in ((left, right), (right, left)):
        if isinstance(bare(side), exp.Null | exp.Boolean):
            return _is(exp.Is(this=other, expression=bare(side)), equal)
    if not equal:
        return clauses_of(exp.NEQ(this=left, expression=right))
    return either(clauses_of(exp.EQ(this=left, expression=right)), both(is_null(left), is_null(right)))


def _first_known(tree: exp.Coalesce, then: Callable[[exp.Expr], Clauses]) -> Clauses:
    """Return the clauses of a COALESCE: each part counts where those before it are null."""
    found, guard = NEVER, ALWAYS
    for part in (tree.this, *tree.expressions):
        found = either(found, both(guard, then(part)))
        guard = both(guard, is_null(part))
    return found


def _cases(tree: exp.Case, then: Callable[[exp.Expr], Clauses]) -> Clauses:
    """Return the clauses of a CASE: each result counts where no condition before its own is true."""
    found, guard = NEVER, ALWAYS
    for branch in tree.args["ifs"]:
        when = exp.EQ(this=tree.this, expression=branch.this) if tree.this else branch.this
        found = either(found, both(guard, clauses_of(when), then(branch.args["true"])))
        guard = both(guard, either(clauses_of(when, False), is_null(when)))
    default = tree.args.get("default")
    return found if default is None else either(found, both(guard, then(default)))


def _between(tree: exp.Between, holds: bool) -> Clauses:
    low, high = tree.args["low"], tree.args["high"]
    if bare(low) == bare(high):
        return clauses_of(exp.EQ(this=tree.this, expression=low), holds)
    ends = (exp.GTE(this=tree.this, expression=low), exp.LTE(this=tree.this, expression=high))
    return (both if holds else either)(*(clauses_of(end, holds) for end in ends))


def _in(tree: exp.In, holds: bool) -> Clauses:
    """Return the clauses of IN; a list of literals stays one test."""
    if (query := tree.args.get("query")) is not None:
        return _among(tree.this, query, holds)
    if len(tree.expressions) > 1 and all(isinstance(bare(v), exp.Literal) for v in tree.expressions):
        return ((Test(exp.In(this=bare(tree.this), expressions=tree.expressions), holds),),)
    equal = (exp.EQ(this=tree.this, expression=value) for value in tree.expressions)
    return (either if holds else both)(*(clauses_of(test, holds) for test in equal))


_GATHERING = (exp.ArrayAgg, exp.Max, exp.Min, exp.LogicalOr, exp.LogicalAnd)


def _among(value: exp.Expr, values: exp.Expr, holds: bool) -> Clauses:
    """Return the clauses under which a value is (or is not) among the results of a query or of an array."""
    values = values if isinstance(values, exp.Subquery) else bare(values)
    if isinstance(values, exp.Array):
        if any(query_of(item) is None for item in values.expressions):
            return _in(exp.In(this=value, expressions=values.expressions), holds)
        values = values.expressions[0]
    selected, query = selected_by(values), query_of(values)
    if selected is None and query is not None:
        return _exists(query, holds, lambda results: clauses_of(_equal(value, results)))
    array = bare(values if selected is None else selected)
    if isinstance(array, exp.Unnest):
        array = bare(array.expressions[0])
    if isinstance(array, exp.Array):
        return _among(value, array, holds)
    return clauses_of(exp.EQ(this=value, expression=array), holds)


def _equal(value: exp.Expr, results: Sequence[exp.Expr]) -> exp.Expr:
    """Return the condition that a value, or each value of a row, equals the results of a query."""
    pairs = zip(_items(value), results, strict=False)
    tests = (exp.EQ(this=item, expression=_gathered(result)) for item, result in pairs)
    return exp.and_(*tests, copy=False)


def _gathered(result: exp.Expr) -> exp.Expr:
    """Return what an aggregate gathers: the column of `array_agg(account_id)`."""
    inner = bare(result)
    return inner.this if isinstance(inner, _GATHERING) else result


def _items(value: exp.Expr) -> list[exp.Expr]:
    """Return the values of a row such as `(a, b)`; of anything else the value itself."""
    value = bare(value)
    is_row = isinstance(value, exp.Tuple) or (
        isinstance(value, exp.Anonymous) and value.name.upper() == "ROW"
    )
    return list(value.expressions) if is_row else [value]


def _exists(
    tree: exp.Expr, holds: bool, fulfils: Callable[[Sequence[exp.Expr]], Clauses] | None = None
) -> Clauses:
    """Return the clauses under which a query has a row whose results fulfil a condition."""
    query = query_of(tree)
    if isinstance(query, exp.Union | exp.Intersect):
        join = either if isinstance(query, exp.Union) == holds else both
        return join(_exists(query.left, holds, fulfils), _exists(query.right, holds, fulfils))
    if isinstance(query, exp.Except):
        return _exists(query.left, holds, fulfils)
    if not isinstance(query, exp.Select):
        return ALWAYS if holds else NEVER
    where, start = query.args.get("where"), query.args.get("from_")
    if (
        fulfils is None
        and query.selects
        and bare(query.selects[0]).find(exp.AggFunc)
        and not query.args.get("group")
    ):
        return ALWAYS if holds else NEVER  # an aggregate of no row is a row
    if not holds:
        if start is not None:
            return ((Test(exp.Exists(this=query), False),),)
        return clauses_of(where.this, False) if where is not None else NEVER
    found = [_source(start.this)] if start is not None else []
    joined = (_joined(join) for join in query.args.get("joins") or ())
    filtered = clauses_of(where.this) if where is not None else ALWAYS
    return both(*found, *joined, filtered, fulfils(query.selects) if fulfils is not None else ALWAYS)


def _source(source: exp.Expr) -> Clauses:
    """Return the clauses of what stands after FROM: that it has a row."""
    return _exists(source, True) if query_of(source) is not None else ((Test(source),),)


def _joined(join: exp.Join) -> Clauses:
    """Return the clauses of a join; one that keeps rows without a partner pairs rows and does no more."""
    on = join.args.get("on")
    tests = clauses_of(on) if on is not None else ALWAYS
    if join.side:
        tests = tuple(tuple(test for test in clause if _pairs(test.tree)) for clause in tests)
    return both(_source(join.this), tests)


def _pairs(test: exp.Expr) -> bool:
    """Return whether a test pairs the rows of two tables."""
    sides = (bare(test.this), bare(test.expression)) if isinstance(test, exp.EQ) else ()
    return bool(sides) and all(isinstance(side, exp.Column) and side.table for side in sides)


def _compared(tree: exp.Expr) -> Clauses:
    """Return the clauses of a comparison of two sides without brackets."""
    left, right = tree.this, tree.expression
    if isinstance(left, exp.Null) or isinstance(right, exp.Null):
        return NEVER
    if isinstance(left, exp.Literal) and isinstance(right, exp.Literal):
        return ALWAYS if simplify(tree.copy()) == exp.true() else NEVER
    if isinstance(tree, exp.EQ | exp.GTE | exp.LTE) and left == right:
        return ALWAYS if left.find(exp.Column) else _is(exp.Is(this=left, expression=exp.Null()), False)
    for one in (tree, _MIRRORED[type(tree)](this=right, expression=left)):
        if (found := _counted(one)) is not None or (found := _with_equality(one)) is not None:
            return found
    if isinstance(tree, exp.EQ) and len(_items(left)) == len(_items(right)) > 1:
        return clauses_of(_equal(left, _items(right)))
    if isinstance(tree, exp.EQ) and isinstance(left, _CONDITIONS) and isinstance(right, _CONDITIONS):
        return either(*(both(clauses_of(left, value), clauses_of(right, value)) for value in (True, False)))
    return _with_results(tree, True)


def _counted(tree: exp.Expr) -> Clauses | None:
    """Return the clauses of `(SELECT count(*) ...) > 0` and the like; None for anything else."""
    query, limit = query_of(tree.this), tree.expression
    if not isinstance(query, exp.Select) or not isinstance(limit, exp.Literal) or limit.is_string:
        return None
    if not query.selects or not isinstance(bare(query.selects[0]), exp.Count):
        return None
    none, one = (
        simplify(type(tree)(this=exp.Literal.number(rows), expression=limit.copy())) == exp.true()
        for rows in (0, 1)
    )
    if none and one:
        return ALWAYS
    return _exists(query, not none, lambda _: ALWAYS)


def _with_equality(tree: exp.Expr) -> Clauses | None:
    """Return the clauses of an equality, or of its opposite, by what its right side is; None for a value."""
    left, right, equal = tree.this, tree.expression, isinstance(tree, exp.EQ)
    if not isinstance(tree, exp.EQ | exp.NEQ):
        return None
    match right:
        case exp.Boolean():
            return clauses_of(left, right.this == equal)
        case exp.Any():
            return _among(left, right.this, equal)
        case exp.Anonymous() if right.name.upper() in ("SOME", "ALL"):
            return _among(left, right.expressions[0], equal)
        case exp.Coalesce() if equal:
            return _first_known(right, lambda part: clauses_of(exp.EQ(this=left, expression=part)))
        case exp.Case() if equal:
            return _cases(right, lambda part: clauses_of(exp.EQ(this=left, expression=part)))
        case exp.Nullif() if equal:
            return clauses_of(exp.EQ(this=left, expression=right.this))
        case _:
            return _among(left, right, equal) if query_of(right) is not None else None
