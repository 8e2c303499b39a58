"""Inactive people kept longer than declared

## What it finds
People who gave no sign of life for the period that the policy declares (`subject.inactive`). A sign of life
is a moment in the row of the person, or in a row of another table that refers to the person. Moments that a
program wrote (`updated_at`, `imported_at`) do not count, and people on legal hold do not count.

## Why it matters
Somebody who was silent for years is no customer any more. Data that is kept "in case" is kept without a
purpose (GDPR Art. 5(1)(e) and 25(2)). The French authority expects three years after the last contact with a
prospect.

## How to fix
Ask these people whether they want to stay, and erase those who do not answer. Or declare a retention rule
that names the contract or the law for which they are kept.

## Limits
People without any moment are not found: nothing shows that they were ever active. The finding says how many
they are.

## Example
>>> import auditkit, pandas as pd
>>> created_at = pd.to_datetime(["2018-01-01", "2018-01-01", "2025-01-01"])
>>> users = pd.DataFrame({"id": [1, 2, 3], "created_at": created_at})
>>> visits = pd.DataFrame({"user_id": [1, 2], "at": pd.to_datetime(["2025-06-01", "2019-06-01"])})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Shop
... tables:
...   users: {subject: {type: customer, key: id, inactive: P3Y}}
...   visits: {references: {user_id: users.id}}''')
>>> source, checks = {"users": users, "visits": visits}, ["retention-inactive-subject"]
>>> audit = auditkit.audit(source, policy, checks=checks, as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('users', 1, 3)]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 25(2), data protection by default
- CNIL, reference framework on customer management, 2022
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
from auditkit.relations.key_text import same_key
from auditkit.relations.moments import moment_columns
from auditkit.relations.names import words

SILENT, HEARD = "auditkit_silent", "auditkit_heard"
_OF_A_PROGRAM = re.compile(
    r"updated|modified|changed|touched|imported|synced|migrated|indexed|deleted|erased|anonymi[sz]ed"
    r"|expires?|until|due|ends?(?:_|$)|next"
)
"""Names of moments at which a program ran, or which lie ahead: they are no sign of life."""


@dataclass(frozen=True)
class Window:
    """The time in which a sign of life is recent: after `start`, and not after `end`."""

    start: datetime
    end: datetime

    def signs(self, rows: ir.Table) -> tuple[ir.BooleanValue, ir.BooleanValue]:
        """Return whether a row has a recent sign of life, and whether it has any."""
        moments = [clock(rows[c]).moment for c in _signs_of_life(rows)]
        recent = reduce(or_, [(m > self.start) & (m <= self.end) for m in moments], ibis.literal(False))
        return recent.fill_null(False), reduce(or_, [m.notnull() for m in moments], ibis.literal(False))


@fact
def activity(
    dataset: Dataset, relations: Relations, relation: Examined, declared: TablePolicy, as_of: date
) -> ir.Table | Missing:
    """The people of the table, with whether each was silent for the declared period.

    `SILENT` says that the last sign of life is older than the period, and no hold keeps the row. `HEARD` says
    that there was any sign of life.
    """
    subject = declared.subject
    if subject is None or subject.inactive is None:
        reason = f"the policy does not say for how long the people in {relation.name} may be inactive"
        return Missing(Cause.UNDECLARED, reason)
    people = dataset.tables[relation.name]
    tomorrow = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001  every clock is UTC, without its zone
    window = Window(latest_start(period=subject.inactive, as_of=as_of), tomorrow)
    held = reduce(
        or_, [predicate(r.hold, people, as_of) for r in declared.retention if r.hold], ibis.literal(False)
    )
    references = [
        r
        for r in relations.references
        if r.parent == relation.name and not r.is_self and _has_signs(dataset.tables[r.table], people)
    ]
    if not _signs_of_life(people) and not references:
        reason = f"no moment in {relation.name}, or in a table that refers to it, is a sign of life"
        return Missing(Cause.NOT_APPLICABLE, reason)
    recent, ever = window.signs(people)
    marked = people.mutate(auditkit_held=held, auditkit_recent=recent, auditkit_ever=ever)
    for reference in references:
        marked = _with_signs_of(dataset.tables[reference.table], marked, reference, window)
    silent = marked.auditkit_ever & ~marked.auditkit_recent & ~marked.auditkit_held
    return marked.select(*people.columns, **{SILENT: silent, HEARD: marked.auditkit_ever})


def _signs_of_life(table: ir.Table) -> list[str]:
    return [c for c in moment_columns(table) if not _OF_A_PROGRAM.search(words(c))]


def _has_signs(child: ir.Table, people: ir.Table) -> bool:
    return not is_apart(child, people) and bool(_signs_of_life(child))


def _with_signs_of(child: ir.Table, people: ir.Table, reference: Reference, window: Window) -> ir.Table:
    """Return people with the signs of life in the rows of another table that refer to them."""
    recent, ever = window.signs(child)
    keys = {f"auditkit_key_{i}": child[c] for i, c in enumerate(reference.columns)}
    signs = child.select(**keys, auditkit_child_recent=recent, auditkit_child_ever=ever)
    by_person = signs.group_by(list(keys)).aggregate(
        auditkit_child_recent=signs.auditkit_child_recent.any(),
        auditkit_child_ever=signs.auditkit_child_ever.any(),
    )
    matches = [same_key(people[c], by_person[k]) for c, k in zip(reference.parent_columns, keys, strict=True)]
    joined = people.left_join(by_person, matches)
    either = {
        f"auditkit_{when}": joined[f"auditkit_{when}"] | joined[f"auditkit_child_{when}"].fill_null(False)
        for when in ("recent", "ever")
    }
    own = [joined[c] for c in people.columns if c not in either]
    return joined.select(*own, **either)


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 25(2)"),
    says="{never_heard_of:person|people} without any sign of life, who are not counted",
)
def inactive_subject(activity: ir.Table) -> Offending:
    """Return whether a person gave no sign of life for the declared period, although there was one before."""
    return Offending(activity[SILENT], detail={"never_heard_of": activity.count(where=~activity[HEARD])})
