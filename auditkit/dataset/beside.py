"""What belongs to a source and lies elsewhere: a file beside a database, and small facts that are brought
from the one to the other.

Engines are never joined. What a file names of a database is fetched from there, by key and up to a bound, and
compared where the file is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.dataset import Dataset
from auditkit.dataset.duckdb import DuckDB, in_process
from auditkit.dataset.engine import Engine
from auditkit.dataset.errors import SourceError
from auditkit.dataset.identity import backend_of
from auditkit.dataset.relation import Relation
from auditkit.policy import Policy, PolicyError

MOST = 100_000
"""Rows, or keys, that are brought at most."""
_KEYS = 1_000


@contextmanager
def with_file(dataset: Dataset, name: str, path: Path) -> Iterator[Dataset]:
    """Yield a dataset that has a file as one more relation; where it cannot be read, the relation says why.

    Frames and files share the in-process database; where the dataset has none, one is started, and closed at
    the end.
    """
    from auditkit.dataset import files

    known = next(
        (engine for engine in dataset._engines if isinstance(engine, DuckDB) and engine.in_process), None
    )
    local = known or in_process()
    before = set(local.relations)
    try:
        try:
            if name not in before:
                files.add(local, path, files.kind_of(path), name)
            added = {n: r for n, r in local.relations.items() if n not in before or n == name}
        except SourceError as error:
            added = {name: Relation(name, "file", missing=error.missing)}
        engines: tuple[Engine, ...] = dataset._engines if known is not None else (*dataset._engines, local)
        yield Dataset(dataset.name, {**dataset.relations, **added}, engines)
    finally:
        if known is None:
            local.close()


def with_log(dataset: Dataset, policy: Policy) -> AbstractContextManager[Dataset]:
    """Return a dataset for a `with`, together with the file that holds the access log where the policy names
    one.

    Raises:
        PolicyError: the source has a table of that name by itself.
    """
    log = policy.access_log
    if log is None or log.file is None:
        return nullcontext(dataset)
    if log.table in dataset.relations:
        raise PolicyError.at(
            policy,
            ("access_log", "file"),
            f"the source has a table {log.table!r} already: give the file another name",
        )
    return with_file(dataset, log.table, policy.folder / log.file)


def brought(dataset: Dataset, rows: ir.Table, to: ir.Table) -> ir.Table:
    """Return the rows of a small query as a table of the engine that another one lives in; whole numbers stay
    so, all else is text.

    Raises:
        SourceError: there are more than `MOST`, or nothing can be brought to that engine.
    """
    return _held(dataset, rows, to, (row for batch in dataset.stream(rows.limit(MOST + 1)) for row in batch))


def brought_by_key(
    dataset: Dataset, rows: ir.Table, key: str, wanted: ir.StringColumn, to: ir.Table
) -> ir.Table:
    """Return the rows of a query whose key is among some texts, as `brought` does.

    Args:
        dataset: the one that holds both.
        rows: the query.
        key: its column with the key.
        wanted: a column of `to`: the keys as text.
        to: a table of the engine where they are compared.

    Raises:
        SourceError: there are more than `MOST` different keys, or nothing can be brought to that engine.
    """
    texts = [
        text
        for batch in dataset.stream(to.select(k=wanted).distinct().limit(MOST + 1))
        for (text,) in batch
        if text
    ]
    whole = rows[key].type().is_integer()
    keys: list[int | str] = (
        [int(t) for t in texts if t.lstrip("-").isdecimal() and len(t) < 19] if whole else [*texts]
    )
    column = rows[key] if whole else rows[key].cast("string")
    if len(texts) > MOST:
        raise _too_many()
    found = (rows.filter(column.isin(keys[start : start + _KEYS])) for start in range(0, len(keys), _KEYS))
    return _held(
        dataset, rows, to, (row for query in found for batch in dataset.stream(query) for row in batch)
    )


def _held(
    dataset: Dataset, rows: ir.Table, to: ir.Table, cells: Iterator[tuple[str | None, ...]]
) -> ir.Table:
    engine = next((e for e in dataset._engines if e.backend is backend_of(to)), None)
    if not isinstance(engine, DuckDB) or not engine.in_process:
        raise SourceError(
            "it and the tables it names lie in different databases: load it into theirs, or give it as a"
            " file",
            code="unseen",
        )
    columns: list[list[str | None]] = [[] for _ in rows.columns]
    for n, row in enumerate(cells):
        if n >= MOST:
            raise _too_many()
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
    arrays = [
        (
            pa.array(column, pa.string()).cast(pa.int64())
            if rows[name].type().is_integer()
            else pa.array(column, pa.string())
        )
        for name, column in zip(rows.columns, columns, strict=True)
    ]
    return engine.hold(pa.table(arrays, names=list(rows.columns)))


def _too_many() -> SourceError:
    told = (
        f"it names more than {MOST:,} rows of another database, which are too many to bring beside it: load"
        " it into that one"
    )
    return SourceError(told, code="unseen")
