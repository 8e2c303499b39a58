"""Objects of other libraries, and what is opened in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditkit.dataset.engines import registry
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.sources import is_frame, is_ibis, package

_ADVICE: Mapping[str, str] = {
    "deltalake": "give what it holds now: table.to_pyarrow_table()",
    "pyiceberg": "give what it holds now: table.scan().to_arrow()",
    "datasets": "give its table: dataset.data.table",
    "dask": "give the frame that it computes: frame.compute()",
    "modin": "give it as pandas: frame.modin.to_pandas()",
}
"""What to give in place of an object of a package."""

_KINDS: Mapping[str, str] = {
    "generator": "give the list of its records: list(records)",
    "ndarray": "give it as a frame with names: pandas.DataFrame(array, columns=[...])",
    "recarray": "give it as a frame: pandas.DataFrame(array)",
    "FileSystemDataset": "give its rows, dataset.to_table(), or the folder that it reads",
    "UnionDataset": "give its rows: dataset.to_table()",
    "InMemoryDataset": "give its rows: dataset.to_table()",
    "ParquetDataset": "give its rows, dataset.read(), or the folder that it reads",
    "Cursor": "give its connection, or a frame of its rows",
    "CursorResult": "give its engine, or a frame of its rows: pandas.DataFrame(result)",
    "Table": "give the engine that holds it",
    "NoneType": "there is nothing in this variable: give a DataFrame, a file, a folder or a URL",
    "DataFrameGroupBy": "give the frame before it was grouped, or what .agg(...) makes of it",
    "Styler": "give the frame that it shows: styler.data",
    "bytes": "give the path of the file that holds them",
    "BytesIO": "give the path of a file, or the frame that pandas reads from it",
    "StringIO": "give the path of a file, or the frame that pandas reads from it",
    "BufferedReader": "give the path of the file",
    "TextIOWrapper": "give the path of the file",
}
"""What to give in place of an object of another kind, by the name of its type."""

COLUMNS = "a dict holds sources by their names: give pandas.DataFrame(columns) for a dict of columns"
"""What to give in place of columns by their names."""

ROWS = "a list holds records, as in [{'id': 1}]: give pandas.DataFrame(rows, columns=[...])"
"""What to give in place of rows without names."""


def instead(source: object) -> str:
    """Return what to give in place of an object that cannot be opened; empty where nothing is known.

    >>> instead(row for row in ())
    'give the list of its records: list(records)'
    """
    return _KINDS.get(type(source).__name__, "")


def adopted(source: Any) -> Any:
    """Return what to open in place of an object of another library; most sources are returned as they are.

    A lazy frame, a relation or a stream is read once. A connection or an engine stays the user's.

    Raises:
        SourceError: it cannot be opened; the message says what to give instead.

    >>> adopted([{"id": 1}, {"id": 2, "email": "ana@example.org"}]).columns.tolist()
    ['id', 'email']
    """
    if isinstance(source, str | Mapping) or is_frame(source) or is_ibis(source):
        return source
    name = package(source)
    if name == "sqlalchemy" and (url := _url(source)) is not None:
        is_in_memory = url.host is None and url.database in (None, "", ":memory:")
        return adopted(_in_memory(source)) if is_in_memory else _text(url)
    if isinstance(source, list | tuple):
        return _listed(source)
    for engine in registry().engines:
        if (held := engine.adopted(source)) is not None:
            return held
    if name == "polars" and hasattr(source, "collect"):
        with driver_errors("collect the lazy frame"):
            return source.collect()
    if name in ("pandas", "polars") and hasattr(source, "to_frame"):
        return source.to_frame()
    if name in _ADVICE:
        raise _instead(source, _ADVICE[name])
    if hasattr(source, "__arrow_c_stream__"):
        import pyarrow as pa

        with driver_errors(f"read the {type(source).__name__}"):
            return pa.table(source)
    if all(hasattr(source, method) for method in ("cursor", "commit", "rollback")):
        advice = "give the URL of its database, as env:NAME: auditkit opens a connection that only reads"
        raise _instead(source, advice)
    return source


def _listed(source: list[Any] | tuple[Any, ...]) -> Any:
    """Return records as a frame; a list of sources with names is returned as it is."""
    if source and all(isinstance(item, Mapping) for item in source):
        import pandas as pd

        return pd.DataFrame(list(source))
    if any(is_frame(item) for item in source):
        raise SourceError(
            "give several frames with a name for each: {'users': users, 'orders': orders}",
            code="unsupported",
        )
    if source and not any(isinstance(item, str) for item in source):
        raise SourceError(ROWS, code="unsupported")
    return source


def _url(source: Any) -> Any:
    """Return the URL of an engine, a connection or a session of SQLAlchemy; None for anything else."""
    if hasattr(source, "render_as_string"):
        return source
    bound = getattr(source, "bind", None) or source
    return getattr(getattr(bound, "engine", bound), "url", None)


def _text(url: Any) -> str:
    return str(url.render_as_string(hide_password=False))


def _in_memory(source: Any) -> Any:
    """Return the driver's own connection, where the data is nowhere else."""
    bound = getattr(source, "bind", None) or source
    return getattr(bound, "engine", bound).raw_connection().driver_connection


def _instead(source: object, advice: str) -> SourceError:
    kind = f"{package(source)}.{type(source).__name__}"
    return SourceError(f"auditkit does not open a {kind} itself: {advice}", code="unsupported")
