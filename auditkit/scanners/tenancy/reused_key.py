"""A slug, a domain or a key names two tenants.

Whoever is found by a name is found by both: links, mails, logins and cached pages of the one reach the other.
A name that was issued again after its tenant had left is the same fault, for what still carries the name is
now the new tenant's (GDPR Art. 5(1)(f), 32).

Remedy: rename one of the tenants that the finding's SQL selects, then `CREATE UNIQUE INDEX ON tenants
    (lower(slug))`. Keep the names of
tenants that have left, so that they are not issued again.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2, 3], "slug": ["acme", "globex", "Acme "]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": tenants}, policy, checks=["tenancy-reused-key"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('tenants', ('slug',), 2, 3)]
"""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT, owned

_NAMES = re.compile(
    r"(?:^|_)(?:slug|subdomain|domain|host|hostname|handle|shortname|short_name|external_id|customer_number|realm)$"
)


@each
def tenant_name(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined
) -> tuple[Column, ...] | Missing:
    """The columns of the root that must mean one tenant each: its key, its declared tokens, its slugs,
    domains and external numbers.
    """
    boundary = relations.boundary
    if boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    if relation.name != boundary.root:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not hold the tenants themselves")
    tokens = policy.tenancy.tokens if policy.tenancy is not None else ()
    columns = dataset.tables[boundary.root].columns
    return tuple(
        Column(c) for c in columns if c == boundary.root_key or c in tokens or _NAMES.search(words(c))
    )


TWICE = "auditkit_twice"


@fact
def named_tenants(
    dataset: Dataset, relations: Relations, relation: Examined, tenant_name: Column
) -> ir.Table:
    """The tenants, with whether what names one names another too, in whatever case; a tenant that was merged
    into another is that one.
    """
    assert relations.boundary is not None
    root = dataset.tables[relation.name]
    if tenant_name.name == relations.boundary.root_key:
        return root.mutate(**{TWICE: root.count().over(ibis.window(group_by=[root[tenant_name.name]])) > 1})
    rows = owned(dataset.tables, relations, relation.name)
    name = rows[tenant_name.name]
    plain = name.cast("string").strip().lower()
    within = ibis.window(group_by=[plain])
    differs = rows[TENANT].min().over(within) != rows[TENANT].max().over(within)
    return rows.mutate(**{TWICE: differs & plain.notnull() & (plain != "")})


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32"))
def reused_key(named_tenants: ir.Table, relations: Relations) -> Offending:
    """Return whether what names a tenant names another one, too."""
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    return Offending(named_tenants[TWICE], confidence=Confidence.HIGH if stated else Confidence.MEDIUM)
