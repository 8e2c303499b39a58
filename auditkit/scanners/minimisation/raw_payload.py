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

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.payload_column import PayloadColumn
from auditkit.outcome import Severity

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
