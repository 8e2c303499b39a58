from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.relations import Membership, Reference, Relations
from auditkit.relations.owner import TENANT, members, owned


def bound(dataset: Dataset, relations: Relations, relation: Examined) -> ir.Table:
    """The rows of any table with the tenant that each is bound to, staff like everybody else; null where it
    is none, or more than one.

    What belongs to a person alone is bound to the tenant of which the person is a member, where that is one.
    """
    if relations.scopes[relation.name].is_tenant:
        return owned(dataset.tables, replace(relations, staff={}), relation.name)
    rows = dataset.tables[relation.name]
    for reference in relations.of(relation.name):
        if memberships := relations.members_of(reference.parent, reference.parent_columns):
            return _by_person(dataset, rows, reference, memberships)
    return rows.mutate(**{TENANT: ibis.null("int64")})


def _by_person(
    dataset: Dataset, rows: ir.Table, reference: Reference, memberships: tuple[Membership, ...]
) -> ir.Table:
    may = members(dataset.tables, memberships)
    counted = may.group_by("auditkit_user").aggregate(auditkit_only=may.auditkit_in.min(), n=may.count())
    joined = rows.left_join(
        counted.filter(counted.n == 1), rows[reference.columns[0]] == counted.auditkit_user
    )
    return joined.select(*[joined[c] for c in rows.columns], **{TENANT: joined.auditkit_only})
