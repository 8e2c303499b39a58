"""Connections of DuckDB that reach no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis

from auditkit.dataset.identity import distinct
from auditkit.running import private

OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""Without these settings DuckDB answers an unknown function or kind of file with a download."""


def connect(database: str | Path, *, read_only: bool = False) -> Any:
    """Return an Ibis backend that reaches no network, and writes to nothing but a private folder.

    Args:
        database: its file, or `:memory:`.
        read_only: it is somebody else's, whose views may read no file but the database; nothing undoes that.
    """
    backend = distinct(ibis.duckdb.connect(database, read_only=read_only, **OFFLINE))
    # Two connections of one file share their settings, and this one cannot be undone.
    if backend.con.execute("SELECT current_setting('enable_external_access')").fetchone() == (True,):
        backend.con.execute("SET temp_directory = ?", [str(private.folder())])
        if read_only:
            backend.con.execute("SET enable_external_access = false")
    backend.con.execute("SET arrow_large_buffer_size = true")
    return backend
