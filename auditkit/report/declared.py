"""Everything that the policy declares, so that a reader of the report can see each promise in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditkit.report.case import Case
from auditkit.report.evidence import Statement
from auditkit.report.say import say
from auditkit.report.wording import period_words

ELSEWHERE = frozenset("version name attestations decision".split())
"""What the report shows whole at another place: its title, the statements and the decision."""
APART = "tables"


def statements(case: Case) -> tuple[Statement, ...]:
    """Return what each block of the policy declares, in one text for each; of tables, one for each table.

    The block `detection` is left out, because it may list values of people.
    """
    declared = {key: value for key, value in case.declared.to_dict().items() if key not in ELSEWHERE}
    if not case.declared.name:
        return ()
    found = []
    for key, value in declared.items():
        if key == APART:
            found += [_statement(case, (key, name), inner) for name, inner in value.items()]
        else:
            found.append(_statement(case, (key,), value))
    return tuple(s for s in found if s.value)


def _statement(case: Case, path: tuple[str, ...], value: Any) -> Statement:
    return Statement(f"`{'.'.join(path)}`", case.own(in_words(value)), case.attested(*path))


def in_words(value: Any) -> str:
    """Return what a block says: every key with its value, and periods in words.

    >>> in_words({"subject": {"type": "user", "key": "id"}, "retention": [{"max": "P3Y"}], "shared": True})
    '`subject` (`type`: user; `key`: id); `retention` (`max`: 3 years); `shared`: yes'
    """
    match value:
        case Mapping():
            return "; ".join(_pairs(value))
        case list():
            return ", ".join(f"({in_words(v)})" if isinstance(v, Mapping) else in_words(v) for v in value)
        case bool():
            return say("answer.yes") if value else say("answer.no")
        case _:
            return period_words(value)


def _pairs(block: Mapping[str, Any]) -> Iterator[str]:
    for key, value in block.items():
        match value:
            case Mapping():
                yield f"`{key}` ({in_words(value)})"
            case [Mapping(), *_]:
                yield f"`{key}` {in_words(value)}"
            case _:
                yield f"`{key}`: {in_words(value)}"
