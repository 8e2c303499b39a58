"""DuckDB: a database file, a connection of the user's, or the local database that holds frames and files."""

from __future__ import annotations

from auditkit.dataset.engines.duckdb.engine import DuckDB
from auditkit.dataset.engines.duckdb.local import LocalDatabase

ENGINES = (DuckDB, LocalDatabase)
