"""What the policy calls anonymous or pseudonymised is not.

Data is anonymous only when nobody can trace it back by any means reasonably likely to be used (GDPR recital
26), and pseudonymised only while what leads back is kept elsewhere (Art. 4(5)). Whoever says so of data that
names people, or lets them be singled out, linked or found out (WP216), applies no law to it at all: no
retention period, no right of access, no measure of Art. 32. The outcome names the `claim` and all that speaks
against it, each with how many rows: `identifiers_in_` a column or `identifiers_inside_` a text,
`small_classes` of fewer than k, `linked_by_` a key that ties the rows of a person together, `reversed_in_` a
column of digests, `traced_by_` a pseudonym whose mapping can be read. Nothing found is passed only where the
policy names the quasi-identifiers. Identifiers left in rows that a retention rule marks as anonymised are
told by `retention-incomplete-anonymisation`.

Remedy: mend what the finding names (each has a check of its own, with its remedy), or take the word out of
    the policy, the register and
the notice, and treat the table as personal data.

>>> import auditkit, pandas as pd
>>> answers = pd.DataFrame({"age_band": ["30-44"] * 9 + ["75+"], "contact": ["ana@example.org"] + [None] * 9})
>>> told = "{anonymous: true, quasi_identifiers: [age_band], columns: {contact: user.contact.email}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{answers: {told}}}}}")
>>> audit = auditkit.audit({"answers": answers}, policy, checks=["reidentification-declared-anonymous"])
>>> [(f.severity.value, f.rows, f.of, f.detail["small_classes"], f.detail["identifiers_in_contact"]) for f in audit.findings]
[('critical', 2, 10, 1, 1)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.facts.anonymity import PSEUDONYMISED
from auditkit.outcome import Severity


@check(severity=Severity.CRITICAL, articles=("GDPR recital 26", "GDPR 4(5)", "GDPR 5(2)"))
def declared_anonymous(anonymity: ir.Table) -> ir.Table:
    """Return what speaks against the claim that a table is anonymous or pseudonymised, where anything
    does.
    """
    weaker = anonymity.claim == PSEUDONYMISED
    return anonymity.mutate(
        severity=weaker.ifelse(ibis.literal(Severity.HIGH.value), ibis.literal(Severity.CRITICAL.value))
    )
