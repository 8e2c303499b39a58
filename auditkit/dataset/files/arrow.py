"""Arrow (Feather) files are read as the frames that they hold."""

from __future__ import annotations

import pyarrow as pa

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import frames
from auditkit.dataset.files.file import File


def add(engine: LocalDatabase, file: File) -> None:
    """Add an Arrow file to the local database.

    Raises:
        SourceError: it cannot be read, or has no columns.
    """
    shown = file.table(engine)
    with duckdb_errors(f"read {file.shown}", shown):
        table = pa.ipc.open_file(pa.memory_map(str(file.path))).read_all()
    if not table.column_names:
        raise SourceError(
            f"{file.shown} has no columns: there is nothing to audit in it", code="unseen", table=shown
        )
    frames.add(engine, file.name, table, kind="file")
