"""What leads from a pseudonym back to the person, and can be read in the same database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.reidentification.direct_identifiers import Identifiers
from auditkit.facts.reidentification.pseudonyms import PseudonymColumn, is_long, meeting
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.names import singular, words
from auditkit.relations.tables import key_family

FEWEST, SHARE = 3, 0.5
"""A column is a mapping where it holds this share of the pseudonyms: fewer may be met by chance."""


@dataclass(frozen=True)
class WayBack:
    """A table that leads from the pseudonyms of a column to people.

    Attributes:
        target: the table.
        through: its column that holds the pseudonyms.
        identifiers: the columns that say who the people are.
        pseudonyms: how many different pseudonyms the column has.
        traced: how many of them stand in the table.
        rows: how many rows have a pseudonym that is traced.
        of: how many rows have a pseudonym.
        confidence: how sure it is that these are pseudonyms.
    """

    target: str
    through: str
    identifiers: str
    pseudonyms: int
    traced: int
    rows: int
    of: int
    confidence: str

    def to_dict(self) -> dict[str, object]:
        """Return the attributes by name."""
        return asdict(self)


@dataclass(frozen=True)
class Search:
    """The search for ways back from the pseudonyms of one column."""

    dataset: Dataset
    policy: Policy
    relations: Relations
    identifiers: Identifiers
    name: str
    pseudonym: PseudonymColumn

    @property
    def table(self) -> ir.Table:
        """The table that has the pseudonyms."""
        return self.dataset.tables[self.name]

    def ways(self) -> Iterator[WayBack]:
        """Yield the table itself where it has identifiers of its own, else each mapping to people.

        A table of another database is not looked at: a mapping there is kept apart (Art. 4(5)).
        """
        own = [c for c in self.identifiers.get(self.name, {}) if c != self.pseudonym.name]
        if not own:
            yield from self._mappings()
        elif self.pseudonym.claimed:  # else nobody says that the table hides people
            yield self._beside(own)

    def _beside(self, identifiers: Sequence[str]) -> WayBack:
        """Return how many pseudonyms stand in one row with an identifier."""
        table, cell = self.table, self.table[self.pseudonym.name]
        filled = [table[c].notnull() & (table[c].cast("string") != "") for c in identifiers]
        named = cell.notnull() & ibis.or_(*filled)
        measures = {
            "rows": table.count(where=named), "of": cell.count(), "pseudonyms": cell.nunique(),
            "traced": cell.nunique(where=named),
        }  # fmt: skip
        counts = self._counted(table, measures)
        return WayBack(self.name, self.pseudonym.name, ", ".join(identifiers), **counts, confidence="high")

    def _mappings(self) -> Iterator[WayBack]:
        """Yield the tables with identifiers, or with a reference to them, that hold the pseudonyms."""
        for other, identifiers in _leading_to_people(self.relations, self.identifiers):
            there = self.dataset.tables[other]
            if other == self.name or self.policy.exclusion(other) is not None or is_apart(there, self.table):
                continue
            candidates = [c for c in there.columns if c not in self.identifiers.get(other, {})]
            named, sure = ", ".join(identifiers), self.pseudonym.confidence.value
            ways = [
                WayBack(other, column, named, **self._met(there, column), confidence=sure)
                for column in candidates
                if self._may_hold(other, there, column)
            ]
            best = max(ways, key=lambda way: way.traced, default=None)
            if best is not None and best.traced >= max(FEWEST, SHARE * best.pseudonyms):
                yield best

    def _may_hold(self, other: str, there: ir.Table, candidate: str) -> bool:
        """Return whether a column may hold the same pseudonyms.

        It has the same type. Numbers are compared only where a reference or the names of the columns say so.
        """
        column = self.pseudonym.name
        kind = key_family(self.table[column].type())
        if kind is None or key_family(there[candidate].type()) != kind:
            return False
        if kind != "integer":
            return True
        own, its = words(column), words(candidate)
        refers = any(
            (r.parent, r.parent_columns) == (other, (candidate,))
            for r in self.relations.of(self.name)
            if r.columns == (column,)
        )
        same = its == own and own not in ("id", "key", "code", "number")
        return refers or same or own == f"{singular(other)}_{its}"

    def _met(self, there: ir.Table, column: str) -> dict[str, int]:
        """Return how many pseudonyms stand in a column of another table."""
        table, cell = self.table, self.table[self.pseudonym.name]
        rows, met = meeting(table, self.pseudonym.name, there, column)
        traced = rows[self.pseudonym.name].nunique(where=met)
        measures = {"of": cell.count(), "pseudonyms": cell.nunique(where=is_long(cell))}
        return {
            **self._counted(rows, {"rows": rows.count(where=met), "traced": traced}),
            **self._counted(table, measures),
        }

    def _counted(self, rows: ir.Table, measures: Mapping[str, ir.Scalar]) -> dict[str, int]:
        return {name: int(n or 0) for name, n in self.dataset.fetch(rows.aggregate(**measures))[0].items()}


def _leading_to_people(relations: Relations, identifiers: Identifiers) -> Iterator[tuple[str, list[str]]]:
    """Yield the tables from whose rows people are known, with the columns that identify them."""
    for name, own in identifiers.items():
        if own:
            yield name, list(own)
            continue
        references = [r for r in relations.of(name) if not r.is_self]
        if far := [f"{r.parent}.{c}" for r in references for c in identifiers.get(r.parent, {})]:
            yield name, far
