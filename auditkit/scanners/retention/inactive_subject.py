"""Nobody has heard from these people for the whole period.

A customer or a prospect who has given no sign of life for years is no customer any more: what is kept "in
case" is kept without a purpose (GDPR Art. 5(1)(e); the French authority expects three years after the last
contact). A sign is any moment in the person's own row, or in a row of another table that refers to it; what a
program wrote (`updated_at`, `imported_at`) is none.

Remedy: ask these people whether they want to stay, and erase those who do not answer; or say, with a
    retention rule, which contract or
law keeps them.

>>> import auditkit, pandas as pd
>>> at = lambda *days: pd.to_datetime(list(days))
>>> users = pd.DataFrame({"id": [1, 2, 3], "email": ["ana@example.org", "ben@example.org", "eva@example.org"],
...                       "created_at": at("2018-01-01", "2018-01-01", "2025-01-01")})
>>> visits = pd.DataFrame({"user_id": [1, 2], "at": at("2025-06-01", "2019-06-01")})
>>> told = "{users: {subject: {type: customer, key: id, inactive: P3Y}}, visits: {references: {user_id: users.id}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {told}}}")
>>> audit = auditkit.audit({"users": users, "visits": visits}, policy, checks=["retention-inactive-subject"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('users', 1, 3)]
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate
from auditkit.relations import Reference, Relations
from auditkit.relations.moments import moments_of
from auditkit.relations.names import words

SILENT, HEARD = "auditkit_silent", "auditkit_heard"
_OF_A_PROGRAM = re.compile(
    r"updated|modified|changed|touched|imported|synced|migrated|indexed|deleted|erased|anonymi[sz]ed|expires?|until|due|ends?(?:_|$)|next"
)
"""Names of moments that say what a program did, or what will be; they say nothing of the person."""


@fact
def activity(
    dataset: Dataset, relations: Relations, relation: Examined, declared: TablePolicy, as_of: date
) -> ir.Table | Missing:
    """The people of the table, with whether nothing was heard of each for the declared period (`SILENT`), and
    whether ever (`HEARD`).

    Heard of is who has a moment within the period in the own row, or in a row of any table that refers to it;
    held rows are not silent.
    """
    subject = declared.subject
    if subject is None or subject.inactive is None:
        return Missing(
            Cause.UNDECLARED,
            f"the policy does not say how long nothing may be heard of the people in {relation.name}",
        )
    rows = dataset.tables[relation.name]
    tomorrow = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001  every clock is UTC, without its zone
    window = (latest_start(period=subject.inactive, as_of=as_of), tomorrow)
    holds = [predicate(r.hold, rows, as_of) for r in declared.retention if r.hold]
    held = reduce(or_, holds, ibis.literal(False))
    edges = [
        r
        for r in relations.references
        if r.parent == relation.name and not r.is_self and _tells(dataset.tables[r.table], rows)
    ]
    if not _clocks(rows) and not edges:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no moment in {relation.name}, or in a table that refers to it, says when anything was heard",
        )
    recent, ever = _heard(rows, *window)
    marked = rows.mutate(auditkit_held=held, auditkit_recent=recent, auditkit_ever=ever)
    for edge in edges:
        marked = _with(marked, edge, dataset.tables[edge.table], window)
    silent = marked.auditkit_ever & ~marked.auditkit_recent & ~marked.auditkit_held
    return marked.select(*rows.columns, **{SILENT: silent, HEARD: marked.auditkit_ever})


def _clocks(table: ir.Table) -> list[str]:
    return [c for c in moments_of(table) if not _OF_A_PROGRAM.search(words(c))]


def _tells(child: ir.Table, rows: ir.Table) -> bool:
    return not is_apart(child, rows) and bool(_clocks(child))


def _heard(rows: ir.Table, limit: datetime, tomorrow: datetime) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Return whether a row has a moment within the period, and whether it has any."""
    moments = [clock(rows[c]).moment for c in _clocks(rows)]
    recent = reduce(or_, [(m > limit) & (m <= tomorrow) for m in moments], ibis.literal(False))
    return recent.fill_null(False), reduce(or_, [m.notnull() for m in moments], ibis.literal(False))


def _with(people: ir.Table, edge: Reference, child: ir.Table, window: tuple[datetime, datetime]) -> ir.Table:
    """Return people with what the rows that refer to them say, too."""
    recent, ever = _heard(child, *window)
    keys = {f"auditkit_key_{i}": child[c] for i, c in enumerate(edge.columns)}
    told = child.select(**keys, auditkit_child_recent=recent, auditkit_child_ever=ever)
    each = told.group_by(list(keys)).aggregate(
        auditkit_child_recent=told.auditkit_child_recent.any(),
        auditkit_child_ever=told.auditkit_child_ever.any(),
    )
    joined = people.left_join(
        each, [people[c] == each[k] for c, k in zip(edge.parent_columns, keys, strict=True)]
    )
    either = {
        w: joined[f"auditkit_{w}"] | joined[f"auditkit_child_{w}"].fill_null(False)
        for w in ("recent", "ever")
    }
    kept = [joined[c] for c in people.columns if c not in ("auditkit_recent", "auditkit_ever")]
    return joined.select(*kept, auditkit_recent=either["recent"], auditkit_ever=either["ever"])


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 25(2)"))
def inactive_subject(activity: ir.Table) -> Offending:
    """Return whether nothing was heard of a person for the declared period; of whom nothing was ever heard is
    no finding.
    """
    return Offending(activity[SILENT], detail={"never_heard_of": activity.count(where=~activity[HEARD])})
