"""Which columns hold what personal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

from auditkit.detection.column import ColumnState
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.verdict import ColumnVerdict, NamesModel, flattened
from auditkit.errors import UnknownNameError
from auditkit.html_tables import count
from auditkit.outcome import Missing
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from auditkit.outcome import Outcome


@dataclass(frozen=True, repr=False)
class Profile:
    """The personal data of a dataset: the state of every column, and the verdicts that follow from it.

    `profile(a) + profile(b)` is the profile of both, whatever the order and the parts. The states hold values
    in memory; a profile shows none. Iteration gives the verdicts.

    >>> import auditkit, pandas as pd
    >>> found = auditkit.profile({"people": pd.DataFrame({"id": [1], "email": ["ana@example.org"]})})
    >>> len(found), found["people.email"].entity, [verdict.column for verdict in found["people"]]
    (2, 'EMAIL_ADDRESS', ['id', 'email'])

    Attributes:
        states: the state of every column, by table and column.
        failed: the tables that could not be read, and why.
        custom: what a user adds to the search, and takes out of it.
        unread: how many cells of a column could not be read as text, at least in part.
    """

    states: Mapping[tuple[str, str], ColumnState] = field(default_factory=dict)
    failed: Mapping[str, Missing] = field(default_factory=dict)
    custom: Custom = field(default=NOTHING, compare=False)
    unread: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __add__(self, other: Profile) -> Profile:
        """Return the profile of both: columns of the same name add up."""
        return Profile.sum([self, other])

    @staticmethod
    def sum(profiles: Iterable[Profile]) -> Profile:
        """Return the profile of all: as `+`, at a cost that grows with their number and not its square."""
        states: dict[tuple[str, str], ColumnState] = {}
        failed: dict[str, Missing] = {}
        unread: Counter[tuple[str, str]] = Counter()
        custom = NOTHING
        for one in profiles:
            for key, state in one.states.items():
                states[key] = states[key] + state if key in states else state
            unread.update(one.unread)
            failed |= {table: missing for table, missing in one.failed.items() if table not in failed}
            custom = one.custom if custom is NOTHING else custom
        return Profile(states, failed, custom, dict(unread))

    def __repr__(self) -> str:
        """Return how much was looked at."""
        tables = {table for table, _ in self.states}
        columns = f"{count(len(self.states), 'column')} of {count(len(tables), 'table')}"
        return f"Profile({columns}, {len(self.failed)} not read)"

    @cached_property
    def columns(self) -> tuple[ColumnVerdict, ...]:
        """The verdict on every column, table by table in their order."""
        from auditkit.detection.judge import verdicts

        return tuple(map(self._with_unread, verdicts(self.states, self.custom)))

    @cached_property
    def places(self) -> tuple[ColumnVerdict, ...]:
        """The verdicts on all columns, each followed by those on the paths of its documents."""
        return tuple(flattened(self.columns))

    def _with_unread(self, verdict: ColumnVerdict) -> ColumnVerdict:
        """Return a verdict that says how many cells it does not know."""
        cells = self.unread.get((verdict.table, verdict.column))
        if not cells:
            return verdict
        known = verdict.evidence.replace("the column is empty", "").rstrip("; ")
        unknown = f"{count(cells, 'cell')} could not be read as text"
        return replace(verdict, evidence=f"{known}; {unknown}" if known else unknown)

    def __len__(self) -> int:
        return len(self.columns)

    def __iter__(self) -> Iterator[ColumnVerdict]:
        return iter(self.columns)

    @overload
    def __getitem__(self, name: tuple[str, str]) -> ColumnVerdict: ...
    @overload
    def __getitem__(self, name: str) -> ColumnVerdict | tuple[ColumnVerdict, ...]: ...
    def __getitem__(self, name: str | tuple[str, str]) -> ColumnVerdict | tuple[ColumnVerdict, ...]:
        """Return the verdict on a column, as `users.email` or `("users", "email")`, or all of a table.

        A path of documents is named as a column is: `events.payload.$.user.email`.

        Raises:
            UnknownNameError: there is no such column, path or table.
        """
        columns = {(v.table, v.column): v for v in reversed(self.places)}
        if isinstance(name, tuple):
            found = columns.get(name)
        else:
            if name in self._by_table:
                return tuple(self.in_table(name))
            found = next((v for (table, column), v in columns.items() if f"{table}.{column}" == name), None)
        if found is None:
            wanted = name if isinstance(name, str) else ".".join(name)
            known = [*self._by_table, *(f"{table}.{column}" for table, column in columns)]
            raise UnknownNameError(f"the profile has no column {wanted!r}.{did_you_mean(wanted, known)}")
        return found

    def of_table(self, table: str) -> Mapping[str, ColumnVerdict] | Missing:
        """Return the verdict on each column of a table, or why the table could not be read."""
        if table in self.failed:
            return self.failed[table]
        return self._by_table.get(table, {})

    @cached_property
    def _by_table(self) -> Mapping[str, Mapping[str, ColumnVerdict]]:
        found: dict[str, dict[str, ColumnVerdict]] = {}
        for verdict in self.columns:
            found.setdefault(verdict.table, {})[verdict.column] = verdict
        return found

    def in_table(self, table: str) -> Sequence[ColumnVerdict]:
        """Return the verdicts on the columns of a table, as far as it was read."""
        return tuple(self._by_table.get(table, {}).values())

    def of_entity(self, entity: str) -> Sequence[ColumnVerdict]:
        """Return the verdicts that name an entity, in the order of the columns."""
        return self._by_entity.get(entity, ())

    @cached_property
    def _by_entity(self) -> Mapping[str, list[ColumnVerdict]]:
        found: dict[str, list[ColumnVerdict]] = {}
        for verdict in self.columns:
            if verdict.entity is not None:
                found.setdefault(verdict.entity, []).append(verdict)
        return found

    @property
    def names_model(self) -> NamesModel:
        """Whether a model looked for names of people inside free text.

        That needs the extra `ner`, or a model that the policy names.
        """
        from auditkit.detection.names_model import installed

        return NamesModel(ran=True) if self.custom.names is not None or installed() else NamesModel.missing()

    @property
    def names_in_text(self) -> bool:
        """Whether a model looked for names of people inside free text."""
        return self.names_model.ran

    @property
    def note(self) -> str:
        """What the reader of a report must know about the detection; empty where there is nothing."""
        return self.names_model.sentence

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each column and each path, with the attributes of `ColumnVerdict`."""
        import pandas as pd

        names = [name for name in ColumnVerdict.__dataclass_fields__ if name != "paths"]
        return pd.DataFrame([verdict.to_dict() for verdict in self.places], columns=names)

    def to_html(self, source: str = "the data", outcomes: Iterable[Outcome] = ()) -> str:
        """Return a page of one file: a table of the columns, and a card for each, without a value.

        The page loads nothing. Its scripts sort, search and open the cards; without them all is readable.

        Args:
            source: what the title calls the source.
            outcomes: what an audit of the same source found; each is on the cards of its columns.

        >>> import auditkit, pandas as pd
        >>> page = auditkit.profile(pd.DataFrame({"email": ["ana@example.org"] * 9})).to_html("people.csv")
        >>> "Personal data in people.csv" in page, "ana" in page
        (True, False)
        """
        from auditkit.detection.profile_html import page

        return page(self, source, outcomes)

    def _repr_html_(self) -> str:
        """Return what was found as a table with cards, for Jupyter."""
        from auditkit.detection.profile_html import fragment

        return fragment(self)
