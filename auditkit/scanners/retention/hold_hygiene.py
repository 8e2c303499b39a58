"""Legal holds that nobody looks after: without a review, without a date, on nobody, or ended and still
blocking.

A hold suspends erasure for as long as a claim is pending, and no longer (GDPR Art. 17(3)(e)). A hold that
nobody reviews becomes a way to keep data for ever; one that was released and still marks rows keeps them from
the job that should erase them (Art. 12(3)).

Remedy: review each standing hold at the interval the policy names, with its matter and its end; when a hold
    is released, take its mark
from the rows in the same transaction, and let the erasure that it suspended go on.

>>> import auditkit, pandas as pd
>>> at = lambda *days: pd.to_datetime(list(days))
>>> holds = pd.DataFrame({"user_id": [1, 2], "placed_at": at("2021-01-01", "2025-09-01"), "released_at": at(None, None)})
>>> users = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
>>> told = "holds: {table: holds, subject: user_id, placed: placed_at, released: released_at, review_every: P1Y}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, {told}}}")
>>> audit = auditkit.audit({"users": users, "holds": holds}, policy, checks=["retention-hold-hygiene"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["unreviewed"]) for f in audit.findings]
[('holds', 1, 2, 1)]
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
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Period, Policy
from auditkit.policy.models import Holds
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate
from auditkit.relations import Origin, Relations
from auditkit.relations.stated import stated

DEFECTS = ("unreviewed", "undated", "of_nobody", "released")
"""What may be wrong with a hold; the last is about the rows that it holds."""
REVIEW = Period.parse("P1Y")


@fact
def holds(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined, rows: ir.Table, as_of: date
) -> ir.Table | Missing:
    """The rows of the table of legal holds, or those that a hold keeps, with a column `auditkit_<defect>` for
    each of `DEFECTS`.

    A standing hold is unreviewed when it was placed, and last reviewed, longer ago than `review_every` (a
    year where none is declared), undated without the moment of its placing, and of nobody where its subject
    is not there. A held row is released where all holds on its subject ended.
    """
    told = policy.holds
    if told is None or not told.subject or not told.placed:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no table of legal holds (`holds`) with its columns subject and placed",
        )
    known = stated(dataset, policy, "holds", ("subject", "placed", "released", "reviewed"))
    if isinstance(known, Missing):
        return known
    if relation.name == told.table:
        return _standing(dataset, relations, told, rows, as_of)
    return _blocking(policy, relations, relation, told, known, rows, as_of)


def _stands(told: Holds, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    now = latest_start(period=Period(), as_of=as_of)
    ended = clock(rows[told.released]).moment <= now if told.released is not None else ibis.literal(False)
    return ~ended.fill_null(False)


def _marked(rows: ir.Table, **defects: ir.BooleanValue) -> ir.Table:
    no = ibis.literal(False)
    return rows.mutate(
        **{f"auditkit_{d}": defects[d].fill_null(False) if d in defects else no for d in DEFECTS}
    )


def _standing(dataset: Dataset, relations: Relations, told: Holds, rows: ir.Table, as_of: date) -> ir.Table:
    assert told.subject is not None and told.placed is not None
    stands, placed = _stands(told, rows, as_of), clock(rows[told.placed]).moment
    limit = latest_start(period=told.review_every or REVIEW, as_of=as_of)
    looked_at = clock(rows[told.reviewed]).moment if told.reviewed is not None else placed
    unreviewed = stands & (placed <= limit) & (looked_at <= limit).fill_null(True)
    reference = relations.through(told.table, told.subject)
    nobody = rows[told.subject].isnull()
    if reference is not None and not is_apart(dataset.tables[reference.parent], rows):
        parent = dataset.tables[reference.parent]
        people = parent.select(auditkit_person=parent[reference.parent_columns[0]]).distinct()
        joined = rows.left_join(people, rows[told.subject] == people.auditkit_person)
        nobody = joined.auditkit_person.isnull()
        joined = _marked(
            joined, unreviewed=unreviewed, undated=stands & placed.isnull(), of_nobody=stands & nobody
        )
        return joined.drop("auditkit_person")
    return _marked(rows, unreviewed=unreviewed, undated=stands & placed.isnull(), of_nobody=stands & nobody)


def _blocking(
    policy: Policy,
    relations: Relations,
    relation: Examined,
    told: Holds,
    known: ir.Table,
    rows: ir.Table,
    as_of: date,
) -> ir.Table | Missing:
    assert told.subject is not None
    declared = policy.table(relation.name)
    conditions = [r.hold for r in (declared.retention if declared is not None else ()) if r.hold]
    if not conditions or declared is None:
        return Missing(Cause.NOT_APPLICABLE, f"no retention rule of {relation.name} says which rows are held")
    people = relations.through(told.table, told.subject)
    links = [r for r in relations.of(relation.name) if people is not None and r.parent == people.parent]
    surest = min(links, key=lambda r: list(Origin).index(r.origin), default=None)
    own = (
        declared.subject.key
        if declared.subject is not None and people is not None and people.parent == relation.name
        else None
    )
    column = own or (surest.columns[0] if surest is not None else None)
    if column is None or column not in rows.columns:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not say to whom its rows belong as {told.table} does"
        )
    if is_apart(known, rows):
        return APART
    standing = known.mutate(auditkit_stands=_stands(told, known, as_of)).filter(known[told.subject].notnull())
    subjects = standing.group_by(auditkit_subject=standing[told.subject]).aggregate(
        auditkit_standing=standing.auditkit_stands.sum()
    )
    held = reduce(or_, [predicate(c, rows, as_of) for c in conditions])
    joined = rows.mutate(auditkit_held=held).left_join(subjects, rows[column] == subjects.auditkit_subject)
    marked = _marked(joined, released=joined.auditkit_held & (joined.auditkit_standing == 0))
    return marked.select(*rows.columns, *[f"auditkit_{d}" for d in DEFECTS])


@check(severity=Severity.MEDIUM, articles=("GDPR 17(3)(e)", "GDPR 12(3)"))
def hold_hygiene(holds: ir.Table) -> Offending:
    """Return whether a hold, or a row that one keeps, has a defect."""
    defects = {d: holds[f"auditkit_{d}"] for d in DEFECTS}
    return Offending(
        reduce(or_, defects.values()), detail={d: holds.count(where=broken) for d, broken in defects.items()}
    )
