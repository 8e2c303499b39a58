"""Conditions that read other tables, as columns of the rows: `users.country = 'DE'`, `EXISTS (SELECT ...)`.

Whatever a condition reads of another table becomes a column of the rows first. So it is a condition over one
table again, which `auditkit.policy.predicate` turns into an expression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir
from sqlglot import exp

from auditkit.policy import PolicyError
from auditkit.policy.predicate import column_of, predicate
from auditkit.policy.syntax import parse, position
from auditkit.relations.key_text import same_key
from auditkit.relations.reach import Place, Reach


def with_conditions(
    reach: Reach, rows: ir.Table, table: str, conditions: Mapping[str, tuple[str, Place]]
) -> ir.Table:
    """Return rows with a column for each of some conditions.

    Args:
        reach: what the rows see of other tables.
        rows: rows of the table.
        table: the table.
        conditions: by the names of the columns: the text, and its place in the policy.

    Raises:
        PolicyError: a condition names what is not there, or compares what cannot be compared.
    """
    own = rows.columns
    for name, (text, at) in conditions.items():
        rows, holds = _holds(reach, rows, table, parse(text, reaching=True), at)
        rows = rows.mutate(**{name: holds})
    return rows.select(*own, *conditions) if len(rows.columns) > len(own) + len(conditions) else rows


def _holds(
    reach: Reach, rows: ir.Table, table: str, tree: exp.Expr, at: Place
) -> tuple[ir.Table, ir.BooleanValue]:
    """Return rows with the columns that a condition reads of other tables, and the condition."""
    while (node := next(_reaching(tree), None)) is not None:
        found = f"auditkit_reached_{len(rows.columns)}"
        if isinstance(node, exp.Column):
            rows, found = _with_column(reach, rows, table, node, found, at)
        else:
            rows = _with_existence(reach, rows, table, node, found, at)
        column = exp.column(exp.to_identifier(found, quoted=True))
        tree = column if node is tree else tree
        if column is not tree:
            node.replace(column)
    try:
        return rows, predicate(tree, rows, reach.as_of)
    except PolicyError as error:
        raise reach.error(at, str(error)) from None


def _with_column(
    reach: Reach, rows: ir.Table, table: str, node: exp.Column, name: str, at: Place
) -> tuple[ir.Table, str]:
    """Return rows with a column of the row that each refers to, and the name of the column."""
    way = reach.way(table, ".".join(part.name for part in node.parts[:-1]), at)
    if not way:
        return rows, node.name
    if way[0].parent == table and not way[0].is_self:
        problem = (
            f"several rows of {way[0].table} may belong to one of {table}{position(node)}: write EXISTS"
            " (SELECT ...)"
        )
        raise reach.error(at, problem)

    def cell(parent: ir.Table) -> Mapping[str, ir.Value]:
        return {name: _column(reach, parent, node, way[-1].parent, at)}

    return reach.with_values(rows, table, way, cell), name


def _column(reach: Reach, rows: ir.Table, node: exp.Column, table: str, at: Place) -> ir.Column:
    try:
        return column_of(rows, node)
    except PolicyError as error:
        raise reach.error(at, f"{table}: {error}") from None


def _with_existence(
    reach: Reach, rows: ir.Table, table: str, node: exp.Expr, name: str, at: Place
) -> ir.Table:
    """Return rows with whether the sub-query of a condition finds a row for each."""
    select = node.this if isinstance(node, exp.Exists) else node.args["query"].this
    source = select.args["from_"].this
    word = ".".join(part.name for part in source.parts)
    inner = reach.table(table, word, at)
    child = reach.tables.all[inner]
    aliases = {source.alias} if source.alias else {word, inner, source.name}
    pairs: list[tuple[exp.Expr, exp.Expr]] = []
    if isinstance(node, exp.In):
        pairs.append((_bare(select.expressions[0], aliases), node.this))
    conditions = []
    for part in _conjuncts(select.args.get("where")):
        if any(_is_outer(reach, c, child, table, aliases) for c in _own_columns(part)):
            pairs.append(_pair(reach, part, child, table, aliases, at))
        else:
            conditions.append(_bare(part, aliases))
    columns = [
        (one, other) for one, other in pairs if isinstance(one, exp.Column) and isinstance(other, exp.Column)
    ]
    if not pairs or len(columns) < len(pairs):
        problem = (
            f"the sub-query over {word} must say which of its rows belong to a row of {table}: write"
            f" WHERE {word}.<column> = {table}.<column>"
        )
        raise reach.error(at, problem)
    if conditions:
        child, holds = _holds(reach, child, inner, exp.and_(*conditions), at)
        child = child.filter(holds)
    keys = {f"auditkit_key_{i}": _column(reach, child, c, inner, at) for i, (c, _) in enumerate(columns)}
    found = child.select(**keys).distinct().mutate(**{name: ibis.literal(True)})
    own = [_column(reach, rows, c, table, at) for _, c in columns]
    same = [same_key(o, found[k]) for o, k in zip(own, keys, strict=True)]
    matched = rows.left_join(found, same)
    return matched.select(*[matched[c] for c in rows.columns], **{name: matched[name].fill_null(False)})


def _is_outer(reach: Reach, node: exp.Column, inner: ir.Table, table: str, aliases: set[str]) -> bool:
    """Return whether a column in a sub-query is one of the rows around it."""
    word = ".".join(part.name for part in node.parts[:-1])
    if word:
        return word in (table, table.rpartition(".")[2]) and word not in aliases
    folded = {c.casefold() for c in inner.columns}
    return node.name.casefold() not in folded and node.name in reach.tables.all[table].columns


def _pair(
    reach: Reach, part: exp.Expr, inner: ir.Table, table: str, aliases: set[str], at: Place
) -> tuple[exp.Expr, exp.Expr]:
    """Return the column of the sub-query, and the column of the rows that equals it."""
    sides = (part.this, part.expression) if isinstance(part, exp.EQ) else ()
    outer = [s for s in sides if isinstance(s, exp.Column) and _is_outer(reach, s, inner, table, aliases)]
    own = [s for s in sides if isinstance(s, exp.Column) and s not in outer]
    if len(outer) != 1 or len(own) != 1:
        problem = (
            f"a sub-query belongs to a row by columns that are equal{position(part)}: write <its column>"
            f" = {table}.<column>, joined by AND"
        )
        raise reach.error(at, problem)
    return _bare(own[0], aliases), outer[0]


def _reaching(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the parts of a condition that read another table; not what is inside them."""
    for node in tree.walk(prune=lambda n: isinstance(n, exp.Exists | exp.Subquery)):
        has_query = isinstance(node, exp.Exists) or (isinstance(node, exp.In) and node.args.get("query"))
        if has_query or (isinstance(node, exp.Column) and node.table):
            yield node


def _own_columns(tree: exp.Expr) -> list[exp.Column]:
    """Return the columns of a condition that are not inside a sub-query."""
    nodes = tree.walk(prune=lambda node: isinstance(node, exp.Exists | exp.Subquery))
    return [node for node in nodes if isinstance(node, exp.Column)]


def _conjuncts(where: exp.Expr | None) -> list[exp.Expr]:
    """Return the parts of a WHERE that are joined by AND."""
    if where is None:
        return []
    return list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]


def _bare(node: exp.Expr, aliases: set[str]) -> exp.Expr:
    """Return a copy of a part of a condition without the name of its own table before its columns."""
    copy = node.copy()
    for column in _own_columns(copy):
        if ".".join(part.name for part in column.parts[:-1]) in aliases:
            column.set("table", None)
            column.set("db", None)
    return copy
