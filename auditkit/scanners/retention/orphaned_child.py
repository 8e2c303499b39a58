"""Child rows that outlive their parent

## What it finds
Rows whose parent row is gone, or was marked as deleted longer ago than its grace. The parent is the row from
which the table inherits its retention (`via`). In a table without a retention period of its own, it is also
the row of the person to whom the row belongs.

## Why it matters
When a person asks for erasure, or a retention period ends, everything that belongs to the record must be
erased (GDPR Art. 5(1)(e) and 17(1)). Notes, files and addresses of an erased customer are still about that
customer. They stay where no foreign key cascades, and where the parent is only marked as deleted.

## How to fix
Erase the rows that the SQL of the finding selects. Declare the reference with `ON DELETE CASCADE`, and let
the job that purges marked rows purge their children first. Give rows with a legal basis of their own, such as
invoices, a retention rule of their own.

## Limits
A reference that is only inferred from the data gives a finding of medium confidence. A person who acted on a
row, such as its author or assignee, does not own it; nor does a person whom a log names.

## Example
>>> import auditkit, pandas as pd
>>> customers = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
>>> addresses = pd.DataFrame({"id": [1, 2, 3], "customer_id": [1, 2, 7]})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Shop
... tables:
...   customers: {subject: {type: customer, key: id}}
...   addresses: {references: {customer_id: customers.id}}''')
>>> source = {"customers": customers, "addresses": addresses}
>>> audit = auditkit.audit(source, policy, checks=["retention-orphaned-child"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["parent_absent"]) for f in audit.findings]
[('addresses', ('customer_id',), 1, 3, 1)]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 17(1), right to erasure
"""

from __future__ import annotations

from functools import reduce
from operator import and_

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.retention.deletion_mark import marks_of, with_gone
from auditkit.facts.retention.holds import StandingHolds
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Reference, Relations, names
from auditkit.relations.key_text import same_key
from auditkit.relations.reach import Reach

LOGS = frozenset({"log", "audit", "event", "history"})
"""Words for tables of what happened: a person whom a row names there acted, and need not own the row."""
PARENT_ABSENT, PARENT_DELETED = "auditkit_parent_absent", "auditkit_parent_deleted"


@each
def owning_reference(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined
) -> tuple[Reference, ...] | Missing:
    """The references from the table to the rows that own its rows, and with which these ought to end.

    These are the references of `via`. Where no rule gives the table a start of its own, they are also the
    references to the people to whom its rows belong.
    """
    declared = policy.table(relation.name)
    rules = declared.retention if declared is not None else ()
    references = [r for r in relations.of(relation.name) if not r.is_self]
    found = [r for r in references if r.columns[0] in {rule.via for rule in rules}]
    if not any(rule.start for rule in rules):
        found += [r for r in references if r not in found and _leads_to_owner(dataset, policy, relations, r)]
    reason = f"no reference of {relation.name} leads to a row with which its own rows would have to end"
    nothing = Missing(Cause.NOT_APPLICABLE, reason)
    return tuple(found) or relations.lost.get(relation.name) or nothing


def _leads_to_owner(dataset: Dataset, policy: Policy, relations: Relations, reference: Reference) -> bool:
    """Return whether a reference leads to the person to whom a row belongs, not to one who acted on it."""
    declared, parent = policy.table(reference.parent), dataset.tables[reference.parent]
    boundary, log = relations.boundary, policy.access_log
    is_person = names.is_people(reference.parent, parent.columns) or (
        declared is not None and declared.subject is not None
    )
    is_actor = any(names.is_role(names.stem(c) or c) for c in reference.columns)
    is_log = names.singular(reference.table).rpartition("_")[2] in LOGS or (
        log is not None and log.table == reference.table
    )
    is_tenant = boundary is not None and boundary.root == reference.parent
    return is_person and not is_actor and not is_log and not is_tenant


@fact
def orphaned(
    reach: Reach, owning_reference: Reference, rows: ir.Table, standing_holds: StandingHolds | None
) -> ir.Table | Missing:
    """The rows of the table, with whether the row that owns each is gone, or was deleted longer ago."""
    name = owning_reference.parent
    parent = reach.tables.all[name]
    if is_apart(parent, rows):
        return APART
    declared = reach.policy.table(name)
    marks = marks_of(reach.policy, name, declared, parent.columns) if declared is not None else ()
    parent = with_gone(reach, parent, name, marks, standing_holds, PARENT_DELETED)
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(owning_reference.parent_columns)}
    narrow = parent.select(**keys, **{PARENT_DELETED: parent[PARENT_DELETED]})
    matches = [same_key(rows[c], narrow[k]) for c, k in zip(owning_reference.columns, keys, strict=True)]
    joined = rows.left_join(narrow, matches)
    refers = reduce(and_, [rows[c].notnull() for c in owning_reference.columns])
    absent = refers & joined[next(iter(keys))].isnull()
    return joined.select(
        *[joined[c] for c in rows.columns],
        **{PARENT_ABSENT: absent, PARENT_DELETED: joined[PARENT_DELETED].fill_null(False)},
    )


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(e)", "GDPR 17(1)"),
    says=(
        "{parent_absent:row} whose parent is gone; {parent_deleted:row} whose parent is marked as deleted;"
        " reference: {reference}"
    ),
)
def orphaned_child(orphaned: ir.Table, owning_reference: Reference) -> Offending:
    """Return whether the row that owns a row is gone, or was marked as deleted longer ago than its grace."""
    absent, deleted = orphaned[PARENT_ABSENT], orphaned[PARENT_DELETED]
    inferred = owning_reference.origin is Origin.INFERRED
    detail = {
        "reference": owning_reference.origin.value,
        "parent_absent": orphaned.count(where=absent),
        "parent_deleted": orphaned.count(where=deleted),
    }
    return Offending(absent | deleted, detail, confidence=Confidence.MEDIUM if inferred else Confidence.HIGH)
