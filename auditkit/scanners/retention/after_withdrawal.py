"""Data was processed after the person had withdrawn consent.

Consent can be withdrawn at any time, and what rests on it ends there (GDPR Art. 7(3), 21(3)). Rows that came
to be later, for purposes that rest on consent alone, have no ground. Who consented again does so from the
moment in `withdrawals.regiven`; where the policy names no such column, what came to be after the last
withdrawal counts, and who consented again must not stand there any more.

Remedy: erase the rows that the finding's SQL selects, and let every job that writes to the table look at the
    withdrawals first.

>>> import auditkit, pandas as pd
>>> at = lambda *days: pd.to_datetime(list(days))
>>> tables = {"users": pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]}),
...           "withdrawals": pd.DataFrame({"user_id": [2], "at": at("2025-03-01")}),
...           "mailings": pd.DataFrame({"id": [1, 2, 3], "user_id": [1, 2, 2], "sent_at": at("2025-05-01", "2025-02-01", "2025-05-01")})}
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Shop
... purposes: {news: {text: Send news, legal_basis: consent}}
... tables: {mailings: {purposes: [news]}}
... withdrawals: {table: withdrawals, subject: user_id, at: at}''')
>>> audit = auditkit.audit(tables, policy, checks=["retention-after-withdrawal"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('mailings', 1, 3)]
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
from auditkit.policy.models import Withdrawals
from auditkit.relations import Origin, Relations
from auditkit.relations.moments import begun
from auditkit.relations.stated import stated

LATE = "auditkit_late"


@dataclass(frozen=True)
class Processed:
    """Rows that rest on consent, with whether each came to be while its subject had withdrawn it (`LATE`)."""

    rows: ir.Table
    column: str
    confidence: Confidence


@fact
def processed(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined, declared: TablePolicy
) -> Processed | Missing:
    """The rows of a table whose every declared purpose rests on consent, beside the withdrawals of their
    subjects.
    """
    told = policy.withdrawals
    if told is None or not told.subject or not told.at:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no table of withdrawn consent (`withdrawals`) with its columns subject and at",
        )
    withdrawals = stated(dataset, policy, "withdrawals", ("subject", "at", "regiven"))
    if isinstance(withdrawals, Missing):
        return withdrawals
    bases = [policy.purposes[p].legal_basis for p in declared.purposes if p in policy.purposes]
    if relation.name == told.table or not bases or any(basis != "consent" for basis in bases):
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} has no purpose, or one that does not rest on consent"
        )
    people = relations.through(told.table, told.subject)
    links = [
        r
        for r in relations.of(relation.name)
        if people is not None and (r.parent, r.parent_columns) == (people.parent, people.parent_columns)
    ]
    began_at = begun(dataset.tables[relation.name])
    if not links or began_at is None:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} does not say to whom its rows belong as {told.table} does, or since when",
        )
    if is_apart(withdrawals, dataset.tables[relation.name]):
        return APART
    link = min(links, key=lambda r: list(Origin).index(r.origin))
    rows = dataset.tables[relation.name]
    late = (_while_withdrawn if told.regiven is not None else _after_the_last)(
        rows, link.columns[0], began_at, withdrawals, told
    )
    return Processed(late, began_at, Confidence.MEDIUM if link.origin is Origin.INFERRED else Confidence.HIGH)


def _after_the_last(
    rows: ir.Table, subject: str, began_at: str, withdrawals: ir.Table, told: Withdrawals
) -> ir.Table:
    """Return rows with whether each is of after the last withdrawal of its subject."""
    moments = withdrawals.select(
        auditkit_subject=withdrawals[told.subject], auditkit_at=clock(withdrawals[told.at]).moment
    )
    last = moments.group_by("auditkit_subject").aggregate(auditkit_at=moments.auditkit_at.max())
    joined = rows.left_join(last, rows[subject] == last.auditkit_subject)
    late = (clock(joined[began_at]).moment > joined.auditkit_at).fill_null(False)
    return joined.select(*[joined[c] for c in rows.columns], **{LATE: late})


def _while_withdrawn(
    rows: ir.Table, subject: str, began_at: str, withdrawals: ir.Table, told: Withdrawals
) -> ir.Table:
    """Return rows with whether each is of after any withdrawal of its subject, and before consent was given
    again.
    """
    begun_at = clock(rows[began_at]).moment
    moments = rows.select(auditkit_who=rows[subject], auditkit_when=begun_at).distinct()
    spans = withdrawals.select(
        auditkit_subject=withdrawals[told.subject],
        auditkit_from=clock(withdrawals[told.at]).moment,
        auditkit_until=clock(withdrawals[told.regiven]).moment,
    )
    met = moments.join(spans, moments.auditkit_who == spans.auditkit_subject)
    inside = (met.auditkit_when > met.auditkit_from) & (
        met.auditkit_until.isnull() | (met.auditkit_when < met.auditkit_until)
    )
    hits = (
        met.filter(inside).select("auditkit_who", "auditkit_when").distinct()
    )  # a row in two spans stays one row
    dated = rows.mutate(auditkit_begun=begun_at)
    joined = dated.left_join(
        hits, [dated[subject] == hits.auditkit_who, dated.auditkit_begun == hits.auditkit_when]
    )
    return joined.select(*[joined[c] for c in rows.columns], **{LATE: joined.auditkit_who.notnull()})


@check(severity=Severity.HIGH, articles=("GDPR 7(3)", "GDPR 21(3)"))
def after_withdrawal(processed: Processed) -> Offending:
    """Return whether a row came to be after its subject had withdrawn, and before he consented again."""
    return Offending(
        processed.rows[LATE], detail={"clock": processed.column}, confidence=processed.confidence
    )
