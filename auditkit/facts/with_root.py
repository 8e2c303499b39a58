from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought
from auditkit.dataset.identity import is_apart
from auditkit.facts.log_rows import key_text
from auditkit.facts.tenant_key import TenantKey
from auditkit.relations import Relations
from auditkit.relations.infer import family

ROOT = "auditkit_root"


def with_root(dataset: Dataset, relations: Relations, rows: ir.Table, tenant_key: TenantKey) -> ir.Table:
    """The rows of the table with the key of their tenant's own row in `ROOT`, null where there is no such
    tenant.

    The keys of tenants that live in another database are brought beside the rows.
    """
    assert relations.boundary is not None  # a table with a tenant key has a boundary
    root = dataset.tables[relations.boundary.root]
    known = root.select(**{ROOT: root[relations.boundary.root_key]}).distinct()
    known = brought(dataset, known, rows) if is_apart(root, rows) else known
    own, key = rows[tenant_key.column], known[ROOT]
    joined = rows.left_join(
        known, own == key if family(own.type()) == family(key.type()) else key_text(own) == key_text(key)
    )
    return joined.select(*[joined[c] for c in rows.columns], joined[ROOT])
