"""A dataset as a table in Jupyter: what there is to audit, and what cannot be read."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit.dataset.errors import SourceError
from auditkit.html_tables import count, fragment, gap, lines, name, names, paragraph, quiet, table
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from auditkit.dataset.dataset import Dataset
    from auditkit.dataset.relation import Relation

_COUNTED = frozenset({"sqlite", "duckdb"})
_PATIENCE = 1.0
"""Seconds to spend on counting rows; a display must not keep anybody waiting."""


def html(dataset: Dataset) -> str:
    """Return the relations of a dataset as an HTML table: kind, rows, columns by name, and why a relation
    cannot be read.
    """
    relations = tuple(dataset.relations.values())
    kinds = Counter(r.kind for r in relations)
    unread = sum(r.table is None for r in relations)
    told = ", ".join(count(n, kind) for kind, n in kinds.items()) + (
        f"; {unread:,} cannot be read" if unread else ""
    )
    rows = _rows(dataset)
    about = (
        "Rows" if dataset.dialect in _COUNTED else "Rows, about"
    )  # what a server knows without counting is an estimate
    counted = [about] if any(n is not None for n in rows.values()) else []
    body = [
        (
            r.name,
            r.kind,
            *([rows[r.name]] if counted else []),
            None if r.table is None else len(r.table.columns),
            _columns(r),
        )
        for r in relations
    ]
    caption = Markup("{} {}").format(name(dataset.name), quiet(told))
    return fragment(
        table(
            caption, ("Name", "Kind", *counted, "Columns", "Names of the columns"), body,
            numeric=(about, "Columns"), more="dataset.relations",
        ),
        paragraph(quiet("Opened read-only. A dash is not counted.")) if None in rows.values() and counted else Markup(""),
    )  # fmt: skip


def _columns(relation: Relation) -> Markup:
    """Return the names of the columns, and what is to be known of them."""
    if relation.table is None:
        return gap(f"cannot be read: {relation.missing.reason}" if relation.missing else "cannot be read")
    told: list[object] = [quiet(names(relation.table.columns, 14))]
    for shown, kind in relation.value_names.items():
        told.append(gap(f"the name of {shown} is itself a value ({_label(kind)}) and not shown"))
    if relation.value_name:
        told.append(gap(f"its own name is a value ({_label(relation.value_name)}) and not shown"))
    if relation.closed_columns:
        told.append(gap(f"{count(relation.closed_columns, 'more column')} may not be read"))
    return lines(told)


def _label(kind: str) -> str:
    return ENTITIES[kind].label if kind in ENTITIES else "personal data"


def _rows(dataset: Dataset) -> dict[str, int | None]:
    """Return how many rows each relation has, where that is known or quickly counted; on a server nothing is
    counted for a display.
    """
    until, rows = time.monotonic() + _PATIENCE, {}
    for relation in dataset.relations.values():
        rows[relation.name] = relation.rows
        if (
            relation.rows is None
            and relation.kind == "table"
            and dataset.dialect in _COUNTED
            and time.monotonic() < until
        ):
            rows[relation.name] = _count(dataset, relation)
    return rows


def _count(dataset: Dataset, relation: Relation) -> int | None:
    if relation.table is None:
        return None
    try:
        return int(dataset.fetch(relation.table.aggregate(n=relation.table.count()))[0]["n"])
    except SourceError:  # it was closed, or went away: what is known of it is shown all the same
        return None
