"""The engines that stories run on. Each puts the same tables, lists of rows, into a source to audit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]

on_one_engine = pytest.mark.parametrize("source", ["sqlite"], indirect=True)
"""For stories that cannot differ between engines, such as one about a threshold, a severity or a wording.

Each check has at least one story on every engine: clean, then a finding, its remedy, and clean again.
"""


def load_sqlite(folder: Path, tables: Tables, keys: Sequence[str]) -> Path:
    """Put tables into a SQLite file; return its path."""
    path = folder / "data.sqlite"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for name, rows in tables.items():
        connection.execute(_create(name, _kinds(rows), _constraints(name, keys)))
        _insert(connection, name, rows, _as_text)
    connection.commit()
    connection.close()
    return path


def load_duckdb(folder: Path, tables: Tables, keys: Sequence[str]) -> Path:
    """Put tables into a DuckDB file; return its path.

    DuckDB enforces foreign keys. Tests plant rows that break them, so no foreign key is declared.
    """
    path = folder / "data.duckdb"
    path.unlink(missing_ok=True)
    connection = duckdb.connect(str(path))
    for name, rows in tables.items():
        connection.execute(_create(name, _kinds(rows), _constraints(name, keys, foreign=False)))
        _insert(connection, name, rows)
    connection.close()
    return path


def load_frames(_folder: Path, tables: Tables, _keys: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return tables as DataFrames."""
    return {name: pd.DataFrame([dict(row) for row in rows]) for name, rows in tables.items()}


def load_postgres(url: str, tables: Tables, keys: Sequence[str]) -> str:
    """Put tables into the schema `public` of a server, and nothing else; return its URL.

    PostgreSQL enforces foreign keys, so none is declared.
    """
    import psycopg

    types = {"DOUBLE": "DOUBLE PRECISION", "BLOB": "BYTEA"}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for name, rows in tables.items():
            kinds = {column: types.get(kind, kind) for column, kind in _kinds(rows).items()}
            connection.execute(_create(name, kinds, _constraints(name, keys, foreign=False)))
            with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([row.get(column) for column in kinds])
    return url


def load_mariadb(socket: str, tables: Tables, keys: Sequence[str]) -> str:
    """Put tables into the database `audited` of a server, and nothing else; return its URL.

    MariaDB enforces foreign keys, so none is declared. A text in a key needs a largest length.
    """
    import pymysql

    types = {"TIMESTAMP": "DATETIME(6)", "BLOB": "LONGBLOB", "TEXT": "LONGTEXT"}
    connection = pymysql.connect(
        unix_socket=socket,
        user="root",
        ssl_disabled=True,
        autocommit=True,
        charset="utf8mb4",
        sql_mode="ANSI_QUOTES",
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited CHARACTER SET utf8mb4")
        cursor.execute("USE audited")
        for name, rows in tables.items():
            constraints = _constraints(name, keys, foreign=False)
            kinds = {
                column: "VARCHAR(255)"
                if kind == "TEXT" and any(column in constraint for constraint in constraints)
                else types.get(kind, kind)
                for column, kind in _kinds(rows).items()
            }
            cursor.execute(_create(name, kinds, constraints))
            if rows:
                marks = ", ".join(["%s"] * len(kinds))
                values = [[row.get(column) for column in kinds] for row in rows]
                cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
    return f"mysql://root@localhost/audited?unix_socket={socket}"


def _kinds(rows: Rows) -> dict[str, str]:
    """Return the SQL type of each column of some rows."""
    columns = dict.fromkeys(column for row in rows for column in row)
    return {column: _kind([row.get(column) for row in rows]) for column in columns}


def _kind(values: list[Any]) -> str:
    """Return the SQL type of a column whose cells are these."""
    match next((value for value in values if value is not None), None):
        case bool():
            return "BOOLEAN"
        case int():
            return "BIGINT"
        case float():
            return "DOUBLE"
        case datetime():
            return "TIMESTAMP"
        case date():
            return "DATE"
        case bytes():
            return "BLOB"
        case _:
            return "TEXT"


def _constraints(table: str, keys: Sequence[str], *, foreign: bool = True) -> list[str]:
    """Return the constraints of a table, with or without its foreign keys."""
    own = (key.partition(": ")[2] for key in keys if key.startswith(f"{table}: "))
    return [constraint for constraint in own if foreign or "FOREIGN KEY" not in constraint]


def _create(table: str, kinds: Mapping[str, str], constraints: Sequence[str]) -> str:
    """Return the statement that creates a table."""
    columns = [f'"{column}" {kind}' for column, kind in kinds.items()]
    return f'CREATE TABLE "{table}" ({", ".join([*columns, *constraints])})'


def _insert(
    connection: Any, table: str, rows: Rows, cell: Callable[[Any], Any] = lambda value: value
) -> None:
    """Insert rows, many in one statement: DuckDB takes half a millisecond for each statement."""
    columns = list(_kinds(rows))
    marks = f"({', '.join('?' * len(columns))})"
    for some in _parts(rows, size=max(1, 5000 // max(1, len(columns)))):
        values = [cell(row.get(column)) for row in some for column in columns]
        connection.execute(f'INSERT INTO "{table}" VALUES {", ".join([marks] * len(some))}', values)


def _parts(rows: Rows, size: int) -> Iterator[Rows]:
    """Yield rows in parts of at most a size."""
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _as_text(value: Any) -> Any:
    """Return a moment or a day as text, as SQLite keeps it."""
    match value:
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return value
