"""SQL text: names and strings, quoted."""

from __future__ import annotations

POSITION = '"auditkit position"'
"""The column that numbers rows where a sample is drawn."""


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
