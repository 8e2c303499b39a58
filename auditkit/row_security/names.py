"""The names in a condition: which column belongs to the table of the policy, and which to a query inside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from sqlglot import exp

_OF_SESSION = (exp.Anonymous, exp.CurrentUser, exp.SessionUser)
_SESSION_WORDS = frozenset({"CURRENT_ROLE", "USER"})


@dataclass(frozen=True)
class _Source:
    """What a name after FROM stands for.

    Attributes:
        number: of a table, unique in the condition.
        values: what a query selects, by name.
        whole: what a function returns.
    """

    number: str
    values: Mapping[str, exp.Expr] = field(default_factory=dict)
    whole: exp.Expr | None = None

    def column(self, name: str) -> exp.Expr:
        """Return the value of a column."""
        known = self.values.get(name, self.whole)
        if known is not None:
            return known.copy()
        return exp.Column(this=exp.Star() if name == "*" else exp.to_identifier(name), table=self.number)


@dataclass(frozen=True)
class _Scope:
    """The names that count at a place: those of the queries around it, and those of the innermost."""

    names: Mapping[str, _Source] = field(default_factory=dict)
    innermost: tuple[_Source, ...] = ()
    queries: Mapping[str, exp.Query] = field(default_factory=dict)

    def plus(self, name: str, source: _Source) -> _Scope:
        return replace(self, names={**self.names, name: source}, innermost=(*self.innermost, source))


BLIND = "blind"
"""The name under which a function stands that cannot know who calls it."""


def resolved(
    tree: exp.Expr,
    table: str,
    views: Mapping[str, exp.Query] | None = None,
    blind: Collection[str] = (),
) -> exp.Expr:
    """Return a condition in which each column is resolved; the tree itself stays as it is.

    A column of the table of the policy has no table, and its whole row is the column `*`. A column of a query
    inside has a number as its table, and so has the table after FROM. What a query or a view selects stands
    in place of its columns.

    Args:
        tree: the condition.
        table: the table of the policy.
        views: the queries of views, by their names.
        blind: the functions that cannot know who calls them; each gets the same name.

    >>> import sqlglot
    >>> text = "x IN (SELECT s.y FROM (SELECT m.a AS y FROM m) AS s WHERE files.z = s.y)"
    >>> resolved(sqlglot.parse_one(text, read="postgres"), "files").sql()
    'x IN (SELECT 1.a FROM (SELECT 1.a AS y FROM m AS 1) AS s WHERE z = 1.a)'
    """
    reader = _Reader(table.rpartition(".")[2], views or {}, frozenset(blind), count(1))
    return reader.value(tree, _Scope())


@dataclass(frozen=True)
class _Reader:
    """Resolves the names of one condition."""

    table: str
    views: Mapping[str, exp.Query]
    blind: frozenset[str]
    numbers: Iterator[int]

    def value(self, tree: exp.Expr, scope: _Scope) -> exp.Expr:
        """Return a value, or a condition, with its columns resolved."""

        def of(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery):
                return self.query(node, scope)
            if isinstance(node, exp.Column):
                return self._column(node, scope)
            return node if (call := self._blind(node)) is None else self.value(call, scope)

        return tree.transform(of)

    def _blind(self, node: exp.Expr) -> exp.Expr | None:
        """Return the call of a blind function under the name of all of them; None for anything else."""
        schema, call = (f"{node.this.name}.", node.expression) if isinstance(node, exp.Dot) else ("", node)
        if not isinstance(call, exp.Anonymous) or f"{schema}{call.name}" not in self.blind:
            return None
        if any(argument.find(*_OF_SESSION) is not None for argument in call.expressions):
            return None  # it gets who calls
        return exp.Anonymous(this=BLIND, expressions=call.expressions)

    def query(self, query: exp.Query, scope: _Scope) -> exp.Query:
        """Return a query with its columns resolved."""
        query = query.copy()
        named = query.args.get("with_")
        queries = {cte.alias: cte.this for cte in named.expressions} if named is not None else {}
        scope = replace(scope, queries={**scope.queries, **queries})
        query.set("with_", None)
        if isinstance(query, exp.SetOperation):
            for side in ("this", "expression"):
                query.set(side, self.value(query.args[side], scope))
            return query
        inner = replace(scope, innermost=())
        if (first := query.args.get("from_")) is not None:
            inner = self._with_source(first, inner)
        for join in query.args.get("joins") or ():
            left = inner.innermost
            inner = self._with_source(join, inner)
            if (on := join.args.get("on")) is not None:
                join.set("on", self.value(on, inner))
            elif left and join.args.get("method") == "NATURAL":
                join.set("on", exp.EQ(this=left[0].column("*"), expression=inner.innermost[-1].column("*")))
            elif left and (using := join.args.get("using")):
                pairs = (
                    (side.column(name.name) for side in (left[0], inner.innermost[-1])) for name in using
                )
                join.set("on", exp.and_(*(exp.EQ(this=a, expression=b) for a, b in pairs)))
        if not inner.innermost:  # without FROM the names of the query around it count
            inner = replace(inner, innermost=scope.innermost)
        for part in ("where", "having"):
            if (condition := query.args.get(part)) is not None:
                query.set(part, self.value(condition, inner))
        query.set("expressions", [self.value(result, inner) for result in query.expressions])
        return query

    def _with_source(self, clause: exp.Expr, scope: _Scope) -> _Scope:
        """Return the scope with what stands after FROM or JOIN, which is resolved in its place."""
        source = clause.this
        name = source.alias_or_name
        if isinstance(source, exp.Lateral):
            source = source.this
        query = source.this if isinstance(source, exp.Subquery) else None
        around = scope
        if isinstance(source, exp.Table) and not isinstance(source.this, exp.Anonymous):
            query = _start_of(scope.queries.get(source.name), source.name) or self.views.get(source.name)
            around = scope if source.name in scope.queries else _Scope()
            if query is not None and source.name in scope.queries:
                around = replace(scope, queries={k: v for k, v in scope.queries.items() if k != source.name})
        if query is not None:
            selected = self.query(query, around)
            clause.set("this", exp.Subquery(this=selected, alias=exp.to_identifier(name)))
            return scope.plus(name, _selected(selected, source))
        number = str(next(self.numbers))
        if isinstance(source, exp.Table) and not isinstance(source.this, exp.Anonymous):
            clause.set("this", exp.Table(this=source.this, db=source.args.get("db"), alias=number))
            return scope.plus(name, _Source(number))
        function = source.expressions[0] if isinstance(source, exp.Unnest) else source.this
        if function is None:  # VALUES
            function = exp.Tuple(expressions=source.expressions)
        if db := source.args.get("db"):
            function = exp.Dot(this=db, expression=function)
        whole = self.value(function, scope)
        clause.set("this", exp.Table(this=whole, alias=number))
        return scope.plus(name, _Source(number, whole=whole))

    def _column(self, column: exp.Column, scope: _Scope) -> exp.Expr:
        """Return what a column stands for."""
        name, table = column.name, column.table
        if table:
            if table in scope.names:
                return scope.names[table].column(name)
            return _own(name) if table == self.table else exp.Column(this=column.this.copy(), table="?")
        if name.upper() in _SESSION_WORDS and not column.this.args.get("quoted"):
            return exp.CurrentUser()
        for source in scope.innermost:
            if name in source.values:
                return source.column(name)
        if name in scope.names:
            return scope.names[name].column("*")
        if name == self.table:
            return _own("*")
        return scope.innermost[0].column(name) if scope.innermost else _own(name)


def _start_of(query: exp.Query | None, name: str) -> exp.Query | None:
    """Return a query under WITH; of one that reads itself only its start, from which its rows follow."""
    if isinstance(query, exp.SetOperation) and any(t.name == name for t in query.right.find_all(exp.Table)):
        return query.left
    return query


def _own(name: str) -> exp.Column:
    return exp.Column(this=exp.Star() if name == "*" else exp.to_identifier(name))


def _selected(query: exp.Query, source: exp.Expr) -> _Source:
    """Return what a query selects, under the names that the source gives to it."""
    first = query
    while isinstance(first, exp.SetOperation):
        first = first.left
    alias = source.args.get("alias")
    given = [column.name for column in alias.args.get("columns") or ()] if alias is not None else []
    values = {
        name: (result.this if isinstance(result, exp.Alias) else result)
        for result, name in zip(
            first.selects,
            [*given, *(result.alias_or_name for result in first.selects[len(given) :])],
            strict=False,
        )
    }
    tables = [table.alias for table in first.find_all(exp.Table)]
    return _Source(tables[0] if tables else "?", values)
