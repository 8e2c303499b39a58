"""SQL text: names and strings, quoted."""

from __future__ import annotations

from functools import cache

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


def identifier(name: str) -> str:
    """Return a name as PostgreSQL reads it, quoted where it must be.

    >>> identifier("tickets"), identifier("Order Lines"), identifier("order")
    ('tickets', '"Order Lines"', '"order"')
    """
    plain = (
        name.isidentifier()
        and name.isascii()
        and name == name.lower()
        and not {name.upper(), f"{name.upper()} BY"} & _keywords()
    )
    return name if plain else quoted(name)


@cache
def _keywords() -> frozenset[str]:
    from sqlglot.tokens import Tokenizer

    return frozenset(Tokenizer.KEYWORDS)
