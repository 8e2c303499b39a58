"""Delimited text (CSV, TSV) is read whole or it is an error: no row is ever dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import RAW, LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import casts, typed
from auditkit.dataset.files.delimited_format import Delimited, examine, first_row
from auditkit.dataset.files.delimited_rows import holds, rewritten
from auditkit.dataset.files.file import File
from auditkit.dataset.files.parts import partition
from auditkit.dataset.sql import literal, quoted
from auditkit.naming.names import shown_columns
from auditkit.outcome import Cause


def add(engine: LocalDatabase, file: File) -> None:
    """Add a delimited file to the local database, or the parts of a table as one.

    Raises:
        SourceError: it cannot be read to its end, or holds nothing.
    """
    if file.parts:
        _add_parts(engine, file)
        return
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


def _add_parts(engine: LocalDatabase, file: File) -> None:
    """Add the parts of a table with the columns that their folders name; each part is read to its end.

    A first row that two parts have names the columns. Parts without such a row have the names of the first
    part where that has as many columns. A column that a part lacks is empty in its rows.
    """
    shown, connection = file.table(engine), engine.backend.con
    cells, rows, read = f"{RAW}.{quoted(shown)}", 0, list[Delimited]()
    selects, value_names = list[str](), dict[str, str]()
    with duckdb_errors(f"read {file.shown}", shown):
        begins = {path: row for path in file.parts if (row := first_row(path)[0])}
        known = next((row for row, times in Counter(begins.values()).items() if times > 1), ())
        for path in begins:
            part = examine(path, file.shown, known=known)
            if read and not part.header and len(part.columns) == len(read[0].columns):
                part = replace(part, columns=read[0].columns)
            part, counted, _ = _read_whole(engine, part, file.shown)
            rows += counted
            read.append(part)
            if part.copied:
                engine.copies.append(part.path)
            select, hidden = _with_partition(part, partition(path, file.path))
            selects.append(select)
            value_names |= part.value_names | hidden
        if not read:
            raise SourceError(
                f"{file.shown} is empty: there is nothing to audit in it", code="empty", table=shown
            )
        connection.execute(f"CREATE VIEW {cells} AS {' UNION ALL BY NAME '.join(selects)}")
        head = connection.execute(f"SELECT * FROM {cells} LIMIT 500")
        columns = [name for name, *_ in head.description]
        proposed = casts.proposed(head.fetchall(), columns)
    _, types = casts.verified(connection, cells, proposed, file.shown)
    typed.show(engine, shown, cells, columns, types, file.shown)
    engine.add_relation(file.name, shown, "file", cells=cells, rows=rows, value_names=value_names)


def _with_partition(part: Delimited, values: Mapping[str, str | None]) -> tuple[str, dict[str, str]]:
    """Return the SQL of a part with the columns of its folders, and what kind of value a hidden name is.

    A column of the file goes before one of the folders with the same name.
    """
    own = {column.casefold() for column in part.columns}
    more = {key: value for key, value in values.items() if key.casefold() not in own}
    names, value_names = shown_columns([*part.columns, *more])
    added = zip(names[len(part.columns) :], more.values(), strict=True)
    columns = [f"{'NULL' if v is None else literal(v)}::VARCHAR AS {quoted(name)}" for name, v in added]
    return f"SELECT {', '.join(['*', *columns])} FROM {part.sql}", value_names


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
