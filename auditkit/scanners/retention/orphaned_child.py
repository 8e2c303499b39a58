"""Rows outlive the row they belong to.

Who asks for erasure, or whose period is over, is erased with everything that belongs to the record: the
notes, the files, the addresses of a customer who is gone are still about that customer (GDPR Art. 5(1)(e),
17(1)). They are left behind where no foreign key cascades, and where a parent is only marked as deleted.

Remedy: erase the rows that the finding's SQL selects; declare the reference with `ON DELETE CASCADE`, and let
    the job that purges marked
rows purge what belongs to them first. Rows with a ground of their own (an invoice) get a retention rule of
their own.

>>> import auditkit, pandas as pd
>>> tables = {"customers": pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]}),
...           "addresses": pd.DataFrame({"id": [1, 2, 3], "customer_id": [1, 2, 7]})}
>>> told = "{customers: {subject: {type: customer, key: id}}, addresses: {references: {customer_id: customers.id}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {told}}}")
>>> audit = auditkit.audit(tables, policy, checks=["retention-orphaned-child"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["parent_absent"]) for f in audit.findings]
[('addresses', ('customer_id',), 1, 3, 1)]
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Reference, Relations, names
from auditkit.scanners.retention.soft_delete_residue import gone, marks_of

LOGS = frozenset({"log", "audit", "event", "history"})
"""Tables of what happened: whom a row names there acted, and need not be whose row it is."""


@each
def owning_reference(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined
) -> tuple[Reference, ...] | Missing:
    """The references from the table to the rows that its own belong to, and ought to end with.

    Those through which it inherits its retention (`via`), and, where no rule gives it a period of its own,
    those to tables whose rows are people. Who acted on a row (its author, its assignee, the caller in a log)
    does not own it.
    """
    declared = policy.table(relation.name)
    rules = declared.retention if declared is not None else ()
    inherited, own = {r.via for r in rules}, any(r.start for r in rules)
    found = [r for r in relations.of(relation.name) if not r.is_self and r.columns[0] in inherited]
    if not own:
        found += [
            r
            for r in relations.of(relation.name)
            if r not in found and _is_of_a_person(dataset, policy, relations, r)
        ]
    nothing = Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} refers to no rows that its own would have to end with"
    )
    return tuple(found) or relations.lost.get(relation.name) or nothing


def _is_of_a_person(dataset: Dataset, policy: Policy, relations: Relations, reference: Reference) -> bool:
    declared, parent = policy.table(reference.parent), dataset.tables[reference.parent]
    people = names.is_people(reference.parent, parent.columns) or (
        declared is not None and declared.subject is not None
    )
    acting = (
        any(names.is_role(names.stem(c) or c) for c in reference.columns)
        or names.singular(reference.table).rpartition("_")[2] in LOGS
    )
    logged = policy.access_log is not None and policy.access_log.table == reference.table
    root = relations.boundary is not None and relations.boundary.root == reference.parent
    return people and not reference.is_self and not acting and not logged and not root


PARENT_ABSENT, PARENT_DELETED = "auditkit_parent_absent", "auditkit_parent_deleted"


@fact
def orphaned(
    dataset: Dataset, policy: Policy, owning_reference: Reference, rows: ir.Table, as_of: date
) -> ir.Table | Missing:
    """The rows of the table, with whether the row they belong to is not there, or was marked as deleted
    longer ago than its grace.
    """
    parent = dataset.tables[owning_reference.parent]
    if is_apart(parent, rows):
        return APART
    declared = policy.table(owning_reference.parent)
    marks = (
        marks_of(policy, owning_reference.parent, declared, parent.columns) if declared is not None else ()
    )
    deleted = reduce(or_, [gone(parent, mark, as_of) for mark in marks], ibis.literal(False))
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(owning_reference.parent_columns)}
    narrow = parent.select(**keys, **{PARENT_DELETED: deleted})
    joined = rows.left_join(
        narrow, [rows[c] == narrow[k] for c, k in zip(owning_reference.columns, keys, strict=True)]
    )
    refers = reduce(and_, [rows[c].notnull() for c in owning_reference.columns])
    absent = refers & joined[next(iter(keys))].isnull()
    return joined.select(
        *[joined[c] for c in rows.columns],
        **{PARENT_ABSENT: absent, PARENT_DELETED: joined[PARENT_DELETED].fill_null(False)},
    )


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(e)", "GDPR 17(1)"))
def orphaned_child(orphaned: ir.Table, owning_reference: Reference) -> Offending:
    """Return whether the row that a row belongs to is gone, or marked as deleted for longer than its
    grace.
    """
    absent, deleted = orphaned[PARENT_ABSENT], orphaned[PARENT_DELETED]
    counts = {"parent_absent": orphaned.count(where=absent), "parent_deleted": orphaned.count(where=deleted)}
    sure = Confidence.MEDIUM if owning_reference.origin is Origin.INFERRED else Confidence.HIGH
    return Offending(
        absent | deleted, detail={"reference": owning_reference.origin.value, **counts}, confidence=sure
    )
