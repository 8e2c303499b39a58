"""Whom the rows of an incident are about: the person of a row, or those that its references lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.policy import Policy
from auditkit.relations.references import Reference, Relations

MOST_COLUMNS = 4
"""So many columns of a row are followed to people."""


def person_columns(policy: Policy, relations: Relations | None, table: str) -> tuple[str, ...]:
    """Return the columns of a table that name people: its own key of a person, else its references to people.

    Empty where the policy does not say who the people are.
    """
    if key := _key(policy, table):
        return (key,)
    return tuple(dict.fromkeys(_referring(policy, relations, table)))[:MOST_COLUMNS]


def _referring(policy: Policy, relations: Relations | None, table: str) -> Iterator[str]:
    for reference in relations.of(table) if relations is not None else ():
        if len(reference.columns) == 1 and reference.parent_columns == (_key(policy, reference.parent),):
            yield reference.columns[0]


def _key(policy: Policy, table: str) -> str | None:
    declared = policy.table(table)
    return declared.subject.key if declared is not None and declared.subject is not None else None


def through(
    policy: Policy, relations: Relations | None, table: str
) -> tuple[Reference, tuple[str, ...]] | None:
    """Return a reference of a table to a parent whose columns name people, and these columns; else None."""
    for reference in relations.of(table) if relations is not None else ():
        columns = person_columns(policy, relations, reference.parent)
        if columns and len(reference.columns) == 1 and not reference.is_self:
            return reference, columns
    return None


def people(
    dataset: Dataset, policy: Policy, relations: Relations | None, name: str, rows: ir.Table
) -> int | None:
    """Return how many different people some rows of a table are about; None where nothing says it.

    The references of a row are followed one step, and where they lead to no person, two.

    Raises:
        SourceError: the source cannot be read.
    """
    columns = [c for c in person_columns(policy, relations, name) if c in rows.columns]
    if not columns:
        step = through(policy, relations, name)
        if step is None or step[0].parent not in dataset.tables or step[0].columns[0] not in rows.columns:
            return None
        reference, columns = step[0], list(step[1])
        parent = dataset.tables[reference.parent]
        keys = rows.select(auditkit_key=rows[reference.columns[0]].cast("string")).distinct()
        same = parent[reference.parent_columns[0]].cast("string") == keys.auditkit_key
        rows = keys.inner_join(parent, same)
    return _distinct(dataset, rows, columns)


def _distinct(dataset: Dataset, rows: ir.Table, columns: Sequence[str]) -> int:
    """Return how many different values some columns have together."""
    each = [rows.select(auditkit_person=rows[c].cast("string")) for c in columns]
    together = reduce(lambda left, right: left.union(right), each)
    found = dataset.fetch(together.aggregate(n=together.auditkit_person.nunique()))
    return int(found[0]["n"])
