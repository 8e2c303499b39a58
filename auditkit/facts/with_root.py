from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.tenant_key import TenantKey
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations

ROOT = "auditkit_root"


def with_root(dataset: Dataset, relations: Relations, rows: ir.Table, tenant_key: TenantKey) -> ir.Table | Missing:
    """The rows of the table with the key of their tenant's own row in `ROOT`, null where there is no such tenant."""
    assert relations.boundary is not None  # a table with a tenant key has a boundary
    root = dataset.tables[relations.boundary.root]
    if root.get_backend() is not rows.get_backend():
        return Missing(Cause.NOT_APPLICABLE, f"{relations.boundary.root} lives in another database")
    known = root.select(**{ROOT: root[relations.boundary.root_key]}).distinct()
    joined = rows.left_join(known, rows[tenant_key.column] == known[ROOT])
    return joined.select(*[joined[c] for c in rows.columns], joined[ROOT])
