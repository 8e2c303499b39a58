"""The plan of a draft: for each table, what is proposed and with which evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditkit import relations as related
from auditkit.dataset.first_values import without_moments
from auditkit.draft import evidence
from auditkit.draft.clocks import end_of, event_of, named_like_moments
from auditkit.draft.people import About, about
from auditkit.draft.tenants import Root, roots
from auditkit.policy import Policy
from auditkit.relations import Origin, Reference, Relations
from auditkit.relations.names import WHOLE_NAME, fits, singular, stem, words
from auditkit.vocabulary import PRESENT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.detection.verdict import ColumnVerdict

_QUASI = frozenset(
    "POSTAL_CODE LOCATION DATE_OF_BIRTH AGE GENDER NATIONALITY OCCUPATION LANGUAGE ETHNICITY".split()
)
"""What identifies somebody together with other columns."""


@dataclass(frozen=True)
class Start:
    """When the period of a table's rows may start.

    Attributes:
        why: the evidence, in words.
        column: the column with the moment, or None where `via` says it.
        via: the column that refers to the row whose period counts.
        overdue: how many rows some periods would make overdue.
        elsewhere: where neither is known, the last event of a person in another table.
    """

    why: str
    column: str | None = None
    via: str | None = None
    overdue: evidence.Overdue | None = None
    elsewhere: str | None = None


@dataclass(frozen=True)
class Proposed:
    """A reference that no foreign key declares, with its evidence.

    Attributes:
        reference: the reference.
        values: how many distinct values it has; None where that could not be counted.
        keys: how many of them are keys of the other table.
    """

    reference: Reference
    values: int | None
    keys: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether the values show the reference, and not only that small numbers are keys of any table."""
        (column,), parent = self.reference.columns, self.reference.parent
        is_named = fits(stem(column) or "", parent) >= WHOLE_NAME
        return is_named and bool(self.values) and self.keys >= evidence.ENOUGH * (self.values or 0)


@dataclass(frozen=True)
class TablePlan:
    """What a draft proposes for one table.

    Attributes:
        name: the table.
        verdicts: what its columns hold.
        about: whom its rows are about; None where that is unknown.
        start: when the period of its rows may start; None where nothing shows it.
        references: the references that no foreign key declares.
        quasi: the columns that together may identify somebody.
        alone: the share of rows that these columns make unique; None where that was not counted.
        tenant_key: the column with the tenant, where it is not the common one.
    """

    name: str
    verdicts: Sequence[ColumnVerdict] = ()
    about: About | None = None
    start: Start | None = None
    references: Sequence[Proposed] = ()
    quasi: Sequence[str] = ()
    alone: float | None = None
    tenant_key: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a draft proposes.

    Attributes:
        roots: the tables that may be the root of the tenants, the likeliest first.
        tables: the tables with personal data, or with rows about people, by name.
        others: what the columns of the other tables hold.
    """

    roots: Sequence[Root]
    tables: Sequence[TablePlan]
    others: Mapping[str, Sequence[ColumnVerdict]] = field(default_factory=dict)


def plan(dataset: Dataset, profile: Profile, relations: Relations) -> Plan:
    """Return what a draft proposes for what was found in a dataset."""
    by_table: dict[str, list[ColumnVerdict]] = {}
    for verdict in profile.columns:
        by_table.setdefault(verdict.table, []).append(verdict)
    declared = {table: [v for v in found if is_declared(v)] for table, found in by_table.items()}
    keys = {key.table: key.columns[0] for key in dataset.keys() if key.primary and len(key.columns) == 1}
    columns = {name: tuple(table.columns) for name, table in dataset.tables.items()}
    entities = {table: {v.column: v.entity or "" for v in found} for table, found in declared.items()}
    whom = about(relations, columns, entities, _keys(relations, keys, columns))
    known = {name for name, person in whom.items() if person.key is not None or person.via is not None}
    found = roots(relations, known)
    drafting = _Drafting(dataset, relations, whom, found[0] if found and found[0].named else None)
    names = [*by_table, *(name for name in columns if name not in by_table)]
    kept = [name for name in names if declared.get(name) or name in known]
    tables = tuple(drafting.table(name, by_table.get(name, ()), declared.get(name, ())) for name in kept)
    return Plan(found, tables, {name: v for name, v in by_table.items() if name not in kept})


def is_declared(verdict: ColumnVerdict) -> bool:
    """Return whether the draft declares a column; free text must hold personal data inside."""
    if verdict.entity == "FREE_TEXT" and not verdict.contains:
        return False
    return verdict.category is not None and verdict.verdict in PRESENT


def _keys(
    relations: Relations, declared: Mapping[str, str], columns: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return the key of each table: the declared one, that which references use, or the usual name."""
    referred = {r.parent: r.parent_columns[0] for r in relations.references if len(r.parent_columns) == 1}
    usual = {name: found for name, of in columns.items() if (found := _usual(name, of)) is not None}
    return {**usual, **referred, **declared}


