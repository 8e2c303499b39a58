"""A key inside a JSON document names another tenant's row.

Rules, filters, workflows and settings keep keys of rows in documents, where no foreign key and no row-level
policy looks: the rule of one tenant routes into the inbox of another (GDPR Art. 5(1)(f), 32). Read is what
stands in keys that are named like a table (`inbox_id`, `team_ids`); the confidence is medium at most, for it
is a name that says so.

Remedy: correct the documents that name another tenant's rows; check every key of a document against the
    tenant when it is saved, or move
the references into a table with `FOREIGN KEY (tenant_id, inbox_id) REFERENCES inboxes (tenant_id, id)`.

>>> import auditkit, pandas as pd
>>> rules = pd.DataFrame({"id": [1, 2], "tenant_id": [1, 1], "action": ['{"inbox_ids": [10]}', '{"then": {"inbox_ids": [10, 20]}}']})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "inboxes": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}), "rules": rules}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-json-reference"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('rules', ('action',), 'inboxes', 1, 2)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Confidence, Severity


@check(severity=Severity.HIGH, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 32"))
def json_reference(json_references: ir.Table) -> ir.Table:
    """Return the columns of documents, with the table of which they name another tenant's rows."""
    return json_references.filter(json_references.rows > 0)
