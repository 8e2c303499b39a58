"""Copy of a table with people erased from the original

## What it finds
Rows of a copy that identify people whom the original no longer has. A table is a copy where its name says so
(`users_old`, `users_202401`, `bak_users`), or the policy (`copy_of`).

## Why it matters
Somebody copies a table before a migration, and nobody drops it. Erasure, retention and access requests pass
it by (GDPR Art. 5(1)(e) and 17(1)).

## How to fix
Drop the copy: `DROP TABLE <table>`. If it has to stay, erase in it what the original erased, and give it a
retention rule.

## Limits
A table with a retention rule of its own is an archive, and is not assessed. The rows are compared by the key
of the original, or else by the first column that identifies people in both.

## Example
>>> import auditkit, pandas as pd
>>> people = lambda *ids: pd.DataFrame({"id": ids, "email": [f"u{n}@example.org" for n in ids]})
>>> audit = auditkit.audit({"users": people(1, 2), "users_old": people(1, 2, 3)}, checks=["retention-copy"])
>>> [(f.table, f.target, f.rows, f.of) for f in audit.findings]
[('users_old', 'users', 1, 3)]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 17(1), right to erasure
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.column import is_filled
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations.names import words

OUTLIVES = "auditkit_outlives"
_WORD = "old|bak|backup|copy|archive|archived|tmp|temp|export|snapshot|orig|before|legacy|dump"
_BEHIND = re.compile(rf"(.+?)_?(?:_(?:{_WORD})|\d{{6}}|\d{{8}}|\d{{4}}_\d{{2}}(?:_\d{{2}})?)(?:_?\d+)?")
_BEFORE = re.compile(rf"(?:{_WORD})(?:_of)?_(.+)")


@dataclass(frozen=True)
class Original(Item, target="name"):
    """The table of which another is a copy, and how sure that is."""

    name: str
    confidence: Confidence


@each
def original(dataset: Dataset, policy: Policy, relation: Examined) -> tuple[Original, ...] | Missing:
    """The table of which this one is a copy, by the policy (`copy_of`) or by its name."""
    declared = policy.table(relation.name)
    if declared is not None and declared.copy_of:
        if (missing := dataset.missing(declared.copy_of)) is not None:
            return missing
        return (Original(declared.copy_of, Confidence.HIGH),)
    own_rule = declared is not None and any(rule.start for rule in declared.retention)
    stems = [m[1] for pattern in (_BEHIND, _BEFORE) if (m := pattern.fullmatch(words(relation.name)))]
    originals = [name for name in dataset.tables if words(name) in stems and name != relation.name]
    if own_rule or len(originals) != 1:
        reason = f"{relation.name} is no copy of another table, or has a retention rule of its own"
        return Missing(Cause.NOT_APPLICABLE, reason)
    return (Original(originals[0], Confidence.MEDIUM),)


@fact
def outlived(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    original: Original,
    identifying_columns: tuple[str, ...],
) -> ir.Table | Missing:
    """The rows of a copy, with whether each identifies somebody whom the original no longer has."""
    rows, master = dataset.tables[relation.name], dataset.tables[original.name]
    declared = policy.table(original.name)
    subject = declared.subject.key if declared is not None and declared.subject is not None else None
    keys = [k.columns[0] for k in dataset.keys() if k.table == original.name and len(k.columns) == 1]
    candidates = [*filter(None, [subject]), *keys, "id", *identifying_columns]
    column = next((c for c in candidates if c in rows.columns and c in master.columns), None)
    if column is None:
        reason = f"{relation.name} and {original.name} share no key and no column that identifies people"
        return Missing(Cause.NOT_APPLICABLE, reason)
    if is_apart(rows, master):
        return APART
    known = (
        master.select(auditkit_known=_normal(master[column]))
        .filter(lambda t: t.auditkit_known.notnull())
        .distinct()
    )
    keyed = rows.mutate(auditkit_alike=_normal(rows[column]))
    joined = keyed.left_join(known, keyed.auditkit_alike == known.auditkit_known)
    filled = [is_filled(joined[c]) for c in identifying_columns]
    outlives = joined.auditkit_alike.notnull() & joined.auditkit_known.isnull() & reduce(or_, filled)
    return joined.select(*[joined[c] for c in rows.columns], **{OUTLIVES: outlives.fill_null(False)})


def _normal(column: ir.Column) -> ir.StringValue:
    """Return an identifier as it is compared: a text in lower case, without outer blanks."""
    return column.cast("string").strip().lower().nullif("")


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(e)", "GDPR 17(1)"),
    says="the original is {original}",
)
def copy(outlived: ir.Table, original: Original) -> Offending:
    """Return whether a row of a copy identifies somebody whom the original no longer has."""
    return Offending(outlived[OUTLIVES], detail={"original": original.name}, confidence=original.confidence)
