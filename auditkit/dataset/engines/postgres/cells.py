"""PostgreSQL's SQL for reading cells as text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from auditkit.dataset.cells import positions
from auditkit.dataset.engines.postgres.errors import is_bad_value
from auditkit.dataset.places import Place
from auditkit.dataset.sql import POSITION, quoted

BINARY = """
    SELECT attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s AND a.atttypid = 'bytea'::regtype"""
"""The columns of a table that hold bytes."""


@dataclass(frozen=True)
class Reading:
    """What is read of a relation.

    Attributes:
        place: where it is.
        columns: real names of the columns, in the order in which they are wanted.
        binary: the columns that hold bytes; they are fetched as they are, for only UTF-8 in them is text.
        sample: how many rows are drawn; None means all.
        seed: of the sample.
    """

    place: Place
    columns: Sequence[str]
    binary: frozenset[str]
    sample: int | None
    seed: int

    def sql(self, raw: Any, failing: Collection[str] = ()) -> str:
        """Return the query; a column that cannot be read (`failing`) is null in it."""
        outputs = ", ".join(self._output(c, failing) for c in self.columns)
        if self.sample is None:
            return f"SELECT {outputs} FROM {self.place.sql()}"
        ((rows,),) = raw.execute(f"SELECT count(*) FROM {self.place.sql()}".encode()).fetchall()
        drawn = ",".join(map(str, positions(rows, self.sample, self.seed)))
        inner = [quoted(c) for c in dict.fromkeys(self.columns) if c not in failing]
        number = f"row_number() OVER () - 1 AS {POSITION}"
        numbered = f"SELECT {', '.join([number, *inner])} FROM {self.place.sql()}"
        where = f"{POSITION} = ANY('{{{drawn}}}'::bigint[])"
        return f"SELECT {outputs} FROM ({numbered}) s WHERE {where} ORDER BY {POSITION}"

    def failing(self, raw: Any) -> frozenset[str]:
        """Return the columns of which a cell cannot be computed or cast to text."""
        return frozenset(c for c in self.columns if self._fails(raw, c))

    def _fails(self, raw: Any, column: str) -> bool:
        try:
            with raw.transaction(force_rollback=True):
                raw.execute(f"SELECT count({quoted(column)}::text) FROM {self.place.sql()}")
        except Exception as error:
            if is_bad_value(error):
                return True
            raise
        return False

    def _output(self, column: str, failing: Collection[str]) -> str:
        if column in failing:
            return "NULL::text"
        return quoted(column) if column in self.binary else f"{quoted(column)}::text"
