"""What DuckDB's catalogue says of relations, keys and references."""

from __future__ import annotations

from auditkit.dataset.places import Places
from auditkit.dataset.relation import ForeignKey, Key
from auditkit.dataset.sql import Run

RELATIONS = """
    SELECT * FROM (
        SELECT database_name, schema_name, table_name, 'table', estimated_size
        FROM duckdb_tables() WHERE NOT internal
        UNION ALL
        SELECT database_name, schema_name, view_name, 'view', NULL FROM duckdb_views() WHERE NOT internal
    )
    WHERE database_name IN (current_database(), 'temp')
    ORDER BY database_name = 'temp', schema_name, table_name"""
_CONSTRAINTS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table,
           referenced_column_names
    FROM duckdb_constraints()
    WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
      AND database_name = current_database()"""
_UNIQUE_INDEXES = """
    SELECT schema_name, table_name, expressions FROM duckdb_indexes()
    WHERE is_unique AND database_name = current_database()"""


def keys(run: Run, places: Places) -> tuple[Key, ...]:
    """Return primary keys, unique constraints, and unique indexes over columns that are all seen."""
    found: dict[tuple[str, tuple[str, ...]], bool] = {}
    for schema, table, kind, names, _, _ in run(_CONSTRAINTS):
        if kind != "FOREIGN KEY" and (key := places.shown(schema, table, names)):
            found[key] = found.get(key, False) or kind == "PRIMARY KEY"
    for schema, table, expressions in run(_UNIQUE_INDEXES):
        names = [part.strip().strip("'\"") for part in expressions.strip("[]").split(",")]
        if key := places.shown(schema, table, names):
            found.setdefault(key, False)
    return tuple(Key(table, columns, primary) for (table, columns), primary in found.items())


def foreign_keys(run: Run, places: Places) -> tuple[ForeignKey, ...]:
    """Return the declared references; DuckDB enforces them, and has no action on delete."""
    found = []
    for schema, table, kind, names, parent, parent_names in run(_CONSTRAINTS):
        if kind != "FOREIGN KEY":
            continue
        child, to = places.shown(schema, table, names), places.shown(schema, parent, parent_names)
        if child and to:
            found.append(ForeignKey(*child, *to, on_delete=None, validated=True))
    return tuple(found)
