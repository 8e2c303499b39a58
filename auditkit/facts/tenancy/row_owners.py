"""Which tenant owns each row of a table, by the key under which a document names the row."""

from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.relations import Relations
from auditkit.relations.documents import Meanings
from auditkit.relations.references import OF_A_TENANT
from auditkit.relations.row_tenants import TENANT, with_tenant
from auditkit.relations.tables import Tables


@fact
def row_keys(keys: Tables, structure: Relations) -> Mapping[str, str]:
    """The tables whose rows a document can name, each with the key by which it would, also the tenants."""
    found = {name: keys.key(name) for name, scope in structure.scopes.items() if scope.kind in OF_A_TENANT}
    if (boundary := structure.boundary) is not None:
        found[boundary.root] = boundary.root_key
    return {name: key for name, key in found.items() if key is not None}


@fact
def meanings(row_keys: Mapping[str, str], structure: Relations) -> Meanings:
    """Which tables the keys of documents mean."""
    boundary = structure.boundary
    if boundary is None:
        return Meanings(tuple(row_keys))
    return Meanings(tuple(row_keys), boundary.key, boundary.root)


def owners_of(dataset: Dataset, relations: Relations, name: str, key: str) -> Mapping[str, str]:
    """Return the tenant of each row of a table, by the row's key."""
    rows = with_tenant(dataset.tables, relations, name)
    narrow = rows.select(auditkit_row=rows[key], auditkit_of=rows[TENANT])
    return {
        str(row): str(tenant)
        for batch in dataset.stream(narrow)
        for row, tenant in batch
        if tenant is not None
    }
