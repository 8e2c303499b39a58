"""Column name that contradicts the content, or is itself personal data

## What it finds
Columns whose own name is a value, such as an e-mail address: the header row of the file is data, or there is
one column for each person. And columns that hold another kind of data than their name, or the policy, says.

## Why it matters
Every log and every report repeats the names of columns. And whoever goes by names misses card numbers in
`notes` and e-mail addresses in `user_name`: access rights, masks and erasures are granted and written by
column (GDPR Art. 5(1)(d) and 5(2)).

## How to fix
Give the column a name that says what it holds (`ALTER TABLE <table> RENAME COLUMN <column> TO email`), and a
file without a header row a header. Or move the values to the column that is meant for them. Where the policy
declares another category than the data shows, correct the policy.

## Limits
A content contradicts a name where at least 80% of the cells hold something of an unmistakable form that the
name does not say. A few identifiers among other text are found by `pii-free-text`. A column that the policy
declares as what it holds may have any name.

## Example
>>> import auditkit, pandas as pd
>>> votes = pd.DataFrame({"day": ["2026-01-01"], "ana@example.org": [1], "ben@example.org": [0]})
>>> audit = auditkit.audit({"votes": votes}, checks=["pii-misnamed"])
>>> [(f.columns, f.entity) for f in audit.findings]
[(('column 2',), 'EMAIL_ADDRESS'), (('column 3',), 'EMAIL_ADDRESS')]
>>> users = pd.DataFrame({"user_name": ["ana@example.org", "ben@example.org", "eva@example.com"]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-misnamed"])
>>> [(f.columns, f.entity, f.rows, f.detail["named"]) for f in audit.findings]
[(('user_name',), 'EMAIL_ADDRESS', 3, 'user.account.username')]

## References
- GDPR Art. 5(1)(d), accuracy
- GDPR Art. 5(2), accountability
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import THROUGHOUT

SHARE = 0.8
UNMISTAKABLE = tuple("EMAIL_ADDRESS CREDIT_CARD IBAN_CODE IP_ADDRESS MAC_ADDRESS US_SSN SECRET".split())
"""What nothing else looks like, because it has a form of its own, or check digits."""


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(d)", "GDPR 5(2)"),
    says="data category {category}; the name says {named}",
)
def misnamed(detections: ir.Table, columns: Mapping[str, ColumnPolicy] | None = None) -> ir.Table:
    """Return the columns whose name is a value, or contradicts what they hold, or whose declaration does."""
    declared = [(name, c.category) for name, c in (columns or {}).items() if c.personal]
    place = detections.path.coalesce(detections.column)
    covered = [
        (place == name) & _is_same_branch(detections.category, category) for name, category in declared
    ]
    held = (
        detections.kind.isin(["column", "path"]) & detections.verdict.isin(THROUGHOUT) & ~detections.free_text
    )
    against_policy = place.isin([name for name, _ in declared]) & ~ibis.or_(ibis.literal(False), *covered)
    unmistakable = (
        (detections.verdict == "certain")
        & detections.entity.isin(UNMISTAKABLE)
        & (detections.rows >= detections.of * SHARE)
    )
    against_name = unmistakable & detections.named.notnull() & detections.column.notin(list(columns or {}))
    found = detections.filter((detections.kind == "name") | (held & (against_policy | against_name)))
    by_name = found.named.notnull() & found.column.notin(list(columns or {}))
    return found.mutate(
        confidence=ibis.cases((by_name, "medium"), else_=found.confidence),
        named=found.named.nullif(found.category),
        column=found.path.coalesce(found.column),
    ).select("table", "column", "entity", "rows", "of", "confidence", "sensitive", "category", "named")


def _is_same_branch(found: ir.StringValue, declared: str) -> ir.BooleanValue:
    """Return whether a detected category is the declared one, part of it, or what it is a part of."""
    ancestors = [declared.rsplit(".", n)[0] for n in range(1, declared.count("."))]
    return found.isin([declared, *ancestors]) | found.startswith(f"{declared}.")
