"""SQL text: names and strings, quoted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

Run = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query over the catalogue; raises SourceError where the role may not see it."""
POSITION = '"auditkit position"'
"""The column that numbers rows where a sample is drawn."""


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def backticked(name: str) -> str:
    """Return a name as an identifier of the engines that quote names with backticks.

    >>> backticked("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """Return text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as SQL, quoted only where it must be.

    >>> identifier("tickets"), identifier("Order Lines"), identifier("order")
    ('tickets', '"Order Lines"', '"order"')
    """
    plain = name.isidentifier() and name.isascii() and name == name.lower()
    return name if plain and not {name.upper(), f"{name.upper()} BY"} & _keywords() else quoted(name)


@cache
def _keywords() -> frozenset[str]:
    from sqlglot.tokens import Tokenizer

    return frozenset(Tokenizer.KEYWORDS)
