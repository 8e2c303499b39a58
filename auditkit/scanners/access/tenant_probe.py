"""Session of one tenant sees rows of another tenant

## What it finds
Tables of which the role of the application sees rows of other tenants. The audit acts as that role, names the
tenant with the most rows, and counts the rows that it sees. It does so only where the policy asks for it by
`probe: {role: app, setting: app.tenant_id}`.

## Why it matters
Row policies are a statement. What the server really shows is the proof (GDPR Art. 32(1)(d)).

## How to fix
The checks `access-rls-missing`, `access-rls-not-forced`, `access-weak-policy` and `access-bypass-path` say
why for the same table. Where the probe sees no row of another tenant, `access-weak-policy` does not call the
row policies of that role open. Assess rows that another tenant could read as a personal data breach (Art.
33).

## Limits
Run the probe on a copy of the database. The role of the audit needs `GRANT app TO auditor`. The probe is one
transaction that may only read, and it is rolled back. It must see some rows of its own tenant. If it sees
none, it proves nothing, and the check is not assessed.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-tenant-probe"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(d), testing the security of processing
- GDPR Art. 33, notification of a breach
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import Probed
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import declares_sensitive
from auditkit.facts.tenant import NO_BOUNDARY
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations

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


@each
def probed_table(
    dataset: Dataset, server: Server, policy: Policy, relations: Relations
) -> tuple[ServerTable, ...] | Missing:
    """The tables of tenants on which the policy asks the audit to test row-level security."""
    rights, probe = server.rights, policy.probe
    if not rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security")
    if probe is None:
        return Missing(
            Cause.UNDECLARED,
            "the policy asks for no probe: declare `probe: {role: app, setting: app.tenant_id}` for a copy of"
            " the database",
        )
    if not rights.called([probe.role]):
        return server.lacks(probe.role)
    if relations.boundary is None:
        return NO_BOUNDARY
    found = []
    for name, guarded in rights.relations.items():
        if guarded.kind == "table" and name in dataset.relations and not guarded.of_extension:
            scope = relations.scopes.get(name)
            if (missing := policy.excluded(name) or dataset.missing(name)) is not None:
                found.append(ServerTable(name, missing))
            elif scope is not None and scope.is_tenant:
                found.append(ServerTable(name))
    return tuple(found)


@fact
def probe_result(
    policy: Policy, probes: Mapping[str, Probed | Missing], probed_table: ServerTable
) -> ir.Table | Missing:
    """The rows of other tenants that the role sees of a table, as the tenant with the most rows: one row.

    Rows of no tenant do not count. Where the role sees no row at all, the probe proves nothing.
    """
    probe, name = policy.probe, probed_table.name
    assert probe is not None  # without it no table is probed
    seen = probes[name]
    if isinstance(seen, Missing):
        return seen
    if not seen.own_visible and not seen.others_visible:
        return Missing(
            Cause.UNSEEN,
            f"{probe.role} sees no row of {name} when {probe.setting} names the tenant with the most rows, so"
            " that the probe proves nothing: correct `probe.setting`, or the row policy",
        )
    row = {
        "rows": seen.others_visible,
        "of": seen.others,
        "own_visible": seen.own_visible,
        "own": seen.own,
        "role": probe.role,
        "sensitive": declares_sensitive(policy, name),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(d)"),
    says="acting as {role}; it sees {own_visible} of {own:row} of its own tenant",
)
def tenant_probe(probe_result: ir.Table) -> ir.Table:
    """Return the table where the session of one tenant sees rows of others."""
    return probe_result.filter(probe_result.rows > 0)
