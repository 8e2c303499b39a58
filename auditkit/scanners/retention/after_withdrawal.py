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

from auditkit.check import Offending, check
from auditkit.facts.processed import LATE, Processed
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 7(3)", "GDPR 21(3)"))
def after_withdrawal(processed: Processed) -> Offending:
    """Return whether a row came to be after its subject had withdrawn, and before he consented again."""
    return Offending(
        processed.rows[LATE], detail={"clock": processed.column}, confidence=processed.confidence
    )
