"""A session of one tenant sees another tenant's rows.

What policies say is one thing, what the server shows another. On a copy of the database, where the policy
asks for it by `probe: {role: app, setting: app.tenant_id}`, the audit acts as the application's role, says
that it is the tenant with the most rows, and counts whose rows it sees (GDPR Art. 32(1)(d)): the other
tenants' must be none, and some of its own must be there, or the probe proves nothing and is not assessed. All
of it is one transaction that may only read and is rolled back. The audit's role needs `GRANT app TO auditor`.

Remedy: see `access-rls-missing`, `access-rls-not-forced`, `access-weak-policy` and `access-bypass-path` for
    the table, which say why;
treat rows that a tenant could read as a breach to be assessed (Art. 33).

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-tenant-probe"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import sensitive
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.owner import TENANT, owned
from auditkit.vocabulary import did_you_mean


@each
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


SCHEMA = pa.schema(
    [
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("own_visible", pa.int64()),
        ("own", pa.int64()),
        ("role", pa.string()),
        ("sensitive", pa.bool_()),
    ]
)


@fact
def probe_result(
    dataset: Dataset, policy: Policy, relations: Relations, probed_table: ServerTable
) -> ir.Table | Missing:
    """How many rows of other tenants a role sees of a table when it says that it is one, in one row; rows of
    nobody do not count.

    It is the tenant with the most rows. Where the role sees none of its rows, nothing is proven: the tenant
    is said in another way.
    """
    probe, name = policy.probe, probed_table.name
    assert probe is not None  # without it no table is probed
    tenants = owned(dataset.tables, relations, name).select(TENANT)
    found = dataset.probed(name, tenants, probe.role, probe.setting)
    if isinstance(found, Missing):
        return found
    if not found.own_visible and not found.others_visible:
        told = (
            f"{probe.role} sees no row of {name} when {probe.setting} names the tenant that has most of them:"
            " the probe proves nothing"
        )
        return Missing(Cause.UNSEEN, f"{told}; correct `probe.setting`, or the row policy")
    row = {
        "rows": found.others_visible, "of": found.others, "own_visible": found.own_visible, "own": found.own,
        "role": probe.role, "sensitive": sensitive(policy, Examined(name, None)),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(d)"))
def tenant_probe(probe_result: ir.Table) -> ir.Table:
    """Return the table where rows of other tenants are seen: how many, of how many."""
    return probe_result.filter(probe_result.rows > 0)
