"""The people of a class differ in a sensitive value from everybody else.

Where a class holds several values of the sensitive attribute and nearly all of them are the same, or all lie
at one end, whoever finds the class still learns what the person is like: more than the whole table tells. The
distance between the values of a class and those of the table is the earth mover's (t-closeness, Li 2007): of
numbers and moments by their order, of other values half the difference of their shares. It is measured where
the policy states a t (`disclosure.t`); none is customary (GDPR recital 26, Art. 32(1)(a)). An empty cell is a
value like another, and comes last.

Remedy: generalise the quasi-identifiers until the classes mix, or publish the attribute by itself.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"city": ["Bern"] * 4 + ["Basel"] * 4, "income": [10, 20, 30, 40, 50, 60, 70, 80]})
>>> told = "{quasi_identifiers: [city], sensitive: [income], disclosure: {t: 0.2}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-t-closeness"])
>>> [(f.columns, f.rows, f.detail["classes"], f.detail["largest_distance"]) for f in audit.findings]
[(('income',), 8, 2, 0.285714)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def t_closeness(closeness: ir.Table, quasi_identifiers: tuple[str, ...], held_out: bool) -> Offending:
    """Return how far the sensitive values of the classes are from those of the table, where any is farther
    than t.
    """
    shown = closeness.filter(closeness.rows > 0).mutate(
        severity=ibis.literal((Severity.HIGH if held_out else Severity.MEDIUM).value)
    )
    return Offending(shown, {"quasi_identifiers": ", ".join(quasi_identifiers)})
