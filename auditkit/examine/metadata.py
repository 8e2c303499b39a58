"""Small relations of metadata: what checks say of columns, keys and rights, evaluated in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

Rows: TypeAlias = list[dict[str, Any]]
Leaves: TypeAlias = tuple[ops.InMemoryTable, ...]
Asked: TypeAlias = tuple[ops.Relation, Leaves]
"""A question over empty places, and the tables in memory that belong in them."""

_ITEM = "auditkit_item"
_OF_SEVERAL_ROWS = (ops.Reduction, ops.Analytic, ops.WindowFunction, ops.Subquery)


def rows_of(tables: Sequence[ir.Table]) -> list[Rows]:
    """Return the rows of relations that are made of tables in memory alone. Nothing else is reached.

    A check asks the same about every table. Such a question is asked once, of the rows of all of them.

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
        backend = _backend()
        for question, asked in together.items():
            for number, rows in _answers(backend, question, asked):
                found[number] = rows
    return found


def _backend() -> Any:
    """Return an engine that holds nothing. The relations have a few rows: threads would only cost time."""
    return ibis.duckdb.connect(autoinstall_known_extensions=False, autoload_known_extensions=False, threads=1)


def _asked(table: ir.Table) -> Asked:
    leaves = tuple(table.op().find(ops.InMemoryTable))
    places = {
        leaf: ops.UnboundTable(name=f"metadata_{i}", schema=leaf.schema) for i, leaf in enumerate(leaves)
    }
    return table.op().replace(places), leaves


def _answers(
    backend: Any, question: ops.Relation, asked: Sequence[tuple[int, Leaves]]
) -> Iterator[tuple[int, Rows]]:
    """Yield the rows of one question for each of those that ask it, by their numbers."""
    if _is_of_each_row(question):
        parts = {number: leaf.data.to_pyarrow(leaf.schema) for number, (leaf,) in asked}
        numbered = [
            part.append_column(_ITEM, pa.array([number] * len(part), pa.int64()))
            for number, part in parts.items()
        ]
        found: dict[int, Rows] = {number: [] for number in parts}
        sql = backend.compile(_with_item(question).to_expr())
        for row in _run(backend, sql, {"metadata_0": pa.concat_tables(numbered)}):
            found[row.pop(_ITEM)].append(row)
        yield from found.items()
    else:
        sql = backend.compile(question.to_expr())
        for number, leaves in asked:
            held = {f"metadata_{i}": leaf.data.to_pyarrow(leaf.schema) for i, leaf in enumerate(leaves)}
            yield number, _run(backend, sql, held)


def _run(backend: Any, sql: str, held: Mapping[str, pa.Table]) -> Rows:
    for name, table in held.items():
        backend.con.register(name, table)
    rows: Rows = backend.con.sql(sql).to_arrow_table().to_pylist()
    return rows


def _is_of_each_row(question: ops.Relation) -> bool:
    """Return whether a question is about each row by itself, whatever the other rows are."""
    relations = question.find(ops.Relation)
    alone = all(isinstance(part, ops.UnboundTable | ops.Project | ops.Filter) for part in relations)
    return alone and len(question.find(ops.UnboundTable)) == 1 and not question.find(_OF_SEVERAL_ROWS)


def _with_item(question: ops.Relation) -> ops.Relation:
    """Return a question whose rows keep the number of the item that they are about."""

    def widened(node: ops.Node, changed: Mapping[str, Any] | None) -> ops.Node:
        if isinstance(node, ops.UnboundTable):
            return ops.UnboundTable(name=node.name, schema={**node.schema, _ITEM: dt.int64})
        node = node.__recreate__(changed) if changed else node
        if isinstance(node, ops.Project):
            return ops.Project(node.parent, {**node.values, _ITEM: ops.Field(node.parent, _ITEM)})
        return node

    found: ops.Relation = question.replace(widened)
    return found


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
