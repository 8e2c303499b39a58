"""JSON: an array of records, a record a line, or one object whose lists of records are tables; what is nested
stays as JSON text.

Everything is parsed by DuckDB, whose reader does not recurse: no depth of nesting ends the process.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from auditkit.dataset import delimited, typed
from auditkit.dataset.duckdb import DuckDB
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.sql import literal, quoted

ENDINGS = frozenset({".json", ".jsonl", ".ndjson", ".geojson"})
LINES = frozenset({".jsonl", ".ndjson"})
LARGEST_RECORD = 200_000_000
"""Bytes of one record, or of a whole file that is one object."""
MOST_KEYS = 1_000
"""Keys that become columns; records with more of them (keys that are values) become rows of key and value."""
_KEPT = "auditkit records"
_POINTER = "'/' || replace(replace(key, '~', '~0'), '/', '~1')"
"""SQL for the JSON pointer to what is in the column `key`."""


def add(engine: DuckDB, path: Path, name: str, prefix: str, inner: str, where: str) -> None:
    """Add the tables of a JSON file to the in-process database.

    An object alone in a file gives one table for each of its keys that is a list of objects, called `inner`
    and the key; what else it holds is a table of one row. Any other file is one table, called `prefix` and
    `name`.

    Raises:
        SourceError: it is not JSON from beginning to end, a record has the same key twice, or it holds
            nothing.
    """
    connection = engine.backend.con
    with driver_errors(f"read {where}"):
        file, first = _prepared(engine, path)
        size = (
            LARGEST_RECORD
            if delimited.is_compressed(file)
            else min(max(file.stat().st_size + 1024, 1 << 24), LARGEST_RECORD)
        )
        shape = "array" if first == b"[" and not set(path.suffixes) & LINES else "auto"
        reading = f"read_json_objects({literal(str(file))}, format = '{shape}', maximum_object_size = {size})"
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {quoted(_KEPT)} AS SELECT json AS record FROM {reading}"
        )
    except Exception as error:
        reason = (
            f"it is not JSON from beginning to end, or has a record of more than {LARGEST_RECORD // 10**6} MB"
        )
        raise SourceError(f"could not read {where}: {reason} ({type(error).__name__})") from None
    try:
        with driver_errors(f"read {where}"):
            tables = _lists(connection) if first == b"{" and not set(path.suffixes) & LINES else []
        for key in tables:
            _add(
                engine,
                inner + key,
                f"SELECT unnest(json_extract(record, {literal(_pointer(key))})::JSON[]) AS record FROM",
                (),
                where,
            )
        _add(engine, prefix + name, "SELECT record FROM", tables, where)
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {quoted(_KEPT)}")


def _prepared(engine: DuckDB, path: Path) -> tuple[Path, bytes]:
    """Return the file, or a private copy in UTF-8, and its first character."""
    path, copied = delimited.in_utf_8(path)
    if copied:
        engine.copies.append(path)
    with delimited.opened(path) as file:
        head = file.read(1 << 16).removeprefix(codecs.BOM_UTF8).lstrip()
    return path, head[:1]


def _lists(connection: Any) -> list[str]:
    """Return the keys of the only record that hold lists of nothing but objects; none where there are several
    records.
    """
    if connection.execute(f"SELECT count(*) FROM {quoted(_KEPT)}").fetchone() != (1,):
        return []
    found = connection.execute(
        f"""SELECT key FROM (SELECT record, unnest(json_keys(record)) AS key FROM {quoted(_KEPT)})
            WHERE CASE WHEN json_type(record, {_POINTER}) = 'ARRAY' AND json_array_length(record, {_POINTER}) > 0
                THEN list_bool_and([json_type(item) = 'OBJECT' FOR item IN json_extract(record, {_POINTER})::JSON[]]) END"""
    ).fetchall()
    return [key for (key,) in found]


def _add(engine: DuckDB, name: str, records: str, left_out: Sequence[str], where: str) -> None:
    """Add a table of records: a column for each key, and one for records that are no objects."""
    source = f"({records} {quoted(_KEPT)})"
    with driver_errors(f"read {where}"):
        shapes = engine.backend.con.execute(
            f"""SELECT json_keys(record), coalesce(json_type(record), 'NULL') NOT IN ('OBJECT', 'NULL'), min(position)
                FROM (SELECT record, row_number() OVER () AS position FROM {source}) GROUP BY 1, 2 ORDER BY 3"""
        ).fetchall()
    if any(count > 1 for keys, *_ in shapes for count in Counter(keys).values()):
        raise SourceError(
            f"{where} has records with the same key twice, of which readers keep one: give each a name of"
            " its own",
            code="unseen",
        )
    keys = [key for key in dict.fromkeys(key for found, *_ in shapes for key in found) if key not in left_out]
    bare = any(plain for _, plain, _ in shapes)
    if not keys and not bare:
        if left_out:
            return
        raise SourceError(f"{where} is empty: there is nothing to audit in it", code="empty")
    if len(keys) > MOST_KEYS:
        pairs = f"SELECT unnest(json_keys(record)) AS key, record FROM {source}"
        typed.add(
            engine,
            name,
            f"SELECT key, json_extract_string(record, {_POINTER}) FROM ({pairs})",
            ["key", "value"],
            where,
        )
        return
    pointers = ", ".join(map(literal, map(_pointer, keys)))
    columns = [f"cells[{i}]" for i in range(1, len(keys) + 1)]
    if bare:
        columns.append("CASE WHEN json_type(record) <> 'OBJECT' THEN record ->> '$' END")
    cells = f"json_extract_string(record, [{pointers}])" if keys else "NULL"
    query = f"SELECT {', '.join(columns)} FROM (SELECT record, {cells} AS cells FROM {source})"
    typed.add(engine, name, query, [*keys, *(["value"] if bare else [])], where)


def _pointer(key: str) -> str:
    """Return a JSON pointer to a key.

    >>> _pointer("a/b~c")
    '/a~1b~0c'
    """
    return "/" + key.replace("~", "~0").replace("/", "~1")
