"""Rows outlive the row they belong to.

Who asks for erasure, or whose period is over, is erased with everything that belongs to the record: the
notes, the files, the addresses of a customer who is gone are still about that customer (GDPR Art. 5(1)(e),
17(1)). They are left behind where no foreign key cascades, and where a parent is only marked as deleted.

Remedy: erase the rows that the finding's SQL selects; declare the reference with `ON DELETE CASCADE`, and let
    the job that purges marked
rows purge what belongs to them first. Rows with a ground of their own (an invoice) get a retention rule of
their own.

>>> import auditkit, pandas as pd
>>> tables = {"customers": pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]}),
...           "addresses": pd.DataFrame({"id": [1, 2, 3], "customer_id": [1, 2, 7]})}
>>> told = "{customers: {subject: {type: customer, key: id}}, addresses: {references: {customer_id: customers.id}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {told}}}")
>>> audit = auditkit.audit(tables, policy, checks=["retention-orphaned-child"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["parent_absent"]) for f in audit.findings]
[('addresses', ('customer_id',), 1, 3, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.orphaned import PARENT_ABSENT, PARENT_DELETED
from auditkit.outcome import Confidence, Severity
from auditkit.relations import Origin, Reference


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(e)", "GDPR 17(1)"))
def orphaned_child(orphaned: ir.Table, owning_reference: Reference) -> Offending:
    """Return whether the row that a row belongs to is gone, or marked as deleted for longer than its
    grace.
    """
    absent, deleted = orphaned[PARENT_ABSENT], orphaned[PARENT_DELETED]
    counts = {"parent_absent": orphaned.count(where=absent), "parent_deleted": orphaned.count(where=deleted)}
    sure = Confidence.MEDIUM if owning_reference.origin is Origin.INFERRED else Confidence.HIGH
    return Offending(
        absent | deleted, detail={"reference": owning_reference.origin.value, **counts}, confidence=sure
    )
