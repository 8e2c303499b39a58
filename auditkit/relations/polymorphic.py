"""References whose table changes from row to row: `item_type` says which table `item_id` means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.relations import names
from auditkit.relations.infer import Tables
from auditkit.relations.owner import PARENT_TENANT, TENANT, aligned, at_home, beside, owned
from auditkit.relations.references import Origin, Reference, Relations

_MOST = 1_000
"""More types than this are no types."""


@dataclass(frozen=True)
class Polymorphic(Item):
    """The rows of a polymorphic reference that mean one table; `types` are the values that say so, never
    shown.
    """

    kind: str
    reference: Reference
    types: tuple[str, ...] = field(repr=False)
    unknown_types: int = 0
    unknown_rows: int = 0
    missing: Missing | None = None

    @property
    def origin(self) -> Origin:
        """It is told by the names of types and tables."""
        return self.reference.origin

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.kind, *self.reference.columns), "target": self.reference.parent}

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return self.reference.reaches


def polymorphic_of(dataset: Dataset, relations: Relations, name: str) -> Iterator[Polymorphic]:
    """Yield the polymorphic references of a table, one for each table of a tenant that they mean, and one for
    types of no table.
    """
    tables = Tables(
        dataset, {known: dataset.tables[known] for known in relations.scopes if known in dataset.tables}
    )
    for kind, column in typed_keys(relations, name, dataset.tables[name].columns):
        yield from _by_type(tables, relations, name, kind, column)


def typed_keys(relations: Relations, name: str, columns: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield of a table's columns each pair `x_type` and `x_id`, where no reference of the latter is known."""
    by_words = {names.words(c): c for c in columns}
    for words, column in by_words.items():
        kind = by_words.get(f"{words.removesuffix('_id')}_type") if words.endswith("_id") else None
        if kind is not None and relations.through(name, column) is None:
            yield kind, column


def _by_type(
    tables: Tables, relations: Relations, name: str, kind: str, column: str
) -> Iterator[Polymorphic]:
    table = tables.all[name]
    there = table.filter(table[kind].notnull() & table[column].notnull())
    counted = tables.dataset.fetch(
        there.group_by(kind=there[kind].cast("string")).aggregate(n=there.count()), limit=_MOST
    )
    meant: dict[str, list[str]] = {}
    unknown: list[int] = []
    for row in sorted(counted, key=lambda r: str(r["kind"])):
        parent = table_of(str(row["kind"]), tables.all)
        if parent is None or not tables.joinable(name, parent) or tables.key(parent) is None:
            unknown.append(int(row["n"]))
        else:
            meant.setdefault(parent, []).append(str(row["kind"]))
    for parent, types in sorted(meant.items()):
        if relations.scopes[parent].is_tenant:
            reference = Reference(name, (column,), parent, (str(tables.key(parent)),), Origin.INFERRED)
            yield Polymorphic(kind, reference, tuple(types), len(unknown), sum(unknown))
    if unknown:
        reason = (
            f"{len(unknown)} types in {name}.{kind} ({sum(unknown)} rows) name no table with a key of one"
            " column"
        )
        nowhere = Reference(name, (column,), "types of no table", (column,), Origin.INFERRED)
        yield Polymorphic(kind, nowhere, (), len(unknown), sum(unknown), Missing(Cause.UNDECLARED, reason))


def table_of(kind: str, tables: Collection[str]) -> str | None:
    r"""Return the table that a type names, or None where none or several could be meant.

    >>> [table_of(kind, ["tickets", "crm_contacts", "Invoices"]) for kind in ("Ticket", r"App\Models\Contact", "billing.invoice", "Call")]
    ['tickets', 'crm_contacts', 'Invoices', None]
    """
    word = names.singular(kind.replace("\\", ".").replace("::", ".").replace("/", "."))
    exact = [t for t in tables if word and names.singular(t) == word]
    close = exact or [t for t in tables if word and names.singular(t).endswith("_" + word)]
    return close[0] if len(close) == 1 else None


def pointed(tables: Mapping[str, ir.Table], relations: Relations, polymorphic: Polymorphic) -> ir.Table:
    """Return the rows that mean the table, with their own tenant and that of the row they refer to, as the
    last two columns.
    """
    reference = polymorphic.reference
    rows = owned(tables, relations, reference.table)
    rows, parent = aligned(
        rows.filter(rows[polymorphic.kind].cast("string").isin(polymorphic.types)),
        reference,
        owned(tables, relations, reference.parent),
    )
    joined = at_home(
        tables,
        relations,
        reference,
        beside(rows, reference, parent, PARENT_TENANT),
        own=PARENT_TENANT,
        other=TENANT,
    )
    return joined.select(
        *[c for c in joined.columns if c not in (TENANT, PARENT_TENANT)], TENANT, PARENT_TENANT
    )
