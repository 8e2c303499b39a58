from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations import Relations

UNTOLD = Missing(Cause.UNSEEN, "whether its rows belong to tenants cannot be told: the table of tenants cannot be read")


@dataclass(frozen=True)
class TenantTable:
    """A table of a server whose rows belong to tenants."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.name, "target": None}


@many
def tenant_table(dataset: Dataset, server: Server, policy: Policy, catalogue_relations: Relations) -> tuple[TenantTable, ...] | Missing:
    """The tables of a server whose rows belong to tenants, and those of which nobody can tell because this role may not read them."""
    rights = server.rights
    if not rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security: what separates tenants is the application's")
    if catalogue_relations.boundary is None:
        return Missing(Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key")
    found = []
    for name, guarded in rights.relations.items():
        if name not in dataset.relations or guarded.kind != "table" or guarded.of_extension:
            continue
        scope, excluded = catalogue_relations.scopes.get(name), policy.exclusion(name)
        if excluded is not None:
            found.append(TenantTable(name, Missing(Cause.EXCLUDED, f"excluded by the policy: {excluded}")))
        elif scope is None and not guarded.secured:
            found.append(TenantTable(name, dataset.missing(name) or UNTOLD))
        elif scope is None or scope.is_tenant:
            found.append(TenantTable(name))
    return tuple(found)
