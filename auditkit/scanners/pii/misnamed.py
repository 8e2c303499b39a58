"""A column's content contradicts its name, or its name is itself a value.

A table with a header row that is data, or with one column for each person, shows personal data in its very
schema, where every log and every report repeats it. Card numbers in `notes` and e-mail addresses in
`user_name` escape whoever goes by the names: access rights, masks and erasures are granted and written by
column. So does a column that is declared as one category and holds another (GDPR Art. 5(1)(d), 5(2)). A
content contradicts a name where four cells of five hold something of an unmistakable form that the name does
not say; a few identifiers among other text are `pii-free-text`.

Remedy: give the column a name that says what it holds (`ALTER TABLE users RENAME COLUMN user_name TO email`;
    for a file without a header
row, write one), or move the values to the column that is meant for them; where the policy declares another
category than the data shows, correct the policy. A column that the policy declares as what it holds is known
for what it is, whatever its name.

>>> import auditkit, pandas as pd
>>> votes = pd.DataFrame({"day": ["2026-01-01"], "ana@example.org": [1], "ben@example.org": [0]})
>>> audit = auditkit.audit({"votes": votes}, checks=["pii-misnamed"])
>>> [(f.columns, f.entity) for f in audit.findings]
[(('column 2',), 'EMAIL_ADDRESS'), (('column 3',), 'EMAIL_ADDRESS')]
>>> users = pd.DataFrame({"user_name": ["ana@example.org", "ben@example.org", "eva@example.com"]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-misnamed"])
>>> [(f.columns, f.entity, f.rows, f.detail["named"]) for f in audit.findings]
[(('user_name',), 'EMAIL_ADDRESS', 3, 'user.account.username')]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import PRESENT


def same_branch(found: ir.StringValue, declared: str) -> ir.BooleanValue:
    """Return whether a detected category is the declared one, part of it, or what it is a part of."""
    ancestors = [declared.rsplit(".", n)[0] for n in range(1, declared.count("."))]
    return found.isin([declared, *ancestors]) | found.startswith(f"{declared}.")


SHARE = 0.8
UNMISTAKABLE = ("EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "MAC_ADDRESS", "US_SSN", "SECRET")
"""What nothing else looks like: a form of its own, or check digits."""


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(d)", "GDPR 5(2)"))
def misnamed(detections: ir.Table, columns: Mapping[str, ColumnPolicy] | None = None) -> ir.Table:
    """Return the columns whose name is a value, that are declared as another branch of data category, or
    named as one, than they hold.
    """
    declared = [(name, c.category) for name, c in (columns or {}).items() if c.personal]
    covers = [(detections.column == n) & same_branch(detections.category, c) for n, c in declared]
    stated = detections.column.isin([n for n, _ in declared]) & ~ibis.or_(ibis.literal(False), *covers)
    held = (detections.kind == "column") & detections.verdict.isin(PRESENT) & ~detections.free_text
    plain = (
        (detections.verdict == "certain")
        & detections.entity.isin(UNMISTAKABLE)
        & (detections.rows >= detections.of * SHARE)
    )
    otherwise = plain & detections.named.notnull() & detections.column.notin(list(columns or {}))
    found = detections.filter((detections.kind == "name") | (held & (stated | otherwise)))
    sure = ibis.cases(
        (found.named.notnull() & found.column.notin(list(columns or {})), "medium"), else_=found.confidence
    )
    named = found.named.nullif(found.category)
    return found.mutate(confidence=sure, named=named).select(
        "table", "column", "entity", "rows", "of", "confidence", "sensitive", "category", "named"
    )
