"""Paths in URLs, as SQLAlchemy writes them: `sqlite:///relative.db`, `sqlite:////absolute.db`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote


def path_of_url(url: str) -> Path:
    """Return the path of a URL: relative after three slashes, absolute after four.

    A path after three slashes is absolute where only that exists.

    >>> str(path_of_url("sqlite:///no/such.db")), str(path_of_url("sqlite:///crm%20old.db?mode=ro"))
    ('/no/such.db', '/crm old.db')
    """
    text = unquote(url.partition("://")[2].partition("?")[0])
    relative = Path(text.removeprefix("/"))
    is_relative = relative.exists() or text.startswith("//") or not text.startswith("/")
    return relative if is_relative else Path(text)
