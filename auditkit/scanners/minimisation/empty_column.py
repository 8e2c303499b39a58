"""Personal column that is nearly always empty

## What it finds
Columns of personal data that are null or empty text in 95 % of 500 rows or more.

## Why it matters
Data that few people give and nobody needs should not be asked for at all (GDPR Art. 5(1)(c), 25).

## How to fix
Stop asking for the data, and drop the column. Or declare the purpose that needs it for the few people who
have it.

## Limits
A table of fewer than 500 rows passes. Other words for nothing, such as `n/a`, count as content.

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"id": range(600), "mobile_phone": ["+44 20 7946 0018"] * 6 + [None] * 594})
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-empty-column"])
>>> [(f.table, f.columns, f.detail["empty"], f.of) for f in audit.findings]
[('people', ('mobile_phone',), 594, 600)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check
from auditkit.facts.column import Column, is_filled
from auditkit.outcome import Severity

SHARE, ROWS = 0.95, 500


@check(
    severity=Severity.LOW,
    articles=("GDPR 5(1)(c)", "GDPR 25"),
    says="{empty:empty cell}; {value:.1%} of all; limit {limit:.0%}",
)
def empty_column(rows: ir.Table, personal_column: Column) -> Offending:
    """Return the share of rows in which the column is null or empty text."""
    empty, all_rows = rows.count(where=~is_filled(rows[personal_column.name])), rows.count()
    share = empty / all_rows.nullif(0)
    return Offending(
        Measure(share, SHARE, ((all_rows >= ROWS) & (share >= SHARE)).fill_null(False)),
        detail={"empty": empty},
    )
