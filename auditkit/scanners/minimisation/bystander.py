"""People are kept with whom there is no relation at all.

No order, no ticket, no membership and no visit: contacts that were imported, bought or copied from an address
book, and never heard of. They have to be told within a month that their data is here (GDPR Art. 14(3)), and
for most there is no purpose (Art. 5(1)(b) and (c)). Counted are rows of a table of people to which no row of
any table refers; who has an account, works here, or came within ninety days does not count. Relations that
lie elsewhere are not seen, so the confidence is medium.

Remedy: delete who was never contacted; tell the others where their data comes from, and record that; declare
    the table's purpose and
period.

>>> import auditkit, pandas as pd
>>> contacts = pd.DataFrame({"id": range(400), "email": [f"p{n}@example.org" for n in range(400)], "full_name": "Ana Kovac"})
>>> deals = pd.DataFrame({"id": range(900), "contact_id": [n % 300 for n in range(900)]})
>>> audit = auditkit.audit({"contacts": contacts, "deals": deals}, checks=["minimisation-bystander"])
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('contacts', 100, 400)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.facts.bystanders import UNRELATED
from auditkit.outcome import Confidence, Severity


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 14", "GDPR 5(1)(c)"))
def bystander(bystanders: ir.Table) -> ir.BooleanValue:
    """Return the people whom nothing refers to."""
    return bystanders[UNRELATED]
