from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.clocks import of_table
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import Policy, PolicyError, TablePolicy
from auditkit.relations import Origin, Relations
from auditkit.relations.names import words
from auditkit.vocabulary import did_you_mean

BEGUN, WITHDRAWN = "auditkit_begun", "auditkit_withdrawn"
FIRST = ("created_at", "at", "occurred_at", "sent_at", "submitted_at", "inserted_at", "logged_at", "created", "timestamp", "date")
"""What a column is called that says when a row came to be, the surest first."""


@dataclass(frozen=True)
class Processed:
    """Rows that rest on consent, with when each came to be (`BEGUN`) and when its subject last withdrew (`WITHDRAWN`)."""

    rows: ir.Table
    column: str
    confidence: Confidence


def processed(dataset: Dataset, policy: Policy, relations: Relations, relation: Examined, declared: TablePolicy) -> Processed | Missing:
    """The rows of a table whose every declared purpose rests on consent, beside the withdrawals of their subjects."""
    told = policy.withdrawals
    if told is None or not told.subject or not told.at:
        return Missing(Cause.UNDECLARED, "the policy names no table of withdrawn consent (`withdrawals`) with its columns subject and at")
    if told.table not in dataset.tables:
        return Missing(Cause.UNSEEN, f"{told.table} is not there, or cannot be read.{did_you_mean(told.table, dataset.tables)}")
    withdrawals = dataset.tables[told.table]
    for key, column in (("subject", told.subject), ("at", told.at)):
        if column not in withdrawals.columns:
            wrong = f"{told.table} has no column {column!r}.{did_you_mean(column, withdrawals.columns)}"
            raise PolicyError.at(policy, ("withdrawals", key), wrong)
    bases = [policy.purposes[p].legal_basis for p in declared.purposes if p in policy.purposes]
    if relation.name == told.table or not bases or any(basis != "consent" for basis in bases):
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no purpose, or one that does not rest on consent")
    people = relations.through(told.table, told.subject)
    links = [
        r
        for r in relations.of(relation.name)
        if people is not None and (r.parent, r.parent_columns) == (people.parent, people.parent_columns)
    ]
    begun = _begun(dataset.tables[relation.name])
    if not links or begun is None or withdrawals.get_backend() is not dataset.tables[relation.name].get_backend():
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} does not say to whom its rows belong as {told.table} does, or since when")
    link = min(links, key=lambda r: list(Origin).index(r.origin))
    last = withdrawals.group_by(auditkit_subject=withdrawals[told.subject]).aggregate(
        **{WITHDRAWN: clock(withdrawals[told.at]).moment.max()}
    )
    rows = dataset.tables[relation.name]
    joined = rows.left_join(last, rows[link.columns[0]] == last.auditkit_subject)
    beside = joined.select(*[joined[c] for c in rows.columns], **{BEGUN: clock(joined[begun]).moment, WITHDRAWN: joined[WITHDRAWN]})
    return Processed(beside, begun, Confidence.MEDIUM if link.origin is Origin.INFERRED else Confidence.HIGH)


def _begun(table: ir.Table) -> str | None:
    """Return the column that says when a row came to be: by its name, or the only one of moments."""
    moments = of_table(table)
    named = {words(c): c for c in moments}
    return next((named[n] for n in FIRST if n in named), moments[0] if len(moments) == 1 else None)
