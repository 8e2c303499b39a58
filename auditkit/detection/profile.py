"""Which columns hold what personal data.

Every cell that can hold any is read once, in batches. Of large tables, columns that can hold no text and no
telling number are sampled by their engine, where the data lies.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, overload

import pyarrow as pa

from auditkit.detection.batches import larger, sliced
from auditkit.detection.column import SAMPLE, TELLING, ColumnState
from auditkit.detection.configured import of_policy
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.verdict import ColumnVerdict, NamesModel, flattened
from auditkit.errors import UnknownNameError
from auditkit.html_tables import count
from auditkit.outcome import Cause, Missing
from auditkit.running.progress import SEARCH, step
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    from presidio_analyzer import EntityRecognizer

    from auditkit.dataset import Dataset
    from auditkit.dataset.relation import Relation
    from auditkit.outcome import Outcome
    from auditkit.policy import Policy
    from auditkit.running.progress import Progress

_THREADS = 2
"""Arrow and numpy release the interpreter lock."""

_MANY_ROWS = 50_000
"""From here on, a query for a sample is cheaper than to fetch a column."""


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


@dataclass(frozen=True)
class Layout:
    """What is known of the columns of a table.

    Attributes:
        positions: where each column stands.
        textless: the columns of a type that can hold no text, and so need no search.
    """

    positions: Mapping[str, int]
    textless: frozenset[str] = frozenset()


def profile_batch(
    table: str, batch: pa.RecordBatch, custom: Custom = NOTHING, layout: Layout | None = None
) -> Profile:
    """Return the profile of one batch of a table; without a layout, the batch has all columns of the table.

    Columns of the same name are profiled together: a dataset gives unique names.
    """
    # the first place of a name counts
    known = layout or Layout({name: at for at, name in reversed([*enumerate(batch.schema.names)])})
    columns = list(zip(batch.schema.names, batch.columns, strict=True))
    textless = [(name, cells) for name, cells in columns if name in known.textless]
    others = [(name, cells) for name, cells in columns if name not in known.textless]
    states: dict[tuple[str, str], ColumnState] = {}
    for some, families in ((textless, custom.own), (others, custom.families)):
        found = ColumnState.of_each([(known.positions[name], cells) for name, cells in some], families)
        for (name, _), state in zip(some, found, strict=True):
            states[table, name] = states[table, name] + state if (table, name) in states else state
    return Profile({(table, name): states[table, name] for name in batch.schema.names}, custom=custom)


def profile(
    dataset: Dataset,
    *,
    sample: int | None = None,
    tables: Collection[str] | None = None,
    progress: Progress | None = None,
    recognizers: Collection[EntityRecognizer] = (),
    policy: Policy | None = None,
) -> Profile:
    """Return which columns hold what personal data.

    A table that cannot be read is named in `failed`; the others are profiled all the same.

    Args:
        dataset: what `auditkit.open` returns.
        sample: how many rows to read of each table; every row by default.
        tables: the tables to read; all by default.
        progress: called with the stage and its table, how many tables are done, and how many there are.
        recognizers: your own Presidio recognisers. Patterns that RE2 can run are looked for in every cell;
            other recognisers are asked about a sample of every column.
        policy: its block `detection` says what else to look for, and what is never personal.
    """
    chosen = {
        name: relation for name, relation in dataset.relations.items() if tables is None or name in tables
    }
    search = of_policy(policy, recognizers)
    parts = [Profile(custom=search)]
    for done, (name, relation) in enumerate(chosen.items()):
        if progress is not None:
            progress(step(SEARCH, name), done, len(chosen))
        parts.append(_of_relation(dataset, name, relation, search, sample))
    if progress is not None and chosen:
        progress(step(SEARCH), len(chosen), len(chosen))
    return Profile.sum(parts)


def _of_relation(
    dataset: Dataset, name: str, relation: Relation, search: Custom, sample: int | None
) -> Profile:
    """Return the profile of one table, which may be that it cannot be read."""
    from auditkit.dataset import SourceError

    if relation.missing is not None or relation.table is None:
        return Profile(failed={name: relation.missing or Missing(Cause.UNSEEN, "the table cannot be read")})
    found = Profile()
    try:
        positions = {column: at for at, column in enumerate(relation.table.columns)}
        layout = Layout(positions, relation.textless)
        worth_a_query = sample is None and not search.own and (relation.rows or 0) >= _MANY_ROWS
        drawn = _drawn(dataset, name, layout) if worth_a_query else {}
        found += Profile(
            {(name, column): drawn.get(column, ColumnState(at)) for column, at in positions.items()}
        )
        if read := [column for column in positions if column not in drawn]:
            part = partial(_part, name, search, layout)
            found += sum(dataset.folded(name, part, columns=read, sample=sample), Profile())
    except SourceError as error:
        found += Profile(failed={name: error.missing})
    return found


def _drawn(dataset: Dataset, name: str, layout: Layout) -> dict[str, ColumnState]:
    """Return the states of the columns that the engine samples; none where it fails.

    A stream of all cells then says which cell is at fault.
    """
    from auditkit.dataset import SourceError

    try:
        found = list(dataset.smallest(name, capacity=SAMPLE, telling=TELLING))
    except SourceError:
        return {}
    return {each.column: ColumnState.drawn(layout.positions[each.column], each) for each in found}


def folded(
    table: str, batches: Iterator[pa.RecordBatch], custom: Custom = NOTHING, layout: Layout | None = None
) -> Profile:
    """Return the profile of a stream of batches, two at a time, with a few batches in memory at once."""
    from auditkit.dataset.cells import uncastable

    unread: Counter[tuple[str, str]] = Counter()

    def counting() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            unread.update({(table, column): cells for column, cells in uncastable(batch).items()})
            yield batch

    total = _summed(table, _slices(counting(), layout), custom)
    return replace(total, unread=dict(unread))


def _summed(table: str, slices: Iterator[tuple[pa.RecordBatch, Layout]], custom: Custom) -> Profile:
    """Return the profile of all slices of a table."""
    some = list(itertools.islice(slices, 2))
    if len(some) < 2:  # threads would cost more time than they save
        return Profile.sum(profile_batch(table, columns, custom, layout) for columns, layout in some)
    total = Profile()
    with ThreadPoolExecutor(_THREADS) as pool:
        running: deque[Future[Profile]] = deque()
        for columns, layout in itertools.chain(some, slices):
            running.append(pool.submit(profile_batch, table, columns, custom, layout))
            if len(running) > _THREADS:
                total += running.popleft().result()
        while running:
            total += running.popleft().result()
    return total


def _slices(
    batches: Iterable[pa.RecordBatch], layout: Layout | None
) -> Iterator[tuple[pa.RecordBatch, Layout]]:
    """Yield the slices of larger batches, each with the layout of its table."""
    for batch in larger(batches):
        known = layout or Layout({name: at for at, name in enumerate(batch.schema.names)})
        for columns in sliced(batch):
            yield columns, known


def _part(table: str, custom: Custom, layout: Layout, batches: Iterator[pa.RecordBatch]) -> Profile:
    """Return the profile of a part of a table, without what a user adds to the search.

    A part may come from another process, and the caller has that already.
    """
    return replace(folded(table, batches, custom, layout), custom=NOTHING)
