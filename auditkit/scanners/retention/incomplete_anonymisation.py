"""Rows that are marked as anonymised still say who they are about.

Anonymous is only what nobody can trace back to a person (GDPR recital 26, Art. 4(5)): a taxi company that
erased the names of its passengers and kept their telephone numbers as a key had anonymised nothing, and was
fined. What is left in another column is kept without a ground, and nobody looks after it any more (Art.
5(1)(e)).

Remedy: empty every column that identifies in the same statement that sets the mark (`UPDATE users SET email =
    NULL, phone = NULL,
anonymised_at = now() WHERE ...`), or write a placeholder that is the same in every row; let the database
refuse the rest (`CHECK (anonymised_at IS NULL OR (email IS NULL AND phone IS NULL))`).

>>> import auditkit, pandas as pd
>>> phones = ["+442079460001", None, "+442079460002"]
>>> riders = pd.DataFrame({"name": [None, "REDACTED", "Eva Costa"], "phone": phones, "anonymised": [1, 1, 0]})
>>> told = "{columns: {name: user.name, phone: user.contact.phone_number}, retention: {start: at, max: P2Y, anonymised: anonymised = 1}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Rides, tables: {{riders: {told}}}}}")
>>> audit = auditkit.audit({"riders": riders}, policy, checks=["retention-incomplete-anonymisation"])
>>> [(f.table, f.rows, f.of, f.detail["left_in_phone"]) for f in audit.findings]
[('riders', 1, 3, 1)]
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.policy.predicate import predicate

ANONYMISED = "auditkit_anonymised"


@fact
def anonymised(rows: ir.Table, relation: Examined, declared: TablePolicy, as_of: date) -> ir.Table | Missing:
    """The rows of the table, with whether a retention rule says that they are marked as anonymised.

    The bare name of a column of moments is such a mark from that moment on.
    """
    conditions = [r.anonymised for r in declared.retention if r.anonymised]
    if not conditions:
        return Missing(
            Cause.UNDECLARED,
            f"no retention rule of {relation.name} says which rows are anonymised (`anonymised`)",
        )
    return rows.mutate(**{ANONYMISED: reduce(or_, [_marked(c, rows, as_of) for c in conditions])})


def _marked(condition: str, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    name = condition.strip().strip('"')
    if name in rows.columns and (rows[name].type().is_timestamp() or rows[name].type().is_date()):
        return (clock(rows[name]).moment.notnull() & ~predicate(condition, rows, as_of)).fill_null(False)
    return predicate(condition, rows, as_of)


PLACEHOLDERS = (
    "-", "--", "?", "0", "anon", "deleted user", "former user", "n/a", "na", "nobody", "none", "null",
    "redacted", "void", "withheld", "x", "xx", "xxx", "xxxx", "unknown",
)  # fmt: skip
MARKS = ("anonym", "deleted", "erased", "redacted", "removed", "gelöscht", "supprim", "***", "xxxx")
"""What a text begins with that stands in the place of an identifier, as in `deleted-4711@users.invalid`."""


@check(severity=Severity.HIGH, articles=("GDPR 4(5)", "GDPR 5(1)(e)"))
def incomplete_anonymisation(anonymised: ir.Table, identifying_columns: tuple[str, ...]) -> Offending:
    """Return whether a row is marked as anonymised, and a column that identifies holds more than a
    placeholder.
    """
    left = {c: anonymised[ANONYMISED] & _says_something(anonymised[c]) for c in identifying_columns}
    counts = {f"left_in_{c}": anonymised.count(where=there) for c, there in left.items()}
    return Offending(
        reduce(or_, left.values()),
        detail={"anonymised": anonymised.count(where=anonymised[ANONYMISED]), **counts},
    )


def _says_something(cell: ir.Column) -> ir.BooleanValue:
    if not cell.type().is_string():
        return cell.notnull()
    text = cell.strip().lower()
    placeholder = reduce(
        or_, [text.isin(["", *PLACEHOLDERS]), text.endswith(".invalid"), *(text.startswith(m) for m in MARKS)]
    )
    return (~placeholder).fill_null(False)
