"""Cells that come as text: they are kept in the local database, and shown with the types that they allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import RAW, LocalDatabase
from auditkit.dataset.files import casts
from auditkit.dataset.sql import quoted
from auditkit.naming.names import shown_columns, shown_table


def add(engine: LocalDatabase, name: str, query: str, names: Sequence[str], file: str) -> None:
    """Add a table of the text that a query gives; its cells are kept, so that no query reads the file again.

    Args:
        engine: the local database.
        name: what the table is called in the file.
        query: SQL that gives one column of text for each name, in their order.
        names: of the columns, as they are in the file.
        file: what messages call the file.

    Raises:
        SourceError: the query failed.
    """
    shown, _ = shown_table(name, engine.relations)
    columns, value_names = shown_columns([column.strip() for column in names])
    cells, connection = f"{RAW}.{quoted(shown)}", engine.backend.con
    with duckdb_errors(f"read {file}", shown):
        connection.execute(f"CREATE TABLE {cells}({', '.join(f'{quoted(c)} VARCHAR' for c in columns)})")
        connection.execute(f"INSERT INTO {cells} {query}")
        head = connection.execute(f"SELECT * FROM {cells} LIMIT 500").fetchall()
    rows, types = casts.verified(connection, cells, casts.proposed(head, columns), file)
    show(engine, shown, cells, columns, types, file)
    engine.add_relation(name, shown, "file", cells=cells, rows=rows, value_names=value_names)


def show(
    engine: LocalDatabase,
    shown: str,
    cells: str,
    columns: Sequence[str],
    types: Mapping[str, str],
    file: str,
) -> None:
    """Make the view of a table of text that has types.

    Args:
        engine: the local database.
        shown: the shown name of the relation, which is that of the view.
        cells: SQL of the table of text.
        columns: of the table.
        types: the names of the types of the columns that are no text, as `casts` has them.
        file: what messages call the file.
    """
    typed = ", ".join(
        f"{casts.TYPES[types[c]].read(quoted(c))} AS {quoted(c)}" if c in types else quoted(c)
        for c in columns
    )
    with duckdb_errors(f"read {file}", shown):
        engine.backend.con.execute(f"CREATE VIEW {quoted(shown)} AS SELECT {typed} FROM {cells}")
