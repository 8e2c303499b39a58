"""Text names another tenant

## What it finds
Texts, documents and URLs of one tenant that name another: by its slug, its domain, its name, or its key
after a word such as `tenant_id`. The policy says which columns of the tenants hold such words
(`tenancy.tokens`).

## Why it matters
A link into the workspace of another tenant, a pasted record, or a configuration with the number of another
tenant joins what the tenant column keeps apart (GDPR Art. 5(1)(f), 32).

## How to fix
Look at the rows with somebody who may see both tenants. Correct what was attached to the wrong tenant. Where
two tenants work together, declare it.

## Limits
E-mail addresses do not count, because their owners may well work elsewhere. Where at least half of the cells
that name a tenant name another one, tenants are no boundary for this column, and the confidence is low.

## Example
>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "slug": ["acme-corp", "globex-ag"]})
>>> bodies = ["all good", "see https://acme-corp.desk.example/t/1"]
>>> source = {"tenants": tenants, "notes": pd.DataFrame({"tenant_id": [1, 2], "body": bodies})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-embedded-identifier"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('notes', ('body',), 1, 2)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity

FEW = 200
"""With fewer cells that name a tenant, it may be chance that half of them name another one."""


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32"),
    says="{naming_own:cell names its own tenant|cells name their own tenant}",
)
def embedded_identifier(mentions: ir.Table) -> ir.Table:
    """Return the text columns with cells that name another tenant.

    The confidence is low where half of the cells that name a tenant name another one.
    """
    found = mentions.filter((mentions.kind == "text") & (mentions.rows > 0))
    is_open = (found.rows + found.own >= FEW) & (found.rows >= found.own)
    confidence = ibis.cases((is_open, "low"), else_="high")
    return found.select("table", "column", "rows", "of", confidence=confidence, naming_own=found.own)
