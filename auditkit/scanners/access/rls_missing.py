"""A table of tenants that the application can reach is not under row-level security.

Only the application's own code then keeps one tenant's rows from another; a query that forgets the tenant
reads them all (GDPR Art. 25, 32(1)(b)). Which tables belong to tenants is told by the tenant map, not by the
schema; a table counts where a role other than its owner may read or write it, itself or as a role that it
acts as, with the policy's `roles` those of the application. Where no table of the server is under row-level
security at all, tenants are kept apart by other means, and it is medium. How many policies of the table wait
for row-level security to be turned on is in `detail.policies`.

Remedy: `ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY
    tenant_isolation ON t USING
(tenant_id = (SELECT current_setting('app.tenant_id')::integer)) WITH CHECK (...)`, and let each session say
its tenant with `SET LOCAL app.tenant_id`; the statements for the table at hand are in `detail.ddl`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-rls-missing"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, READS, WRITES
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import sensitive
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.relations.row_security import declares_strangers, secured, strangers

UNTOLD = Missing(
    Cause.UNSEEN, "whether its rows belong to tenants cannot be told: the table of tenants cannot be read"
)


@each
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


SCHEMA = pa.schema(
    [("secured", pa.bool_()), ("reached_by", pa.int64()), ("roles", pa.string()), ("policies", pa.int64()), ("severity", pa.string()),
     ("confidence", pa.string()), ("sensitive", pa.bool_()), ("ddl", pa.string())]
)  # fmt: skip


@fact
def row_guard(
    server: Server,
    tenant_table: ServerTable,
    policy: Policy,
    catalogue_relations: Relations,
    tenant_setting: str,
) -> ir.Table:
    """Whether row-level security is on for a table of tenants, in one row, and how many roles other than its
    owner reach it.

    Where the policy names the roles of the application, those count, also as owners. `policies` wait for
    row-level security to be turned on, and `ddl` does that. Where no table of the server has it, tenants are
    kept apart by other means, and it matters less.
    """
    rights, name = server.rights, tenant_table.name
    reached = [role for role in strangers(rights, policy, name) if rights.may(role, READS | WRITES, name)]
    used = any(r.secured for r in rights.relations.values())
    waiting = len(rights.policies_of(name))
    sure = (
        catalogue_relations.boundary is not None
        and catalogue_relations.boundary.origin is Origin.POLICY
        and (declares_strangers(rights, policy) or used)
    )
    row = {
        "secured": rights.relations[name].secured, "reached_by": sum(role != PUBLIC for role in reached),
        "roles": ", ".join(sorted(reached)[:5]) or None, "policies": waiting,
        "severity": str(Severity.HIGH if used or waiting else Severity.MEDIUM),
        "confidence": str(Confidence.HIGH if sure else Confidence.MEDIUM),
        "sensitive": sensitive(policy, Examined(name, None)),
        "ddl": secured(catalogue_relations, rights, name, tenant_setting),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def rls_missing(row_guard: ir.Table) -> ir.Table:
    """Return the table where somebody reaches it and row-level security is off, with the statements that turn
    it on.
    """
    found = row_guard
    return found.filter(~found.secured & found.roles.notnull()).drop("secured")
