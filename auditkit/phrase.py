"""The details of a finding as a phrase that a person reads.

A check says how its details read:
`says="{unique:person|people} of {tried} can be found by 2 visits; limit {limit:.0%}"`.
Semicolons separate the clauses. A clause is left out when one of its values is missing, zero or False, so
that a phrase holds only what is there.

A value is written by the text after its colon:

- `{rows:row}` and `{tried:person|people}` count: "1 row", "2 rows", "3 people".
- `{limit:.0%}` and other formats of Python write the number in that format.
- `{shared:nobody has proven it}` is for a value that is true or false: it writes the words when it is true.
- `{rows}` writes a whole number with separators, and any other number with three significant digits.

A clause with a star is written once for each detail whose name fits, and `{}` is what the star stands for:
`{overdue_by_*:row} overdue by {}` writes "3 rows overdue by created_at; 5 rows overdue by closed_at". A lone
star does not stand for what another clause names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter

Value = int | float | str | bool | None

COUNTS = frozenset({"rows", "of", "subjects"})
"""What a phrase may name beside the details; a lone star does not stand for them."""

_FORMAT = re.compile(r"[-+ #0,_]*\d*[,_]?(\.\d+)?[bcdeEfFgGnosxX%]?")


class _Words(Formatter):
    def format_field(self, value: Value, format_spec: str) -> str:
        """Return a value as its text says."""
        if isinstance(value, bool):
            return format_spec or str(value).lower()
        if isinstance(value, int | float) and not _FORMAT.fullmatch(format_spec):
            one, _, several = format_spec.partition("|")
            return f"{_number(value)} {one if value == 1 else several or f'{one}s'}"
        if isinstance(value, int | float) and not format_spec:
            return _number(value)
        return format(value, format_spec) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}"


def phrase(says: str, values: Mapping[str, Value]) -> str:
    """Return details as a phrase, or an empty text where nothing of them is to be said.

    >>> says = "{unique:person|people} of {tried} can be found by 2 visits; limit {limit:.0%}; {odd:odd row}"
    >>> phrase(says, {"unique": 8, "tried": 40, "limit": 0.05, "odd": 0})
    '8 people of 40 can be found by 2 visits; limit 5%'
    >>> phrase("{unproven:nobody has proven it}; {share:.1%} of them", {"unproven": True})
    'nobody has proven it'
    >>> phrase("{*:cell} with {}; at {paths}", {"EMAIL_ADDRESS": 2, "paths": "payload.$.mail"})
    '2 cells with EMAIL_ADDRESS; at payload.$.mail'
    >>> phrase("{in_*:.0%} need {}", {"in_city": 0.5, "in_born": 1.0, "in_sex": 0})
    '100% need born; 50% need city'
    """
    named = COUNTS | names(says)
    return "; ".join(written for clause in _clauses(says) for written in _written(clause, values, named))


def _written(clause: str, values: Mapping[str, Value], named: frozenset[str]) -> Iterator[str]:
    """Yield a clause in words: once for each detail that its star stands for, or once where it has none."""
    pattern = next((name for name in names(clause) if name.endswith("*")), None)
    if pattern is None:
        if _holds(clause, values):
            yield _Words().vformat(clause, (), values)
        return
    start = pattern.removesuffix("*")
    for name in sorted(values.keys() - named):
        fitting = {**values, pattern: values[name]}
        if name.startswith(start) and _holds(clause, fitting):
            yield _Words().vformat(clause, (name.removeprefix(start),), fitting)


def _clauses(says: str) -> list[str]:
    return [clause.strip() for clause in says.split(";") if clause.strip()]


def _holds(clause: str, values: Mapping[str, Value]) -> bool:
    return all(values.get(name) for name in names(clause))


def names(says: str) -> frozenset[str]:
    """Return the names of the details that a phrase may hold; one may end with a star.

    >>> sorted(names("{unique:person|people} of {tried}"))
    ['tried', 'unique']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(says) if name)
