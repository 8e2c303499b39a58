"""Arrow (Feather) and ORC files are read as the frames that they hold."""

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
    with duckdb_errors(f"read {file.shown}", file.table(engine)):
        table = pa.ipc.open_file(pa.memory_map(str(file.path))).read_all()
    _add(engine, file, table)


def add_orc(engine: LocalDatabase, file: File) -> None:
    """Add an ORC file to the local database.

    Raises:
        SourceError: it cannot be read, or has no columns.
    """
    from pyarrow import orc

    with duckdb_errors(f"read {file.shown}", file.table(engine)):
        table = orc.read_table(str(file.path))
    _add(engine, file, table)


def _add(engine: LocalDatabase, file: File, table: pa.Table) -> None:
    shown = file.table(engine)
    if not table.column_names:
        raise SourceError(
            f"{file.shown} has no columns: there is nothing to audit in it", code="unseen", table=shown
        )
    frames.add(engine, file.name, table, kind="file")
