from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.errors import SourceError
from auditkit.dataset.rights import Probed
from auditkit.facts.access.server import Server
from auditkit.outcome import Missing
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.row_tenants import TENANT, with_tenant


@fact
def probes(
    dataset: Dataset, server: Server, policy: Policy, relations: Relations
) -> Mapping[str, Probed | Missing]:
    """What the role of the policy's `probe` sees of each table of tenants, as the tenant with the most rows.

    A table that could not be probed has the reason. Without a `probe` in the policy no table is probed.
    """
    rights, probe = server.rights, policy.probe
    if probe is None or not rights.has_row_security or not rights.called([probe.role]):
        return {}
    found: dict[str, Probed | Missing] = {}
    for name in tables_of_tenants(dataset, server, policy, relations):
        tenants = with_tenant(dataset.tables, relations, name).select(TENANT)
        try:
            found[name] = dataset.probed(name, tenants, probe.role, probe.setting)
        except SourceError as error:
            found[name] = error.missing
    return found


def tables_of_tenants(
    dataset: Dataset, server: Server, policy: Policy, relations: Relations
) -> tuple[str, ...]:
    """Return the tables of a server with rows of tenants that the audit may read."""
    return tuple(
        name
        for name, guarded in server.rights.relations.items()
        if guarded.kind == "table"
        and name in dataset.relations
        and not guarded.of_extension
        and policy.excluded(name) is None
        and dataset.missing(name) is None
        and (scope := relations.scopes.get(name)) is not None
        and scope.is_tenant
    )
