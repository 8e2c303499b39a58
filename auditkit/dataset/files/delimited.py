"""Delimited text (CSV, TSV) is read whole or it is an error: no row is ever dropped."""

from __future__ import annotations

from dataclasses import replace

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import RAW, LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import casts, typed
from auditkit.dataset.files.delimited_format import Delimited, examine
from auditkit.dataset.files.delimited_rows import holds, rewritten
from auditkit.dataset.files.file import File
from auditkit.dataset.sql import quoted
from auditkit.outcome import Cause


def add(engine: LocalDatabase, file: File) -> None:
    """Add a delimited file to the local database.

    Raises:
        SourceError: it cannot be read to its end, or holds nothing.
    """
    shown = file.table(engine)
    with duckdb_errors(f"read {file.shown}", shown):
        found, rows, types = _read_whole(engine, examine(file.path, file.shown), file.shown)
    cells = f"{RAW}.{quoted(shown)}"
    with duckdb_errors(f"read {file.shown}", shown):
        engine.backend.con.execute(f"CREATE VIEW {cells} AS SELECT * FROM {found.sql}")
    typed.show(engine, shown, cells, found.columns, types, file.shown)
    if found.copied:
        engine.copies.append(found.path)
    engine.add_relation(file.name, shown, "file", cells=cells, rows=rows, value_names=found.value_names)


def _read_whole(engine: LocalDatabase, found: Delimited, shown: str) -> tuple[Delimited, int, dict[str, str]]:
    """Return a file as it can be read to its end, how many rows it has, and the types of its columns.

    Where a strict reading fails it is read with long lines, then from a copy in which every row fits.
    """
    connection = engine.backend.con
    for attempt in (found, replace(found, long_lines=True)):
        candidates = casts.proposed(attempt.head, attempt.columns)
        try:
            rows, types = casts.verified(connection, attempt.sql, candidates, shown)
        except SourceError as error:
            if error.code == Cause.BUDGET:  # another reading would take as long
                raise
            continue
        if holds(attempt, rows):
            return attempt, rows, types
        break
    copy, written = rewritten(found, shown)
    rows, types = casts.verified(connection, copy.sql, casts.proposed(copy.head, copy.columns), shown)
    if rows != written:
        raise SourceError(
            f"{shown} cannot be read as delimited text: {rows} of {written} rows came through", code="unseen"
        )
    return copy, rows, types
