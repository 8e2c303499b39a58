"""Identifiers stand inside a free-text column.

What people write into notes, messages and comments nobody chose to collect: it has no category, escapes every
erasure that goes by column, and is copied into exports and search indexes (GDPR Art. 5(1)(c), 25).

Remedy: redact identifiers where the text comes in, or erase them from the rows that hold them; tell the
    people who write what does not
belong there. Where such content is the purpose of the column, declare a category that covers it
(`user.contact` covers addresses, telephone numbers and e-mail).

>>> import auditkit, pandas as pd
>>> texts = ["The printer on the second floor is broken again.", "Please call me back, my address is ana@example.org, thank you.",
...          "Nothing works since the last update of the software.", "I would like to change the order of last week."]
>>> audit = auditkit.audit({"tickets": pd.DataFrame({"body": texts})}, checks=["pii-free-text"])
>>> [(f.table, f.columns, f.rows, f.detail["EMAIL_ADDRESS"]) for f in audit.findings]
[('tickets', ('body',), 1, 1)]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"))
def free_text(detections: ir.Table, columns: Mapping[str, ColumnPolicy] | None = None) -> ir.Table:
    """Return the free-text columns that hold identifiers of categories which are not declared for them, with
    counts by entity.
    """
    declared = [(name, c.category) for name, c in (columns or {}).items() if c.personal]
    covered = [
        (detections.column == n) & ((detections.category == c) | detections.category.startswith(f"{c}."))
        for n, c in declared
    ]
    inside = detections.filter(
        detections.free_text & (detections.kind == "inside") & ~ibis.or_(ibis.literal(False), *covered)
    )
    entities = ibis.map(
        inside.entity.collect(order_by=inside.entity), inside.rows.collect(order_by=inside.entity)
    )
    return inside.group_by(["table", "column"]).aggregate(
        rows=inside.cells.max(), of=inside.of.max(), sensitive=inside.sensitive.any(), entities=entities
    )
