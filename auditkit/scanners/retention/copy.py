"""A copy of a table holds people whom the original has erased.

Before a migration somebody copies a table to `users_old`, and nobody drops it: erasure, retention and access
requests pass it by, and it grows no younger (GDPR Art. 5(1)(e), 17(1)). Copies are told by their names
(`_old`, `_bak`, `_archive`, `_202401`, ...) or by `copy_of` in the policy; one with a retention rule of its
own is an archive, and not meant.

Remedy: drop the copy (`DROP TABLE users_old`); where it has to stay, erase in it what the original erased,
    and give it a retention rule.

>>> import auditkit, pandas as pd
>>> people = lambda *ids: pd.DataFrame({"id": ids, "email": [f"u{n}@example.org" for n in ids]})
>>> audit = auditkit.audit({"users": people(1, 2), "users_old": people(1, 2, 3)}, checks=["retention-copy"])
>>> [(f.table, f.target, f.rows, f.of) for f in audit.findings]
[('users_old', 'users', 1, 3)]
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
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy, PolicyError
from auditkit.relations.names import words
from auditkit.vocabulary import did_you_mean

_WORD = "old|bak|backup|copy|archive|archived|tmp|temp|export|snapshot|orig|before|legacy|dump"
_BEHIND = re.compile(rf"(.+?)_?(?:_(?:{_WORD})|\d{{6}}|\d{{8}}|\d{{4}}_\d{{2}}(?:_\d{{2}})?)(?:_?\d+)?")
_BEFORE = re.compile(rf"(?:{_WORD})(?:_of)?_(.+)")


@dataclass(frozen=True)
class Original(Item, target="name"):
    """The table that another is a copy of, and how sure that is."""

    name: str
    confidence: Confidence
    missing: Missing | None = None


@each
def original(dataset: Dataset, policy: Policy, relation: Examined) -> tuple[Original, ...] | Missing:
    """The table that this one is a copy of: declared (`copy_of`), or told by its name, as in `users_old`,
    `users_202401`, `bak_users`.

    A table with a retention rule of its own, such as an archive, is no copy that anybody forgot.
    """
    declared = policy.table(relation.name)
    if declared is not None and declared.copy_of:
        if declared.copy_of not in dataset.tables:
            told = f"there is no table {declared.copy_of!r}.{did_you_mean(declared.copy_of, dataset.tables)}"
            raise PolicyError.at(policy, ("tables", relation.name, "copy_of"), told)
        return (Original(declared.copy_of, Confidence.HIGH),)
    own = declared is not None and any(r.start for r in declared.retention)
    fits = [m[1] for pattern in (_BEHIND, _BEFORE) if (m := pattern.fullmatch(words(relation.name)))]
    named = [name for name in dataset.tables if words(name) in fits and name != relation.name]
    if own or len(named) != 1:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is no copy of another table, or has a retention rule of its own",
        )
    return (Original(named[0], Confidence.MEDIUM),)


OUTLIVES = "auditkit_outlives"


@fact
def outlived(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    original: Original,
    identifying_columns: tuple[str, ...],
) -> ir.Table | Missing:
    """The rows of a copy, with whether one still says who somebody is whom the original no longer has.

    They are compared by the original's key where the copy has it, else by the first column that identifies in
    both.
    """
    rows, master = dataset.tables[relation.name], dataset.tables[original.name]
    declared = policy.table(original.name)
    subject = declared.subject.key if declared is not None and declared.subject is not None else None
    keys = [k.columns[0] for k in dataset.keys() if k.table == original.name and len(k.columns) == 1]
    candidates = [*filter(None, [subject]), *keys, "id", *identifying_columns]
    column = next((c for c in candidates if c in rows.columns and c in master.columns), None)
    if column is None:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} and {original.name} share no key and no identifier"
        )
    if is_apart(rows, master):
        return APART
    known = (
        master.select(auditkit_known=_alike(master[column]))
        .filter(lambda t: t.auditkit_known.notnull())
        .distinct()
    )
    told = rows.mutate(auditkit_alike=_alike(rows[column]))
    joined = told.left_join(known, told.auditkit_alike == known.auditkit_known)
    cells = [joined[c] for c in identifying_columns]
    filled = [
        (cell.notnull() & (cell.strip() != "")) if cell.type().is_string() else cell.notnull()
        for cell in cells
    ]
    outlives = joined.auditkit_alike.notnull() & joined.auditkit_known.isnull() & reduce(or_, filled)
    return joined.select(*[joined[c] for c in rows.columns], **{OUTLIVES: outlives.fill_null(False)})


def _alike(column: ir.Column) -> ir.StringValue:
    """Return an identifier so that it compares: as text, in lower case, without blanks around it."""
    return column.cast("string").strip().lower().nullif("")


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(e)", "GDPR 17(1)"))
def copy(outlived: ir.Table, original: Original) -> Offending:
    """Return whether a row of a copy identifies somebody whom the original no longer has."""
    return Offending(outlived[OUTLIVES], detail={"original": original.name}, confidence=original.confidence)
