"""Frames become Arrow tables column by column, so that no odd column stops the others.

The user's frame is never changed.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.dataset.engines.duckdb.errors import duckdb_errors
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.listing import list_missing
from auditkit.naming.names import shown_columns, shown_table
from auditkit.outcome import Cause, Missing

if TYPE_CHECKING:
    import pandas as pd


def is_frame(source: object) -> bool:
    """Return whether something is a pandas DataFrame, an Arrow table, or gives itself as one (polars)."""
    if isinstance(source, pa.Table | pa.RecordBatch):
        return True
    is_named = type(source).__name__ == "DataFrame"
    return _is_pandas(source) or (is_named and hasattr(source, "__arrow_c_stream__"))


def add(engine: LocalDatabase, name: str, frame: Any, kind: str = "frame") -> None:
    """Add a frame to the local database; one without columns holds nothing and says so.

    Raises:
        SourceError: it cannot be converted.
    """
    shown, _ = shown_table(name, engine.relations)
    with duckdb_errors(f"convert the frame {shown}", shown):
        names, columns = _pandas(frame) if _is_pandas(frame) else _arrow(frame)
        rows = len(frame)
    if not names:
        missing = Missing(Cause.NOT_APPLICABLE, "it has no columns")
        list_missing(engine, name, kind, missing, rows=rows)
        return
    shown_names, value_names = shown_columns(names)
    with duckdb_errors(f"convert the frame {shown}", shown):
        engine.load(shown, pa.Table.from_arrays(columns, names=list(shown_names)))
    engine.add_relation(name, shown, kind, rows=rows, value_names=value_names)


def _is_pandas(frame: object) -> bool:
    """Return whether a frame is one of pandas, or of a class made from it, such as a GeoDataFrame."""
    kinds = type(frame).__mro__
    return any(k.__name__ == "DataFrame" and k.__module__.partition(".")[0] == "pandas" for k in kinds)


def _pandas(frame: pd.DataFrame) -> tuple[list[str], list[pa.ChunkedArray]]:
    """Return the columns of a pandas frame, after the index where that holds more than row numbers."""
    index = [
        (_name(level) if level is not None else "index", frame.index.get_level_values(i))
        for i, level in enumerate(frame.index.names)
    ]
    named = [
        (name, level.to_series()) for name, level in index if name != "index" or level.dtype.kind not in "iu"
    ]
    named += [(_name(label), frame.iloc[:, i]) for i, label in enumerate(frame.columns)]
    return [name for name, _ in named], [_column(series) for _, series in named]


def _arrow(frame: Any) -> tuple[list[str], list[pa.ChunkedArray]]:
    if isinstance(frame, pa.RecordBatch):
        table = pa.Table.from_batches([frame])
    else:
        table = frame if isinstance(frame, pa.Table) else pa.table(frame)
    return [_text(name) for name in table.column_names], [_readable(column) for column in table.columns]


def _name(label: Hashable) -> str:
    """Return a column's label as a name; the levels of a MultiIndex are joined by a dot."""
    if isinstance(label, tuple):
        return ".".join(part for part in map(_name, label) if part)
    return "" if label is None or label != label else _text(str(label))


def _column(series: pd.Series[Any]) -> pa.ChunkedArray:
    """Return a column as Arrow, zero-copy where Arrow knows its type, else as text."""
    try:
        # Arrow would make a geometry bytes; its text is well known.
        if str(series.dtype) == "geometry" or _holds_nested(series):
            raise TypeError
        array = pa.array(_whole(series), from_pandas=True)
        array = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
        if not (pa.types.is_nested(array.type) or isinstance(array.type, pa.BaseExtensionType)):
            return _readable(array)
    except Exception:  # an extension array may raise anything: its cells are read one by one
        pass
    return pa.chunked_array([pa.array([_cell(value) for value in series.astype(object)], pa.large_string())])


def _holds_nested(series: pd.Series[Any]) -> bool:
    """Return whether a cell is a list, a mapping or the like.

    Arrow follows a list that holds itself until the process dies.
    """
    from pandas.api.types import infer_dtype

    is_mixed = series.dtype == object and infer_dtype(series, skipna=True).startswith("mixed")
    return is_mixed and any(map(_is_nested, series))


def _whole(series: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of whole numbers as integers.

    pandas makes them floats where some are missing, and `4.1e15` is not the text of a card number.
    """
    is_float = series.dtype.kind == "f" and not str(series.dtype).startswith("Sparse")
    if not is_float or not 0 < series.isna().sum() < len(series):
        return series
    there = series.dropna()
    whole = bool((there % 1 == 0).all()) and bool((there.abs() < 2**53).all())
    return series.astype("Int64") if whole else series


def _readable(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in a type that DuckDB reads; a type that it would refuse or change becomes text."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _readable(pc.cast(array, kind.value_type))
    if isinstance(kind, pa.BaseExtensionType):
        return _readable(pa.chunked_array([chunk.storage for chunk in array.chunks], kind.storage_type))
    if pa.types.is_null(kind):
        return array.cast(pa.string())
    if pa.types.is_float16(kind):
        return array.cast(pa.float32())
    if pa.types.is_decimal256(kind) or pa.types.is_run_end_encoded(kind):
        return pa.chunked_array([pa.array([_cell(value) for value in array.to_pylist()], pa.large_string())])
    return array


def _cell(value: Any) -> str | None:
    """Return an object as text: nested ones as JSON, bytes as UTF-8."""
    if value is None or _is_missing(value):
        return None
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    return _text(value if isinstance(value, str) else _json(value) if _is_nested(value) else str(value))


def _is_missing(value: Any) -> bool:
    try:
        return bool(value != value) or type(value).__name__ in ("NAType", "NaTType")
    except (TypeError, ValueError):
        return type(value).__name__ in ("NAType", "NaTType")


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple | set | frozenset) or type(value).__name__ == "ndarray"


def _json(value: Any) -> str:
    """Return JSON, with arrays and sets as lists, and anything that JSON cannot hold as its text."""
    return json.dumps(_jsonable(value), ensure_ascii=False, default=str)


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        return [_jsonable(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_jsonable(item) for item in value), key=str)
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    """Return text without lone surrogates, which no encoding can write."""
    return text.encode("utf-8", "replace").decode()
