"""The policy declares personal data that is not there.

The record of processing must say what is really processed (GDPR Art. 5(2), 30(1)(c)): a column that was
renamed or dropped since, that nobody fills, or that holds something else makes every answer to a data subject
wrong, and what was renamed is now declared nowhere. That a category was never seen is only said of data that
is known by its form (e-mail addresses, telephone and card numbers, ...) and in columns with 20 filled cells
or more; it may be encrypted, hashed, or written in a form that was not recognised.

Remedy: find out which of the two is right. Where the column was renamed, rename it in the policy; where it is
    gone, take it out of the
policy; where nobody fills it, stop asking for it and drop it (`ALTER TABLE users DROP COLUMN fax_number`);
where it holds something else, declare what it holds (a hash of an address is `user.unique_id.pseudonymous`).

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"e_mail": ["ana@example.org", "ben@example.org"], "fax": [None, None]})
>>> columns = "{email: user.contact.email, fax: user.contact.fax_number}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{users: {{columns: {columns}}}}}}}")
>>> audit = auditkit.audit({"users": users}, policy, checks=["pii-declared-absent"])
>>> [(f.columns, f.detail["absent"], f.detail.get("hint")) for f in audit.findings]
[(('email',), 'the column', "Did you mean 'e_mail'?"), (('fax',), 'any content', None)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.facts.absent_data import CATEGORY, COLUMN
from auditkit.outcome import Severity


@check(severity=Severity.LOW, articles=("GDPR 5(2)", "GDPR 30(1)(c)"))
def declared_absent(absent_data: ir.Table) -> ir.Table:
    """Return the declared columns that are missing, that are empty, and in which nothing of the declared
    category was seen.
    """
    absent = absent_data.absent
    grade = ibis.cases((absent == COLUMN, "medium"), else_="low")
    sure = ibis.cases((absent == CATEGORY, "low"), else_="high")
    return absent_data.mutate(severity=grade, confidence=sure, sensitive=ibis.literal(False))
