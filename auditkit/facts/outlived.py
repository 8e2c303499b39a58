from __future__ import annotations

from functools import reduce
from operator import or_

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.original import Original
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy

OUTLIVES = "auditkit_outlives"


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
