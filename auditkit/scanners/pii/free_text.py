"""Identifiers inside free text

## What it finds
Columns of free text in which identifiers stand, such as e-mail addresses, telephone and card numbers. Columns
of anything else count too where some of their cells hold such identifiers, and the policy declares no
category that covers these. The finding counts the cells that hold each of them.

Cells that are documents, such as JSON, are taken apart. The column has one finding, which lists the paths
with personal data that nobody declared, such as `payload.$.user.email`.

## Why it matters
Nobody chose to collect what people write into notes, messages and comments (GDPR Art. 5(1)(c) and 25). It has
no category, escapes every erasure that goes by column, and is copied into exports and search indexes.

## How to fix
Redact identifiers where the text comes in, or erase them from the rows that hold them. Inform the people who
write what does not belong there. Where such content is the purpose of the column, declare a category that
covers it: `user.contact` covers addresses, telephone numbers and e-mail. A path of documents is declared as a
column is: `payload.$.user.email: user.contact.email`.

## Limits
Passwords, keys and tokens are left to `pii-secret`, unless the policy says that the column is not personal.
Names of people in texts are found only where the model for names is installed. An identifier that is written
in an unusual way is not found. A column with web addresses alone is left out: most of them are no person's.

## Example
>>> import auditkit, pandas as pd
>>> texts = ["The printer on the second floor is broken again.",
...          "Please call me back, my address is ana@example.org, thank you.",
...          "Nothing works since the last update of the software.",
...          "I would like to change the order of last week."]
>>> audit = auditkit.audit({"tickets": pd.DataFrame({"body": texts})}, checks=["pii-free-text"])
>>> [(f.table, f.columns, f.rows, f.detail["EMAIL_ADDRESS"]) for f in audit.findings]
[('tickets', ('body',), 1, 1)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.facts.detections import listed_paths
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"), says="{*:cell} with {}; at {paths}")
def free_text(detections: ir.Table, columns: Mapping[str, ColumnPolicy] | None = None) -> ir.Table:
    """Return the columns with identifiers inside whose category is not declared for them or their path."""
    stated = columns or {}
    place = detections.path.coalesce(detections.column)
    covered = [
        ((detections.column == name) | (place == name))
        & ((detections.category == c.category) | detections.category.startswith(f"{c.category}."))
        for name, c in stated.items()
        if c.personal
    ]
    declared = detections.whole & place.isin(list(stated))
    not_personal = [name for name, c in stated.items() if not c.personal]
    elsewhere = detections.credential & detections.column.notin(not_personal) & place.notin(not_personal)
    inside = detections.filter(
        (detections.kind == "inside") & ~elsewhere & ~ibis.or_(declared.fill_null(False), *covered)
    )
    by_entity = inside.group_by(["table", "column", "entity"]).aggregate(rows=inside.rows.max())
    entities = by_entity.group_by(["table", "column"]).aggregate(
        entities=ibis.map(
            by_entity.entity.collect(order_by=by_entity.entity),
            by_entity.rows.collect(order_by=by_entity.entity),
        )
    )
    found = inside.group_by(["table", "column"]).aggregate(
        rows=ibis.least(inside.cells.max(), inside.rows.sum()),
        of=inside.of.max(),
        sensitive=inside.sensitive.any(),
        paths=listed_paths(inside),
    )
    identifying = inside.filter(inside.entity != "URL").select("table", "column").distinct()
    return found.semi_join(identifying, ["table", "column"]).join(entities, ["table", "column"])
