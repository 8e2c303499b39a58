"""The tables of the example, and the SQLite file that holds them.

As in real life, about half of the references are declared as foreign keys, and the names of the columns show
the others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def stored(value: object) -> object:
    """Return a value as SQLite stores it: as SQLite has no dates, they become text.

    >>> stored(datetime(2026, 11, 22, 8, 30)), stored(date(2026, 11, 22)), stored(True), stored(None)
    ('2026-11-22 08:30:00', '2026-11-22', 1, None)
    """
    match value:
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case bool():
            return int(value)
        case _:
            return value


def save(tables: Mapping[str, Sequence[Row]], path: Path) -> None:
    """Write the rows of every table to a new SQLite file, in place of an older one."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript(files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))
        for table, rows in tables.items():
            if rows:
                names, marks = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
                statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
                connection.executemany(statement, ([stored(v) for v in row.values()] for row in rows))
        connection.commit()
    finally:
        connection.close()
