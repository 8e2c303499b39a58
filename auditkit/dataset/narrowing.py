"""A query without the columns that nothing in it reads.

Checks build on the rows of a table with everything beside them, and most read a few of these columns. Ibis
writes all columns into every sub-query, which takes longer than most queries run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

_CHOOSING = (ops.Project, ops.JoinChain)
"""The relations that say which columns they have."""
_PASSING_ON = (ops.Filter, ops.Sort, ops.Limit, ops.JoinReference)
"""The relations that have the columns of their parent, and need no others than those that are read."""


def narrowed(expr: ir.Table) -> ir.Table:
    """Return a query with the same rows, whose sub-queries have only the columns that are read.

    >>> import ibis
    >>> people = ibis.table({"id": "int64", "name": "string", "city": "string"}, name="people")
    >>> wide = people.mutate(upper=people.name.upper())
    >>> count = wide.aggregate(n=wide.count(where=wide.city == "Bern"))
    >>> narrowed(count).op().parent.schema.names
    ('city',)
    """
    expr = _chosen(expr)
    root = expr.op()
    if isinstance(getattr(root, "parent", None), ops.PhysicalTable):
        return expr  # there is no sub-query
    read = _Read(root)
    kept = {node: read.columns(node) for node in read.nodes if isinstance(node, _CHOOSING)}
    if all(len(columns) == len(node.values) for node, columns in kept.items()):
        return expr

    def narrow(node: Any, changed: Mapping[str, Any] | None) -> Any:
        if node not in kept:
            return node.__recreate__(changed) if changed else node
        arguments = changed or dict(zip(node.__argnames__, node.__args__, strict=True))
        values = {name: value for name, value in arguments["values"].items() if name in kept[node]}
        return node.__recreate__({**arguments, "values": values})

    found: ir.Table = root.replace(narrow, filter=read.nodes.__contains__).to_expr()
    return found


def _chosen(expr: ir.Table) -> ir.Table:
    """Return a query that names what it keeps instead of what it drops.

    Ibis keeps the dropped names in a set, so their order in the SQL would change from run to run.
    """
    root = expr.op()
    if not root.find(ops.DropColumns):
        return expr

    def choose(node: Any, changed: Mapping[str, Any] | None) -> Any:
        if not isinstance(node, ops.DropColumns):
            return node.__recreate__(changed) if changed else node
        parent = changed["parent"] if changed else node.parent
        return ops.Project(parent, {name: ops.Field(parent, name) for name in node.schema.names})

    chosen: ir.Table = root.replace(choose).to_expr()
    return chosen


class _Read:
    """What a query reads.

    Attributes:
        nodes: the parts of the query that are needed.
    """

    def __init__(self, root: ops.Relation) -> None:
        self.nodes: set[Any] = set()
        self._columns: dict[Any, set[str]] = {}
        self._left: list[Any] = []
        self._every_column(root)
        while self._left:
            self._read(self._left.pop())

    def columns(self, node: Any) -> frozenset[str]:
        """Return the columns of a relation that must stay: those that are read, or else the first one."""
        return frozenset(self._columns.get(node) or [next(iter(node.values))])

    def _need(self, node: Any) -> None:
        if node not in self.nodes:
            self.nodes.add(node)
            self._left.append(node)

    def _every_column(self, node: Any) -> None:
        self._need(node)
        for name in node.schema.names:
            self._column(node, name)

    def _column(self, node: Any, name: str) -> None:
        """Note that a column of a relation is read, and whatever it is made of."""
        while isinstance(node, _PASSING_ON):
            self._need(node)
            node = node.parent
        self._need(node)
        if isinstance(node, _CHOOSING):
            columns = self._columns.setdefault(node, set())
            if name not in columns:
                columns.add(name)
                self._need(node.values[name])

    def _read(self, node: Any) -> None:
        """Note what a part needs, beside the columns that others read of it."""
        match node:
            case ops.Field():
                self._column(node.rel, node.name)
            case ops.CountStar():
                self._need(node.arg)
                if node.where is not None:
                    self._need(node.where)
            case ops.Project():
                self._need(node.parent)
                for name, value in node.values.items():
                    if not isinstance(value, ops.Field) and value.find(ops.Unnest, filter=ops.Value):
                        self._column(node, name)  # it changes how many rows there are
            case ops.JoinChain():
                for part in (node.first, *node.rest):
                    self._need(part)
            case ops.Aggregate() | ops.JoinLink() | ops.Filter() | ops.Sort() | ops.Limit():
                for part in node.__children__:
                    self._need(part)
            case ops.JoinReference():
                self._need(node.parent)
            case _:
                for part in node.__children__:
                    if isinstance(part, ops.Relation):
                        self._every_column(part)
                    else:
                        self._need(part)
