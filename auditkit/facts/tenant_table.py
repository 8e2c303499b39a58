from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.secured_table import ServerTable
from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations import Relations

UNTOLD = Missing(
    Cause.UNSEEN, "whether its rows belong to tenants cannot be told: the table of tenants cannot be read"
)


@many
def tenant_table(
    dataset: Dataset, server: Server, policy: Policy, catalogue_relations: Relations
) -> tuple[ServerTable, ...] | Missing:
    """The tables of a server whose rows belong to tenants, and those of which nobody can tell because this
    role may not read them.
    """
    rights = server.rights
    if not rights.has_row_security:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{server.name} has no row-level security: what separates tenants is the application's",
        )
    if catalogue_relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    found = []
    for name, guarded in rights.relations.items():
        if name not in dataset.relations or guarded.kind != "table" or guarded.of_extension:
            continue
        scope = catalogue_relations.scopes.get(name)
        if (excluded := policy.excluded(name)) is not None:
            found.append(ServerTable(name, excluded))
        elif scope is None and not guarded.secured:
            found.append(ServerTable(name, dataset.missing(name) or UNTOLD))
        elif scope is None or scope.is_tenant:
            found.append(ServerTable(name))
    return tuple(found)
