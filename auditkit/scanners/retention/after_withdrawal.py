"""Data processed after the withdrawal of consent

## What it finds
Rows that were made after their data subject had withdrawn consent, in tables whose every purpose rests on
consent. A person who consents again does so from the moment in `withdrawals.regiven`.

## Why it matters
Consent can be withdrawn at any time, and what rests on it ends there (GDPR Art. 7(3) and 21(3)). Rows that
were made later have no legal basis.

## How to fix
Erase the rows that the SQL of the finding selects. Let every job that writes to the table look at the
withdrawals first.

## Limits
Where the policy names no column `regiven`, every row after the last withdrawal counts. A person who consented
again must then be taken out of the table of withdrawals.

## Example
>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
>>> withdrawals = pd.DataFrame({"user_id": [2], "at": pd.to_datetime(["2025-03-01"])})
>>> sent_at = pd.to_datetime(["2025-05-01", "2025-02-01", "2025-05-01"])
>>> mailings = pd.DataFrame({"id": [1, 2, 3], "user_id": [1, 2, 2], "sent_at": sent_at})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Shop
... purposes: {news: {text: Send news, legal_basis: consent}}
... tables: {mailings: {purposes: [news]}}
... withdrawals: {table: withdrawals, subject: user_id, at: at}''')
>>> source = {"users": users, "withdrawals": withdrawals, "mailings": mailings}
>>> audit = auditkit.audit(source, policy, checks=["retention-after-withdrawal"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('mailings', 1, 3)]

## References
- GDPR Art. 7(3), withdrawal of consent
- GDPR Art. 21(3), objection to direct marketing
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy, TablePolicy
from auditkit.policy.logs import Withdrawals
from auditkit.relations import Origin, Relations
from auditkit.relations.declared_tables import declared_table
from auditkit.relations.key_text import same_key
from auditkit.relations.moments import creation_column

LATE = "auditkit_late"


@dataclass(frozen=True)
class Processed:
    """The rows of a table that rests on consent.

    Attributes:
        rows: each with whether it was made while consent was withdrawn (`LATE`).
        made_at: the column that says when a row was made.
        confidence: how sure it is to whom a row belongs.
    """

    rows: ir.Table
    made_at: str
    confidence: Confidence


@fact
def processed(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined, declared: TablePolicy
) -> Processed | Missing:
    """The rows of a table whose every purpose rests on consent, with the withdrawals of their subjects."""
    ledger = policy.withdrawals
    if ledger is None or not ledger.subject or not ledger.at:
        reason = (
            "the policy names no table of withdrawn consent (`withdrawals`) with its columns subject and at"
        )
        return Missing(Cause.UNDECLARED, reason)
    withdrawals = declared_table(dataset, policy, "withdrawals", ("subject", "at", "regiven"))
    if isinstance(withdrawals, Missing):
        return withdrawals
    bases = [policy.purposes[p].legal_basis for p in declared.purposes if p in policy.purposes]
    if relation.name == ledger.table or not bases or any(basis != "consent" for basis in bases):
        reason = f"{relation.name} has no purpose, or one that does not rest on consent"
        return Missing(Cause.NOT_APPLICABLE, reason)
    rows = dataset.tables[relation.name]
    people = relations.through(ledger.table, ledger.subject)
    links = [
        r
        for r in relations.of(relation.name)
        if people is not None and (r.parent, r.parent_columns) == (people.parent, people.parent_columns)
    ]
    made_at = creation_column(rows)
    if not links or made_at is None:
        reason = (
            f"{relation.name} has no reference to the people in {ledger.table}, or no column that says when a"
            " row was made"
        )
        return Missing(Cause.NOT_APPLICABLE, reason)
    if is_apart(withdrawals, rows):
        return APART
    link = min(links, key=lambda r: list(Origin).index(r.origin))
    mark = _after_the_last if ledger.regiven is None else _while_withdrawn
    late = mark(rows, link.columns[0], made_at, withdrawals, ledger)
    return Processed(late, made_at, Confidence.MEDIUM if link.origin is Origin.INFERRED else Confidence.HIGH)


def _after_the_last(
    rows: ir.Table, subject: str, made_at: str, withdrawals: ir.Table, ledger: Withdrawals
) -> ir.Table:
    """Return rows with whether each was made after the last withdrawal of its subject."""
    moments = withdrawals.select(
        auditkit_subject=withdrawals[ledger.subject], auditkit_at=clock(withdrawals[ledger.at]).moment
    )
    last = moments.group_by("auditkit_subject").aggregate(auditkit_at=moments.auditkit_at.max())
    joined = rows.left_join(last, same_key(rows[subject], last.auditkit_subject))
    late = (clock(joined[made_at]).moment > joined.auditkit_at).fill_null(False)
    return joined.select(*[joined[c] for c in rows.columns], **{LATE: late})


def _while_withdrawn(
    rows: ir.Table, subject: str, made_at: str, withdrawals: ir.Table, ledger: Withdrawals
) -> ir.Table:
    """Return rows with whether each was made after a withdrawal, and before consent was given again."""
    made = clock(rows[made_at]).moment
    moments = rows.select(auditkit_who=rows[subject], auditkit_when=made).distinct()
    spans = withdrawals.select(
        auditkit_subject=withdrawals[ledger.subject],
        auditkit_from=clock(withdrawals[ledger.at]).moment,
        auditkit_until=clock(withdrawals[ledger.regiven]).moment,
    )
    met = moments.join(spans, same_key(moments.auditkit_who, spans.auditkit_subject))
    inside = (met.auditkit_when > met.auditkit_from) & (
        met.auditkit_until.isnull() | (met.auditkit_when < met.auditkit_until)
    )
    # distinct, so that a row in two spans stays one row
    hits = met.filter(inside).select("auditkit_who", "auditkit_when").distinct()
    dated = rows.mutate(auditkit_begun=made)
    joined = dated.left_join(
        hits, [dated[subject] == hits.auditkit_who, dated.auditkit_begun == hits.auditkit_when]
    )
    return joined.select(*[joined[c] for c in rows.columns], **{LATE: joined.auditkit_who.notnull()})


@check(
    severity=Severity.HIGH,
    articles=("GDPR 7(3)", "GDPR 21(3)"),
    says="{clock} says when a row was made",
)
def after_withdrawal(processed: Processed) -> Offending:
    """Return whether a row was made while the consent of its subject was withdrawn."""
    return Offending(
        processed.rows[LATE], detail={"clock": processed.made_at}, confidence=processed.confidence
    )
