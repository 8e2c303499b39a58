"""An e-mail address, a telephone number or an identity number is the key of a table.

A key is copied into every table that refers to it, into logs, URLs and exports, and can hardly be changed or
erased: whoever corrects an address, or asks for erasure, breaks the references (GDPR Art. 5(1)(c), 16, 17,
25). The same identifier also links the people of this table with those of any other data set. `used_as` says
how: primary key, target of references, or the only link between tables where no key is declared; `tables` is
how many other tables refer to it.

Remedy: give the table a key that means nothing (a number or a random UUID), let the others refer to that, and
    keep the identifier once,
with a unique index of its own.

>>> import auditkit, pandas as pd
>>> customers = pd.DataFrame({"email": [f"p{n}@example.org" for n in range(90)], "full_name": "Ana Kovac"})
>>> orders = pd.DataFrame({"id": range(400), "customer_email": [f"p{n % 90}@example.org" for n in range(400)]})
>>> audit = auditkit.audit({"customers": customers, "orders": orders}, checks=["minimisation-identifier-as-key"])
>>> [(f.table, f.columns, f.entity, f.detail["used_as"], f.detail["tables"]) for f in audit.findings]
[('customers', ('email',), 'EMAIL_ADDRESS', 'link between tables', 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(c)", "GDPR 17", "GDPR 25"))
def identifier_as_key(identifier_keys: ir.Table) -> ir.Table:
    """Return the identifiers of people by which rows are told apart."""
    return identifier_keys
