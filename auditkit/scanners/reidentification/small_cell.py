"""A published table of counts says something about a handful of people.

A cell that counts one or two lets those who know one of them learn the rest; a suppressed cell helps nobody
where it is the total less the other cells; and of two tables that differ by a few people, each may be
harmless and their difference is not (GDPR recital 26, 162, Art. 89(1); complementary disclosure and
differencing). `small` cells count fewer than k, `recoverable` ones are suppressed and can be calculated, and
`by_difference` is fewer than k apart from the same cell of `compare`. A table is one of counts where the
policy says so (`disclosure.cells`: `count`, `by`, `total`, `compare`); k is that of the table, else 5, and 11
for data on health. A suppressed cell counts as recoverable where one subtraction from a total gives it; what
takes several is not looked for.

Remedy: put cells together until each counts k or more; suppress a second cell in each row and column that has
    one; round counts to 5.

>>> import auditkit, pandas as pd
>>> counts = pd.DataFrame({"region": ["north", "south", "west", "all"], "cases": [12, None, 3, 17]})
>>> told = "{disclosure: {cells: {count: cases, by: [region], total: all}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{counts: {told}}}}}")
>>> audit = auditkit.audit({"counts": counts}, policy, checks=["reidentification-small-cell"])
>>> [(f.table, f.rows, f.of, f.detail["small"], f.detail["recoverable"]) for f in audit.findings]
[('counts', 2, 4, 1, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.classes import least
from auditkit.facts.published_cells import DIFFERENCE, RECOVERABLE, SMALL
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR recital 162", "GDPR 89(1)"))
def small_cell(published_cells: ir.Table, declared: TablePolicy) -> Offending:
    """Return whether a count is of fewer than k people, or can be brought to that by subtraction."""
    cells = published_cells
    counts = {"small": SMALL, "recoverable": RECOVERABLE, "by_difference": DIFFERENCE}
    detail = {
        "k": least(declared),
        **{name: cells.count(where=cells[column]) for name, column in counts.items()},
    }
    return Offending(cells[SMALL] | cells[RECOVERABLE] | cells[DIFFERENCE], detail)
