"""What SQLite's catalogue says of relations, keys and references, and of the types of columns."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from auditkit.dataset.places import Places
from auditkit.dataset.relation import ForeignKey, Key
from auditkit.dataset.sql import Run, quoted

RELATIONS = """
    SELECT name, type, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT IN
    ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat2', 'sqlite_stat3', 'sqlite_stat4') ORDER BY rowid"""
"""All but the tables of SQLite itself: whoever writes the catalogue can give another one such a name too."""
_CONTENTLESS = re.compile(r"\busing\s+fts[345]\b[\s\S]*\bcontent\s*=\s*(''|\"\")", re.IGNORECASE)
_PRIMARY_KEYS = """
    SELECT m.name, t.name FROM sqlite_master m, pragma_table_info(m.name) t
    WHERE m.type = 'table' AND t.pk > 0 ORDER BY m.rowid, t.pk"""
_UNIQUE_INDEXES = """
    SELECT m.name, i.name, c.name
    FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
    WHERE m.type = 'table' AND i."unique" AND NOT i.partial ORDER BY m.rowid, i.seq, c.seqno"""
_FOREIGN_KEYS = """
    SELECT m.name, f.id, f."table", f."from", f."to", f.on_delete
    FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' ORDER BY m.rowid, f.id, f.seq"""
_COLUMNS = 'SELECT name, type, "notnull" FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid'


def has_no_content(sql: str) -> bool:
    """Return whether a table is an index of words without the text that they come from.

    >>> has_no_content("CREATE VIRTUAL TABLE f USING fts5(body, content='')")
    True
    >>> has_no_content("CREATE VIRTUAL TABLE f USING fts5(body, content='notes')")
    False
    """
    return _CONTENTLESS.search(sql) is not None


def keys(run: Run, places: Places) -> tuple[Key, ...]:
    """Return primary keys, and unique constraints and indexes over columns."""
    grouped: dict[tuple[str, str | None], list[str | None]] = defaultdict(list)
    for table, column in run(_PRIMARY_KEYS):
        grouped[table, None].append(column)
    for table, index, column in run(_UNIQUE_INDEXES):
        grouped[table, index].append(column)
    found: dict[tuple[str, tuple[str, ...]], bool] = {}
    for (table, index), columns in grouped.items():
        if key := places.shown("", table, columns):
            found[key] = found.get(key, False) or index is None
    return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())


def foreign_keys(run: Run, places: Places) -> tuple[ForeignKey, ...]:
    """Return the declared references; one that names no column of the parent means its primary key.

    SQLite vouches for none of them: it enforces references only where a connection asks for it.
    """
    primary: dict[str, list[str | None]] = defaultdict(list)
    for table, column in run(_PRIMARY_KEYS):
        primary[table.casefold()].append(column)
    grouped: dict[tuple[str, int, str, str], list[tuple[str, str | None]]] = defaultdict(list)
    for table, number, parent, column, to, on_delete in run(_FOREIGN_KEYS):
        grouped[table, number, parent, on_delete].append((column, to))
    found = []
    for (table, _, parent, on_delete), pairs in grouped.items():
        columns, named = [column for column, _ in pairs], [to for _, to in pairs]
        child = places.shown("", table, columns)
        key = places.shown("", parent, named if all(named) else primary[parent.casefold()])
        if child and key and len(child[1]) == len(key[1]):
            found.append(ForeignKey(*child, *key, on_delete=on_delete, validated=False))
    return tuple(found)


def schema_of(backend: Any, table: str) -> ibis.Schema:
    """Return the types of the columns of a table, generated ones too.

    A column that declares no type has that of its first cell.
    """
    raw, mapper = backend.con, backend.compiler.type_mapper
    schema = {}
    for name, kind, notnull in raw.execute(_COLUMNS, [table]).fetchall():
        declared = kind or _kind_of_first_cell(raw, table, name)
        schema[name] = _dtype(declared, mapper, nullable=not notnull)
    return ibis.schema(schema)


def _kind_of_first_cell(raw: Any, table: str, column: str) -> str:
    first = raw.execute(
        f"SELECT typeof({quoted(column)}) FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL LIMIT 1"
    ).fetchone()
    return first[0] if first else "text"


def _dtype(kind: str, mapper: Any, *, nullable: bool) -> dt.DataType:
    """Return the Ibis type of a declared type; where Ibis has none, by SQLite's own rules of affinity."""
    try:
        known = mapper.from_string(kind.lower(), nullable=nullable)
    except Exception:  # SQLite takes any text as a type, and the parser raises anything for some
        known = dt.unknown
    if not isinstance(known, dt.Unknown | dt.Null):
        return known
    upper = kind.upper()
    if "INT" in upper:
        return dt.Int64(nullable=nullable)
    if any(part in upper for part in ("CHAR", "CLOB", "TEXT")):
        return dt.String(nullable=nullable)
    if any(part in upper for part in ("REAL", "FLOA", "DOUB", "NUM", "DEC")):
        return dt.Float64(nullable=nullable)
    return dt.String(nullable=nullable)
