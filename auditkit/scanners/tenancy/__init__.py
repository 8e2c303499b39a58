"""Tenant isolation: rows that cross from one tenant to another, and what lets them cross."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.audit.meeting import met
from auditkit.policy import Policy
from auditkit.relations.tenant_map import TenantMap, tenant_map_of
from auditkit.scanners import audit


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`.

    >>> import auditkit, pandas as pd
    >>> tables = {
    ...     "tenants": pd.DataFrame({"id": [1, 2]}),
    ...     "projects": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
    ...     "tickets": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "project_id": [10, 20, 10]}),
    ... }
    >>> policy = auditkit.Policy.parse(
    ...     "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id},"
    ...     " tables: {tickets: {references: {project_id: projects.id}}}}"
    ... )
    >>> [(f.check, f.rows) for f in scan(tables, policy).findings if f.severity == "critical"]
    [('tenancy-cross-reference', 1)]
    """
    return audit(source, policy, scanners=["tenancy"], as_of=as_of, sample=sample)


def tenant_map(source: Any, policy: Any = None) -> TenantMap:
    """Return how every table of a source belongs to a tenant, with the evidence.

    The arguments and the errors are those of `scan`.
    """
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    with met(source, declared) as data:
        return tenant_map_of(data, declared)
