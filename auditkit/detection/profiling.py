"""The profile of a dataset: its cells are read in batches, into the state of every column.

Every cell that can hold personal data is read once. Of large tables, columns that can hold no text and no
telling number are sampled by their engine, where the data lies.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from auditkit.detection.batches import larger, sliced
from auditkit.detection.column import SAMPLE, TELLING, ColumnState
from auditkit.detection.configured import of_policy
from auditkit.detection.profile import Profile
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.outcome import Cause, Missing
from auditkit.running.progress import SEARCH, step

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

    from auditkit.dataset import Dataset
    from auditkit.dataset.relation import Relation
    from auditkit.policy import Policy
    from auditkit.running.progress import Progress

_THREADS = 2
"""Arrow and numpy release the interpreter lock."""

_MANY_ROWS = 50_000
"""From here on, a query for a sample is cheaper than to fetch a column."""


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
