"""Identifiers left in rows marked as anonymised

## What it finds
Rows that a retention rule marks as anonymised (`anonymised`), in which a column that identifies people still
holds more than a placeholder such as `REDACTED`.

## Why it matters
Data is anonymous only when nobody can trace it back to a person (GDPR recital 26, Art. 4(5)). What is left in
another column is kept without a ground, and nobody looks after it any more (Art. 5(1)(e)). A Danish taxi
company erased the names of its passengers and kept their telephone numbers; the authority asked for a fine.

## How to fix
Empty every column that identifies in the statement that sets the mark: `UPDATE <table> SET email = NULL,
phone = NULL, anonymised_at = now() WHERE ...`. A placeholder that is the same in every row is as good. Let
the database refuse the rest: `CHECK (anonymised_at IS NULL OR (email IS NULL AND phone IS NULL))`.

## Limits
The check knows common placeholders. Another one counts as an identifier that was left.

## Example
>>> import auditkit, pandas as pd
>>> phones = ["+442079460001", None, "+442079460002"]
>>> riders = pd.DataFrame({"name": [None, "REDACTED", "Eva Costa"], "phone": phones, "anonymised": [1, 1, 0]})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Rides
... tables:
...   riders:
...     columns: {name: user.name, phone: user.contact.phone_number}
...     retention: {max: P2Y, anonymised: anonymised = 1}''')
>>> audit = auditkit.audit({"riders": riders}, policy, checks=["retention-incomplete-anonymisation"])
>>> [(f.table, f.rows, f.of, f.detail["left_in_phone"]) for f in audit.findings]
[('riders', 1, 3, 1)]

## References
- GDPR recital 26 and Art. 4(5), anonymous and pseudonymised data
- GDPR Art. 5(1)(e), storage limitation
- Datatilsynet (Denmark), decision on Taxa 4x35, 2019
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.anonymised import ANONYMISED
from auditkit.outcome import Severity

PLACEHOLDERS = (
    "-", "--", "?", "0", "anon", "deleted user", "former user", "n/a", "na", "nobody", "none", "null",
    "redacted", "void", "withheld", "x", "xx", "xxx", "xxxx", "unknown",
)  # fmt: skip
PLACEHOLDER_STARTS = tuple("anonym deleted erased redacted removed gelöscht supprim *** xxxx".split())
"""With what longer placeholders begin, such as `deleted-4711@users.invalid`."""


@check(
    severity=Severity.HIGH,
    articles=("GDPR 4(5)", "GDPR 5(1)(e)"),
    says="{anonymised:row} marked as anonymised; {left_in_*:cell} left in {}",
)
def incomplete_anonymisation(anonymised: ir.Table, identifying_columns: tuple[str, ...]) -> Offending:
    """Return whether a row is marked as anonymised, and a column still holds an identifier."""
    marked = anonymised[ANONYMISED]
    left = {c: marked & _is_more_than_a_placeholder(anonymised[c]) for c in identifying_columns}
    counts = {f"left_in_{c}": anonymised.count(where=there) for c, there in left.items()}
    return Offending(
        reduce(or_, left.values()), detail={"anonymised": anonymised.count(where=marked), **counts}
    )


def _is_more_than_a_placeholder(cell: ir.Column) -> ir.BooleanValue:
    if not cell.type().is_string():
        return cell.notnull()
    text = cell.strip().lower()
    placeholder = reduce(
        or_,
        [
            text.isin(["", *PLACEHOLDERS]),
            text.endswith(".invalid"),
            *(text.startswith(start) for start in PLACEHOLDER_STARTS),
        ],
    )
    return (~placeholder).fill_null(False)
