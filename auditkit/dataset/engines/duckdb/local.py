"""The local database: DuckDB in this process, which holds frames and files and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

import duckdb
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.engines.duckdb.connection import connect
from auditkit.dataset.engines.duckdb.engine import DuckDB
from auditkit.dataset.engines.duckdb.errors import duckdb_errors

RAW = "raw"
"""The schema that holds files as the text that they are; the relations cast from it."""


@dataclass(eq=False)
class LocalDatabase(DuckDB):
    """The database in which frames and files become tables, so that they can be joined.

    `copies` are private copies of files, which are removed at the end.
    """

    copies: list[Path] = field(default_factory=list)
    _frames: dict[str, pa.Table] = field(default_factory=dict)

    name = "local"
    schemes = frozenset({"file"})
    file_kinds = frozenset()
    capabilities = replace(DuckDB.capabilities, holds_tables=True)

    @classmethod
    def path_of(cls, url: str) -> Path:
        """Return the path that a URL means."""
        return Path(unquote(url.partition("://")[2]))

    @classmethod
    def over(cls, backend: Any) -> Self | None:
        """Return None: no connection of the user's is the local database."""
        return None

    @classmethod
    def start(cls) -> Self:
        """Return an empty database."""
        with duckdb_errors("start DuckDB"):
            engine = cls(connect(":memory:"))
            engine.backend.con.execute(f"CREATE SCHEMA {RAW}")
        return engine

    def load(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table a table of the connection, and of every cursor of it."""
        self._frames[name] = table
        self.backend.con.register(name, table)

    def hold(self, table: pa.Table) -> ir.Table:
        """Return an Arrow table as a table of the connection, without listing it."""
        name = f"auditkit_held_{len(self._frames)}"
        self.load(name, table)
        return self._bound(None, "main", name)

    def close(self) -> None:
        """Close the connection, and remove private copies of files."""
        super().close()
        for copy in self.copies:
            copy.unlink(missing_ok=True)

    def _cursor(self, tables: Collection[str]) -> duckdb.DuckDBPyConnection:
        """Return a cursor that sees these tables: a registered one is seen by one connection alone."""
        cursor = super()._cursor(tables)
        for name in tables:
            if name in self._frames:
                cursor.register(name, self._frames[name])
        return cursor
