"""JSON: an array of records, a record on each line, or one object whose lists of records are tables.

Nested cells stay JSON text. DuckDB parses everything: its reader does not recurse, so that no depth of
nesting ends the process.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import typed
from auditkit.dataset.files.encoding import in_utf_8, is_compressed, opened
from auditkit.dataset.files.file import File
from auditkit.dataset.files.literal_path import path_literal
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


def add(engine: LocalDatabase, file: File) -> None:
    """Add the tables of a JSON file, or the parts of one table, to the local database.

    An object alone in a file gives one table for each of its keys that is a list of objects; all else that it
    holds is a table of one row. Any other file is one table.

    Raises:
        SourceError: it is not JSON from beginning to end, a record has the same key twice, or it holds
            nothing.
    """
    connection, where = engine.backend.con, file.shown
    files = file.parts or (file.path,)
    has_lines = bool({ending.lower() for path in files for ending in path.suffixes} & LINES)
    with duckdb_errors(f"read {where}"):
        prepared = [_prepared(engine, path) for path in files]
        size = max(_largest_record(path) for path, _ in prepared)
    paths = [path for path, first in prepared if first or not file.parts]
    if not paths:
        raise SourceError(f"{where} is empty: there is nothing to audit in it", code="empty")
    first = next((first for _, first in prepared if first), b"")
    shape = "array" if first == b"[" and not has_lines else "auto"
    options = [
        f"format = '{shape}'",
        f"maximum_object_size = {size}",
        f"compression = '{'gzip' if is_compressed(paths[0]) else 'uncompressed'}'",
        "hive_partitioning = false",
    ]
    listed = f"[{', '.join(map(path_literal, paths))}]"
    reading = f"read_json_objects({listed}, {', '.join(options)})"
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {quoted(_KEPT)} AS SELECT json AS record FROM {reading}"
        )
    except Exception as error:  # its text quotes the file
        reason = (
            f"it is not JSON from beginning to end, or has a record of more than {LARGEST_RECORD // 10**6} MB"
        )
        raise SourceError(f"could not read {where}: {reason} ({type(error).__name__})") from None
    try:
        with duckdb_errors(f"read {where}"):
            is_one = first == b"{" and not has_lines and not file.parts
            tables = _lists(connection) if is_one else []
        for key in tables:
            records = f"SELECT unnest(json_extract(record, {literal(_pointer(key))})::JSON[]) AS record FROM"
            _add(engine, file.prefix + key, records, (), where)
        _add(engine, file.name, "SELECT record FROM", tables, where)
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {quoted(_KEPT)}")


def _prepared(engine: LocalDatabase, path: Path) -> tuple[Path, bytes]:
    """Return the file, or a private copy in UTF-8, and its first character."""
    path, copied = in_utf_8(path)
    if copied:
        engine.copies.append(path)
    with opened(path) as file:
        head = file.read(1 << 16).removeprefix(codecs.BOM_UTF8).lstrip()
    return path, head[:1]


def _largest_record(path: Path) -> int:
    """Return the bytes that a record of a file may have."""
    if is_compressed(path):
        return LARGEST_RECORD
    return min(max(path.stat().st_size + 1024, 1 << 24), LARGEST_RECORD)


def _lists(connection: Any) -> list[str]:
    """Return the keys that hold lists of nothing but objects, where there is one record alone."""
    if connection.execute(f"SELECT count(*) FROM {quoted(_KEPT)}").fetchone() != (1,):
        return []
    found = connection.execute(
        f"""SELECT key FROM (SELECT record, unnest(json_keys(record)) AS key FROM {quoted(_KEPT)})
            WHERE CASE WHEN json_type(record, {_POINTER}) = 'ARRAY'
                            AND json_array_length(record, {_POINTER}) > 0
                  THEN list_bool_and(
                      [json_type(item) = 'OBJECT' FOR item IN json_extract(record, {_POINTER})::JSON[]]
                  ) END"""
    ).fetchall()
    return [key for (key,) in found]


def _add(engine: LocalDatabase, name: str, records: str, left_out: Sequence[str], where: str) -> None:
    """Add a table of records: a column for each key, and one for records that are no objects.

    Args:
        engine: the local database.
        name: the real name of the table.
        records: the beginning of the SQL that gives the records.
        left_out: keys that are tables of their own.
        where: what messages call the file.
    """
    source = f"({records} {quoted(_KEPT)})"
    with duckdb_errors(f"read {where}"):
        shapes = engine.backend.con.execute(
            f"""SELECT json_keys(record), coalesce(json_type(record), 'NULL') NOT IN ('OBJECT', 'NULL'),
                       min(position)
                FROM (SELECT record, row_number() OVER () AS position FROM {source})
                GROUP BY 1, 2 ORDER BY 3"""
        ).fetchall()
    if any(count > 1 for keys, *_ in shapes for count in Counter(keys).values()):
        raise SourceError(
            f"{where} has records with the same key twice, of which readers keep only one: give each key a"
            " name of its own",
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
        query = f"SELECT key, json_extract_string(record, {_POINTER}) FROM ({pairs})"
        typed.add(engine, name, query, ["key", "value"], where)
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
