from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.identity import backend_of
from auditkit.facts.relation import Examined
from auditkit.facts.tenant_unique import TenantUnique
from auditkit.relations.composite import sql_name


def tenant_unique_shape(relation: Examined, tenant_unique: TenantUnique) -> ir.Table:
    """What a unique key of a tenant's table is like, in one row: whether it ignores the tenant, and the DDL
    if it does.
    """
    table, told = sql_name(relation.name), (tenant_unique.tenant, *tenant_unique.columns)
    columns = ", ".join(map(sql_name, told))
    index = sql_name("_".join((relation.name.rpartition(".")[2], *told)).replace(".", "_"))
    assert relation.table is not None  # a table that cannot be read has no keys to ask for
    by_index = backend_of(relation.table).name in (
        "sqlite",
        "duckdb",
    )  # neither adds a constraint to a table that there is
    row = {
        "ignores_tenant": tenant_unique.ignores_tenant,
        "confidence": tenant_unique.confidence.value,
        "primary": tenant_unique.primary,
        "ddl": (
            f"CREATE UNIQUE INDEX {index} ON {table} ({columns})"
            if by_index
            else f"ALTER TABLE {table} ADD UNIQUE ({columns})"
        ),
    }
    kinds = {"ignores_tenant": pa.bool_(), "primary": pa.bool_()}
    return ibis.memtable(
        pa.Table.from_pylist([row], schema=pa.schema([(name, kinds.get(name, pa.string())) for name in row]))
    )
