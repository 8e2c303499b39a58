"""A column of personal data follows from another one.

What can be computed need not be stored: it is one more thing to keep accurate, and goes wrong by itself, as
an age does every year (GDPR Art. 5(1)(c) and (d)). Tried are an age, an age group or a year from a date of
birth, an age group from an age, a gender from a form of address, a full name from its parts, a domain from an
e-mail address, a country from a telephone number. A column follows when at most 1 % of 100 rows or more does
not (`error`); `source` is what it follows from.

Remedy: compute it where it is shown (a view, a generated column that is not stored), and drop the column;
    where the coarser one is
enough, such as the age group, keep that and drop its source.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"id": range(300), "birth_date": [f"{1950 + n % 50}-05-{1 + n % 28:02d}" for n in range(300)]})
>>> people["age"] = [2026 - (1950 + n % 50) for n in range(300)]
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-derivable"], as_of="2026-11-22")
>>> [(f.columns, f.detail["source"], f.rows, f.of, f.detail["error"]) for f in audit.findings]
[(('age',), 'birth_date', 300, 300, 0)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity

ERROR = 0.01


@check(severity=Severity.LOW, articles=("GDPR 5(1)(c)", "GDPR 5(1)(d)"))
def derivable(derivations: ir.Table) -> ir.Table:
    """Return the columns that follow from another one but for 1 % of the rows."""
    return derivations.filter(derivations.error <= ERROR)
