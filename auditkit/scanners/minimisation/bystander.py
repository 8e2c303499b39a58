"""People kept without any relation to the organisation

## What it finds
Rows of a table of people to which no row of any table refers: no order, no ticket, no membership, no visit.
Such people are often contacts that were imported, bought, or copied from an address book.

## Why it matters
The controller must inform such people within a month that it holds their data (GDPR Art. 14(3)). For most of
them there is no purpose (Art. 5(1)(b) and (c)).

## How to fix
Delete people who were never contacted. Tell the others where their data comes from, and record that you did.
Declare the purpose and the retention period of the table.

## Limits
People who have an account, work here, manage somebody or are managed, or came within 90 days do not count.
The check does not see relations that are stored elsewhere, so the confidence is medium.

## Example
>>> import auditkit, pandas as pd
>>> emails = [f"p{n}@example.org" for n in range(400)]
>>> contacts = pd.DataFrame({"id": range(400), "email": emails, "full_name": "Ana Kovac"})
>>> deals = pd.DataFrame({"id": range(900), "contact_id": [n % 300 for n in range(900)]})
>>> audit = auditkit.audit({"contacts": contacts, "deals": deals}, checks=["minimisation-bystander"])
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('contacts', 100, 400)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 14, information where data was not obtained from the data subject
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import is_apart
from auditkit.facts.column import is_filled
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.relations import Reference, Relations
from auditkit.relations.key_text import same_key
from auditkit.relations.moments import creation_column, moment_columns
from auditkit.relations.names import is_credential, is_people, singular, words
from auditkit.relations.united import all_distinct

UNRELATED = "auditkit_unrelated"
RECENT = timedelta(days=90)
"""Somebody who came within this time may still do something."""
FEWEST_RELATED = 20
"""With fewer related people the references say nothing about the others."""
_STAFF = frozenset(
    "employee staff worker teacher agent admin administrator operator driver technician".split()
)
_ACTED = re.compile(
    r"^last_|(?:^|_)(?:login|logged_in|sign_in|signed_in|seen|active|visited|verified|confirmed|accepted|activated)(?:_|$)"
)


@fact
def people(
    dataset: Dataset,
    relations: Relations,
    relation: Examined,
    as_of: date,
    declared: TablePolicy | None = None,
) -> ir.Table | Missing:
    """The people of the table, with whether each is unrelated (`auditkit_unrelated`).

    Somebody is unrelated if no row of any table refers to them, they have no account, and they are not new.
    """
    rows = dataset.tables[relation.name]
    is_staff = singular(relation.name).rpartition("_")[2] in _STAFF
    if is_staff or not _is_of_people(relations, relation.name, rows, declared):
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is not a table of people from outside")
    references = [
        r
        for r in relations.to(relation.name)
        if not r.is_self and not is_apart(dataset.tables[r.table], rows)
    ]
    if not references:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no table refers to {relation.name}, so that nobody can say who in it is a bystander",
        )
    to_itself = [r for r in relations.of(relation.name) if r.is_self]
    marked = rows.mutate(
        auditkit_tied=reduce(or_, _ties(rows, to_itself, as_of), ibis.literal(False)), auditkit_referred=False
    )
    for alike in _alike((*references, *to_itself), dataset.tables):
        marked = _referred(marked, alike, dataset.tables)
    counted = marked.aggregate(n=marked.count(where=marked.auditkit_referred))
    if int(dataset.fetch(counted)[0]["n"]) < FEWEST_RELATED:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"fewer than {FEWEST_RELATED} rows of {relation.name} are referred to, which says nothing of the"
            " others",
        )
    unrelated = ~(marked.auditkit_tied | marked.auditkit_referred).fill_null(False)
    return marked.select(*[marked[c] for c in rows.columns], **{UNRELATED: unrelated})


def _is_of_people(relations: Relations, name: str, rows: ir.Table, declared: TablePolicy | None) -> bool:
    """Return whether each row is a person; a payment only belongs to a person.

    Where the policy says whose rows they are, its key decides: in a table of people other tables refer to it.
    """
    key = declared.subject.key if declared is not None and declared.subject is not None else None
    if key is None:
        return is_people(name, rows.columns)
    is_reference = relations.through(name, key) is not None
    is_own = any(r.parent == name and r.parent_columns == (key,) for r in relations.references)
    return not is_reference and (is_own or is_people(name, rows.columns))


def _ties(rows: ir.Table, to_itself: list[Reference], as_of: date) -> list[ir.BooleanValue]:
    """Return what in the row itself shows a relation: an account, a manager, a recent start."""
    accounts = [
        c for c in rows.columns if is_credential(c) or (c in moment_columns(rows) and _ACTED.search(words(c)))
    ]
    managers = [c for r in to_itself for c in r.columns]
    ties = [is_filled(rows[c]) for c in (*accounts, *managers)]
    if (came := creation_column(rows)) is not None:
        latest = datetime(as_of.year, as_of.month, as_of.day) - RECENT  # noqa: DTZ001  every clock is UTC, without its zone
        ties.append((clock(rows[came]).moment > latest).fill_null(False))
    return ties


def _alike(references: Iterable[Reference], tables: Mapping[str, ir.Table]) -> Iterable[list[Reference]]:
    """Return the references by the key that they refer to, and the types in which their tables keep it."""
    found: dict[object, list[Reference]] = {}
    for reference in references:
        kinds = tuple(tables[reference.table][c].type().copy(nullable=True) for c in reference.columns)
        found.setdefault((reference.parent_columns, kinds), []).append(reference)
    return found.values()


def _referred(people: ir.Table, alike: Sequence[Reference], tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return people with whether a row refers to them, also by these references to the same key."""
    parent_columns = alike[0].parent_columns
    keys = [f"auditkit_key_{i}" for i in range(len(parent_columns))]
    known = all_distinct(
        [
            tables[r.table].select(**{k: tables[r.table][c] for k, c in zip(keys, r.columns, strict=True)})
            for r in alike
        ]
    )
    joined = people.left_join(
        known, [same_key(people[c], known[k]) for c, k in zip(parent_columns, keys, strict=True)]
    )
    referred = joined.auditkit_referred | joined.auditkit_key_0.notnull()
    kept = [joined[c] for c in people.columns if c != "auditkit_referred"]
    return joined.select(*kept, auditkit_referred=referred)


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 14", "GDPR 5(1)(c)"))
def bystander(people: ir.Table) -> ir.BooleanValue:
    """Return whether somebody is unrelated."""
    return people[UNRELATED]
