"""Files of every kind, read into the local database."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.files import arrow, delimited, excel, json, parquet
from auditkit.dataset.files.file import File
from auditkit.dataset.files.kinds import SUPPORTED

_READERS: Mapping[str, Callable[[LocalDatabase, File], None]] = {
    "arrow": arrow.add,
    "delimited": delimited.add,
    "excel": excel.add,
    "json": json.add,
    "orc": arrow.add_orc,
    "parquet": parquet.add,
}


def add(engine: LocalDatabase, file: File, kind: str) -> None:
    """Add a file of a kind, as `kinds.kind_of` names it, to the local database.

    Raises:
        SourceError: it cannot be read to its end, or holds nothing.
    """
    if kind in _READERS:
        _READERS[kind](engine, file)
        return
    reason = (
        "empty: there is nothing to audit in it" if kind == "empty" else f"{kind}; supported are {SUPPORTED}"
    )
    raise SourceError(f"{file.shown} is {reason}", code="unseen", table=file.table(engine))
