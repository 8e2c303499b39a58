"""Identifiers against cells, as Ibis expressions that answer alike on every engine; values are literals that
Ibis escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.locate.identifiers import Identifier, Kind

Condition = Callable[[ir.Table], ir.BooleanValue]
"""Which rows of a table, or of what was made from it, are meant."""

_BETWEEN = " \t\n\r\u00a0\u202f-.()/+"
"""What stands between the digits of a number."""
_GAP = f"[{''.join(sorted(_BETWEEN, key='-'.__eq__))}]{{0,3}}"
_LONGEST = 40
"""Characters of a cell that may be a phone number and nothing else."""
_ESCAPES = {"\\n": " ", "\\r": " ", "\\t": " ", "\\u003c": "<", "\\u003e": ">", "%3c": "<", "%3e": ">"}
"""What would touch an identifier inside JSON or a URL without being part of it."""
KEY_PARTS = "\x1f"
"""What stands between the parts of a key of several columns."""


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that one of some holds."""
    held = tuple(conditions)
    return lambda t: reduce(or_, [c(t) for c in held], ibis.literal(False))


def text(cell: ir.Value) -> ir.StringValue:
    """Return a cell as text."""
    return cell if cell.type().is_string() else cell.cast("string")


def folded(cell: ir.Value, identifiers: Iterable[Identifier]) -> ir.StringValue:
    """Return a cell's text in lower case; the letters of the identifiers too that an engine leaves alone
    because they are no ASCII.
    """
    letters = {
        c
        for i in identifiers
        for s in i.spellings
        for c in s
        if not c.isascii() and c.upper() != c and len(c.upper()) == 1
    }
    made_text = text(cell) + ""  # an enumeration of PostgreSQL calls itself text, and has no lower case
    return reduce(lambda t, c: t.replace(c.upper(), c), sorted(letters), made_text.lower())


def digits(cell: ir.StringValue) -> ir.StringValue:
    """Return a text without what stands between digits."""
    return reduce(lambda t, c: t.replace(c, ""), _BETWEEN, cell)


def is_any(
    cell: ir.Value, identifiers: Sequence[Identifier], *, number: bool = False, phone: bool = False
) -> ir.BooleanValue:
    """Return whether a cell is one of some identifiers, without regard to case and to blanks around it.

    Args:
        cell: of any type that has a text.
        identifiers: what is looked for.
        number: the cell holds numbers that people write with blanks and signs between the digits.
        phone: the cell holds phone numbers, which may be written with or without their country.
    """
    found: list[ir.BooleanValue] = []
    lowered = folded(cell, identifiers).strip()
    found.append(lowered.isin(sorted({s for i in identifiers for s in i.spellings})))
    phones = {n for i in identifiers if i.kind is Kind.PHONE or (phone and i.numeric) for n in i.numbers}
    if phones:
        short = lowered.length() <= _LONGEST  # a text is not worth stripping
        found.append(short.ifelse(digits(lowered).isin(sorted(phones)), False))
    if number:
        found.append(digits(lowered).isin(sorted({i.compact for i in identifiers})))
    return reduce(or_, found).fill_null(False)


def holds_any(cell: ir.Value, identifiers: Sequence[Identifier]) -> ir.BooleanValue:
    """Return whether one of some identifiers stands inside a cell, as a word of its own: the slow test only
    where the quick one hits.
    """
    words = [(i, way) for i in identifiers for way in i.in_texts]
    numbers = sorted({n for i in identifiers if i.numeric and i.searchable for n in i.numbers})
    if not words and not numbers:
        return ibis.literal(False)
    lowered = folded(cell, identifiers)
    there = [lowered.contains(way) for _, way in words]
    plain = reduce(lambda t, e: t.replace(*e), _ESCAPES.items(), lowered)
    found = []
    if words:
        found.append(
            reduce(or_, there).ifelse(plain.re_search("|".join(_word(i, way) for i, way in words)), False)
        )
    if numbers:
        written = "|".join(_number(n) for n in numbers)
        found.append(
            plain.re_search(written)
            if _quick(cell)
            else _with_digits(lowered, numbers).ifelse(plain.re_search(written), False)
        )
    return reduce(or_, found).fill_null(False)


def _quick(cell: ir.Value) -> bool:
    """Return whether the engine matches patterns itself; SQLite asks Python for each cell."""
    backends, _ = cell._find_backends()
    return all(b.name != "sqlite" for b in backends)


def _with_digits(cell: ir.StringValue, numbers: Sequence[str]) -> ir.BooleanValue:
    bare = digits(cell)
    return reduce(or_, [bare.contains(n) for n in numbers])


def _word(identifier: Identifier, way: str) -> str:
    if identifier.kind is Kind.EMAIL:
        return rf"(^|[^a-z0-9._+-]){_literal(way)}($|[^a-z0-9._-]|[._-]($|[^a-z0-9]))"
    return rf"(^|[^a-z0-9]){_literal(way)}($|[^a-z0-9])"


def _number(way: str) -> str:
    return rf"(^|[^0-9]){_GAP.join(way)}($|[^0-9])"


def _literal(way: str) -> str:
    """Return text as a pattern that the four kinds of regular expressions read alike."""
    return "".join(f"\\{c}" if c in "^[]\\" else f"[{c}]" if c in ".+*?(){}|$" else c for c in way)


def key_of(table: ir.Table, columns: Sequence[str]) -> ir.Value:
    """Return what a row is referred to by: a column as it is, or several as one text."""
    if len(columns) == 1:
        return table[columns[0]]
    return reduce(lambda a, b: a + KEY_PARTS + b, [text(table[c]) for c in columns])


def among(table: ir.Table, columns: Sequence[str], values: Sequence[Any]) -> ir.BooleanValue:
    """Return whether some columns of a row hold one of some values; as text where their types differ."""
    key = key_of(table, columns)
    if not values:
        return ibis.literal(False)
    if key.type().is_integer() and all(isinstance(v, int) for v in values):
        return key.isin(list(values)).fill_null(False)
    if key.type().is_floating() and all(isinstance(v, int | float) for v in values):
        return key.isin([float(v) for v in values]).fill_null(False)
    return text(key).isin([str(v) for v in values]).fill_null(False)
