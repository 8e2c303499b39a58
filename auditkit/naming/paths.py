"""The names of paths of the documents in a column: `payload.$.user.email`."""

from __future__ import annotations

import re

ROOT = ".$"
"""What stands between the name of a column and the steps to a value in its documents."""

_PLAIN = re.compile(r"[^\W\d][\w-]*")
_PATH = re.compile(r"\.\$(?=[.\[]|\Z)")


def column_of(name: str) -> str:
    """Return the column of a path; a column is returned as it is.

    >>> column_of("payload.$.user.email"), column_of("payload"), column_of("pay.$")
    ('payload', 'payload', 'pay')
    """
    found = _PATH.search(name)
    return name[: found.start()] if found else name


def step(key: str) -> str:
    """Return the step to a key, in brackets where it is no plain word.

    >>> step("email"), step("first name")
    ('.email', "['first name']")
    """
    if _PLAIN.fullmatch(key):
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
