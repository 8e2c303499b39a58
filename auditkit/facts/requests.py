from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.route import Route
from auditkit.relations import Relations
from auditkit.relations.owner import PARENT_TENANT, TENANT, aligned, beside, owned

ANSWERED = "auditkit_answered"


def requests(dataset: Dataset, relations: Relations, route: Route) -> ir.Table:
    """The requests of one route, with the tenant of the caller, the tenant of what was asked for, and whether it was answered.

    What staff asked for, who may act everywhere, is left out.
    """
    log = route.log
    rows = dataset.tables[log.table]
    rows = rows.filter(rows[log.route].cast("string") == route.name)
    rows = _without_staff(dataset, relations, route, rows)
    parent = owned(dataset.tables, relations, route.reference.parent)
    rows, parent = aligned(rows, route.reference, parent)  # a log keeps as text what is a number elsewhere
    joined = beside(rows, route.reference, parent, PARENT_TENANT)
    answered = joined[log.status].cast("int64").between(200, 299).fill_null(False) if log.status else ibis.literal(True)
    return joined.mutate(**{TENANT: joined[log.tenant], ANSWERED: answered})


def _without_staff(dataset: Dataset, relations: Relations, route: Route, rows: ir.Table) -> ir.Table:
    user = route.log.user
    reference = relations.through(route.log.table, user) if user else None
    if reference is None or reference.parent not in relations.staff:
        return rows
    people = dataset.tables[reference.parent]
    staff = people.filter(relations.staff[reference.parent])
    return rows.anti_join(staff, rows[reference.columns[0]] == staff[reference.parent_columns[0]])
