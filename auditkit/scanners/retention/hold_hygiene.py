"""Legal holds without review, date or subject, or still blocking after their end

## What it finds
In the table of holds: standing holds that nobody reviewed within `review_every` (a year where it is not
declared), holds without a date, and holds on a subject that is not there. In other tables: rows that are
still marked as held although every hold on their subject has ended.

## Why it matters
A hold suspends erasure as long as a claim is pending, and no longer (GDPR Art. 17(3)(e)). A hold that nobody
reviews keeps data for ever. A mark that was not removed keeps rows from the job that should erase them (Art.
12(3)).

## How to fix
Review each standing hold at the interval that the policy names, with its matter and its end. When a hold is
released, remove its mark from the rows in the same transaction, and let the erasure go on.

## Limits
The check does not know whether the claim behind a hold is still pending.

## Example
>>> import auditkit, pandas as pd
>>> placed_at, released_at = pd.to_datetime(["2021-01-01", "2025-09-01"]), pd.to_datetime([None, None])
>>> holds = pd.DataFrame({"user_id": [1, 2], "placed_at": placed_at, "released_at": released_at})
>>> users = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
>>> block = "{table: holds, subject: user_id, placed: placed_at, released: released_at, review_every: P1Y}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, holds: {block}}}")
>>> source, checks = {"users": users, "holds": holds}, ["retention-hold-hygiene"]
>>> audit = auditkit.audit(source, policy, checks=checks, as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["unreviewed"]) for f in audit.findings]
[('holds', 1, 2, 1)]

## References
- GDPR Art. 17(3)(e), legal claims
- GDPR Art. 12(3), time to act on a request
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.retention.held import held_by_rules
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Period, Policy
from auditkit.policy.logs import Holds
from auditkit.policy.period import latest_start
from auditkit.relations import Origin, Reference, Relations
from auditkit.relations.declared_tables import declared_table
from auditkit.relations.key_text import same_key
from auditkit.relations.reach import Reach

DEFECTS = ("unreviewed", "undated", "of_nobody", "released")
"""What may be wrong: the first three with a hold, the last with a row that a hold marks."""
REVIEW = Period.parse("P1Y")


@fact
def holds(
    dataset: Dataset,
    policy: Policy,
    reach: Reach,
    relations: Relations,
    relation: Examined,
    rows: ir.Table,
    as_of: date,
) -> ir.Table | Missing:
    """The rows of the table of holds, or rows that a hold marks, with a column for each of `DEFECTS`."""
    block = policy.holds
    if block is None or not block.subject or not block.placed:
        reason = "the policy names no table of legal holds (`holds`) with its columns subject and placed"
        return Missing(Cause.UNDECLARED, reason)
    known = declared_table(dataset, policy, "holds", ("subject", "placed", "released", "reviewed"))
    if isinstance(known, Missing):
        return known
    if relation.name == block.table:
        return _with_defects_of_holds(dataset, relations, block, rows, as_of)
    return _with_released_marks(reach, relations, relation.name, block, known, rows)


def _stands(block: Holds, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    """Return whether a hold has not ended."""
    now = latest_start(period=Period(), as_of=as_of)
    ended = clock(rows[block.released]).moment <= now if block.released is not None else ibis.literal(False)
    return ~ended.fill_null(False)


def _with_defects_of_holds(
    dataset: Dataset, relations: Relations, block: Holds, rows: ir.Table, as_of: date
) -> ir.Table:
    """Return the rows of the table of holds, with whether each is unreviewed, undated, or on nobody."""
    assert block.subject is not None and block.placed is not None
    stands, placed = _stands(block, rows, as_of), clock(rows[block.placed]).moment
    limit = latest_start(period=block.review_every or REVIEW, as_of=as_of)
    reviewed = clock(rows[block.reviewed]).moment if block.reviewed is not None else placed
    defects = {
        "unreviewed": stands & (placed <= limit) & (reviewed <= limit).fill_null(True),
        "undated": stands & placed.isnull(),
    }
    reference = relations.through(block.table, block.subject)
    if reference is None or is_apart(dataset.tables[reference.parent], rows):
        return _marked(rows, **defects, of_nobody=stands & rows[block.subject].isnull())
    parent = dataset.tables[reference.parent]
    people = parent.select(auditkit_person=parent[reference.parent_columns[0]]).distinct()
    joined = rows.left_join(people, same_key(rows[block.subject], people.auditkit_person))
    marked = _marked(joined, **defects, of_nobody=stands & joined.auditkit_person.isnull())
    return marked.drop("auditkit_person")


def _with_released_marks(
    reach: Reach,
    relations: Relations,
    name: str,
    block: Holds,
    known: ir.Table,
    rows: ir.Table,
) -> ir.Table | Missing:
    """Return the rows of another table, with whether each is marked although all its holds have ended."""
    declared = reach.policy.table(name)
    if declared is None or not any(rule.hold for rule in declared.retention):
        return Missing(Cause.NOT_APPLICABLE, f"no retention rule of {name} says which rows are held")
    assert block.subject is not None
    column = _subject_column(reach.policy, relations, name, relations.through(block.table, block.subject))
    if column is None or column not in rows.columns:
        reason = f"{name} does not say to which people of {block.table} its rows belong"
        return Missing(Cause.NOT_APPLICABLE, reason)
    if is_apart(known, rows):
        return APART
    standing = known.mutate(auditkit_stands=_stands(block, known, reach.as_of)).filter(
        known[block.subject].notnull()
    )
    subjects = standing.group_by(auditkit_subject=standing[block.subject]).aggregate(
        auditkit_standing=standing.auditkit_stands.sum()
    )
    held = held_by_rules(reach, rows, name, "auditkit_held")
    joined = held.left_join(subjects, same_key(held[column], subjects.auditkit_subject))
    marked = _marked(joined, released=joined.auditkit_held & (joined.auditkit_standing == 0))
    return marked.select(*rows.columns, *map(_mark, DEFECTS))


def _subject_column(policy: Policy, relations: Relations, name: str, people: Reference | None) -> str | None:
    """Return the column of a table that says to which person a row belongs, or None.

    `people` is the reference from the table of holds to the table of the people.
    """
    if people is None:
        return None
    declared = policy.table(name)
    if (
        declared is not None
        and declared.subject is not None
        and people.parent == name
        and declared.subject.key
    ):
        return declared.subject.key
    links = [r for r in relations.of(name) if r.parent == people.parent]
    surest = min(links, key=lambda r: list(Origin).index(r.origin), default=None)
    return surest.columns[0] if surest is not None else None


def _marked(rows: ir.Table, **defects: ir.BooleanValue) -> ir.Table:
    """Return rows with a column for each defect, which is false where the defect cannot occur."""
    never = ibis.literal(False)
    return rows.mutate(**{_mark(d): defects[d].fill_null(False) if d in defects else never for d in DEFECTS})


def _mark(defect: str) -> str:
    return f"auditkit_{defect}"


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 17(3)(e)", "GDPR 12(3)"),
    says=(
        "{unreviewed:hold} without a review in time; {undated:hold} without a date; {of_nobody:hold} on a"
        " subject that is not there; {released:row} still marked after the end of every hold"
    ),
)
def hold_hygiene(holds: ir.Table) -> Offending:
    """Return whether a hold, or a row that a hold marks, has a defect."""
    defects = {d: holds[_mark(d)] for d in DEFECTS}
    counts = {d: holds.count(where=broken) for d, broken in defects.items()}
    return Offending(reduce(or_, defects.values()), detail=counts)
