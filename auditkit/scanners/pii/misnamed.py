"""A column's content contradicts its name, or its name is itself a value.

A table with a header row that is data, or with one column for each person, shows personal data in its very schema, where every log and
every report repeats it. A column that is declared as one category and holds another is missed when the declared one is erased
(GDPR Art. 5(1)(d), 5(2)).

Remedy: give the column a name that says what it holds (for a file without a header row, write one); where the policy declares another
category than the data shows, correct the policy or move the data.

>>> import auditkit, pandas as pd
>>> votes = pd.DataFrame({"day": ["2026-01-01"], "ana@example.org": [1], "ben@example.org": [0]})
>>> audit = auditkit.audit({"votes": votes}, checks=["pii-misnamed"])
>>> [(f.columns, f.entity) for f in audit.findings]
[(('column 2',), 'EMAIL_ADDRESS'), (('column 3',), 'EMAIL_ADDRESS')]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy


def same_branch(found: ir.StringValue, declared: str) -> ir.BooleanValue:
    """Return whether a detected category is the declared one, part of it, or what it is a part of."""
    ancestors = [declared.rsplit(".", n)[0] for n in range(1, declared.count("."))]
    return found.isin([declared, *ancestors]) | found.startswith(f"{declared}.")


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(d)", "GDPR 5(2)"))
def misnamed(detections: ir.Table, columns: Mapping[str, ColumnPolicy] | None = None) -> ir.Table:
    """Return the columns whose name is a value, and those that are declared as another branch of data category than they hold."""
    declared = [(name, c.category) for name, c in (columns or {}).items() if c.personal]
    covers = [(detections.column == n) & same_branch(detections.category, c) for n, c in declared]
    stated = detections.column.isin([n for n, _ in declared]) & ~ibis.or_(ibis.literal(False), *covers)
    other = (detections.kind == "column") & detections.verdict.isin(["certain", "likely"]) & ~detections.free_text & stated
    found = detections.filter((detections.kind == "name") | other)
    return found.select("table", "column", "entity", "rows", "of", "confidence", "sensitive", "category")
