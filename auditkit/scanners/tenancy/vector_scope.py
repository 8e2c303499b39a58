"""An embedding stands under no tenant, or under another than what it was made from.

A search by similarity takes what is nearest, and filters by what stands beside the vector. Where that is
missing or wrong, one tenant's questions are answered from another's documents (GDPR Art. 5(1)(f), 32). Whose
an embedding is, is told by its document where a missing tenant means everybody; by its namespace where
tenants have their own; and by its text where that stands in the rows of one tenant alone.

What this cannot tell: an embedding without a readable text, or of a part of a longer one, in a table that
refers to nothing. Such a table is not assessed until the policy says whose it is. Embeddings that carry a
tenant and refer to a document are compared by `tenancy-cross-reference`, those with two parents by
`tenancy-diamond`, and namespaces that are called by a tenant's name by `tenancy-embedded-identifier`.

Remedy: take the tenant of what the finding's SQL selects from the document it was made from, and make the
    column NOT NULL; filter by it in
the index itself, not after the search. Where everybody may find these texts say so in the policy
(`tenancy.shared`).

>>> import auditkit, pandas as pd
>>> notes = pd.DataFrame({"tenant_id": [1 + n % 2 for n in range(40)], "body": [f"minutes of our meeting no. {n}" for n in range(40)]})
>>> vectors = pd.DataFrame({"content": notes["body"], "embedding": ["[0.1, 0.2]"] * 40})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "notes": notes, "vectors": vectors}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-vector-scope"])
>>> [(f.table, f.columns, f.rows, f.detail["without"]) for f in audit.findings]
[('vectors', ('embedding',), 40, 40)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.told_by_text import MEANT
from auditkit.outcome import Confidence, Severity
from auditkit.relations.owner import TENANT


@check(severity=Severity.HIGH, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 32"))
def vector_scope(embedded: ir.Table) -> Offending:
    """Return whether an embedding carries no tenant, or another than the one it is of; `without` counts the
    former.
    """
    own, meant = embedded[TENANT], embedded[MEANT]
    wrong = meant.notnull() & (own.isnull() | (own != meant))
    return Offending(wrong, detail={"without": embedded.count(where=wrong & own.isnull())})