def _usual(table: str, columns: Iterable[str]) -> str | None:
    names = ("id", f"{singular(table)}_id", "uuid")
    return next((column for name in names for column in columns if words(column) == name), None)


@dataclass(frozen=True)
class _Drafting:
    dataset: Dataset
    relations: Relations
    whom: Mapping[str, About]
    root: Root | None

    def table(
        self, name: str, verdicts: Sequence[ColumnVerdict], declared: Sequence[ColumnVerdict]
    ) -> TablePlan:
        rows = self.dataset.tables.get(name)
        quasi = tuple(v.column for v in declared if v.entity in _QUASI and rows is not None)
        return TablePlan(
            name,
            verdicts,
            self.whom.get(name),
            self._start(name, {v.column for v in declared}),
            tuple(self._proposed(name)),
            quasi,
            evidence.alone(self.dataset, rows, quasi) if quasi and rows is not None else None,
            self.root.other_keys.get(name) if self.root is not None else None,
        )

    def _start(self, name: str, personal: set[str]) -> Start | None:
        """Return the end of something; else what the row belongs to; else the moment of an event."""
        rows, person = self.dataset.tables.get(name), self.whom.get(name)
        if rows is None:
            return None
        unfit = personal | self._never_moments(rows)
        unfit_for_most = unfit | self._nearly_empty(rows, unfit)
        if (column := end_of(rows, unfit_for_most)) is not None:
            return self._from(name, column, "named like the end of something")
        empty_end = end_of(rows, unfit)
        is_person = person is not None and person.is_person
        is_part = person is not None and person.key is None and person.via is not None
        column = None if is_part or is_person else event_of(rows, name, unfit_for_most)
        if column is not None:
            end = (
                f"{empty_end} is the end of nearly no row" if empty_end else "no column is named like its end"
            )
            return self._from(name, column, f"named like the moment of an event; {end}")
        if empty_end is not None:
            return self._from(name, empty_end, "named like the end of something; nearly no row has it yet")
        if person is not None and person.is_person:
            return self._of_person(name, person)
        if person is not None and person.via is not None:
            why = f"it has no end of its own; its rows belong to {person.via.parent}"
            return Start(why, via=person.via.columns[0])
        return None

    def _of_person(self, name: str, person: About) -> Start | None:
        """Return the last event of a person in a table that refers to them."""
        for reference in self.relations.references:
            other = self.whom.get(reference.table)
            if reference.parent != name or other is None or other.key != reference.columns[0]:
                continue
            rows = self.dataset.tables.get(reference.table)
            unfit = self._never_moments(rows) if rows is not None else set()
            column = end_of(rows, unfit) or event_of(rows, reference.table, unfit)
            if column is not None:
                why = f"the last row of {reference.table} about the {person.kind}"
                return Start(why, elsewhere=f"{reference.table}.{column}")
        return None

    def _never_moments(self, rows: ir.Table) -> set[str]:
        """Return the columns that are only named like moments: `time`, with cells such as `Dinner`.

        An audit refuses such a start, so no draft proposes it.
        """
        return set(without_moments(self.dataset, rows, named_like_moments(rows)))

    def _nearly_empty(self, rows: ir.Table, unfit: set[str]) -> set[str]:
        """Return the columns that nearly no row has filled, where another one may start the period.

        Of a hundred orders two are cancelled: the other rows would have no start.
        """
        candidates = [column for column in named_like_moments(rows) if column not in unfit]
        filled = evidence.filled(self.dataset, rows, candidates) if len(candidates) > 1 else {}
        few = {column for column, share in filled.items() if share < evidence.FEW}
        return few if len(few) < len(filled) else set()

    def _from(self, name: str, column: str, why: str) -> Start:
        rows = self.dataset.tables[name]
        return Start(why, column, overdue=evidence.overdue(self.dataset, rows, column, evidence.today()))

    def _proposed(self, name: str) -> Iterable[Proposed]:
        tables = related.tables_of(self.dataset, Policy.empty())
        for reference in self.relations.of(name):
            if reference.origin is Origin.INFERRED and len(reference.columns) == 1:
                counts = evidence.inclusion(tables, reference)
                yield Proposed(reference, *(counts or (None, 0)))
