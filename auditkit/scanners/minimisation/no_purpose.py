"""Personal data is kept for no declared purpose, or a purpose has no data.

What is not collected for a specified purpose must not be collected at all, and the records of processing must
name it (GDPR Art. 5(1)(b), 30(1)(b)). A table counts when the policy declares personal columns or a subject
of it, or when columns that say who somebody is were found in it; keys that stand for people count where they
are declared. A purpose that no table serves is a promise without data: a processing that moved elsewhere, or
a table that the policy forgot.

Remedy: name the purpose in the table's `purposes`, or delete the data; drop a purpose that is over, or name
    it at the tables that serve it.

>>> import auditkit, pandas as pd
>>> leads = pd.DataFrame({"id": range(50), "email": [f"p{n}@example.org" for n in range(50)]})
>>> told = "{version: 1, name: Demo, purposes: {support: {}, news: {}}, tables: {users: {purposes: [support]}, leads: {}}}"
>>> users = leads.rename(columns={"email": "contact_email"})
>>> audit = auditkit.audit({"users": users, "leads": leads}, auditkit.Policy.parse(told), checks=["minimisation-no-purpose"])
>>> [(f.table, f.target, f.detail["lacks"], f.severity.value) for f in audit.findings]
[(None, 'news', 'a table', 'low'), ('leads', None, 'a purpose', 'low')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(b)", "GDPR 30(1)(b)"))
def no_purpose(aimless: ir.Table) -> ir.Table:
    """Return what lacks a purpose, and the purposes that lack data."""
    return aimless
