r"""References whose parent differs from row to row: `item_type` names the table that `item_id` refers to.

A type is the content of a cell, and may be anything. Only its last word is kept, and only where that word is
the name of a table: what stands before it, as in `App\Models\Ticket`, stands in no query.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.html_tables import count
from auditkit.outcome import Cause, Missing
from auditkit.relations import names
from auditkit.relations.references import Origin, Reference, Relations
from auditkit.relations.row_tenants import (
    PARENT_TENANT,
    TENANT,
    tenants_last,
    with_comparable_keys,
    with_member_tenant,
    with_parent_tenant,
    with_tenant,
)
from auditkit.relations.tables import Tables

_MOST_TYPES = 1_000
"""A column with more different values does not hold types."""
_SEPARATORS = ("\\", "/", ".", "::")
_LAST_WORD = re.compile(r"(?:^|.*(?:[\\/.]|::))([A-Za-z0-9_ -]*[A-Za-z0-9])", re.DOTALL)


@dataclass(frozen=True)
class Polymorphic(Item):
    """The rows of a polymorphic reference that refer to one table.

    Attributes:
        kind: the column with the type.
        reference: the reference to the table.
        types: the last words of the types that name the table, as they are written.
        unknown_types: how many other types name no table.
        unknown_rows: how many rows have such a type.
        missing: why the rows cannot be compared, or None.
    """

    kind: str
    reference: Reference
    types: tuple[str, ...] = field(repr=False)
    unknown_types: int = 0
    unknown_rows: int = 0
    missing: Missing | None = None

    @property
    def origin(self) -> Origin:
        """How the reference is known: from the names of types and tables."""
        return self.reference.origin

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it adds to the place of an outcome."""
        return {"columns": (self.kind, *self.reference.columns), "target": self.reference.parent}

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return self.reference.reaches


def polymorphic_of(tables: Tables, relations: Relations, name: str) -> Iterator[Polymorphic]:
    """Yield the polymorphic references of a table.

    There is one for each table of a tenant that they refer to, and one for all types that name no table.
    """
    for kind, column in typed_keys(relations, name, tables.all[name].columns):
        yield from _by_type(tables, relations, name, kind, column)


def typed_keys(relations: Relations, name: str, columns: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each pair of columns `x_type` and `x_id` of a table, where `x_id` is not a known reference."""
    by_words = {names.words(c): c for c in columns}
    for words, column in by_words.items():
        kind = by_words.get(f"{words.removesuffix('_id')}_type") if words.endswith("_id") else None
        if kind is not None and relations.through(name, column) is None:
            yield kind, column


def _by_type(
    tables: Tables, relations: Relations, name: str, kind: str, column: str
) -> Iterator[Polymorphic]:
    types_of, unknown = _types(tables, name, kind, column)
    unknown_rows = sum(unknown)
    for parent, types in sorted(types_of.items()):
        if relations.scopes[parent].is_tenant:
            reference = Reference(name, (column,), parent, (str(tables.key(parent)),), Origin.INFERRED)
            yield Polymorphic(kind, reference, tuple(types), len(unknown), unknown_rows)
    if unknown:
        reason = (
            f"{count(len(unknown), 'type')} in {name}.{kind} ({count(unknown_rows, 'row')}): no table with a"
            " key of one column has this name"
        )
        no_table = Reference(name, (column,), "types of no table", (column,), Origin.INFERRED)
        missing = Missing(Cause.UNDECLARED, reason)
        yield Polymorphic(kind, no_table, (), len(unknown), unknown_rows, missing)


def _types(tables: Tables, name: str, kind: str, column: str) -> tuple[dict[str, list[str]], list[int]]:
    """Return the last words of types by the table that they name, and the rows of each other type."""
    table = tables.all[name]
    filled = table.filter(table[kind].notnull() & table[column].notnull())
    counts = filled.group_by(kind=filled[kind].cast("string")).aggregate(n=filled.count())
    types_of: dict[str, set[str]] = {}
    unknown: list[int] = []
    for row in tables.dataset.fetch(counts, limit=_MOST_TYPES):
        word = last_word(str(row["kind"]))
        parent = table_named(word, tables.all) if word is not None else None
        if word is None or parent is None or not tables.joinable(name, parent) or tables.key(parent) is None:
            unknown.append(int(row["n"]))
        else:
            types_of.setdefault(parent, set()).add(word)
    return {parent: sorted(words) for parent, words in types_of.items()}, unknown


def last_word(kind: str) -> str | None:
    r"""Return the last word of a type, or None where it is no plain word.

    >>> [last_word(kind) for kind in ("Ticket", r"App\Models\Contact", "Jane Roe::Invoice", "Ticket?")]
    ['Ticket', 'Contact', 'Invoice', None]
    """
    found = _LAST_WORD.fullmatch(kind.strip())
    return found[1] if found is not None else None


def _ends_with(kind: ir.Column, words: Collection[str]) -> ir.BooleanValue:
    """Return whether the last word of a type is one of some words."""
    text = kind.cast("string").strip()
    endings: dict[int, set[str]] = {}
    for ending in (separator + word for separator in _SEPARATORS for word in words):
        endings.setdefault(len(ending), set()).add(ending)
    behind = (text.right(length).isin(sorted(ends)) for length, ends in sorted(endings.items()))
    return reduce(or_, behind, text.isin(sorted(words)))


def table_named(kind: str, tables: Collection[str]) -> str | None:
    r"""Return the table that a type names, or None where it names no table or several.

    >>> tables = ["tickets", "crm_contacts", "Invoices"]
    >>> [table_named(kind, tables) for kind in ("Ticket", r"App\Models\Contact", "billing.invoice", "Call")]
    ['tickets', 'crm_contacts', 'Invoices', None]
    """
    word = names.singular(kind.replace("\\", ".").replace("::", ".").replace("/", "."))
    exact = [t for t in tables if word and names.singular(t) == word]
    close = exact or [t for t in tables if word and names.singular(t).endswith("_" + word)]
    return close[0] if len(close) == 1 else None


def with_target_tenants(
    tables: Mapping[str, ir.Table], relations: Relations, polymorphic: Polymorphic
) -> ir.Table:
    """Return the rows that refer to the table, with their own tenant and that of the row they refer to.

    The tenants are the last two columns.
    """
    reference = polymorphic.reference
    rows = with_tenant(tables, relations, reference.table)
    rows = rows.filter(_ends_with(rows[polymorphic.kind], polymorphic.types))
    parent = with_tenant(tables, relations, reference.parent, columns=reference.parent_columns)
    rows, parent = with_comparable_keys(rows, reference, parent)
    rows = with_parent_tenant(rows, reference, parent, PARENT_TENANT)
    rows = with_member_tenant(tables, relations, reference, rows, own=PARENT_TENANT, other=TENANT)
    return tenants_last(rows)
