"""References that nobody declared: found by the names of columns, and by their values.

A column whose name says what it refers to must have half of its values in the key of that table; the other
values are orphans to report. Any other column refers to a key when it has at least 50 distinct values, 95 %
of them are in the key, they cover at least 30 % of the key, and no other key is covered a third as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from auditkit.dataset import SourceError
from auditkit.relations import names
from auditkit.relations.references import Boundary, Origin, Reference
from auditkit.relations.tables import Tables, key_family

NAMED_INCLUSION = 0.5
"""The share of values that must be in the key, where the column's name says what it refers to."""
DISTINCT, INCLUSION, COVERAGE, LEAD = 50, 0.95, 0.30, 3.0
"""The limits for a column whose name does not: see above."""
Candidate = tuple[str, str]
"""A table and the key of it that a column could refer to."""


def inferred_references(
    tables: Tables,
    taken: Collection[tuple[str, str]],
    boundary: Boundary | None,
) -> tuple[list[Reference], list[tuple[str, str]]]:
    """Return the references that names and values show, and the columns whose parent is unknown.

    A column of the second list is named like a reference, as table and column. A table that cannot be read is
    added to `tables.lost`, and the other tables are still looked at.

    Args:
        tables: the tables to look at.
        taken: columns, as table and column, that are part of a known reference, or that are named like
            references and are not.
        boundary: what separates tenants, or None.
    """
    found: list[Reference] = []
    unknown: list[tuple[str, str]] = []
    for table, rows in tables.all.items():
        for column in rows.columns:
            if not _may_refer(tables, table, column, taken):
                continue
            try:
                reference = inferred_reference(tables, table, column, taken, boundary)
                if reference is not None:
                    found.append(reference)
                elif not names.is_credential(column) and not tables.is_key(table, column):
                    unknown.append((table, column))
            except SourceError as error:
                tables.lost.setdefault(table, error.missing)
    return found, unknown


def inferred_reference(
    tables: Tables,
    table: str,
    column: str,
    taken: Collection[tuple[str, str]],
    boundary: Boundary | None,
) -> Reference | None:
    """Return the reference of a column that its name or its values show, or None.

    Raises:
        SourceError: a table that the column could refer to cannot be read.
    """
    stem = names.stem(column)
    if stem is None or not _may_refer(tables, table, column, taken):
        return None
    return (
        _tenant_key(tables, table, column, boundary)
        or _by_name(tables, table, column, stem)
        or _by_values(tables, table, column)
    )


def _may_refer(tables: Tables, table: str, column: str, taken: Collection[tuple[str, str]]) -> bool:
    """Return whether a column is named and typed like a reference, and is not taken."""
    rows = tables.all[table]
    if names.stem(column) is None or key_family(rows.schema()[column]) is None:
        return False
    return (table, column) not in taken and not _is_polymorphic(column, rows.columns)


def _is_polymorphic(column: str, columns: Collection[str]) -> bool:
    """Return whether there is a column `x_type` for a column `x_id`: its parent differs from row to row."""
    stem = names.stem(column)
    return stem is not None and f"{stem}_type" in {names.words(c) for c in columns}


def _tenant_key(tables: Tables, table: str, column: str, boundary: Boundary | None) -> Reference | None:
    """Return the reference of the tenant key to the root, or None for any other column.

    It needs no share of values: a tenant that does not exist is an orphan, not another reference.
    """
    if boundary is None or boundary.key is None or column != boundary.key:
        return None
    if table == boundary.root or not tables.joinable(table, boundary.root):
        return None
    return Reference(table, (column,), boundary.root, (boundary.root_key,), Origin.INFERRED)


def _by_name(tables: Tables, table: str, column: str, stem: str) -> Reference | None:
    """Return the reference that a column's name says: `project_id`, `parent_id`, `owner_id`."""
    candidates, whole_name = _named_candidates(tables, table, column, stem)
    fitting = []
    for parent, key in candidates:
        values, hits = tables.inclusion(table, column, parent, key)
        if not values or hits / values >= NAMED_INCLUSION:
            fitting.append((hits / max(values, 1), -tables.unique(parent)[key], parent, key))
    if not fitting or (not whole_name and tables.is_key(table, column)):
        return None
    _, _, parent, key = max(fitting)
    return Reference(table, (column,), parent, (key,), Origin.INFERRED)


def _named_candidates(tables: Tables, table: str, column: str, stem: str) -> tuple[list[Candidate], bool]:
    """Return the keys that a column's name says, and whether it is the whole name of their table.

    A table whose name fits less well than another one with a key is not even measured.
    """
    parents = tables.parents_of(table)
    scores = parents.named(stem)
    for score in sorted(set(scores.values()), reverse=True):
        named = [parent for parent, fit in scores.items() if fit == score]
        if candidates := _candidates(tables, table, column, named):
            return candidates, score >= names.WHOLE_NAME
    if names.is_self(stem):
        return _candidates(tables, table, column, [table]), False
    if names.is_role(stem):
        return _candidates(tables, table, column, parents.people), False
    return [], False


def _by_values(tables: Tables, table: str, column: str) -> Reference | None:
    """Return the reference that the values alone show, or None where two keys would fit."""
    if tables.is_key(table, column) or (values := tables.counts(table, column).distinct) < DISTINCT:
        return None
    shares = []
    for parent, key in _candidates(tables, table, column, tables.parents_of(table)):
        keys = tables.unique(parent)[key]
        too_few_keys, too_few_values = keys < INCLUSION * values, values < keys * COVERAGE / LEAD
        if too_few_keys or too_few_values:
            continue
        counted, hits = tables.inclusion(table, column, parent, key)
        if counted >= DISTINCT and hits / counted >= INCLUSION:
            shares.append((hits / max(keys, 1), parent, key))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < COVERAGE or (len(shares) > 1 and shares[0][0] < LEAD * shares[1][0]):
        return None
    _, parent, key = shares[0]
    return Reference(table, (column,), parent, (key,), Origin.INFERRED)


def _candidates(tables: Tables, table: str, column: str, parents: Iterable[str]) -> list[Candidate]:
    """Return every key of some tables that could hold the values of a column, except the column itself."""
    kind = key_family(tables.all[table].schema()[column])
    return [
        (parent, key)
        for parent in parents
        for key in tables.keys(parent, names.stem(column))
        if key_family(tables.all[parent].schema()[key]) == kind and (parent, key) != (table, column)
    ]
