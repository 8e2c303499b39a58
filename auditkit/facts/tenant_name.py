from __future__ import annotations

import re

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.names import words

_NAMES = re.compile(
    r"(?:^|_)(?:slug|subdomain|domain|host|hostname|handle|shortname|short_name|external_id|customer_number|realm)$"
)


@many
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
