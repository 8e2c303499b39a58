"""Pseudonyms were given out in the order in which people came.

Who knows when somebody came, and roughly when others did, finds the pseudonym by counting: a running number,
or a code that only grows, keeps the order that it should hide (GDPR Art. 4(5), 25). The order of the
pseudonyms is compared with that of the first row of each (Spearman's rank correlation, by its amount); more
than 0.99 is no chance. Fewer than 30 pseudonyms are not assessed.

Remedy: draw pseudonyms by chance, or encrypt the running number under a key that is kept elsewhere.

>>> import auditkit, pandas as pd
>>> came = pd.DataFrame({"pseudonym": [f"P-{n}" for n in range(40)], "created_at": pd.date_range("2026-01-01", periods=40)})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {came: {disclosure: {pseudonymised: true}}}}")
>>> audit = auditkit.audit({"came": came}, policy, checks=["reidentification-sequential-pseudonym"])
>>> [(f.columns, f.severity.value, f.detail["correlation"]) for f in audit.findings]
[(('pseudonym',), 'low', 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.outcome import Severity

LIMIT = 0.99


@check(severity=Severity.LOW, articles=("GDPR 4(5)", "GDPR 25"))
def sequential_pseudonym(pseudonym_order: ir.Table) -> Offending:
    """Return how well the order of the pseudonyms is that of the people's coming, where that is no chance."""
    return Offending(pseudonym_order.filter(pseudonym_order.correlation > LIMIT), {"limit": LIMIT})
