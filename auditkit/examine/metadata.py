"""Small relations of metadata: what checks say of columns, keys and rights, evaluated in this process."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir


class Metadata:
    """Evaluates relations that are made of tables in memory alone. It reaches nothing else.

    A check asks the same about every table: its question becomes SQL once, and is then asked again of the
    rows of the next table.

    >>> keys = ibis.memtable({"column": ["id", "email"], "is_key": [True, False]})
    >>> Metadata().rows(keys.filter(keys.is_key))
    [{'column': 'id', 'is_key': True}]
    """

    def __init__(self) -> None:
        # The relations have a few rows: threads would only cost time.
        self._backend = ibis.duckdb.connect(
            autoinstall_known_extensions=False, autoload_known_extensions=False, threads=1
        )
        self._sql: dict[ops.Node, str] = {}
        self._held: dict[str, ops.InMemoryTable] = {}

    def rows(self, table: ir.Table) -> list[dict[str, Any]]:
        """Return the rows of a relation."""
        leaves = table.op().find(ops.InMemoryTable)
        places = {
            leaf: ops.UnboundTable(name=f"metadata_{i}", schema=leaf.schema) for i, leaf in enumerate(leaves)
        }
        question = table.op().replace(places)
        if question not in self._sql:
            self._sql[question] = self._backend.compile(question.to_expr())
        for leaf, place in places.items():
            if self._held.get(place.name) is not leaf:  # several checks ask about the same relation in turn
                self._backend.con.register(place.name, leaf.data.to_pyarrow(leaf.schema))
                self._held[place.name] = leaf
        return list(self._backend.con.sql(self._sql[question]).to_arrow_table().to_pylist())
