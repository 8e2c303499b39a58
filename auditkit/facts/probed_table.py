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
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class ProbedTable:
    """A table of tenants that row-level security is tried out on."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.name, "target": None}


@many
def probed_table(dataset: Dataset, server: Server, policy: Policy, relations: Relations) -> tuple[ProbedTable, ...] | Missing:
    """The tables of tenants that row-level security is tried out on, where the policy asks for that by `probe`."""
    rights, probe = server.rights, policy.probe
    if not rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security to try out")
    if probe is None:
        told = "the policy asks for no probe: declare `probe: {role: app, setting: app.tenant_id}` for a copy of the database"
        return Missing(Cause.UNDECLARED, told)
    if not rights.called([probe.role]):
        hint = did_you_mean(probe.role, rights.users)
        return Missing(Cause.UNSEEN, f"the policy's probe acts as {probe.role}, a role that {server.name} does not have.{hint}")
    if relations.boundary is None:
        return Missing(Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key")
    found = []
    for name, guarded in rights.relations.items():
        if guarded.kind == "table" and name in dataset.relations and not guarded.of_extension:
            scope, missing, excluded = relations.scopes.get(name), dataset.missing(name), policy.exclusion(name)
            if excluded is not None:
                found.append(ProbedTable(name, Missing(Cause.EXCLUDED, f"excluded by the policy: {excluded}")))
            elif missing is not None:
                found.append(ProbedTable(name, missing))
            elif scope is not None and scope.is_tenant:
                found.append(ProbedTable(name))
    return tuple(found)
