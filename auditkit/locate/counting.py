"""The rows of one table, counted in one statement: each once, by the nearest way that reaches it; and what
they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add
from typing import Any

import ibis

from auditkit.dataset import SourceError
from auditkit.locate.ground import Ground, values
from auditkit.locate.identifiers import Identifier
from auditkit.locate.location import Found, Level, NotSearched, Row, Way, nearest
from auditkit.locate.matching import KEY_PARTS, Condition, among, any_of
from auditkit.locate.places import Place
from auditkit.locate.reaches import Reach
from auditkit.outcome import Cause, Missing
from auditkit.project_key import Key

LEVELS = tuple(Level)
_LEVEL = "auditkit_level"
_BITS = 60
"""Conditions in one whole number."""
_COMBINATIONS = 100_000


@dataclass(frozen=True)
class Named:
    """The keys of the rows found in one table, the nearest first. It holds values; its repr shows none."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...] = field(repr=False)


@dataclass(frozen=True)
class Counted:
    """What was found in one table: nothing where it could not be searched. `whole` says which identifiers
    stand there as cells.
    """

    found: Found | None
    not_searched: tuple[NotSearched, ...] = ()
    condition: Condition | None = None
    named: Named | None = None
    whole: frozenset[int] = frozenset()


def counted(
    ground: Ground,
    place: Place,
    ways: Sequence[Reach],
    given: Sequence[Identifier],
    others: Condition | None,
    key: Key,
    limit: int,
) -> Counted:
    """Return what the ways to a table reach in it; a way that fails is left out, and its columns are not
    searched.
    """
    if (missing := ground.unseen.get(place.name)) is not None:
        return Counted(None, (NotSearched(place.name, missing),))
    lost = (
        [NotSearched(place.name, Missing(Cause.UNSEEN, "there is no text to look in"), place.closed)]
        if place.closed
        else []
    )
    try:
        working, told = ways, _counts(ground, place, ways, given, others)
    except SourceError as error:
        failing = {r: missing for r in ways if (missing := _failure(ground, place, r)) is not None}
        working = [r for r in ways if r not in failing]
        try:
            told = _counts(ground, place, working, given if not failing else (), others)
        except SourceError:
            return Counted(None, (NotSearched(place.name, error.missing),))
        lost += dict.fromkeys(NotSearched(place.name, missing, r.columns) for r, missing in failing.items())
    reached = tuple(
        Way(r.path, r.origin, r.confidence, r.level, n)
        for i, r in enumerate(working)
        if (n := sum(c.rows for c in told if i in c.ways))
    )
    about, linked, mentioned = (sum(c.rows for c in told if c.level(working) is level) for level in Level)
    shared = sum(c.rows for c in told if c.others and c.ways)
    found = Found(
        place.name,
        place.kind,
        sum(c.rows for c in told),
        about,
        linked,
        mentioned,
        shared,
        reached,
        key=place.key,
    )
    whole = frozenset(i for c in told for i in c.whole)
    if not found.rows:
        return Counted(found, tuple(lost), whole=whole)
    named = Named(place.name, place.key, tuple(_keys(ground, place, working, limit)) if place.key else ())
    rows = tuple(Row(_label(key, place, row), LEVELS[int(row[_LEVEL])]) for row in named.rows)
    return Counted(replace(found, keys=rows), tuple(lost), _again(working, named, found.rows), named, whole)


@dataclass(frozen=True)
class _Combination:
    """How many rows the same ways reach, hold the same identifiers as cells, and name others or not."""

    rows: int
    ways: frozenset[int]
    whole: frozenset[int]
    others: bool

    def level(self, reaches: Sequence[Reach]) -> Level | None:
        return nearest([reaches[i].level for i in self.ways]) if self.ways else None


def _counts(
    ground: Ground, place: Place, ways: Sequence[Reach], given: Sequence[Identifier], others: Condition | None
) -> list[_Combination]:
    """Return how many rows of a table there are of each combination of what holds for them: one pass, each
    condition once a row.
    """
    table = ground.table(place.name)
    whole = [any_of(condition for _, condition in values(place, [i])) for i in given]
    conditions = [r.condition for r in ways] + whole + ([others] if others is not None else [])
    marks = [
        c(table).ifelse(ibis.literal(2 ** (n % _BITS), "int64"), ibis.literal(0, "int64"))
        for n, c in enumerate(conditions)
    ]
    masks = {f"m{n // _BITS}": reduce(add, marks[n : n + _BITS]) for n in range(0, len(marks), _BITS)}
    marked = table.select(**(masks or {"m0": ibis.literal(0, "int64")}))
    rows = ground.dataset.fetch(marked.group_by(*marked.columns).aggregate(n=marked.count()), _COMBINATIONS)
    first, last = len(ways), len(ways) + len(whole)
    told = []
    for row in rows:
        held = {n for n in range(len(conditions)) if int(row[f"m{n // _BITS}"]) >> (n % _BITS) & 1}
        mine, cells = (
            frozenset(n for n in held if n < first),
            frozenset(n - first for n in held if first <= n < last),
        )
        told.append(_Combination(int(row["n"]), mine, cells, last in held))
    return told


def _again(ways: Sequence[Reach], named: Named, rows: int) -> Condition:
    """Return which rows were found, by their keys where all were fetched."""
    if not named.columns or len(named.rows) < rows:
        return any_of(r.condition for r in ways)
    values = [row[named.columns[0]] for row in named.rows]
    if len(named.columns) > 1:
        values = [KEY_PARTS.join(str(row[c]) for c in named.columns) for row in named.rows]
    return lambda t: among(t, named.columns, values)


def _failure(ground: Ground, place: Place, reach: Reach) -> Missing | None:
    """Return why one way to a table fails by itself, or None where it does not."""
    table = ground.table(place.name)
    try:
        ground.dataset.fetch(table.aggregate(n=table.count(where=reach.condition(table))))
    except SourceError as error:
        return error.missing
    return None


def _keys(ground: Ground, place: Place, ways: Sequence[Reach], limit: int) -> list[dict[str, Any]]:
    """Return the keys of the rows that are reached, the nearest first."""
    table = ground.table(place.name)
    hit = table.filter(any_of(r.condition for r in ways)(table))
    at = [
        (any_of(r.condition for r in ways if r.level is level)(hit), n) for n, level in enumerate(LEVELS[:-1])
    ]
    chosen = hit.select(*place.key, **{_LEVEL: ibis.cases(*at, else_=len(LEVELS) - 1)})
    return ground.dataset.fetch(chosen.order_by(_LEVEL, *place.key), limit)


def _label(key: Key, place: Place, row: Mapping[str, Any]) -> str:
    """Return the label of a row: the same key in another table has another."""
    return key.label("row", KEY_PARTS.join([place.name, *(str(row[c]) for c in place.key)]))
