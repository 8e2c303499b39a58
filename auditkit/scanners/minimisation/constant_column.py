"""A column of personal data says the same of everybody.

What is the same for (nearly) every person tells nothing about any of them, and is kept, copied and exposed
all the same (GDPR Art. 5(1)(c), 25).

Remedy: drop the column, or replace it with a note in the documentation of the table; where the few exceptions
    are what it is for, keep
those in a table of their own.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"id": range(600), "nationality": ["Austrian"] * 600})
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-constant-column"])
>>> [(f.table, f.columns, f.detail["value"], f.of) for f in audit.findings]
[('people', ('nationality',), 1, 600)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check
from auditkit.facts.column import Column
from auditkit.facts.column import comparable
from auditkit.outcome import Severity

SHARE, ROWS = 0.999, 500


@check(severity=Severity.LOW, articles=("GDPR 5(1)(c)", "GDPR 25"))
def constant_column(rows: ir.Table, personal_column: Column) -> Offending:
    """Return the share of the most frequent value among the cells that hold one; 99.9 % of 500 cells or more
    is too much.
    """
    cell = rows[personal_column.name]
    filled = rows.filter(cell.notnull() & (cell.strip() != "") if cell.type().is_string() else cell.notnull())
    values = filled.group_by(value=comparable(filled[personal_column.name])).aggregate(cells=filled.count())
    cells = values.cells.sum().fill_null(0)
    share = values.cells.max() / cells.nullif(0)
    return Offending(Measure(share, SHARE, ((cells >= ROWS) & (share >= SHARE)).fill_null(False)), of=cells)
