"""Cells that come as text, kept in the in-process database and shown with the types that all of them
allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditkit.dataset import casts
from auditkit.dataset.duckdb import RAW, DuckDB
from auditkit.dataset.errors import driver_errors
from auditkit.dataset.names import shown_columns, shown_table
from auditkit.dataset.sql import quoted


def add(engine: DuckDB, name: str, query: str, names: Sequence[str], where: str) -> None:
    """Add a table of the text that a query gives; its cells are kept, so that no query reads the file again.

    Args:
        engine: the in-process database.
        name: what the table is called in the file.
        query: SQL that gives one column of text for each name, in their order.
        names: of the columns, as they stand in the file.
        where: what the file is called.

    Raises:
        SourceError: the query failed.
    """
    shown, value_name = shown_table(name, engine.relations)
    columns, value_names = shown_columns([column.strip() for column in names])
    cells = f"{RAW}.{quoted(shown)}"
    with driver_errors(f"read {where}", shown):
        engine.backend.con.execute(
            f"CREATE TABLE {cells}({', '.join(f'{quoted(c)} VARCHAR' for c in columns)})"
        )
        engine.backend.con.execute(f"INSERT INTO {cells} {query}")
        head = engine.backend.con.execute(f"SELECT * FROM {cells} LIMIT 500").fetchall()
    rows, types = casts.verified(engine.backend.con, cells, casts.proposed(head, columns), where)
    show(engine, shown, cells, columns, types, where)
    engine.add_relation(
        shown,
        "file",
        shown,
        cells=cells,
        rows=rows,
        value_names=value_names,
        value_name=value_name,
        real_name=name,
    )


def show(
    engine: DuckDB, shown: str, cells: str, columns: Sequence[str], types: Mapping[str, str], where: str
) -> None:
    """Make the view of a table of text that has types."""
    typed = ", ".join(
        f"TRY_CAST({quoted(c)} AS {types[c]}) AS {quoted(c)}" if c in types else quoted(c) for c in columns
    )
    with driver_errors(f"read {where}", shown):
        engine.backend.con.execute(f"CREATE VIEW {quoted(shown)} AS SELECT {typed} FROM {cells}")
