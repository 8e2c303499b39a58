"""A text, a document or a URL names another tenant.

A link into another tenant's workspace, a pasted record, a configuration with another tenant's number: what
the tenant column keeps apart the content joins again (GDPR Art. 5(1)(f), 32). Addresses of people are not
counted: they may well work elsewhere.

Remedy: look at the rows with somebody who may see both tenants; correct what was attached to the wrong one,
    and where tenants do work
together declare it.

>>> import auditkit, pandas as pd
>>> notes = pd.DataFrame({"tenant_id": [1, 2], "body": ["all good", "see https://acme-corp.desk.example/t/1"]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2], "slug": ["acme-corp", "globex-ag"]}), "notes": notes}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-embedded-identifier"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('notes', ('body',), 1, 2)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity

FEW = 200
"""With fewer cells that name a tenant, chance does not tell whether a column keeps tenants apart."""


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def embedded_identifier(mentions: ir.Table) -> ir.Table:
    """Return the columns of text with cells that name another tenant; where half of those that name any do,
    it is no boundary.
    """
    found = mentions.filter((mentions.kind == "text") & (mentions.rows > 0))
    open_to_all = (found.rows + found.own >= FEW) & (found.rows >= found.own)
    confidence = ibis.cases((open_to_all, "low"), else_="high")
    return found.select("table", "column", "rows", "of", confidence=confidence, naming_own=found.own)
