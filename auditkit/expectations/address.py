"""The address of a database for SQLAlchemy, which opens it read-only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from auditkit.dataset import SourceError
from auditkit.dataset.engines.sqlite.closed_file import ClosedFile

SETTINGS = "-c default_transaction_read_only=on -c row_security=off -c TimeZone=UTC"
"""Settings of a session on PostgreSQL.

It only reads, row-level security raises an error instead of hiding rows, and days are days of UTC.
"""
_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Address:
    """How SQLAlchemy reaches a database.

    Attributes:
        dialect: the name of its dialect.
        url: its URL, which may hold a password.
        begin: the statement that begins each transaction, so that it only reads: no function that is called
            in the transaction can undo this. None where the file itself is opened to read.
        closed: the SQLite file, where no process has it open and SQLite would leave files beside it.
    """

    dialect: str
    url: str = field(repr=False)
    begin: str | None = None
    closed: ClosedFile | None = None


def address(source: str | Path) -> Address:
    """Return how to reach a source.

    Args:
        source: a SQLite file, a `sqlite:///` or `postgresql://` URL, or `env:NAME` for the content of an
            environment variable.

    Raises:
        SourceError: it is neither a SQLite file nor a PostgreSQL URL, or the variable is not set.
    """
    text = str(source)
    if text.startswith("env:"):
        text = os.environ.get(text.removeprefix("env:"), "")
        if not text:
            message = "the environment variable is not set: set it to a path or a database URL"
            raise SourceError(message, code="unset")
    if re.match(r"postgres(ql)?://", text):
        return Address("postgres", _postgres(text), "SET TRANSACTION READ ONLY")
    path = Path(text.removeprefix("sqlite:///"))
    if not _is_sqlite(path):
        message = "Great Expectations runs on an existing SQLite file or on a postgresql:// URL"
        raise SourceError(message, code="missing")
    closed = ClosedFile.found(path)
    return Address("sqlite", _sqlite(path, {"immutable": "1"} if closed else {}), closed=closed)


def _postgres(text: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        message = "expected a URL such as postgresql://user@host/database"
        raise SourceError(message, code="unsupported") from None
    own = [str(url.query["options"])] if "options" in url.query else []
    url = url.update_query_dict({"options": " ".join([*own, SETTINGS])})
    return url.render_as_string(hide_password=False)


def _sqlite(path: Path, more: Mapping[str, str]) -> str:
    from sqlalchemy.engine import URL

    quoted = path.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    url = URL.create("sqlite", database=f"file:{quoted}", query={"mode": "ro", "uri": "true", **more})
    return url.render_as_string()


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False
