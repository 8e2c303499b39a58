"""Opening a source: what it is decides which engine reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditkit.dataset import sources
from auditkit.dataset.adopted import COLUMNS, ROWS, adopted, instead
from auditkit.dataset.copying import copied
from auditkit.dataset.dataset import Dataset
from auditkit.dataset.engine import Engine
from auditkit.dataset.engines import dialect_of_backend, registry
from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.listing import list_missing, missing_relation
from auditkit.dataset.relation import Relation
from auditkit.dataset.statement_limit import opened_within
from auditkit.naming.names import shown_source
from auditkit.outcome import Cause, Missing

if TYPE_CHECKING:
    from auditkit.dataset.engines.duckdb.local import LocalDatabase
    from auditkit.dataset.files.file import File
    from auditkit.dataset.files.parts import Parts

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://(.*)", re.DOTALL)
_WILDCARD = re.compile(r"[*?\[]")


def open(
    source: Any, *, name: str | None = None, timeout: float | Callable[[], float] | None = None
) -> Dataset:
    """Return a source as a dataset of named Ibis tables, opened read-only; nothing is created on it.

    Tables have bare names in the default schema and `schema.table` elsewhere. A file is called by its stem, a
    lone frame `data`, and the frames of a dict by their keys; of several sources, tables are `name.table`. A
    file or table that cannot be read does not stop the others: it is a relation that says why.

    Spark starts a job for each question, which takes long however few rows there are. So tables of a Spark
    session that are small together (500,000 rows and 32 MB at most) are copied into this process when they
    are opened, and the session is not asked again. Larger ones are read where they are.

    Args:
        source: a DataFrame (pandas, GeoPandas, polars, Spark), a dict of them, an Arrow table, a list of
            records, a path (file, folder, glob), a database URL, `env:NAME`, an Ibis backend or table, a
            connection or relation of DuckDB, a connection of SQLite, an engine of SQLAlchemy, several as
            `name=SOURCE` strings or as a dict of sources, or an open dataset, which is returned as it is.
        name: what to call the dataset; by default a base name of the source.
        timeout: seconds that one statement may take, on opening too, as for `Dataset.limit_statements`. A
            file that cannot be read to its end in that time is a relation that says so.

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
        with opened_within(timeout):
            shown = opening.add_all(source)
            opening.copy_small()
        relations = opening.relations
        if not relations:
            raise SourceError(f"{shown} holds no table: there is nothing to audit in it", code="empty")
        if all(relation.kind == "frame" and relation.table is None for relation in relations.values()):
            raise SourceError(f"{shown} has no columns: there is nothing to audit in it", code="empty")
        dataset = Dataset(name or shown, relations, opening.engines)
        dataset.limit_statements(timeout)
        return dataset
    except BaseException:
        opening.close()
        raise


def check(source: str) -> None:
    """Refuse a source that cannot be there, without opening it.

    It may still fail to open: this looks at the file system and at the known schemes, and reaches no server.

    Raises:
        SourceError: there is no such file, folder, environment variable or scheme.
    """
    text = sources.address(source)
    if sources.several(text) is not None:
        return
    if url := _URL.fullmatch(text):
        sources.kind_of(url[1].lower().partition("+")[0])
        return
    path = Path(text).expanduser()
    if not path.exists() and not _WILDCARD.search(text):
        raise sources.not_there(path)


def opened(
    source: Any, *, timeout: float | Callable[[], float] | None = None
) -> AbstractContextManager[Dataset]:
    """Return a source as an open dataset for a `with`; a dataset that was open before stays open after it."""
    return nullcontext(source) if isinstance(source, Dataset) else open(source, timeout=timeout)


def _is_column(part: Any) -> bool:
    """Return whether a part of a dict is a list of cells, and not of records."""
    is_list = isinstance(part, list | tuple) or type(part).__name__ == "ndarray"
    return is_list and not any(isinstance(cell, Mapping) or sources.is_frame(cell) for cell in part[:1])


