from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.datatypes as dt

from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import words

_RAW = re.compile(
    r"(?:^|_)(?:payload|webhook|envelope|headers?|dump)$|^raw(?:_|$)|_raw$|^(?:request|response)$"
    r"|(?:^|_)(?:provider|gateway|api|http|server|remote|webhook|callback|carrier|smtp|bank|psp)_(?:request|response)$"
    r"|(?:^|_)(?:request|response|webhook|event|callback|http|api|message|provider|gateway)_(?:body|data|json|xml|content|object)$"
)
_OF_MESSAGES = re.compile(
    r"(?:^|_)(?:webhook|callback|outbox|inbox|request|response|api_call|http_log|event)s?(?:_logs?|_history|$)"
)
_BODY = frozenset({"body", "data", "content", "json", "xml", "message"})
NOT_OF_PEOPLE = frozenset({"URL", "ORGANIZATION", "LANGUAGE"})
"""What alone makes a message no personal data."""


@dataclass(frozen=True)
class PayloadColumn:
    """A column that keeps messages between programs as they came: how many of `read` cells hold personal
    data, and of how many kinds.
    """

    name: str
    personal: int
    kinds: int
    read: int
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.name,)}


@many
def payload_column(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[PayloadColumn, ...] | Missing:
    """The columns that are called like requests, responses, webhooks or headers, and can hold them."""
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    return tuple(_columns(profile, relation, columns or {})) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is called like a message between programs"
    )


def _columns(
    profile: Profile, relation: Examined, stated: Mapping[str, ColumnPolicy]
) -> Iterator[PayloadColumn]:
    here = {c.column: c for c in profile.columns if c.table == relation.name}
    of_messages = bool(_OF_MESSAGES.search(words(relation.name)))
    for name, kind in relation.table.schema().items() if relation.table is not None else ():
        innocent = name in stated and not stated[name].personal
        called = bool(_RAW.search(words(name))) or (of_messages and words(name) in _BODY)
        if name in here and called and _may_hold(kind) and not innocent:
            seen = here[name]
            kinds = {e for e in (seen.entity, *seen.contains) if e not in (None, "FREE_TEXT", *NOT_OF_PEOPLE)}
            yield PayloadColumn(name, _personal(seen) if kinds else 0, len(kinds), seen.rows - seen.nulls)


def _may_hold(kind: dt.DataType) -> bool:
    return bool(kind.is_string() or kind.is_json() or kind.is_nested())


def _personal(seen: ColumnVerdict) -> int:
    whole = seen.matches if seen.entity not in (None, "FREE_TEXT") else 0
    return max(seen.inside, whole)
