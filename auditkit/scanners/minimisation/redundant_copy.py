"""A column repeats personal data that stands in the row it refers to.

Every copy is one more place to keep accurate, to erase and to protect, and tells nothing that the reference
does not (GDPR Art. 5(1)(c) and (d)). Compared are columns of the same kind of data along references; a copy
is equal in 99 % of 50 rows or more. `share` says how many, `original` what it repeats. Where the value must
stay as it was, such as the address on an invoice, that is a reason and is declared as the column's
`snapshot`; tables that are called like that weigh less.

Remedy: drop the column and join it where it is shown, or make it a view; or declare why the copy must stay:
`billing_address: {category: user.contact.address.street, snapshot: "the invoice shows the address of its
day"}`.

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"id": range(80), "email": [f"p{n}@example.org" for n in range(80)]})
>>> tickets = pd.DataFrame({"id": range(400), "user_id": [n % 80 for n in range(400)]})
>>> tickets["requester_email"] = [f"p{n % 80}@example.org" for n in range(400)]
>>> audit = auditkit.audit({"users": users, "tickets": tickets}, checks=["minimisation-redundant-copy"])
>>> [(f.table, f.columns, f.target, f.rows, f.of, f.detail["original"]) for f in audit.findings]
[('tickets', ('requester_email',), 'users', 400, 400, 'email')]
"""

from __future__ import annotations

import re

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.copied_cells import COPIED
from auditkit.facts.copied_column import CopiedColumn
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.relations.names import words

_OF_ITS_DAY = re.compile(
    r"(?:^|_)(?:invoice|billing|bill|order|shipping|shipment|delivery|receipt|contract|snapshot|history|quote)s?(?:_|$)"
)


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 5(1)(d)"))
def redundant_copy(copied_cells: ir.Table, copied_column: CopiedColumn, relation: Examined) -> Offending:
    """Return the rows whose cell repeats the row they refer to, where the column as a whole does."""
    told = copied_column.agreement
    severity = (
        Severity.LOW
        if _OF_ITS_DAY.search(f"{words(relation.name)}_{words(told.column)}")
        else Severity.MEDIUM
    )
    detail = {
        "original": told.original,
        "through": "+".join(told.reference.columns),
        "share": told.share,
        "compared": told.compared,
    }
    return Offending(
        copied_cells[COPIED], detail=detail, severity=severity, confidence=copied_column.confidence
    )
