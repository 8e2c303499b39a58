from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.facts.relation import Examined
from auditkit.facts.tenant_unique import TenantUnique
from auditkit.relations.composite import sql_name


def tenant_unique_shape(relation: Examined, tenant_unique: TenantUnique) -> ir.Table:
    """What a unique key of a tenant's table is like, in one row: whether it ignores the tenant, and the DDL if it does."""
    columns = ", ".join(map(sql_name, (tenant_unique.tenant, *tenant_unique.columns)))
    row = {
        "ignores_tenant": tenant_unique.ignores_tenant,
        "confidence": tenant_unique.confidence.value,
        "primary": tenant_unique.primary,
        "ddl": f"ALTER TABLE {sql_name(relation.name)} ADD UNIQUE ({columns})",
    }
    kinds = {"ignores_tenant": pa.bool_(), "primary": pa.bool_()}
    return ibis.memtable(pa.Table.from_pylist([row], schema=pa.schema([(name, kinds.get(name, pa.string())) for name in row])))
