"""Compare identifiers with cells, as Ibis expressions that give the same answer on every engine.

Identifiers become literals, which Ibis escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.dataset.engines import dialect_of_backend
from auditkit.locate.identifiers import Identifier, Kind

Condition = Callable[[ir.Table], ir.BooleanValue]
"""Says for each row of a table, or of a table derived from it, whether the row is meant."""

_SEPARATORS = " \t\n\r\u00a0\u202f-.()/+"
"""Characters that people write between the digits of a number."""
_GAP = f"[{''.join(sorted(_SEPARATORS, key='-'.__eq__))}]{{0,3}}"
"""A pattern for them; the hyphen comes last, where it stands for itself."""
_MAX_PHONE_LENGTH = 40
"""A longer cell is a text with a number in it, and not a phone number."""
_ESCAPES = {"\\n": " ", "\\r": " ", "\\t": " ", "\\u003c": "<", "\\u003e": ">", "%3c": "<", "%3e": ">"}
"""Escapes of JSON and URLs that may touch an identifier, with the characters that they stand for."""
KEY_SEPARATOR = "\x1f"
"""Stands between the parts of a key of several columns."""


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that at least one of some conditions holds."""
    conditions = tuple(conditions)
    return lambda table: _any(condition(table) for condition in conditions)


def _any(values: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(or_, values, ibis.literal(False))


def text(cell: ir.Value) -> ir.StringValue:
    """Return a cell as text."""
    return cell if cell.type().is_string() else cell.cast("string")


def lower_case(cell: ir.Value, identifiers: Iterable[Identifier]) -> ir.StringValue:
    """Return the text of a cell in lower case.

    Some engines change the case of ASCII letters only, so the other letters of the identifiers are replaced
    one by one.
    """
    letters = {
        letter for identifier in identifiers for spelling in identifier.spellings for letter in spelling
    }
    others = [c for c in sorted(letters) if not c.isascii() and c.upper() != c and len(c.upper()) == 1]
    # An enumeration of PostgreSQL has the type text for Ibis, but no lower case: adding "" makes it a text.
    lowered = (text(cell) + "").lower()
    return reduce(lambda done, letter: done.replace(letter.upper(), letter), others, lowered)


def without_separators(cell: ir.StringValue) -> ir.StringValue:
    """Return a text without the characters that people write between digits."""
    return reduce(lambda done, character: done.replace(character, ""), _SEPARATORS, cell)


def is_any(
    cell: ir.Value, identifiers: Sequence[Identifier], *, number: bool = False, phone: bool = False
) -> ir.BooleanValue:
    """Return whether a whole cell is one of some identifiers; case and outer blanks do not count.

    Args:
        cell: a cell of any type that can be written as text.
        identifiers: the identifiers to look for.
        number: the column holds numbers that people write with blanks and signs between the digits.
        phone: the column holds phone numbers, which may be written with or without their country.
    """
    lowered = lower_case(cell, identifiers).strip()
    spellings = {spelling for identifier in identifiers for spelling in identifier.spellings}
    found: list[ir.BooleanValue] = [lowered.isin(sorted(spellings))]
    may_be_phones = [
        identifier
        for identifier in identifiers
        if identifier.kind is Kind.PHONE or (phone and identifier.is_numeric)
    ]
    phones = {form for identifier in may_be_phones for form in identifier.number_forms}
    if phones:
        is_short = lowered.length() <= _MAX_PHONE_LENGTH
        found.append(is_short.ifelse(without_separators(lowered).isin(sorted(phones)), False))
    if number:
        found.append(
            without_separators(lowered).isin(sorted({identifier.compact for identifier in identifiers}))
        )
    return reduce(or_, found).fill_null(False)


def holds_any(cell: ir.Value, identifiers: Sequence[Identifier]) -> ir.BooleanValue:
    """Return whether a cell holds one of some identifiers as a word of its own inside its text.

    The patterns are slow, so they run only on cells that a quick test finds.
    """
    words = [(identifier, form) for identifier in identifiers for form in identifier.text_forms]
    numeric = [
        identifier
        for identifier in identifiers
        if identifier.is_numeric and identifier.is_long_enough_for_texts
    ]
    numbers = sorted({form for identifier in numeric for form in identifier.number_forms})
    lowered = lower_case(cell, identifiers)
    plain = reduce(lambda done, escape: done.replace(*escape), _ESCAPES.items(), lowered)
    found = []
    if words:
        pattern = "|".join(_word_pattern(identifier, form) for identifier, form in words)
        quick = reduce(or_, [lowered.contains(form) for _, form in words])
        found.append(quick.ifelse(plain.re_search(pattern), False))
    if numbers:
        pattern = "|".join(_number_pattern(number) for number in numbers)
        held = plain.re_search(pattern)
        found.append(
            held if _matches_patterns_itself(cell) else _holds_digits(lowered, numbers).ifelse(held, False)
        )
    return reduce(or_, found).fill_null(False) if found else ibis.literal(False)


def _matches_patterns_itself(cell: ir.Value) -> bool:
    """Return whether the engine matches patterns itself; others call Python for each cell."""
    backends, _ = cell._find_backends()
    return all(dialect_of_backend(backend.name).matches_patterns for backend in backends)


def _holds_digits(cell: ir.StringValue, numbers: Sequence[str]) -> ir.BooleanValue:
    bare = without_separators(cell)
    return reduce(or_, [bare.contains(number) for number in numbers])


def _word_pattern(identifier: Identifier, form: str) -> str:
    if identifier.kind is Kind.EMAIL:
        return rf"(^|[^a-z0-9._+-]){_literal(form)}($|[^a-z0-9._-]|[._-]($|[^a-z0-9]))"
    return rf"(^|[^a-z0-9]){_literal(form)}($|[^a-z0-9])"


def _number_pattern(number: str) -> str:
    return rf"(^|[^0-9]){_GAP.join(number)}($|[^0-9])"


def _literal(form: str) -> str:
    """Return a text as a pattern that all engines read in the same way."""
    return "".join(f"\\{c}" if c in "^[]\\" else f"[{c}]" if c in ".+*?(){}|$" else c for c in form)


def key_of(table: ir.Table, columns: Sequence[str]) -> ir.Value:
    """Return the key of a row: one column as it is, or several as one text."""
    if len(columns) == 1:
        return table[columns[0]]
    return reduce(lambda key, part: key + KEY_SEPARATOR + part, [text(table[c]) for c in columns])


def has_key(table: ir.Table, columns: Sequence[str], keys: Sequence[Any]) -> ir.BooleanValue:
    """Return whether the key of a row is one of some keys; different types are compared as text."""
    key = key_of(table, columns)
    if not keys:
        return ibis.literal(False)
    if key.type().is_integer() and all(isinstance(k, int) for k in keys):
        return key.isin(list(keys)).fill_null(False)
    if key.type().is_floating() and all(isinstance(k, int | float) for k in keys):
        return key.isin([float(k) for k in keys]).fill_null(False)
    return text(key).isin([str(k) for k in keys]).fill_null(False)
