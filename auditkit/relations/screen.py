"""Which keys a column may refer to, by a few of its values: asked of many columns and keys at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import ibis.expr.types as ir

from auditkit.dataset import SourceError
from auditkit.relations.tables import Tables, key_family
from auditkit.relations.united import AT_ONCE, united

Place = tuple[str, str]
"""A table and a column of it."""
AT_EACH_END = 32
"""How many of the smallest values of a column, and of the largest, are looked for among the keys."""
FOUND = 0.4
"""The share of them that must be a key, where the column may refer to it: less than half, since all parents
of one end may be gone.
"""


def plausible(
    tables: Tables, columns: Collection[Place], keys: Collection[Place]
) -> Mapping[Place, frozenset[Place]]:
    """Return for each column the keys that hold enough of its smallest and largest values.

    To compare each column with each key in a statement of its own would take as many statements as there are
    pairs. Where a statement fails, its keys count as plausible: each is then looked at alone.

    Args:
        tables: the tables.
        columns: the columns, as table and column.
        keys: the keys, as table and column.
    """
    found: dict[Place, set[Place]] = {column: set() for column in columns}
    for some, others in _groups(tables, columns, keys):
        try:
            pairs = list(_pairs(tables, some, others))
        except SourceError:
            pairs = [(column, key) for column in some for key in others]
        for column, key in pairs:
            found[column].add(key)
    return {column: frozenset(some) for column, some in found.items()}


def _groups(
    tables: Tables, columns: Collection[Place], keys: Collection[Place]
) -> Iterator[tuple[list[Place], list[Place]]]:
    """Yield columns and keys that can be compared in one statement: of one engine and one kind."""
    kinds = dict.fromkeys(_kind(tables, column) for column in columns)
    for kind in kinds:
        some = [column for column in columns if _kind(tables, column) == kind]
        others = [key for key in keys if _kind(tables, key) == kind]
        for i in range(0, len(some), AT_ONCE):
            for j in range(0, len(others), AT_ONCE):
                yield some[i : i + AT_ONCE], others[j : j + AT_ONCE]


def _kind(tables: Tables, place: Place) -> tuple[object, str | None]:
    table, column = place
    return tables.backend(table), key_family(tables.all[table].schema()[column])


def _pairs(tables: Tables, columns: Sequence[Place], keys: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Yield the columns with the keys that hold enough of their values."""
    values = united([end for i, column in enumerate(columns) for end in _ends(tables, column, i)])
    known = united([_values(tables, key).mutate(auditkit_key=i) for i, key in enumerate(keys)])
    both = values.join(known, values.auditkit_value == known.auditkit_value)
    shared = both.group_by("auditkit_column", "auditkit_key").aggregate(
        auditkit_hits=both.auditkit_value.nunique()
    )
    for row in tables.dataset.fetch(shared, limit=len(columns) * len(keys)):
        column, key = columns[int(row["auditkit_column"])], keys[int(row["auditkit_key"])]
        if row["auditkit_hits"] >= FOUND * min(2 * AT_EACH_END, tables.counts(*column).distinct):
            yield column, key


def _ends(tables: Tables, column: Place, number: int) -> tuple[ir.Table, ir.Table]:
    """Return the smallest and the largest values of a column."""
    values = _values(tables, column)
    known = values.filter(values.auditkit_value.notnull()).distinct()
    by = known.auditkit_value
    ends = (known.order_by(by.asc()).limit(AT_EACH_END), known.order_by(by.desc()).limit(AT_EACH_END))
    return ends[0].mutate(auditkit_column=number), ends[1].mutate(auditkit_column=number)


def _values(tables: Tables, place: Place) -> ir.Table:
    """Return the values of a column in a type that all columns of its kind have in common."""
    table, column = place
    cells = tables.all[table][column]
    as_one = cells.cast("int64" if key_family(cells.type()) == "integer" else "string")
    return tables.all[table].select(auditkit_value=as_one)
