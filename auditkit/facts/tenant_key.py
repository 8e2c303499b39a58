from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.relations import Origin, Relations, Scope, ScopeKind


@dataclass(frozen=True)
class TenantKey:
    """The column of a table that carries its tenant."""

    column: str
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,)}


@many
def tenant_key(relations: Relations, relation: Examined, scope: Scope) -> tuple[TenantKey, ...] | Missing:
    """The column that carries the tenant."""
    if scope.kind not in (ScopeKind.DIRECT, ScopeKind.MEMBERSHIP) or scope.column is None:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    return (TenantKey(scope.column, Confidence.HIGH if stated else Confidence.MEDIUM),)
