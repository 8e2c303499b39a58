"""A row's own tenant differs from the one its ancestors give.

A tenant that is written twice drifts apart: the row was moved and its copy was not. Then one query shows it
to one tenant, the next to another (GDPR Art. 5(1)(d), 5(1)(f), 32). Compared are the ancestors behind a
parent that cannot tell its own tenant, and copied names such as `tenant_slug` with those of the tenants; a
parent that can tell is the matter of `tenancy-cross-reference`, so that no row is counted twice. A name that
is no tenant's (any more) is out of date, and no leak.

Remedy: find out which side is right and correct the rows that the finding's SQL selects; fill the parent's
    tenant
(`UPDATE parent SET tenant_id = ... WHERE tenant_id IS NULL`, then `NOT NULL`), and drop the copy of a name or
let the database keep it: `UPDATE child SET tenant_slug = (SELECT slug FROM tenants t WHERE t.id =
tenant_id)`.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2], "slug": ["acme", "globex"]}),
...           "orders": pd.DataFrame({"id": [7, 8, 9], "tenant_id": [1, 2, 2], "tenant_slug": ["acme", "globex", "acme"]})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-derived-drift"])
>>> [(f.table, f.columns, f.target, f.rows) for f in audit.findings]
[('orders', ('tenant_slug',), 'tenants.slug', 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.separation import Separation
from auditkit.outcome import Severity
from auditkit.relations.ancestry import Ancestor
from auditkit.relations.owner import PARENT_TENANT, TENANT


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 32"))
def derived_drift(descended: ir.Table, descended_separation: Separation, ancestor: Ancestor) -> Offending:
    """Return whether a row's tenant differs from the one that an ancestor, or a copied name, tells."""
    return descended_separation.answer(descended[TENANT] != descended[PARENT_TENANT], descended, ancestor)
