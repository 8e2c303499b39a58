from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset, Key
from auditkit.facts import many
from auditkit.facts.credential_column import credentials
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.relations import Origin, Relations, Scope, ScopeKind
from auditkit.relations.names import words

_RANDOM = re.compile(
    r"(?:^|_)(?:uuid|guid|ulid|nanoid|public_id|hash|digest|checksum|fingerprint|object_key|storage_key|blob_key)$"
)


@dataclass(frozen=True)
class TenantUnique:
    """A unique key of a tenant's table over what people or other systems choose."""

    columns: tuple[str, ...]
    tenant: str
    primary: bool
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": self.columns}

    @property
    def ignores_tenant(self) -> bool:
        """Whether the tenant is no part of it."""
        return self.tenant not in self.columns


@many
def tenant_unique(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantUnique, ...] | Missing:
    """The declared unique keys of a table that carries its tenant; what is counted up, random or secret needs
    no tenant in its key.
    """
    if scope.kind is not ScopeKind.DIRECT or scope.column is None:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    sure = Confidence.HIGH if stated else Confidence.MEDIUM
    keys = [
        k
        for k in dataset.keys()
        if k.table == relation.name and not _needs_none(dataset, relations, k, scope.column)
    ]
    found = tuple(TenantUnique(k.columns, scope.column, k.primary, sure) for k in keys)
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} declares no unique key over what somebody chooses"
    )


def _needs_none(dataset: Dataset, relations: Relations, key: Key, tenant: str) -> bool:
    """Return whether a key is made by machines, or is the tenant's or a parent's alone."""
    table = dataset.tables[key.table]
    chosen = [c for c in key.columns if c != tenant]
    made = set(credentials(table)) | {
        c for c in chosen if table[c].type().is_uuid() or _RANDOM.search(words(c))
    }
    made |= {
        c
        for c in chosen
        if words(c) == "id" or (key.primary and len(key.columns) == 1 and table[c].type().is_integer())
    }
    parents = {c for r in relations.of(key.table) for c in r.columns}
    return not chosen or any(c in made or c in parents for c in chosen)
