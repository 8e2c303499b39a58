"""Personal column with the same value for nearly everybody

## What it finds
Columns of personal data in which 99.9 % of 500 cells or more hold the same value.

## Why it matters
A value that is the same for nearly everybody says nothing about any of them. It is still stored, copied and
exposed (GDPR Art. 5(1)(c), 25).

## How to fix
Drop the column, or write its value into the documentation of the table. Where the few exceptions are the
purpose of the column, keep those in their own table.

## Limits
Empty cells do not count. A column with fewer than 500 filled cells passes.

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"id": range(600), "nationality": ["Austrian"] * 600})
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-constant-column"])
>>> [(f.table, f.columns, f.detail["value"], f.of) for f in audit.findings]
[('people', ('nationality',), 1, 600)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check
from auditkit.facts.column import Column, comparable, is_filled
from auditkit.outcome import Severity

SHARE, ROWS = 0.999, 500


@check(
    severity=Severity.LOW,
    articles=("GDPR 5(1)(c)", "GDPR 25"),
    says="{value:.1%} of the cells hold the same value; limit {limit:.1%}",
)
def constant_column(rows: ir.Table, personal_column: Column) -> Offending:
    """Return the share of the most frequent value among the cells that hold one."""
    filled = rows.filter(is_filled(rows[personal_column.name]))
    values = filled.group_by(value=comparable(filled[personal_column.name])).aggregate(cells=filled.count())
    cells = values.cells.sum().fill_null(0)
    share = values.cells.max() / cells.nullif(0)
    return Offending(Measure(share, SHARE, ((cells >= ROWS) & (share >= SHARE)).fill_null(False)), of=cells)
