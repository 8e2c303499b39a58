"""People stand alone, or nearly, in the combination of their quasi-identifiers.

Whoever knows a person's postal code, date of birth and gender finds that person's row where no k others share
them: the prosecutor's risk is one over the size of the smallest equivalence class (Sweeney 2002; GDPR recital
26, Art. 32(1)(a)). An empty cell counts as a value of its own. Where the policy states no k it is 5, and 11
for data on health; the finding is then of low severity, unless the table is held out to be anonymous or
published.

Remedy: generalise the column that contributes most (year instead of date of birth, three digits of the postal
    code), or suppress the
rows in small classes; do not call the data anonymous before. `reidentification-unique-combination` says which
column that is.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"postal_code": ["1010"] * 5 + ["1020"] * 2, "gender": ["f"] * 7})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {quasi_identifiers: [postal_code, gender], k: 5}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-low-k"])
>>> [(f.rows, f.of, f.detail["smallest_class"], f.detail["classes"]) for f in audit.findings]
[(2, 7, 2, 2)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.reidentification.classes import SIZE, histogram, least
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def low_k(
    classes: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy, held_out: bool
) -> Offending:
    """Return whether a row's equivalence class holds fewer than k rows, with how many classes there are of
    which size.
    """
    size, k = classes[SIZE], least(declared)
    share = 1 / size
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "smallest_class": size.min(),
        "classes": share.sum().round(),
        **histogram(size, share),
    }
    promised = held_out or declared.k is not None
    return Offending(size < k, detail, severity=Severity.HIGH if promised else Severity.LOW)
