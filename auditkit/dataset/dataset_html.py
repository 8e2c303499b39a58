"""A dataset as a table in Jupyter: what there is to audit, and what cannot be read."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit.dataset.errors import SourceError
from auditkit.html_tables import count, gap, lines, name, names, paragraph, quiet
from auditkit.sortable import fragment, table
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from auditkit.dataset.dataset import Dataset
    from auditkit.dataset.relation import Relation

_PATIENCE = 1.0
"""Seconds to spend on counting rows; nobody should wait for a display."""


def html(dataset: Dataset) -> str:
    """Return the relations of a dataset as an HTML table: kind, rows, columns, and why one cannot be read."""
    relations = tuple(dataset.relations.values())
    kinds = Counter(relation.kind for relation in relations)
    unread = sum(relation.table is None for relation in relations)
    summary = ", ".join(count(n, kind) for kind, n in kinds.items())
    summary += f"; {unread:,} cannot be read" if unread else ""
    rows = _rows(dataset)
    # What a server knows without counting is an estimate.
    about = "Rows" if dataset.counts_quickly else "Rows, about"
    counted = [about] if any(n is not None for n in rows.values()) else []
    body = [
        (
            relation.name,
            relation.kind,
            *([rows[relation.name]] if counted else []),
            None if relation.table is None else len(relation.table.columns),
            _columns(relation),
        )
        for relation in relations
    ]
    caption = Markup("{} {}").format(name(dataset.name), quiet(summary))
    heads = ("Name", "Kind", *counted, "Columns", "Names of the columns")
    shown = table(
        caption, heads, body, numeric=(about, "Columns"), choose=("Kind",), more="dataset.relations"
    )
    is_partial = counted and None in rows.values()
    note = paragraph(quiet("Opened read-only. A dash is not counted.")) if is_partial else Markup("")
    return fragment(shown, note)


def _columns(relation: Relation) -> Markup:
    """Return the names of the columns, and what a reader should know of them."""
    if relation.table is None:
        return gap(f"cannot be read: {relation.missing.reason}" if relation.missing else "cannot be read")
    notes: list[object] = [quiet(names(relation.table.columns, 14))]
    for shown, kind in relation.value_names.items():
        notes.append(gap(f"the name of {shown} is itself a value ({_label(kind)}) and not shown"))
    if relation.value_name:
        notes.append(gap(f"its own name is a value ({_label(relation.value_name)}) and not shown"))
    if relation.closed_columns:
        notes.append(gap(f"{count(relation.closed_columns, 'more column')} may not be read"))
    return lines(notes)


def _label(kind: str) -> str:
    return ENTITIES[kind].label if kind in ENTITIES else "personal data"


def _rows(dataset: Dataset) -> dict[str, int | None]:
    """Return how many rows each relation has, where that is known or quickly counted."""
    until, rows = time.monotonic() + _PATIENCE, {}
    for relation in dataset.relations.values():
        rows[relation.name] = relation.rows
        uncounted = relation.rows is None and relation.kind == "table"
        if uncounted and dataset.counts_quickly and time.monotonic() < until:
            rows[relation.name] = _count(dataset, relation)
    return rows


def _count(dataset: Dataset, relation: Relation) -> int | None:
    if relation.table is None:
        return None
    try:
        return int(dataset.fetch(relation.table.aggregate(n=relation.table.count()))[0]["n"])
    except SourceError:  # it was closed, or is gone: the display shows what else is known
        return None
