"""What a source is, before it is opened."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auditkit.dataset.engine import Engine
from auditkit.dataset.engines import registry
from auditkit.dataset.errors import SourceError
from auditkit.vocabulary import did_you_mean

_NAMED = re.compile(r"([A-Za-z_]\w*)=(.+)", re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")


def several(source: Any) -> Mapping[str, Any] | None:
    """Return the parts of several named sources, or None where there is one.

    Raises:
        SourceError: a list of sources does not name each of them.
    """
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


def of_environment(variable: str) -> str:
    """Return the source that an environment variable holds.

    Raises:
        SourceError: the name has another form, or the variable is not set.
    """
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


def address(source: str) -> str:
    """Return the path or URL that a text means: itself, or the content of the variable that `env:NAME` names.

    Raises:
        SourceError: it is empty, or there is no such variable.
    """
    text = _of_variable(source.removeprefix("env:")) if source.startswith("env:") else source
    if not text.strip():  # a path would make it the current folder
        raise SourceError("the source is empty: give a file, a folder, a URL or env:NAME", code="missing")
    return text


def _of_variable(variable: str) -> str:
    """Return the path or URL that an environment variable holds.

    Whatever else it holds, such as the settings of a driver, may be a secret: it is in no message.

    Raises:
        SourceError: it holds neither the URL of a database nor the path of a file or folder that is there.
    """
    text = of_environment(variable)
    if url := _SCHEME.match(text):
        known = {*registry().schemes, *registry().url_advice}
        is_source = url[1].lower().partition("+")[0] in known
    else:
        path = Path(text).expanduser()
        try:
            is_source = path.exists() or bool(glob.glob(str(path), recursive=True))  # noqa: PTH207
        except (OSError, ValueError):
            is_source = False
    if text.strip() and not is_source:
        raise SourceError(
            f"the environment variable {variable} holds neither the path of a file or folder that is there,"
            " nor a URL such as postgresql://user:password@host/database (settings of a driver, as in"
            " `host=...`, `jdbc:...` or `Server=...`, are not read)",
            code="missing",
        )
    return text


def kind_of(scheme: str) -> type[Engine]:
    """Return the engine that opens URLs of a scheme.

    Raises:
        SourceError: no engine does.
    """
    kind = registry().schemes.get(scheme)
    if kind is None:
        raise SourceError(unknown_scheme(scheme), code="unsupported")
    return kind


def not_there(path: Path) -> SourceError:
    """Return the error that there is no such file or folder, with the one that may be meant."""
    from auditkit.dataset.files import folders

    if "\n" in str(path):
        reason = "this is the text of a file: give its path, or the frame that pandas reads from the text"
        return SourceError(reason, code="missing")
    try:
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else None
    except OSError:
        beside = []
    shown = folders.shown_file(path)
    if beside is None:
        return SourceError(
            f"{shown} is not there: there is no folder {folders.shown_file(path.parent)}", code="missing"
        )
    named = [name for name in beside if folders.shown_file(Path(name)) == name and shown == path.name]
    hint = did_you_mean(path.name, named) or " Expected a file, a folder, a glob, a URL or env:NAME"
    return SourceError(f"{shown} is not there.{hint}", code="missing")


def supported() -> str:
    """Return the kinds of source that can be opened, as a part of a sentence."""
    from auditkit.dataset.files.kinds import SUPPORTED

    schemes = ", ".join(f"{scheme}://" for scheme in sorted(registry().schemes))
    return (
        "a DataFrame (pandas, polars, Spark), a dict of them, an Arrow table, a list of records, a file"
        f" ({SUPPORTED}), a folder or glob of files, a URL ({schemes}), env:NAME (an environment variable"
        " that holds a path or URL), an Ibis backend or table, a connection of DuckDB or SQLite, an engine of"
        " SQLAlchemy, or several as name=SOURCE"
    )


_ELSEWHERE = (
    ("http https ftp sftp", "download the file and give its path, or give the frame that pandas reads"),
    (
        "s3 s3a s3n gs gcs abfs abfss adl az azure wasb wasbs oss hdfs dbfs",
        "copy the file or the folder to a disk and give its path, or give the frame that pandas reads",
    ),
    (
        "snowflake bigquery redshift databricks athena awsathena trino presto hive impala clickhouse oracle"
        " mssql sqlserver db2 teradata mongodb cassandra",
        "give a frame of the rows, such as pandas.read_sql returns, or an export to Parquet",
    ),
)
"""The schemes of sources that auditkit does not reach, each with what works instead."""


def unknown_scheme(scheme: str) -> str:
    """Return what to say of a URL that no engine opens; nothing of it but its scheme is repeated."""
    if (advice := registry().url_advice.get(scheme)) is not None:
        return advice
    if advice := next((words for schemes, words in _ELSEWHERE if scheme in schemes.split()), ""):
        return f"a URL that starts with {scheme}:// is not supported: {advice}"
    hint = did_you_mean(scheme, registry().schemes)
    faults = registry().faults.items()
    broken = "".join(f" The engine {name} could not be loaded: {fault}." for name, fault in faults)
    return f"a URL that starts with {scheme}:// is not supported.{hint}{broken} Supported are {supported()}"


def package(source: object) -> str:
    """Return the name of the package that something comes from."""
    return type(source).__module__.partition(".")[0]


def is_frame(source: Any) -> bool:
    """Return whether something is a DataFrame of any kind."""
    if isinstance(source, str | Path | Mapping):
        return False
    from auditkit.dataset.files import frames

    has_engine = type(source).__name__ == "DataFrame" and package(source) in registry().frames
    return has_engine or frames.is_frame(source)


def is_ibis(source: Any) -> bool:
    """Return whether something is an Ibis backend or table."""
    if package(source) != "ibis":
        return False
    import ibis.expr.types as ir

    return is_backend(source) or isinstance(source, ir.Table)


def is_backend(source: Any) -> bool:
    """Return whether something is an Ibis backend."""
    from ibis.backends import BaseBackend

    return isinstance(source, BaseBackend)


def only_backend(table: Any) -> Any:
    """Return the one backend of an Ibis table.

    Raises:
        SourceError: it has no backend, or several.
    """
    backends, has_unbound = table._find_backends()
    if has_unbound or len(backends) != 1:
        raise SourceError(
            "an Ibis table must be bound to exactly one backend: use backend.table(name), not"
            " ibis.table(schema)",
            code="unsupported",
        )
    return backends[0]


def table_name(table: Any) -> str:
    """Return the name of an Ibis table; a query is called `data`."""
    import ibis.expr.operations as ops

    return str(table.get_name()) if isinstance(table.op(), ops.DatabaseTable) else "data"
