"""Small relations of metadata: what checks say of columns, keys and rights, evaluated in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.engines.duckdb.connection import OFFLINE

Rows: TypeAlias = list[dict[str, Any]]
Leaves: TypeAlias = tuple[ops.InMemoryTable, ...]
Asked: TypeAlias = tuple[ops.Relation, Leaves]
"""A question over empty places, and the tables in memory that belong in them."""

_ITEM = "auditkit_item"
_OF_OTHER_ROWS = (ops.Analytic, ops.WindowFunction, ops.Subquery)
_OF_SEVERAL_ROWS = (ops.Reduction, *_OF_OTHER_ROWS)


def rows_of(tables: Sequence[ir.Table]) -> list[Rows]:
    """Return the rows of relations that are made of tables in memory alone. Nothing else is reached.

    A check asks the same about every table. Such a question is asked once, of the rows of all of them.

    >>> import ibis
    >>> said = [ibis.memtable({"column": [name], "is_key": [name == "id"]}) for name in ("id", "email")]
    >>> rows_of([table.filter(table.is_key).select("column") for table in said])
    [[{'column': 'id'}], []]
    """
    found: list[Rows] = [[] for _ in tables]
    together: dict[ops.Relation, list[tuple[int, Leaves]]] = {}
    for number, table in enumerate(tables):
        if not _is_empty(table):
            question, leaves = _asked(table)
            together.setdefault(question, []).append((number, leaves))
    if together:
        with _engine() as engine:
            for question, asked in together.items():
                for number, rows in _answers(engine, question, asked):
                    found[number] = rows
    return found


def _engine() -> Any:
    """Return an engine that holds nothing. The relations have a few rows: threads would only cost time."""
    import duckdb

    return duckdb.connect(config={**OFFLINE, "threads": 1})


@lru_cache(maxsize=256)
def _sql(question: ops.Relation) -> str:
    """Return the SQL of a question over empty places, which every part of every run asks again."""
    from ibis.backends.duckdb import Backend

    text: str = Backend().compile(question.to_expr())
    return text


def _asked(table: ir.Table) -> Asked:
    leaves = tuple(table.op().find(ops.InMemoryTable))
    places = {
        leaf: ops.UnboundTable(name=f"metadata_{i}", schema=leaf.schema) for i, leaf in enumerate(leaves)
    }
    return table.op().replace(places), leaves


def _answers(
    engine: Any, question: ops.Relation, asked: Sequence[tuple[int, Leaves]]
) -> Iterator[tuple[int, Rows]]:
    """Yield the rows of one question for each of those that ask it, by their numbers."""
    together = _with_item(question)
    if together is not None:
        parts = {number: leaf.data.to_pyarrow(leaf.schema) for number, (leaf,) in asked}
        numbered = [
            part.append_column(_ITEM, pa.array([number] * len(part), pa.int64()))
            for number, part in parts.items()
        ]
        found: dict[int, Rows] = {number: [] for number in parts}
        for row in _run(engine, _sql(together), {"metadata_0": pa.concat_tables(numbered)}):
            found[row.pop(_ITEM)].append(row)
        yield from found.items()
    else:
        for number, leaves in asked:
            held = {f"metadata_{i}": leaf.data.to_pyarrow(leaf.schema) for i, leaf in enumerate(leaves)}
            yield number, _run(engine, _sql(question), held)


def _run(engine: Any, sql: str, held: Mapping[str, pa.Table]) -> Rows:
    for name, table in held.items():
        engine.register(name, table)
    rows: Rows = engine.sql(sql).to_arrow_table().to_pylist()
    return rows


@lru_cache(maxsize=256)
def _with_item(question: ops.Relation) -> ops.Relation | None:
    """Return a question whose rows keep the number of the item that they are about.

    None where the rows of one item would change what is found of another.
    """
    if len(question.find(ops.UnboundTable)) != 1 or not all(map(_keeps_apart, question.find(ops.Relation))):
        return None

    def widened(node: ops.Node, changed: Mapping[str, Any] | None) -> ops.Node:
        if isinstance(node, ops.UnboundTable):
            return ops.UnboundTable(name=node.name, schema={**node.schema, _ITEM: dt.int64})
        node = node.__recreate__(changed) if changed else node
        match node:
            case ops.Project():
                return ops.Project(node.parent, {**node.values, _ITEM: ops.Field(node.parent, _ITEM)})
            case ops.Aggregate():
                groups = {**node.groups, _ITEM: ops.Field(node.parent, _ITEM)}
                return ops.Aggregate(node.parent, groups, node.metrics)
            case ops.JoinChain():
                item = ops.Field(node.first, _ITEM)
                links = [
                    link.copy(predicates=(*link.predicates, ops.Equals(item, ops.Field(link.table, _ITEM))))
                    for link in node.rest
                ]
                return ops.JoinChain(node.first, links, {**node.values, _ITEM: item})
            case _:
                return node

    found: ops.Relation = question.replace(widened)
    return found


def _keeps_apart(part: ops.Relation) -> bool:
    """Return whether a part of a question finds the same of the rows of one item, whatever the others are."""
    match part:
        case ops.UnboundTable() | ops.JoinReference():
            return True
        case ops.Filter():
            return not any(value.find(_OF_SEVERAL_ROWS, filter=ops.Value) for value in part.predicates)
        case ops.Project():
            return not any(value.find(_OF_SEVERAL_ROWS, filter=ops.Value) for value in part.values.values())
        case ops.Aggregate():  # without groups, a count of nothing is a row all the same
            measured = [*part.groups.values(), *part.metrics.values()]
            return bool(part.groups) and not any(v.find(_OF_OTHER_ROWS, filter=ops.Value) for v in measured)
        case ops.JoinChain():
            return all(link.how in ("inner", "left") for link in part.rest)
        case _:
            return False


def _is_empty(table: ir.Table) -> bool:
    """Return whether a relation can have no row because everything it is made of has none.

    Most facts about most tables are empty. A count of nothing is a row all the same.
    """
    if table.op().find(ops.Aggregate):
        return False
    return all(
        isinstance(part, ops.InMemoryTable) and not len(part.data.to_pyarrow(part.schema))
        for part in table.op().find(ops.PhysicalTable)
    )
