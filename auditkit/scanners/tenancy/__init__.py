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
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`."""
    return audit(source, policy, scanners=["tenancy"], as_of=as_of, sample=sample)


def tenant_map(source: Any, policy: Any = None) -> TenantMap:
    """Return how every table of a source belongs to a tenant, with the evidence.

    The arguments and the errors are those of `scan`.
    """
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    with met(source, declared) as data:
        return tenant_map_of(data, declared)
