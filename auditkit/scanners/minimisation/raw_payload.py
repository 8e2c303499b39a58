"""Requests, responses, webhooks or headers are kept as they came, with personal data in them.

A raw message holds whatever somebody else chose to send: addresses, tokens, health data, of people who were
never asked. Nobody declares it, nobody searches it on a request for access, and it outlives what was
extracted from it (GDPR Art. 5(1)(c), 25). A cell counts when it is JSON, XML or headers; the column is found
when personal data stands in any. `personal` says in how many of the cells that were read, `kinds` how many
kinds, `characters` how much text there is.

Remedy: extract the fields that are needed and drop the rest; or keep raw messages for some days only,
    encrypted, with a retention rule of
their own; never log headers that carry tokens.

>>> import auditkit, pandas as pd
>>> body = ['{"event": "paid", "customer": {"email": "p%d@example.org"}}' % n for n in range(300)]
>>> hooks = pd.DataFrame({"id": range(300), "payload": body})
>>> audit = auditkit.audit({"webhooks": hooks}, checks=["minimisation-raw-payload"])
>>> [(f.table, f.columns, f.rows, f.detail["personal"], f.detail["kinds"]) for f in audit.findings]
[('webhooks', ('payload',), 300, 300, 1)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
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
class PayloadColumn(Item, columns="name"):
    """A column that keeps messages between programs as they came: how many of `read` cells hold personal
    data, and of how many kinds.
    """

    name: str
    personal: int
    kinds: int
    read: int
    missing: Missing | None = None


@each
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


STRUCTURED = r"^\s*(\{|\[|<[A-Za-z?!]|[A-Za-z][A-Za-z0-9-]*: |(GET|POST|PUT|PATCH|DELETE|HEAD) /|HTTP/[0-9])"


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"))
def raw_payload(rows: ir.Table, payload_column: PayloadColumn) -> Offending:
    """Return the cells that hold a whole message, of a column in which any holds personal data."""
    cell = rows[payload_column.name]
    text = cell.cast("string")
    whole = text.re_search(STRUCTURED).fill_null(False) if cell.type().is_string() else cell.notnull()
    told = whole if payload_column.personal else whole & ibis.literal(False)
    detail = {
        "personal": payload_column.personal,
        "kinds": payload_column.kinds,
        "characters": text.length().sum(where=whole),
    }
    return Offending(told, detail=detail)
