"""Birth dates or ages of children stand where the policy does not expect them.

Children merit specific protection: below 16 (in some member states below 13, 14 or 15) consent to an online
service is the parents' to give, and the balance of legitimate interests tips (GDPR Art. 6(1)(f), 8, recitals
38 and 58). A service that does not know of its children protects none of them. The age is that of the day of
the audit, worked out where the data lives. Dates in the future, more than 120 years ago, or shared by more
than one row in twenty are placeholders, and an age of 0 is what an empty field becomes: they are told as a
detail and count as no child.

Remedy: where children are meant to be there, say so (`subject: {type: pupil, children: true}`) and obtain and
    record the parents' consent;
where another age holds, state it (`subject: {type: customer, of_age: 14}`). Else close the accounts that the
finding's SQL selects, erase their rows, and refuse such dates where they come in (`CHECK (birth_date <=
CURRENT_DATE - INTERVAL '16 years')`).

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"birth_date": ["2013-04-02", "2010-01-01", "1984-04-21", "1975-11-30", "1900-01-01", None]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-child"], as_of="2026-01-01")
>>> [(f.columns, f.rows, f.of, f.detail["under"], f.detail["implausible"]) for f in audit.findings]
[(('birth_date',), 1, 6, 16, 1)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.birth_column import BirthColumn
from auditkit.facts.births import BORN_AFTER, IMPLAUSIBLE, UNREADABLE, of_age_in
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(severity=Severity.HIGH, articles=("GDPR 8(1)", "GDPR 6(1)(f)", "GDPR rec. 38"))
def child(births: ir.Table, birth_column: BirthColumn, declared: TablePolicy | None = None) -> Offending:
    """Return whether a row is about a child, unless the policy expects children in the table."""
    expected = declared is not None and declared.expects_children
    detail = {
        "under": of_age_in(declared),
        "implausible": births.count(where=births[IMPLAUSIBLE]),
        "unreadable": births.count(where=births[UNREADABLE]),
    }
    return Offending(
        births[BORN_AFTER] & ibis.literal(not expected), detail=detail, confidence=birth_column.confidence
    )
