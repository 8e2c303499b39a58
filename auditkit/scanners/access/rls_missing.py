"""Tenant table without row-level security

## What it finds
Tables with rows of tenants that another role than their owner may read or write, and that have no row-level
security. Rights that a role gains as another role count. Where the policy declares `roles`, those of the
application count. Tables of people that belong to no tenant count where a role of visitors may read them: one
of `roles.low_trust`, `anon` or `authenticated`.

## Why it matters
Only the code of the application then keeps the rows of tenants apart. A query that forgets the tenant reads
the rows of all of them (GDPR Art. 25, 32(1)(b)).

## How to fix
Run the statements of the finding. They have the form `ALTER TABLE <table> ENABLE ROW LEVEL SECURITY`, `ALTER
TABLE <table> FORCE ROW LEVEL SECURITY` and `CREATE POLICY tenant_isolation ON <table> USING (tenant_id =
(SELECT current_setting('app.tenant_id')::integer)) WITH CHECK (...)`. Let each session name its tenant with
`SET LOCAL app.tenant_id`.

## Limits
The tenant map says which tables belong to tenants; the schema does not. Tables of people are those that the
policy declares, or that have a column that is plainly named so. Where no table of the server has row-level
security, something else keeps tenants apart, and the severity is medium.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-rls-missing"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, READS, WRITES, Rights
from auditkit.facts.access.people import holds_people
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import declares_sensitive
from auditkit.facts.tenant import NO_BOUNDARY
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.row_security.roles import declares_strangers, strangers, visitors
from auditkit.row_security.statements import enabling_ddl, revoking_ddl

SCHEMA = pa.schema(
    [
        ("secured", pa.bool_()),
        ("reached_by", pa.int64()),
        ("roles", pa.string()),
        ("policies", pa.int64()),
        ("severity", pa.string()),
        ("confidence", pa.string()),
        ("sensitive", pa.bool_()),
        ("ddl", pa.string()),
    ]
)
_UNKNOWN_SCOPE = Missing(
    Cause.UNSEEN, "whether its rows belong to tenants is unknown: this role may not read the table of tenants"
)
_ROLES_SHOWN = 5


@each
def tenant_table(
    dataset: Dataset, server: Server, policy: Policy, catalogue_relations: Relations
) -> tuple[ServerTable, ...] | Missing:
    """The tables of a server whose rows belong to tenants, or may belong to them.

    With them come tables of people that belong to no tenant, where a role of visitors may read them.
    """
    if not server.rights.has_row_security:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{server.name} has no row-level security: the application has to keep tenants apart",
        )
    rights, boundary = server.rights, catalogue_relations.boundary
    found = []
    for name, guarded in server.rights.relations.items():
        if name not in dataset.relations or guarded.kind != "table" or guarded.of_extension:
            continue
        scope = catalogue_relations.scopes.get(name)
        if (excluded := policy.excluded(name)) is not None:
            found.append(ServerTable(name, excluded))
        elif (scope is None or not scope.is_tenant) and _readers_of_people(rights, policy, name):
            found.append(ServerTable(name))
        elif boundary is None:
            continue
        elif scope is None and not guarded.secured:
            found.append(ServerTable(name, dataset.missing(name) or _UNKNOWN_SCOPE))
        elif scope is None or scope.is_tenant:
            found.append(ServerTable(name))
    return tuple(found) if found or boundary is not None else NO_BOUNDARY


def _readers_of_people(rights: Rights, policy: Policy, table: str) -> list[str]:
    """Return the roles of visitors that may read a table of people; none for other tables."""
    if not holds_people(policy, table, rights.relations[table].types):
        return []
    return [role for role in visitors(rights, policy) if role != PUBLIC and rights.may(role, READS, table)]


@fact
def row_guard(
    server: Server,
    tenant_table: ServerTable,
    policy: Policy,
    catalogue_relations: Relations,
    tenant_setting: str,
) -> ir.Table:
    """Whether a table of tenants has row-level security, and which roles reach it: one row.

    `reached_by` counts the roles, `policies` the row policies that the table already has. `ddl` turns
    row-level security on.
    """
    rights, name = server.rights, tenant_table.name
    boundary = catalogue_relations.boundary
    scope = catalogue_relations.scopes.get(name)
    of_people = _readers_of_people(rights, policy, name) if scope is None or not scope.is_tenant else []
    reaching = of_people or [
        role for role in strangers(rights, policy, name) if rights.may(role, READS | WRITES, name)
    ]
    in_use = any(relation.secured for relation in rights.relations.values())
    policies = len(rights.policies_of(name))
    is_declared = boundary is not None and boundary.origin is Origin.POLICY
    sure = is_declared and (declares_strangers(rights, policy) or in_use)
    row = {
        "secured": rights.relations[name].secured,
        "reached_by": sum(role != PUBLIC for role in reaching),
        "roles": ", ".join(sorted(reaching)[:_ROLES_SHOWN]) or None,
        "policies": policies,
        "severity": str(Severity.HIGH if in_use or policies else Severity.MEDIUM),
        "confidence": str(Confidence.HIGH if sure else Confidence.MEDIUM),
        "sensitive": declares_sensitive(policy, name),
        "ddl": enabling_ddl(catalogue_relations, rights, name, tenant_setting)
        or revoking_ddl(rights, of_people, READS, name, "SELECT"),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 25", "GDPR 32(1)(b)"),
    says=(
        "open to {roles}; {reached_by:role} in all;"
        " {policies:row policy has no effect yet|row policies have no effect yet}"
    ),
)
def rls_missing(row_guard: ir.Table) -> ir.Table:
    """Return the table where a role reaches it and row-level security is off."""
    return row_guard.filter(~row_guard.secured & row_guard.roles.notnull()).drop("secured")
