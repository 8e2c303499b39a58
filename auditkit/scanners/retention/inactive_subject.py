"""Inactive people kept longer than declared

## What it finds
People who gave no sign of life for the period that the policy declares (`subject.inactive`). A sign of life
is a moment in the row of the person, or in a row of another table that refers to the person; or one of the
moments that the policy chooses (`subject.activity`). Moments that a program wrote (`updated_at`,
`imported_at`) do not count unless they are chosen, and people on legal hold do not count.

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
from functools import partial, reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.facts.retention.held import held
from auditkit.facts.retention.holds import StandingHolds
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Subject, TablePolicy
from auditkit.policy.clock import leaves
from auditkit.policy.period import latest_start
from auditkit.relations import Reference, Relations
from auditkit.relations.moments import moment_columns
from auditkit.relations.names import words
from auditkit.relations.reach import Reach

SILENT, HEARD = "auditkit_silent", "auditkit_heard"
_OF_A_PROGRAM = re.compile(
    r"updated|modified|changed|touched|imported|synced|migrated|indexed|deleted|erased|anonymi[sz]ed"
    r"|expires?|until|due|ends?(?:_|$)|next"
)
"""Names of moments at which a program ran, or which lie ahead: they are no sign of life."""
_MOMENT = re.compile(r"^(?!.*(?:birth|born|dob)).*(?:^|_)(?:at|on|date|time|timestamp)$")
"""Names of moments that an engine without dates keeps as text."""
_RECENT, _EVER = "auditkit_recent_", "auditkit_ever_"


@dataclass(frozen=True)
class Signs:
    """Columns with signs of life, and the references from the people to their table.

    Attributes:
        way: the references; none for the table of the people.
        columns: the columns.
    """

    way: tuple[Reference, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """The time in which a sign of life is recent: after `start`, and not after `end`."""

    start: datetime
    end: datetime

    def signs(self, rows: ir.Table, columns: tuple[str, ...], number: int) -> dict[str, ir.Value]:
        """Return whether a row has a recent sign of life, and whether it has any."""
        moments = [clock(rows[c]).moment for c in columns]
        recent = reduce(or_, [(m > self.start) & (m <= self.end) for m in moments])
        ever = reduce(or_, [m.notnull() for m in moments])
        return {f"{_RECENT}{number}": recent.fill_null(False), f"{_EVER}{number}": ever}


@fact
def activity(
    reach: Reach,
    relations: Relations,
    relation: Examined,
    declared: TablePolicy,
    standing_holds: StandingHolds | None,
    as_of: date,
) -> ir.Table | Missing:
    """The people of the table, with whether each was silent for the declared period.

    `SILENT` says that the last sign of life is older than the period, and no hold keeps the row. `HEARD` says
    that there was any sign of life.
    """
    subject, name = declared.subject, relation.name
    if subject is None or subject.inactive is None:
        reason = f"the policy does not say for how long the people in {name} may be inactive"
        return Missing(Cause.UNDECLARED, reason)
    people = reach.tables.all[name]
    signs = _declared_signs(reach, name, subject) if subject.activity else _all_signs(reach, relations, name)
    if not signs:
        reason = f"no moment in {name}, or in a table that refers to it, is a sign of life"
        return Missing(Cause.NOT_APPLICABLE, reason)
    tomorrow = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001  every clock is UTC, without its zone
    window = Window(latest_start(period=subject.inactive, as_of=as_of), tomorrow)
    marked = held(reach, people, name, "auditkit_held", standing_holds)
    for number, one in enumerate(signs):
        marked = reach.with_values(
            marked, name, one.way, partial(window.signs, columns=one.columns, number=number)
        )
    recent, ever = (
        reduce(or_, [marked[f"{flag}{number}"].fill_null(False) for number in range(len(signs))])
        for flag in (_RECENT, _EVER)
    )
    silent = ever & ~recent & ~marked.auditkit_held
    return marked.select(*people.columns, **{SILENT: silent, HEARD: ever})


def _declared_signs(reach: Reach, name: str, subject: Subject) -> list[Signs]:
    """Return the signs of life that the policy chooses (`activity`).

    Raises:
        PolicyError: a column is not there, or no reference leads to it.
    """
    at = ("tables", name, "subject", "activity")
    found: dict[tuple[Reference, ...], list[str]] = {}
    for leaf in (leaf for one in subject.activity for leaf in leaves(one)):
        column, own = leaf.column, reach.tables.all[name].columns
        way = () if str(column) in own or not column.of else reach.way(name, column.of, at)
        wanted = str(column) if str(column) in own else column.name
        table = reach.end(name, way)
        if wanted not in reach.tables.all[table].columns:
            raise NoColumnError.of(reach.policy, at, table, wanted, reach.tables.all[table].columns)
        found.setdefault(way, []).append(wanted)
    return [Signs(way, tuple(columns)) for way, columns in found.items()]


def _all_signs(reach: Reach, relations: Relations, name: str) -> list[Signs]:
    """Return the moments in the rows of the people, and in the rows that refer to them."""
    own = Signs((), _signs_of_life(reach.tables.all[name]))
    referring = [
        Signs((r,), _signs_of_life(reach.tables.all[r.table]))
        for r in relations.references
        if r.parent == name and not r.is_self and reach.tables.joinable(name, r.table)
    ]
    return [signs for signs in (own, *referring) if signs.columns]


def _signs_of_life(table: ir.Table) -> tuple[str, ...]:
    """Return the columns with moments at which a person may have acted; text with such a name counts."""
    named = [c for c, kind in table.schema().items() if kind.is_string() and _MOMENT.search(words(c))]
    found = (*moment_columns(table), *named)
    return tuple(c for c in found if not _OF_A_PROGRAM.search(words(c)))


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 25(2)"),
    says="{never_heard_of:person|people} without any sign of life, who are not counted",
)
def inactive_subject(activity: ir.Table) -> Offending:
    """Return whether a person gave no sign of life for the declared period, although there was one before."""
    return Offending(activity[SILENT], detail={"never_heard_of": activity.count(where=~activity[HEARD])})
