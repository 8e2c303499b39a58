from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought
from auditkit.dataset.identity import is_apart
from auditkit.facts.tenancy.log import Log
from auditkit.relations import Relations, Tables

ANSWERED, PUBLIC = "auditkit_answered", "auditkit_public"


@fact
def log_rows(dataset: Dataset, relations: Relations, log: Log) -> ir.Table:
    """The requests of the access log, with whether each was answered, and whether its route is open to
    anybody.

    What staff asked for, who may act everywhere, is left out.
    """
    declared = log.declared
    rows = without_staff(dataset, relations, declared.table, declared.user, dataset.tables[declared.table])
    public = declared.route is not None and declared.public_routes
    open_to_all = (
        rows[declared.route].cast("string").isin(declared.public_routes).fill_null(False)
        if public
        else ibis.literal(False)
    )
    return rows.mutate(**{ANSWERED: answered(rows, declared.status), PUBLIC: open_to_all})


def answered(rows: ir.Table, status: str | None) -> ir.BooleanValue:
    """Return whether a request got what it asked for; without a status every one counts as such."""
    return rows[status].cast("int64").between(200, 299).fill_null(False) if status else ibis.literal(True)


def key_text(column: ir.Column) -> ir.StringValue:
    """Return a key as text, so that a log that keeps it as text compares with one that keeps a number; empty
    text is nothing.
    """
    whole = column.cast("int64") if column.type().is_numeric() else column
    return whole.cast("string").strip().nullif("")


def without_staff(
    dataset: Dataset, relations: Relations, table: str, user: str | None, rows: ir.Table
) -> ir.Table:
    """Return the rows of a log that nobody of the staff caused.

    A log beside a database refers to nothing in it: its callers are then those of the only table of people
    that has staff.
    """
    reference = relations.through(table, user) if user else None
    apart = [name for name in relations.staff if is_apart(dataset.tables[name], rows)]
    if user and reference is None and len(apart) == 1:
        people = dataset.tables[apart[0]]
        key = Tables(dataset, {apart[0]: people}).key(apart[0])
        if key is None:
            return rows
        staff = brought(
            dataset, people.filter(relations.staff[apart[0]]).select(auditkit_key=people[key]), rows
        )
        return rows.anti_join(staff, key_text(rows[user]) == key_text(staff.auditkit_key))
    if reference is None or reference.parent not in relations.staff:
        return rows
    people = dataset.tables[reference.parent]
    staff = people.filter(relations.staff[reference.parent])
    return rows.anti_join(staff, rows[reference.columns[0]] == staff[reference.parent_columns[0]])
