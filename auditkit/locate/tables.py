"""The tables in which a data subject is looked for, and which of them are lists of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.locate.columns import Column, column, has_no_text
from auditkit.policy import Policy
from auditkit.relations import Relations, names
from auditkit.relations.tables import Tables

_USABLE_VERDICTS = frozenset({"certain", "likely", "review"})
"""A doubtful verdict is enough for a comparison: comparing one column too many accuses nobody."""


@dataclass(frozen=True)
class SearchedTable:
    """A table in which a data subject is looked for.

    Attributes:
        name: its name.
        kind: table, view, file and the like.
        columns: the columns that could hold an identifier.
        key: the columns that name its rows; empty where the table has no key.
        closed: the columns that cannot be searched.
        lists_people: each row is one person.
        subject: the column that says whom a row is about, as declared in the policy.
        subject_type: the kind of person that this is, as declared in the policy.
    """

    name: str
    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    closed: tuple[str, ...]
    lists_people: bool
    subject: str | None = None
    subject_type: str | None = None

    @property
    def text_columns(self) -> tuple[Column, ...]:
        """The columns whose cells may hold an identifier inside a longer text."""
        return tuple(c for c in self.columns if c.form != "number")


def searched_tables(
    dataset: Dataset, policy: Policy, profile: Profile | None, relations: Relations
) -> dict[str, SearchedTable]:
    """Return the tables in which to look, by name, without those that the policy excludes."""
    survey = _Survey(dataset, policy, profile, relations)
    return {name: survey.searched(name) for name in survey.tables.all}


@dataclass(frozen=True)
class _Survey:
    """What is known about the source."""

    dataset: Dataset
    policy: Policy
    profile: Profile | None
    relations: Relations

    @cached_property
    def tables(self) -> Tables:
        tables = self.dataset.tables
        return Tables(self.dataset, {n: t for n, t in tables.items() if self.policy.exclusion(n) is None})

    @cached_property
    def primary_keys(self) -> Mapping[str, tuple[str, ...]]:
        return {key.table: key.columns for key in self.dataset.keys() if key.primary}

    @cached_property
    def named_as_people(self) -> frozenset[str]:
        """The tables whose names say that their rows are people."""
        last_words = {name: names.singular(name).rpartition("_")[2] for name in self.tables.all}
        return frozenset(name for name, word in last_words.items() if word in names.PEOPLE)

    def searched(self, name: str) -> SearchedTable:
        """Return one table."""
        table, subject = self.tables.all[name], self.subject(name)
        declared = self.policy.table(name)
        kinds = {c: table[c].type() for c in table.columns}
        entities, keys = self.entities(name), {self.tables.key(name), subject}
        columns = (column(c, kind, declared, entities.get(c), is_key=c in keys) for c, kind in kinds.items())
        return SearchedTable(
            name,
            self.dataset.relations[name].kind,
            tuple(c for c in columns if c is not None),
            self.key(name),
            closed=tuple(c for c, kind in kinds.items() if has_no_text(kind)),
            lists_people=self.lists_people(name),
            subject=subject,
            subject_type=declared.subject.type
            if declared is not None and declared.subject is not None
            else None,
        )

    def subject(self, name: str) -> str | None:
        """Return the column that the policy calls the subject key."""
        declared = self.policy.table(name)
        return declared.subject.key if declared is not None and declared.subject is not None else None

    def entities(self, name: str) -> Mapping[str, str | None]:
        """Return what was detected in the columns of a table."""
        verdicts = self.profile.in_table(name) if self.profile is not None else ()
        return {v.column: v.entity for v in verdicts if v.verdict in _USABLE_VERDICTS}

    def key(self, name: str) -> tuple[str, ...]:
        """Return the columns that name the rows of a table; empty where they cannot be read."""
        single = self.tables.key(name)
        key = self.primary_keys.get(name) or ((single,) if single is not None else ())
        return key if set(key) <= set(self.tables.all[name].columns) else ()

    def lists_people(self, name: str) -> bool:
        """Return whether each row is a person: by the policy, else by the names of the table and its columns.

        A table that refers to a table of people is no list of people: an order with an address is an order.
        """
        subject = self.subject(name)
        if subject is not None:
            return subject == self.tables.key(name)
        if not names.is_people(name, self.tables.all[name].columns):
            return False
        parents = {r.parent for r in self.relations.of(name) if not r.is_self}
        return name in self.named_as_people or not parents & self.named_as_people
