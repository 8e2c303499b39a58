"""What belongs to a source and is elsewhere: a file next to a database, and rows that are brought to it.

Engines are never joined. The rows of a database that a file names are fetched by key, up to a bound, and
compared in the database where the file is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.dataset import Dataset
from auditkit.dataset.engine import Engine
from auditkit.dataset.engines.duckdb.local import LocalDatabase
from auditkit.dataset.errors import SourceError
from auditkit.dataset.identity import backend_of
from auditkit.dataset.relation import Relation

MOST = 100_000
"""How many rows, or keys, are brought at most."""
_KEYS = 1_000
"""How many keys one query asks for."""


@contextmanager
def with_file(dataset: Dataset, name: str, path: Path) -> Iterator[Dataset]:
    """Yield a dataset that has a file as one more relation; if it cannot be read, the relation says why.

    Frames and files share the local database; where the dataset has none, one is started, and closed at the
    end.
    """
    from auditkit.dataset.files import kinds, reading
    from auditkit.dataset.files.file import File

    known = next((engine for engine in dataset._engines if isinstance(engine, LocalDatabase)), None)
    local = known or LocalDatabase.start()
    before = set(local.relations)
    try:
        try:
            if name not in before:
                reading.add(local, File(path, name), kinds.kind_of(path))
            added = {n: r for n, r in local.relations.items() if n not in before or n == name}
        except SourceError as error:
            added = {name: Relation(name, "file", missing=error.missing)}
        engines: tuple[Engine, ...] = dataset._engines if known is not None else (*dataset._engines, local)
        yield Dataset(dataset.name, {**dataset.relations, **added}, engines)
    finally:
        if known is None:
            local.close()


def brought(dataset: Dataset, rows: ir.Table, to: ir.Table) -> ir.Table:
    """Return the rows of a small query as a table of the engine where another table is.

    Whole numbers stay whole numbers, and all else is text.

    Raises:
        SourceError: there are more rows than `MOST`, or nothing can be brought to that engine.
    """
    return _held(dataset, rows, to, (row for batch in dataset.stream(rows.limit(MOST + 1)) for row in batch))


def brought_by_key(
    dataset: Dataset, rows: ir.Table, key: str, wanted: ir.StringColumn, to: ir.Table
) -> ir.Table:
    """Return the rows of a query whose key is one of some texts, as `brought` does.

    Args:
        dataset: the one that holds both tables.
        rows: the query.
        key: its column with the key.
        wanted: a column of `to`: the keys as text.
        to: a table of the engine where they are compared.

    Raises:
        SourceError: there are more than `MOST` different keys, or nothing can be brought to that engine.
    """
    distinct = to.select(k=wanted).distinct().limit(MOST + 1)
    texts = [text for batch in dataset.stream(distinct) for (text,) in batch if text]
    if len(texts) > MOST:
        raise _too_many()
    keys: list[int | str] = [*texts]
    column = rows[key].cast("string")
    if rows[key].type().is_integer():
        keys = [int(text) for text in texts if text.lstrip("-").isdecimal() and len(text) < 19]
        column = rows[key]
    queries = (rows.filter(column.isin(keys[start : start + _KEYS])) for start in range(0, len(keys), _KEYS))
    cells = (row for query in queries for batch in dataset.stream(query) for row in batch)
    return _held(dataset, rows, to, cells)


def _held(
    dataset: Dataset, rows: ir.Table, to: ir.Table, cells: Iterator[tuple[str | None, ...]]
) -> ir.Table:
    engine = next((e for e in dataset._engines if e.backend is backend_of(to)), None)
    if engine is None or not engine.capabilities.holds_tables:
        raise SourceError(
            "it and the tables that it names are in different databases: load it into theirs, or give it as a"
            " file",
            code="unseen",
        )
    columns: list[list[str | None]] = [[] for _ in rows.columns]
    for n, row in enumerate(cells):
        if n >= MOST:
            raise _too_many()
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
    arrays = []
    for name, column in zip(rows.columns, columns, strict=True):
        texts = pa.array(column, pa.string())
        arrays.append(texts.cast(pa.int64()) if rows[name].type().is_integer() else texts)
    return engine.hold(pa.table(arrays, names=list(rows.columns)))


def _too_many() -> SourceError:
    return SourceError(
        f"it names more than {MOST:,} rows of another database, which are too many to bring here: load it"
        " into that database",
        code="unseen",
    )
