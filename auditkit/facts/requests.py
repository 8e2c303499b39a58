from __future__ import annotations

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought_by_key
from auditkit.dataset.identity import is_apart
from auditkit.facts.log_rows import ANSWERED, answered, key_text, without_staff
from auditkit.facts.route import Route
from auditkit.relations import Relations
from auditkit.relations.infer import family
from auditkit.relations.owner import PARENT_TENANT, TENANT, aligned, beside, owned

__all__ = ["ANSWERED", "requests"]


def requests(dataset: Dataset, relations: Relations, route: Route) -> ir.Table:
    """The requests of one route, with the tenant of the caller, the tenant of what was asked for, and whether
    it was answered.

    What staff asked for, who may act everywhere, is left out. Where the log is a file beside a database, the
    tenants of the objects that it names are fetched from there by key.
    """
    log = route.log
    rows = dataset.tables[log.table]
    rows = rows.filter(rows[log.route].cast("string") == route.name)
    rows = without_staff(dataset, relations, log.table, log.user, rows)
    parent = owned(dataset.tables, relations, route.reference.parent)
    if is_apart(rows, parent):
        (key,) = route.reference.parent_columns
        parent = brought_by_key(dataset, parent.select(key, TENANT), key, key_text(rows[log.object]), rows)
    rows, parent = aligned(rows, route.reference, parent)  # a log keeps as text what is a number elsewhere
    joined = beside(rows, route.reference, parent, PARENT_TENANT)
    own, other = joined[log.tenant], joined[PARENT_TENANT]
    if family(own.type()) != family(other.type()):
        own, other = key_text(own), key_text(other)
    return joined.mutate(**{TENANT: own, PARENT_TENANT: other, ANSWERED: answered(joined, log.status)})
