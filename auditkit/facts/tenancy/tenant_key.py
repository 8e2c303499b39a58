"""The column with which a table carries its tenant, and how the keys of tenants are compared."""

from __future__ import annotations

from dataclasses import dataclass

from auditkit.check import Item, fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.relations import Scope
from auditkit.relations.references import CARRIES, Boundary


@dataclass(frozen=True)
class TenantKey(Item, columns="column"):
    """The column of a table that holds the key of a tenant."""

    column: str
    confidence: Confidence


@fact
def tenant_column(relation: Examined, scope: Scope) -> str | Missing:
    """The name of the column with the one tenant of each row, for a table that carries its tenant."""
    if scope.kind in CARRIES and scope.column is not None:
        return scope.column
    return _not_carried(relation, scope)


def tenant_key_of(relation: Examined, scope: Scope, boundary: Boundary) -> tuple[TenantKey, ...] | Missing:
    """Return the tenant column of a table that carries its tenant, or of a table of memberships."""
    if scope.kind in CARRIES and scope.column is not None:
        return (TenantKey(scope.column, boundary.confidence),)
    return _not_carried(relation, scope)


def _not_carried(relation: Examined, scope: Scope) -> Missing:
    return Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}")
