"""People are kept with whom there is no relation at all.

No order, no ticket, no membership and no visit: contacts that were imported, bought or copied from an address
book, and never heard of. They have to be told within a month that their data is here (GDPR Art. 14(3)), and
for most there is no purpose (Art. 5(1)(b) and (c)). Counted are rows of a table of people to which no row of
any table refers; who has an account, works here, or came within ninety days does not count. Relations that
lie elsewhere are not seen, so the confidence is medium.

Remedy: delete who was never contacted; tell the others where their data comes from, and record that; declare
    the table's purpose and
period.

>>> import auditkit, pandas as pd
>>> contacts = pd.DataFrame({"id": range(400), "email": [f"p{n}@example.org" for n in range(400)], "full_name": "Ana Kovac"})
>>> deals = pd.DataFrame({"id": range(900), "contact_id": [n % 300 for n in range(900)]})
>>> audit = auditkit.audit({"contacts": contacts, "deals": deals}, checks=["minimisation-bystander"])
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('contacts', 100, 400)]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.relations import Reference, Relations
from auditkit.relations.moments import begun, moments_of
from auditkit.relations.names import is_credential, is_people, singular, words

UNRELATED = "auditkit_unrelated"
NEW, RELATED = timedelta(days=90), 20
"""Who came within so many days may still do something; with fewer related people the references say nothing
of the others.
"""
_OWN = frozenset(
    {
        "employee",
        "staff",
        "worker",
        "teacher",
        "agent",
        "admin",
        "administrator",
        "operator",
        "driver",
        "technician",
    }
)
_ACTED = re.compile(
    r"^last_|(?:^|_)(?:login|logged_in|sign_in|signed_in|seen|active|visited|verified|confirmed|accepted|activated)(?:_|$)"
)


@fact
def bystanders(
    dataset: Dataset,
    relations: Relations,
    relation: Examined,
    as_of: date,
    declared: TablePolicy | None = None,
) -> ir.Table | Missing:
    """The people of the table, with whether no row of any table refers to one (`UNRELATED`), who has not
    shown up either.

    Who has an account (a credential, a last visit), works here, manages somebody or is managed, or came
    within 90 days is no bystander.
    """
    rows = dataset.tables[relation.name]
    stated = declared is not None and declared.subject is not None
    if (
        not (stated or is_people(relation.name, rows.columns))
        or singular(relation.name).rpartition("_")[2] in _OWN
    ):
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is no table of people from outside")
    edges = [
        r
        for r in relations.references
        if r.parent == relation.name and not r.is_self and not is_apart(dataset.tables[r.table], rows)
    ]
    if not edges:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no table refers to {relation.name}, so that nobody in it can be told from a bystander",
        )
    own = [r for r in relations.of(relation.name) if r.is_self]
    marked = rows.mutate(
        auditkit_tied=reduce(or_, _showing_up(rows, own, as_of), ibis.literal(False)), auditkit_referred=False
    )
    for edge in (*edges, *own):
        marked = _with(marked, edge, dataset.tables)
    counted = marked.aggregate(n=marked.count(where=marked.auditkit_referred))
    if int(dataset.fetch(counted)[0]["n"]) < RELATED:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"fewer than {RELATED} rows of {relation.name} are referred to: that tells nothing of the others",
        )
    unrelated = ~(marked.auditkit_tied | marked.auditkit_referred).fill_null(False)
    return marked.select(*[marked[c] for c in rows.columns], **{UNRELATED: unrelated})


def _showing_up(rows: ir.Table, own: list[Reference], as_of: date) -> list[ir.BooleanValue]:
    """Return what each by itself shows that a row's person is no bystander."""
    account = [
        c for c in rows.columns if is_credential(c) or (c in moments_of(rows) and _ACTED.search(words(c)))
    ]
    told = [_filled(rows[c]) for c in (*account, *(c for r in own for c in r.columns))]
    if (came := begun(rows)) is not None:
        latest = datetime(as_of.year, as_of.month, as_of.day) - NEW  # noqa: DTZ001  every clock is UTC, without its zone
        told.append((clock(rows[came]).moment > latest).fill_null(False))
    return told


def _filled(cell: ir.Column) -> ir.BooleanValue:
    return (cell.notnull() & (cell.strip() != "")) if cell.type().is_string() else cell.notnull()


def _with(people: ir.Table, edge: Reference, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return people with whether a row refers to them along one more reference."""
    child = tables[edge.table]
    keys = {f"auditkit_key_{i}": child[c] for i, c in enumerate(edge.columns)}
    known = child.select(**keys).distinct()
    joined = people.left_join(
        known, [people[c] == known[k] for c, k in zip(edge.parent_columns, keys, strict=True)]
    )
    referred = joined.auditkit_referred | joined.auditkit_key_0.notnull()
    kept = [joined[c] for c in people.columns if c != "auditkit_referred"]
    return joined.select(*kept, auditkit_referred=referred)


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 14", "GDPR 5(1)(c)"))
def bystander(bystanders: ir.Table) -> ir.BooleanValue:
    """Return the people whom nothing refers to."""
    return bystanders[UNRELATED]
