"""Which tenant owns each row of a table, by the key under which a document names the row."""

from __future__ import annotations

from collections.abc import Mapping

from auditkit.dataset import Dataset
from auditkit.relations import Relations
from auditkit.relations.references import OF_A_TENANT
from auditkit.relations.row_tenants import TENANT, with_tenant
from auditkit.relations.tables import Tables


def row_keys(dataset: Dataset, relations: Relations) -> Mapping[str, str]:
    """Return the tables whose rows a document can name, each with the key by which it would."""
    tables = Tables(dataset, {name: dataset.tables[name] for name in relations.scopes})
    keys = {name: tables.key(name) for name, scope in relations.scopes.items() if scope.kind in OF_A_TENANT}
    return {name: key for name, key in keys.items() if key is not None}


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
