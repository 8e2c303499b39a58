from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.dataset.identity import backend_of
from auditkit.relations.composite import TenantForeignKey


def foreign_key_shape(dataset: Dataset, tenant_foreign_key: TenantForeignKey) -> ir.Table:
    """What a foreign key between tables of a tenant is like, in one row: whether it carries the tenant, and
    the DDL if it does not.
    """
    parent = tenant_foreign_key.parent
    unique = {frozenset(k.columns) for k in dataset.keys() if k.table == parent}
    there = backend_of(dataset.tables[tenant_foreign_key.reference.table]).name == "postgres"
    row = {
        "carries_tenant": tenant_foreign_key.carries_tenant,
        "confidence": tenant_foreign_key.confidence.value,
        "parent_has_key": frozenset(tenant_foreign_key.wanted) in unique,
        "on_delete": tenant_foreign_key.reference.on_delete,
        "ddl": ("" if there else "/* in PostgreSQL's words */ ") + tenant_foreign_key.ddl(unique),
    }
    kinds = {"carries_tenant": pa.bool_(), "parent_has_key": pa.bool_()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in row])
    return ibis.memtable(pa.Table.from_pylist([row], schema=schema))
