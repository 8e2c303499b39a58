"""References that nobody declared: found by the names of columns, and by their values.

A column whose name says what it refers to must have half of its values in the key of that table; the other
values are orphans to report. Any other column refers to a key when it has at least 50 distinct values, 95 %
of them are in the key, they cover at least 30 % of the key, and no other key is covered a third as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from auditkit.dataset import SourceError
from auditkit.relations import names
from auditkit.relations.references import Boundary, Origin, Reference
from auditkit.relations.screen import Place, plausible
from auditkit.relations.tables import Tables, key_family

NAMED_INCLUSION = 0.5
"""The share of values that must be in the key, where the column's name says what it refers to."""
DISTINCT, INCLUSION, COVERAGE, LEAD = 50, 0.95, 0.30, 3.0
"""The limits for a column whose name does not: see above."""


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
    unnamed: list[Place] = []
    for table, rows in tables.all.items():
        for column in rows.columns:
            if not _may_refer(tables, table, column, taken):
                continue
            try:
                if (reference := _by_meaning(tables, table, column, boundary)) is not None:
                    found.append(reference)
                else:
                    unnamed.append((table, column))
            except SourceError as error:
                tables.lost.setdefault(table, error.missing)
    by_values = _by_values(tables, unnamed)
    found += by_values.values()
    unknown = [place for place in unnamed if place not in by_values and _is_unknown(tables, *place)]
    return found, unknown


def _is_unknown(tables: Tables, table: str, column: str) -> bool:
    """Return whether a column without a parent is named like a reference, and is no key or credential."""
    try:
        return not names.is_credential(column) and not tables.is_key(table, column)
    except SourceError:
        return False


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
    if not _may_refer(tables, table, column, taken):
        return None
    named = _by_meaning(tables, table, column, boundary)
    return named or _by_values(tables, [(table, column)]).get((table, column))


def _by_meaning(tables: Tables, table: str, column: str, boundary: Boundary | None) -> Reference | None:
    """Return the reference of a column that its name shows, or None."""
    stem = names.stem(column)
    assert stem is not None  # the column is named like a reference
    return _tenant_key(tables, table, column, boundary) or _by_name(tables, table, column, stem)


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


def _named_candidates(tables: Tables, table: str, column: str, stem: str) -> tuple[list[Place], bool]:
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


def _by_values(tables: Tables, columns: Iterable[Place]) -> dict[Place, Reference]:
    """Return the references that the values alone show, by column; none where two keys would fit.

    A table that cannot be read is added to `tables.lost`.
    """
    fitting: dict[Place, list[Place]] = {}
    for place in columns:
        try:
            fitting[place] = _of_fitting_size(tables, *place)
        except SourceError as error:
            tables.lost.setdefault(place[0], error.missing)
    keys = dict.fromkeys(key for some in fitting.values() for key in some)
    likely = plausible(tables, [place for place, some in fitting.items() if some], list(keys))
    found = {}
    for place, some in fitting.items():
        try:
            key = _only_key(tables, place, [key for key in some if key in likely[place]])
        except SourceError as error:
            tables.lost.setdefault(place[0], error.missing)
        else:
            if key is not None:
                found[place] = Reference(place[0], (place[1],), key[0], (key[1],), Origin.INFERRED)
    return found


def _of_fitting_size(tables: Tables, table: str, column: str) -> list[Place]:
    """Return the keys with about as many values as a column has, or more; the smallest first."""
    if tables.is_key(table, column) or (values := tables.counts(table, column).distinct) < DISTINCT:
        return []
    sizes = {
        (parent, key): tables.unique(parent)[key]
        for parent, key in _candidates(tables, table, column, tables.parents_of(table))
    }
    least, most = INCLUSION * values, values * LEAD / COVERAGE
    return sorted((key for key, size in sizes.items() if least <= size <= most), key=lambda key: sizes[key])


def _only_key(tables: Tables, place: Place, keys: Iterable[Place]) -> Place | None:
    """Return the key that a column refers to, or None where none or two fit; the smallest keys come first."""
    values = tables.counts(*place).distinct
    shares: list[tuple[float, str, str]] = []
    for parent, key in keys:
        size = max(tables.unique(parent)[key], 1)
        if len(shares) > 1 and _are_close(shares) and values / size < LEAD * shares[0][0]:
            return None  # no larger key can lead far enough any more
        counted, hits = tables.inclusion(*place, parent, key)
        if counted >= DISTINCT and hits / counted >= INCLUSION:
            shares = sorted([*shares, (hits / size, parent, key)], reverse=True)
    if not shares or shares[0][0] < COVERAGE or _are_close(shares):
        return None
    return shares[0][1:]


def _are_close(shares: Sequence[tuple[float, str, str]]) -> bool:
    """Return whether the first share does not lead far enough."""
    return len(shares) > 1 and shares[0][0] < LEAD * shares[1][0]


def _candidates(tables: Tables, table: str, column: str, parents: Iterable[str]) -> list[Place]:
    """Return every key of some tables that could hold the values of a column, except the column itself.

    `actors.actor_id` says which actor a row is, so it refers to no other column of `actors`.
    """
    kind, stem = key_family(tables.all[table].schema()[column]), names.stem(column)
    is_own_name = names.fits(stem or "", table) >= names.WHOLE_NAME
    return [
        (parent, key)
        for parent in parents
        if not (parent == table and is_own_name)
        for key in tables.keys(parent, stem)
        if key_family(tables.all[parent].schema()[key]) == kind and (parent, key) != (table, column)
    ]
