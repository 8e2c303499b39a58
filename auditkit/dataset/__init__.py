"""What is audited: anything with tables, opened read-only, as named Ibis tables; nothing else in the package
opens data.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from auditkit.dataset.dataset import Dataset
from auditkit.dataset.engine import Engine
from auditkit.dataset.errors import SourceError
from auditkit.dataset.names import kind_of_value, shown_source, shown_table
from auditkit.dataset.relation import ForeignKey, Key, Relation

if TYPE_CHECKING:
    from auditkit.dataset.duckdb import DuckDB
    from auditkit.dataset.spark import Spark

__all__ = [
    "Dataset",
    "Engine",
    "ForeignKey",
    "Key",
    "Relation",
    "SourceError",
    "kind_of_value",
    "open",
    "opened",
]

_SUPPORTED = (
    "a DataFrame (pandas, polars, Spark), a dict of them, an Arrow table, a file (CSV, TSV, JSON, JSONL,"
    " Excel, Parquet, Arrow, SQLite, DuckDB), a folder or glob of files, a database URL (postgresql://,"
    " mysql://, mariadb://, sqlite:///, duckdb:///), env:NAME (an environment variable that holds a path or"
    " URL), an Ibis backend or table, or several as name=SOURCE"
)
_NAMED = re.compile(r"([A-Za-z_]\w*)=(.+)", re.DOTALL)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://(.*)", re.DOTALL)


def open(
    source: Any, *, name: str | None = None, timeout: float | Callable[[], float] | None = None
) -> Dataset:
    """Return a source as a dataset of named Ibis tables; opened read-only, with nothing created on it.

    Tables have bare names in the default schema and `schema.table` elsewhere; a file is called by its stem, a
    lone frame `data`, the frames of a dict by their keys; of several sources, tables are `name.table`. A file
    or table that cannot be read does not stop the
    others: it is a relation that says why.

    Args:
        source: a DataFrame (pandas, polars, Spark), a dict of them, an Arrow table, a path (file, folder,
            glob), a database URL, `env:NAME`, an Ibis backend or table, several as `name=SOURCE` strings or
            as a dict of sources, or an open dataset, which is returned as it is.
        name: what to call the dataset; by default a base name of the source.
        timeout: seconds that one statement may take, as for `Dataset.allow`; files are read to their ends on
            opening without it.

    Raises:
        SourceError: the source is not there, not supported, or nothing in it can be read.

    Example:
        >>> import pandas as pd
        >>> with open({"users": pd.DataFrame({"id": [1, 2], "email": ["a@example.org", None]})}) as dataset:
        ...     users = dataset.tables["users"]
        ...     dataset.fetch(users.aggregate(rows=users.count(), mails=users.email.count()))
        [{'rows': 2, 'mails': 1}]
    """
    if isinstance(source, Dataset):
        return source
    opening = _Opening()
    try:
        shown = opening.add_all(source)
        if not opening.relations:
            raise SourceError(f"{shown} holds no table: there is nothing to audit in it", code="empty")
        if all(r.kind == "frame" and r.table is None for r in opening.relations.values()):
            raise SourceError(f"{shown} has no columns: there is nothing to audit in it", code="empty")
        dataset = Dataset(name or shown, opening.relations, opening.engines)
        dataset.allow(timeout)
        return dataset
    except BaseException:
        opening.close()
        raise


def opened(source: Any) -> AbstractContextManager[Dataset]:
    """Return a source as an open dataset for a `with`; one that was open before stays open after it."""
    return nullcontext(source) if isinstance(source, Dataset) else open(source)


@dataclass
class _Opening:
    """What has been opened so far; everything local shares one in-process database, so that it can be
    joined.
    """

    engines: list[Engine] = field(default_factory=list)
    relations: dict[str, Relation] = field(default_factory=dict)
    _local: DuckDB | None = None
    _sparks: list[Spark] = field(default_factory=list)

    def add_all(self, source: Any) -> str:
        """Add one source or several; return what to call them."""
        several = _several(source)
        if several is None:
            return self.add(source, "")
        for name, part in several.items():
            if _is_frame(part):
                self._frame(part, name)
            else:
                self.add(part, f"{name}.")
        return "data" if all(map(_is_frame, several.values())) else shown_source(" + ".join(several))

    def add(self, source: Any, prefix: str) -> str:
        """Add one source, its tables named behind a prefix; return what to call it."""
        if _is_frame(source):
            self._frame(source, f"{prefix}data")
            return "data"
        if isinstance(source, str) and source.startswith("env:"):
            source = _of_environment(source.removeprefix("env:"))
        if isinstance(source, str) and not source.strip():  # a path would make it the current folder
            raise SourceError("the source is empty: give a file, a folder, a URL or env:NAME", code="missing")
        if isinstance(source, str) and (url := _URL.fullmatch(source)):
            return self._url(url[1].lower(), url[2], source, prefix)
        if isinstance(source, str | Path):
            return self._path(Path(source).expanduser(), prefix)
        if _is_ibis(source):
            from auditkit.dataset.ibis import in_memory, open_ibis

            if (held := in_memory(source)) is not None:
                return self.add(held, prefix)
            self._engine(open_ibis(source, prefix))
            return "data"
        raise SourceError(
            f"{type(source).__name__} is no source; supported are {_SUPPORTED}", code="unsupported"
        )

    def close(self) -> None:
        for engine in self.engines:
            engine.close()

    @property
    def local(self) -> DuckDB:
        """The in-process database, started when it is first needed."""
        if self._local is None:
            from auditkit.dataset.duckdb import in_process

            self._local = in_process()
            self.engines.append(self._local)
        return self._local

    def _frame(self, frame: Any, name: str) -> None:
        if _is_spark(frame):
            self._spark(frame, name)
            return
        from auditkit.dataset import frames

        frames.add(self.local, name, frame)
        self._collect(self.local)

    def _spark(self, frame: Any, name: str) -> None:
        """Add a Spark DataFrame; those of one session can be joined."""
        from auditkit.dataset.spark import on_session, session_of

        session = session_of(frame)
        engine = next((engine for engine in self._sparks if engine.spark is session), None)
        if engine is None:
            engine = on_session(session)
            self._sparks.append(engine)
            self.engines.append(engine)
        engine.add_frame(name, frame)
        self._collect(engine)

    def _engine(self, engine: Engine) -> None:
        self.engines.append(engine)
        self._collect(engine)

    def _collect(self, engine: Engine) -> None:
        self.relations |= {
            name: relation for name, relation in engine.relations.items() if name not in self.relations
        }

    def _url(self, scheme: str, rest: str, url: str, prefix: str) -> str:
        scheme, _, driver = scheme.partition("+")
        url = f"{scheme}://{rest}" if driver else url  # as SQLAlchemy writes it: postgresql+psycopg://
        match scheme:
            case "sqlite" | "duckdb":
                return self._path(_path_of_url(rest), prefix)
            case "postgresql" | "postgres":
                from auditkit.dataset import postgres

                engine, shown = postgres.open_url(url, prefix)
                self._engine(engine)
                return shown
            case "mysql" | "mariadb":
                from auditkit.dataset import mysql

                opened, shown = mysql.open_url(url, prefix)
                self._engine(opened)
                return shown
            case "file":
                return self._path(Path(unquote(rest)), prefix)
            case "spark" | "sc":
                raise SourceError(
                    "Spark is not opened by a URL: start a session and give its DataFrames, or"
                    " ibis.pyspark.connect(session)",
                    code="unsupported",
                )
            case _:
                raise SourceError(
                    f"a URL that starts with {scheme}:// is not supported; supported are {_SUPPORTED}",
                    code="unsupported",
                )

    def _path(self, path: Path, prefix: str) -> str:
        from auditkit.dataset import files

        try:
            is_folder, is_file = path.is_dir(), path.exists()
        except OSError:
            is_folder = is_file = False
        if is_folder:
            self._members(path, lambda: files.listing(path), prefix)
        elif is_file:
            self._file(path, files.kind_of(path), files.stem(path), prefix)
        elif re.search(r"[*?\[]", str(path)):
            self._members(path, lambda: files.matching(path), prefix)
            return (
                shown_source(path.parent.name if not re.search(r"[*?\[]", path.parent.name) else "files")
                or "files"
            )
        else:
            raise SourceError(
                f"{files.shown_file(path)} is not there: expected a file, a folder or a glob; supported are"
                f" {_SUPPORTED}",
                code="missing",
            )
        return shown_source(path.resolve().name)

    def _members(self, path: Path, list_files: Callable[[], list[Path]], prefix: str) -> None:
        """Add the files of a folder or glob; one that cannot be read says why, and the others go on."""
        from auditkit.dataset import files

        try:
            members = list_files()
        except OSError as error:
            raise SourceError(
                f"could not list {files.shown_file(path)}: {type(error).__name__}", code="no_right"
            ) from None
        for member, name in zip(members, files.table_names(members), strict=True):
            try:
                if member.is_dir():
                    raise SourceError(
                        "it is a folder inside the folder: audit it by itself, or use a glob such as"
                        " **/*.csv",
                        code="unseen",
                    )
                self._file(member, files.kind_of(member), name, prefix, alone=False)
            except SourceError as error:
                shown, value_name = shown_table(prefix + name, self.relations)
                self.relations[shown] = Relation(
                    shown, "file", missing=error.missing, value_name=value_name, real_name=prefix + name
                )
        if not any(relation.table is not None for relation in self.relations.values()):
            reasons = dict.fromkeys(
                relation.missing.reason for relation in self.relations.values() if relation.missing
            )
            why = (
                "".join(f"; {reason}" for reason in list(reasons)[:3]) or f"; supported are {files.SUPPORTED}"
            )
            raise SourceError(f"{files.shown_file(path)} holds no file that can be read{why}", code="empty")

    def _file(self, path: Path, kind: str, name: str, prefix: str, *, alone: bool = True) -> None:
        """Add a file; the tables of a database that is one of several files are named behind its own name."""
        from auditkit.dataset import files

        inner = prefix if alone else f"{prefix}{name}."
        match kind:
            case "sqlite":
                from auditkit.dataset import sqlite

                self._engine(sqlite.open_file(path, files.shown_file(path), inner))
            case "duckdb":
                from auditkit.dataset import duckdb

                self._engine(duckdb.open_file(path, files.shown_file(path), inner))
            case _:
                files.add(self.local, path, kind, name, prefix, inner)
                self._collect(self.local)


def _several(source: Any) -> Mapping[str, Any] | None:
    """Return the parts of several named sources, or None where it is one."""
    if isinstance(source, Mapping):
        return {str(name): part for name, part in source.items()}
    if isinstance(source, str) and (named := _NAMED.fullmatch(source)) and not Path(source).exists():
        return {named[1]: named[2]}
    if not isinstance(source, list | tuple):
        return None
    if len(source) == 1 and isinstance(source[0], str) and not _NAMED.fullmatch(source[0]):
        return None
    named_parts = [_NAMED.fullmatch(part) if isinstance(part, str) else None for part in source]
    parts = {found[1]: found[2] for found in named_parts if found}
    if len(parts) != len(source):
        raise SourceError(
            "several sources are given as name=SOURCE, each with a name of its own: crm=crm.sqlite"
            " shop=exports/",
            code="unsupported",
        )
    return parts


def _of_environment(variable: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*", variable):
        raise SourceError(
            "env: is followed by the name of an environment variable, as in env:DATABASE_URL",
            code="unsupported",
        )
    value = os.environ.get(variable, "")
    if not value:
        raise SourceError(
            f"the environment variable {variable} is not set: set it to a path or a database URL",
            code="unset",
        )
    return value


def _path_of_url(rest: str) -> Path:
    """Return the path of `sqlite:///rest`: relative behind three slashes, absolute behind four, or where only
    that exists.
    """
    text = unquote(rest.partition("?")[0])
    relative = Path(text.removeprefix("/"))
    return relative if relative.exists() or text.startswith("//") or not text.startswith("/") else Path(text)


def _is_frame(source: Any) -> bool:
    if isinstance(source, str | Path | Mapping):
        return False
    from auditkit.dataset.frames import is_frame

    return _is_spark(source) or is_frame(source)


def _is_spark(source: Any) -> bool:
    kind = type(source)
    return kind.__module__.partition(".")[0] == "pyspark" and kind.__name__ == "DataFrame"


def _is_ibis(source: Any) -> bool:
    if type(source).__module__.partition(".")[0] != "ibis":
        return False
    from auditkit.dataset.ibis import is_ibis

    return is_ibis(source)
