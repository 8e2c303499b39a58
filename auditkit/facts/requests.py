from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.log_rows import ANSWERED, answered, without_staff
from auditkit.facts.route import Route
from auditkit.relations import Relations
from auditkit.relations.owner import PARENT_TENANT, TENANT, aligned, beside, owned

__all__ = ["ANSWERED", "requests"]


def requests(dataset: Dataset, relations: Relations, route: Route) -> ir.Table:
    """The requests of one route, with the tenant of the caller, the tenant of what was asked for, and whether it was answered.

    What staff asked for, who may act everywhere, is left out.
    """
    log = route.log
    rows = dataset.tables[log.table]
    rows = rows.filter(rows[log.route].cast("string") == route.name)
    rows = without_staff(dataset, relations, log.table, log.user, rows)
    parent = owned(dataset.tables, relations, route.reference.parent)
    rows, parent = aligned(rows, route.reference, parent)  # a log keeps as text what is a number elsewhere
    joined = beside(rows, route.reference, parent, PARENT_TENANT)
    return joined.mutate(**{TENANT: joined[log.tenant], ANSWERED: answered(joined, log.status)})
