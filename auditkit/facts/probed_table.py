from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.secured_table import ServerTable
from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.vocabulary import did_you_mean


@many
def probed_table(
    dataset: Dataset, server: Server, policy: Policy, relations: Relations
) -> tuple[ServerTable, ...] | Missing:
    """The tables of tenants that row-level security is tried out on, where the policy asks for that by
    `probe`.
    """
    rights, probe = server.rights, policy.probe
    if not rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security to try out")
    if probe is None:
        told = (
            "the policy asks for no probe: declare `probe: {role: app, setting: app.tenant_id}` for a copy of"
            " the database"
        )
        return Missing(Cause.UNDECLARED, told)
    if not rights.called([probe.role]):
        hint = did_you_mean(probe.role, rights.users)
        return Missing(
            Cause.UNSEEN,
            f"the policy's probe acts as {probe.role}, a role that {server.name} does not have.{hint}",
        )
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    found = []
    for name, guarded in rights.relations.items():
        if guarded.kind == "table" and name in dataset.relations and not guarded.of_extension:
            scope = relations.scopes.get(name)
            if (missing := policy.excluded(name) or dataset.missing(name)) is not None:
                found.append(ServerTable(name, missing))
            elif scope is not None and scope.is_tenant:
                found.append(ServerTable(name))
    return tuple(found)
