from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.relations import Relations
from auditkit.relations.owner import TENANT, owned

TWICE = "auditkit_twice"


def named_tenants(
    dataset: Dataset, relations: Relations, relation: Examined, tenant_name: Column
) -> ir.Table:
    """The tenants, with whether what names one names another too, in whatever case; a tenant that was merged
    into another is that one.
    """
    assert relations.boundary is not None
    root = dataset.tables[relation.name]
    if tenant_name.name == relations.boundary.root_key:
        return root.mutate(**{TWICE: root.count().over(ibis.window(group_by=[root[tenant_name.name]])) > 1})
    rows = owned(dataset.tables, relations, relation.name)
    name = rows[tenant_name.name]
    plain = name.cast("string").strip().lower()
    within = ibis.window(group_by=[plain])
    differs = rows[TENANT].min().over(within) != rows[TENANT].max().over(within)
    return rows.mutate(**{TWICE: differs & plain.notnull() & (plain != "")})