@dataclass
class _Opening:
    """The engines and relations that are open so far.

    Frames and files share one local database, so that they can be joined.
    """

    engines: list[Engine] = field(default_factory=list)
    relations: dict[str, Relation] = field(default_factory=dict)
    _local: LocalDatabase | None = None

    def add_all(self, source: Any) -> str:
        """Add one source or several; return what to call them."""
        source = adopted(source)
        parts = sources.several(source)
        if parts is None:
            return self.add(source, "")
        if parts and all(map(_is_column, parts.values())):
            raise SourceError(COLUMNS, code="unsupported")
        parts = {name: adopted(part) for name, part in parts.items()}
        for name, part in parts.items():
            if sources.is_frame(part):
                self._frame(part, name)
            else:
                self.add(part, f"{name}.")
        return "data" if all(map(sources.is_frame, parts.values())) else shown_source(" + ".join(parts))

    def add(self, source: Any, prefix: str) -> str:
        """Add one source, with a prefix before the names of its tables; return what to call it."""
        if sources.is_frame(source):
            self._frame(source, f"{prefix}data")
            return "data"
        if isinstance(source, str):
            source = sources.address(source)
        if isinstance(source, str) and (url := _URL.fullmatch(source)):
            return self._url(url[1].lower(), url[2], prefix)
        if isinstance(source, str | Path):
            return self._path(Path(source).expanduser(), prefix)
        if sources.is_ibis(source):
            return self._ibis(source, prefix)
        if isinstance(source, list | tuple):
            raise SourceError(ROWS, code="unsupported")
        reason = f"auditkit cannot open {type(source).__name__} as a source"
        known = instead(source) or f"supported are {sources.supported()}"
        raise SourceError(f"{reason}: {known}", code="unsupported")

    def copy_small(self) -> None:
        """Ask a source of one engine in the local database instead, where the engine says that it is small.

        What is on several engines stays where it is.
        """
        if len(self.engines) == 1 and (copy := copied(self.engines[0])) is not None:
            self.engines[0].close()
            self.engines, self.relations = [copy], dict(copy.relations)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()

    @property
    def local(self) -> LocalDatabase:
        """The local database, started when it is first needed."""
        if self._local is None:
            from auditkit.dataset.engines.duckdb.local import LocalDatabase

            self._local = LocalDatabase.start()
            self.engines.append(self._local)
        return self._local

    def _frame(self, frame: Any, name: str) -> None:
        """Add a DataFrame: where its package has an engine, there, else in the local database."""
        kind = registry().frames.get(sources.package(frame))
        if kind is None:
            from auditkit.dataset.files import frames

            frames.add(self.local, name, frame)
            self._collect(self.local)
            return
        engine = kind.over_frame(frame, self.engines)
        if not any(engine is known for known in self.engines):
            self.engines.append(engine)
        engine.add_frame(name, frame)
        self._collect(engine)

    def _ibis(self, source: Any, prefix: str) -> str:
        """Add an Ibis backend, or a table or query of one; its connection stays the user's."""
        from auditkit.dataset.engines.ibis.engine import IbisEngine, in_memory

        if (held := in_memory(source)) is not None:
            return self.add(held, prefix)
        table = None if sources.is_backend(source) else source
        backend = source if table is None else sources.only_backend(source)
        doing = "list the tables of the Ibis backend" if table is None else "read the Ibis table"
        with driver_errors(doing, diagnose=dialect_of_backend(backend.name).diagnose):
            kind = registry().backends.get(backend.name)
            own = kind.over(backend) if kind is not None else None
            engine = IbisEngine(backend) if own is None else own
            if table is None:
                engine.list_relations(prefix)
            else:
                engine.add_table(prefix + sources.table_name(table), table)
        self._engine(engine)
        return "data"

    def _engine(self, engine: Engine) -> str:
        self.engines.append(engine)
        self._collect(engine)
        return engine.source_name

    def _collect(self, engine: Engine) -> None:
        new = {name: found for name, found in engine.relations.items() if name not in self.relations}
        self.relations |= new

    def _url(self, scheme: str, rest: str, prefix: str) -> str:
        """Add what a URL means; a driver in it is left out (SQLAlchemy writes `postgresql+psycopg://`)."""
        scheme = scheme.partition("+")[0]
        kind, url = sources.kind_of(scheme), f"{scheme}://{rest}"
        path = kind.path_of(url)
        return self._path(path, prefix) if path is not None else self._engine(kind.open_url(url, prefix))

    def _path(self, path: Path, prefix: str) -> str:
        from auditkit.dataset.files import folders, kinds, left_out

        try:
            is_folder, is_file = path.is_dir(), path.exists()
        except OSError:
            is_folder = is_file = False
        if is_folder:
            left_out.refuse_table_format(path)
            self._members(path, path, lambda: folders.listing(path), prefix)
        elif is_file:
            self._file(path, kinds.kind_of(path), folders.stem(path), prefix)
        elif _WILDCARD.search(str(path)):
            self._members(path, folders.known_folder(path), lambda: folders.matching(path), prefix)
            folder = path.parent.name
            return shown_source("files" if _WILDCARD.search(folder) else folder) or "files"
        else:
            raise sources.not_there(path)
        return shown_source(path.resolve().name)

    def _members(self, path: Path, base: Path, list_files: Callable[[], list[Path]], prefix: str) -> None:
        """Add the files of a folder or glob; one that cannot be read says why, and the others go on.

        Args:
            path: the folder or glob.
            base: the folder in which its files are.
            list_files: lists them.
            prefix: stands before the names of their tables.
        """
        from auditkit.dataset.files import folders, kinds, left_out, parts

        try:
            members = [file for member in list_files() for file in parts.expanded(member)]
        except OSError as error:
            reason = f"could not list {folders.shown_file(path)}: {type(error).__name__}"
            raise SourceError(reason, code="no_right") from None
        for folder in {member.parent for member in members}:
            left_out.refuse_table_format(folder)
        unread = {
            member: missing
            for member in members
            if (missing := left_out.missing(member, base) or parts.not_read(member, base))
        }
        members = [member for member in members if member not in unread]
        for table in parts.grouped(members, base):
            members = [member for member in members if member not in table.files]
            self._parts(table, prefix)
        for member, name in zip(members, folders.table_names(members), strict=True):
            try:
                self._file(member, kinds.kind_of(member), name, prefix, alone=False)
            except SourceError as error:
                self._miss(prefix + name, error.missing)
        for member, missing in unread.items():
            self._miss(prefix + member.name, missing)
        late = any(r.missing and r.missing.cause is Cause.BUDGET for r in self.relations.values())
        if not late and not any(relation.table is not None for relation in self.relations.values()):
            found = [r.missing.reason for r in self.relations.values() if r.missing]
            reasons = "".join(f"; {reason}" for reason in list(dict.fromkeys(found))[:3])
            raise SourceError(
                f"{folders.shown_file(path)} holds no file that can be read"
                + (reasons or f"; supported are {kinds.SUPPORTED}"),
                code="empty",
            )

    def _parts(self, table: Parts, prefix: str) -> None:
        """Add a table that is kept as several files."""
        from auditkit.dataset.files.file import File

        name = prefix + table.name
        try:
            self._read(File(table.folder, name, prefix, table.files), table.kind)
        except SourceError as error:
            self._miss(name, error.missing)

    def _miss(self, name: str, missing: Missing) -> None:
        relation = missing_relation(self.relations, name, "file", missing)
        self.relations[relation.name] = relation

    def _file(self, path: Path, kind: str, name: str, prefix: str, *, alone: bool = True) -> None:
        """Add a file.

        The tables of a file that holds several are named behind the file, where it is one of several.
        """
        from auditkit.dataset.files.file import File

        file = File(path, prefix + name, prefix if alone else f"{prefix}{name}.")
        engine = registry().file_kinds.get(kind)
        if engine is not None:
            self._engine(engine.open_file(path, file.shown, file.prefix))
            return
        self._read(file, kind)

    def _read(self, file: File, kind: str) -> None:
        """Read a file into the local database."""
        from auditkit.dataset.engines.duckdb.errors import duckdb_errors
        from auditkit.dataset.files import reading

        local = self.local
        limit = local.statement_limit
        bounded = nullcontext() if limit.seconds is None else limit.interrupting(local.backend.con.interrupt)
        try:
            with duckdb_errors(f"read {file.shown}"), bounded:
                reading.add(local, file, kind)
        except SourceError as error:
            if error.code != Cause.BUDGET:
                raise
            list_missing(local, file.name, "file", error.missing)
        self._collect(local)
