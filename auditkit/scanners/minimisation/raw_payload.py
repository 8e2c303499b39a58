"""Raw requests or webhooks stored with personal data

## What it finds
Columns that store requests, responses, webhooks or headers as they came, with personal data in them.
`personal` counts the cells with personal data, `kinds` the kinds of it, `characters` the length of the text.

## Why it matters
A raw message holds whatever the sender put into it: addresses, tokens, health data, of people who were never
asked. Nobody declares it, and nobody searches it for a request for access. It outlives the fields that were
extracted from it (GDPR Art. 5(1)(c), 25).

## How to fix
Extract the fields that you need, and drop the rest. Or keep raw messages for a few days only, encrypted, with
their own retention rule. Never log headers with tokens.

## Limits
A cell counts when it is JSON, XML or headers. The column is found when personal data stands in any of its
cells.

## Example
>>> import auditkit, pandas as pd
>>> body = ['{"event": "paid", "customer": {"email": "p%d@example.org"}}' % n for n in range(300)]
>>> hooks = pd.DataFrame({"id": range(300), "payload": body})
>>> audit = auditkit.audit({"webhooks": hooks}, checks=["minimisation-raw-payload"])
>>> [(f.table, f.columns, f.rows, f.detail["personal"], f.detail["kinds"]) for f in audit.findings]
[('webhooks', ('payload',), 300, 300, 1)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each
from auditkit.detection import ColumnVerdict
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import words

STRUCTURED = r"^\s*(\{|\[|<[A-Za-z?!]|[A-Za-z][A-Za-z0-9-]*: |(GET|POST|PUT|PATCH|DELETE|HEAD) /|HTTP/[0-9])"
NOT_OF_PEOPLE = frozenset({"URL", "ORGANIZATION", "LANGUAGE"})
"""Entities that alone do not make a message personal."""
_RAW = re.compile(
    r"(?:^|_)(?:payload|webhook|envelope|headers?|dump)$|^raw(?:_|$)|_raw$|^(?:request|response)$"
    r"|(?:^|_)(?:provider|gateway|api|http|server|remote|webhook|callback|carrier|smtp|bank|psp)_(?:request|response)$"
    r"|(?:^|_)(?:request|response|webhook|event|callback|http|api|message|provider|gateway)_(?:body|data|json|xml|content|object)$"
)
_OF_MESSAGES = re.compile(
    r"(?:^|_)(?:webhook|callback|outbox|inbox|request|response|api_call|http_log|event)s?(?:_logs?|_history|$)"
)
_BODY = frozenset({"body", "data", "content", "json", "xml", "message"})


@dataclass(frozen=True)
class PayloadColumn(Item, columns="name"):
    """A column that stores messages between programs.

    `personal` cells hold personal data, of `kinds` kinds.
    """

    name: str
    personal: int
    kinds: int
    missing: Missing | None = None


@each
def payload_column(
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[PayloadColumn, ...] | Missing:
    """The columns that are named like requests, responses, webhooks or headers, and can hold them."""
    return tuple(_columns(verdicts, relation, columns or {})) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a message between programs"
    )


def _columns(
    verdicts: Mapping[str, ColumnVerdict], relation: Examined, declared: Mapping[str, ColumnPolicy]
) -> Iterator[PayloadColumn]:
    of_messages = bool(_OF_MESSAGES.search(words(relation.name)))
    for name, kind in relation.table.schema().items() if relation.table is not None else ():
        is_named = bool(_RAW.search(words(name))) or (of_messages and words(name) in _BODY)
        may_hold = kind.is_string() or kind.is_json() or kind.is_nested()
        not_personal = name in declared and not declared[name].personal
        if name in verdicts and is_named and may_hold and not not_personal:
            verdict = verdicts[name]
            entities = {verdict.entity, *verdict.contains} - {None, "FREE_TEXT", *NOT_OF_PEOPLE}
            yield PayloadColumn(name, _personal(verdict) if entities else 0, len(entities))


def _personal(verdict: ColumnVerdict) -> int:
    """Return how many cells hold personal data, as the whole or as a part."""
    whole = verdict.matches if verdict.entity not in (None, "FREE_TEXT") else 0
    return max(verdict.inside, whole)


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(c)", "GDPR 25"),
    says="{personal:cell} with personal data; {kinds:kind} of personal data; {characters:character} of text",
)
def raw_payload(rows: ir.Table, payload_column: PayloadColumn) -> Offending:
    """Return whether a cell holds a whole message, where any cell of its column holds personal data."""
    cell = rows[payload_column.name]
    text = cell.cast("string")
    message = text.re_search(STRUCTURED).fill_null(False) if cell.type().is_string() else cell.notnull()
    return Offending(
        message if payload_column.personal else message & ibis.literal(False),
        detail={
            "personal": payload_column.personal,
            "kinds": payload_column.kinds,
            "characters": text.length().sum(where=message),
        },
    )
