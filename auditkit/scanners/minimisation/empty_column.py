"""A column of personal data is nearly always empty.

What is collected from a few and needed for nobody should not be asked for at all (GDPR Art. 5(1)(c), 25).

Remedy: stop asking for it and drop the column; or declare the purpose that needs it, for the few for whom it
    does.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"id": range(600), "mobile_phone": ["+44 20 7946 0018"] * 6 + [None] * 594})
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-empty-column"])
>>> [(f.table, f.columns, f.detail["empty"], f.of) for f in audit.findings]
[('people', ('mobile_phone',), 594, 600)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Measure, Offending, check
from auditkit.facts.column import Column
from auditkit.outcome import Severity

SHARE, ROWS = 0.95, 500


@check(severity=Severity.LOW, articles=("GDPR 5(1)(c)", "GDPR 25"))
def empty_column(rows: ir.Table, personal_column: Column) -> Offending:
    """Return the share of rows in which the column is null or empty text; 95 % of 500 rows or more is too
    much.
    """
    cell = rows[personal_column.name]
    nothing = cell.isnull() | (cell.strip() == "") if cell.type().is_string() else cell.isnull()
    empty, all_rows = rows.count(where=nothing), rows.count()
    share = empty / all_rows.nullif(0)
    return Offending(
        Measure(share, SHARE, ((all_rows >= ROWS) & (share >= SHARE)).fill_null(False)),
        detail={"empty": empty},
    )
