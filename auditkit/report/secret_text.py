"""Whether a text that names a source holds a password or a key."""

from __future__ import annotations

import re
from pathlib import Path

from auditkit.errors import UsageError
from auditkit.report import selfscan

_SECRET_KINDS = frozenset({"key", "token", "password in a URL"})
_OF_A_USER = re.compile(r"://[^\s/@?#:]*:[^\s?#]*@|^[^\s/@?#:]{2,}:(?!//)[^\s?#]*@")
"""A password behind the name of a user. It may hold a slash; a port is not followed by an `@`."""
_IN_SETTINGS = re.compile(
    r"(?:^|[\s;?&,{\"'])(?:(?:\w*[_ .-])?(?:password|passwd|pwd|passphrase|secret|token)|sslpassword"
    r"|\w*[_.-](?:api|access|account|private)?_?key)[\"']?\s*[=:]",
    re.IGNORECASE,
)
"""A password in the settings of a driver: DSN, JDBC, ADO, or the query of a URL."""
_NAMED = re.compile(r"(?:token|secret|\w+_key)=(?!.*[\s;&])", re.IGNORECASE)
"""One of several sources, which may be called `token` or `secret`."""


def holds_secret(source: str) -> bool:
    """Return whether a source holds a password or a key; a file that exists is a path.

    >>> urls = ["postgresql://u:hunter2@db/x", "jdbc:postgresql://db/x?user=u&password=p", "me:a/b@db/x"]
    >>> [holds_secret(url) for url in [*urls, "host=db password=p", "password=p", "postgresql://u:1/p@db/x"]]
    [True, True, True, True, True, True]
    >>> [holds_secret(text) for text in ("postgresql://u@db:5432/x?options=-c%20a", "token=t.csv", "env:URL")]
    [False, False, False]
    """
    if not source or "\0" in source or (len(source) < 1000 and Path(source).exists()):
        return False
    if _SECRET_KINDS.intersection(selfscan.kinds_in(source)) or _OF_A_USER.search(source):
        return True
    return bool(_IN_SETTINGS.search(source)) and not _NAMED.match(source)


def refuse_secret(source: object) -> None:
    """Refuse the source of a notebook that holds a password, before it is opened.

    A notebook keeps its parameters, also where something else than auditkit runs it.

    Raises:
        UsageError: it does. The message does not show it.
    """
    if isinstance(source, str) and holds_secret(source):
        raise UsageError(
            "the source has a password or a key in it, and this notebook keeps its parameters: change the"
            " password, remove this notebook, put the URL into an environment variable and pass its name, as"
            " env:NAME"
        )
