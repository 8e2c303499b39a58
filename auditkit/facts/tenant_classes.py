from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.facts.classes import SIZE, comparable
from auditkit.outcome import Cause, Missing
from auditkit.policy import TablePolicy
from auditkit.relations.owner import TENANT

TENANT_SIZE = "auditkit_tenant_class_size"


def tenant_classes(
    tenanted: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy
) -> ir.Table | Missing:
    """The rows of each tenant, with the size of their equivalence class in the whole table and among the rows
    of the tenant.
    """
    if declared.disclosure is None or declared.disclosure.tenant_k is None:
        return Missing(
            Cause.UNDECLARED,
            "the policy does not say how many rows of one tenant must be alike (`disclosure.tenant_k`)",
        )
    within = [comparable(tenanted[c]) for c in quasi_identifiers]
    whole = tenanted.count().over(ibis.window(group_by=within))
    inside = tenanted.count().over(ibis.window(group_by=[*within, tenanted[TENANT]]))
    sized = tenanted.mutate(**{SIZE: whole, TENANT_SIZE: inside})
    return sized.filter(sized[TENANT].notnull())
