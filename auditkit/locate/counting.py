"""The found rows of one table: how many, on which routes, and by which keys.

One statement counts every row of the table once, by the nearest route that reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.dataset import SourceError
from auditkit.locate.identifiers import Identifier
from auditkit.locate.location import LabelledRow, Level, NotSearched, TableResult, Way, nearest
from auditkit.locate.matching import KEY_SEPARATOR, Condition, any_of, has_key
from auditkit.locate.routes import Route
from auditkit.locate.search_space import SearchSpace
from auditkit.locate.tables import SearchedTable
from auditkit.locate.whole_cells import whole_cells
from auditkit.outcome import Cause, Missing
from auditkit.project_key import Key

_LEVELS = tuple(Level)
_LEVEL_COLUMN = "auditkit_level"
_BITS = 60
"""How many conditions one 64-bit whole number holds, one in each bit."""
_MAX_COMBINATIONS = 100_000
_CLOSED = Missing(Cause.UNSEEN, "it holds bytes or shapes, in which auditkit cannot look for identifiers")


@dataclass(frozen=True)
class FoundKeys:
    """The keys of the rows that were found in one table, the nearest first. Its repr shows no value.

    Attributes:
        table: the name of the table.
        columns: the columns of its key; empty where it has none.
        rows: the keys.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...] = field(repr=False)


@dataclass(frozen=True)
class TableSearch:
    """The search of one table.

    Attributes:
        result: the counts; None where the table could not be searched.
        not_searched: the table or the columns that could not be searched.
        condition: which rows were found; None where none were.
        keys: the keys of these rows.
        whole: the places, in the list of identifiers, of those that the table holds as whole cells.
    """

    result: TableResult | None
    not_searched: tuple[NotSearched, ...] = ()
    condition: Condition | None = None
    keys: FoundKeys | None = None
    whole: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Combination:
    """How many rows have the same conditions: the routes that reach them, and what they hold.

    Attributes:
        rows: how many rows there are.
        routes: the places of the routes that reach them, in the list of routes.
        whole: the places of the identifiers that they hold as whole cells.
        of_others: they refer to another person.
    """

    rows: int
    routes: frozenset[int]
    whole: frozenset[int]
    of_others: bool


@dataclass(frozen=True)
class TableCounter:
    """Searches one table.

    Attributes:
        space: the tables that are searched.
        table: the one to search.
        identifiers: the identifiers of the request.
        of_others: which rows refer to another person; None where none can.
        key: the key of the project, for labels.
        limit: how many keys of rows to fetch at most.
    """

    space: SearchSpace
    table: SearchedTable
    identifiers: Sequence[Identifier]
    of_others: Condition | None
    key: Key
    limit: int

    def search(self, routes: Sequence[Route]) -> TableSearch:
        """Return what some routes reach in the table.

        A route that fails is left out, and its columns count as not searched.
        """
        table = self.table
        if (missing := self.space.unseen.get(table.name)) is not None:
            return TableSearch(None, (NotSearched(table.name, missing),))
        try:
            working, combinations, failed = self._counted(routes)
        except SourceError as error:
            return TableSearch(None, (NotSearched(table.name, error.missing),))
        closed = (NotSearched(table.name, _CLOSED, table.closed),) if table.closed else ()
        result, not_searched = self._result(working, combinations), (*closed, *failed)
        whole = frozenset(place for c in combinations for place in c.whole)
        if not result.rows:
            return TableSearch(result, not_searched, whole=whole)
        keys = self._keys(working)
        labels = tuple(LabelledRow(self._label(row), _LEVELS[int(row[_LEVEL_COLUMN])]) for row in keys.rows)
        condition = self._condition(working, keys, result.rows)
        return TableSearch(replace(result, keys=labels), not_searched, condition, keys, whole)

    def _counted(
        self, routes: Sequence[Route]
    ) -> tuple[Sequence[Route], list[_Combination], Iterable[NotSearched]]:
        """Return the routes that work, what they reach, and the columns of the routes that fail.

        Raises:
            SourceError: the table cannot be read at all.
        """
        try:
            return routes, self._combinations(routes, self.identifiers), ()
        except SourceError as error:
            failing = {route: missing for route in routes if (missing := self._failure(route)) is not None}
            working = [route for route in routes if route not in failing]
            try:
                combinations = self._combinations(working, () if failing else self.identifiers)
            except SourceError:
                raise error from None
        failed = (NotSearched(self.table.name, why, route.columns) for route, why in failing.items())
        return working, combinations, dict.fromkeys(failed)

    @property
    def _rows(self) -> ir.Table:
        return self.space.rows(self.table.name)

    def _combinations(self, routes: Sequence[Route], identifiers: Sequence[Identifier]) -> list[_Combination]:
        """Return how many rows there are with each combination of conditions, in one pass over the table.

        Each condition is one bit of a whole number, and the rows are grouped by these numbers.
        """
        whole = [
            any_of(condition for _, condition in whole_cells(self.table, [identifier]))
            for identifier in identifiers
        ]
        others = [self.of_others] if self.of_others is not None else []
        conditions = [*(route.condition for route in routes), *whole, *others]
        rows = self._rows.select(**_masks(self._rows, conditions))
        counted = rows.group_by(*rows.columns).aggregate(n=rows.count())
        first, last = len(routes), len(routes) + len(whole)
        found = []
        for line in self.space.dataset.fetch(counted, _MAX_COMBINATIONS):
            held = {n for n in range(len(conditions)) if _bit(line, n)}
            of_routes = frozenset(n for n in held if n < first)
            of_cells = frozenset(n - first for n in held if first <= n < last)
            found.append(_Combination(int(line["n"]), of_routes, of_cells, last in held))
        return found

    def _failure(self, route: Route) -> Missing | None:
        """Return why one route fails by itself, or None where it does not."""
        rows = self._rows
        try:
            self.space.dataset.fetch(rows.aggregate(n=rows.count(where=route.condition(rows))))
        except SourceError as error:
            return error.missing
        return None

    def _result(self, routes: Sequence[Route], combinations: Sequence[_Combination]) -> TableResult:
        levels = dict.fromkeys(Level, 0)
        for found in combinations:
            if found.routes:
                levels[nearest(routes[n].level for n in found.routes)] += found.rows
        ways = []
        for n, route in enumerate(routes):
            if rows := sum(found.rows for found in combinations if n in found.routes):
                ways.append(Way(route.path, route.origin, route.confidence, route.level, rows))
        return TableResult(
            self.table.name,
            self.table.kind,
            of=sum(found.rows for found in combinations),
            about=levels[Level.ABOUT],
            linked=levels[Level.LINKED],
            mentioned=levels[Level.MENTIONED],
            of_others=sum(found.rows for found in combinations if found.of_others and found.routes),
            ways=tuple(ways),
            key=self.table.key,
        )

    def _keys(self, routes: Sequence[Route]) -> FoundKeys:
        """Return the keys of the rows that some routes reach, the nearest first."""
        table = self.table
        if not table.key:
            return FoundKeys(table.name, (), ())
        rows = self._rows.filter(any_of(route.condition for route in routes)(self._rows))
        cases = [
            (any_of(route.condition for route in routes if route.level is level)(rows), place)
            for place, level in enumerate(_LEVELS[:-1])
        ]
        level = ibis.cases(*cases, else_=len(_LEVELS) - 1)
        chosen = rows.select(*table.key, **{_LEVEL_COLUMN: level}).order_by(_LEVEL_COLUMN, *table.key)
        return FoundKeys(table.name, table.key, tuple(self.space.dataset.fetch(chosen, self.limit)))

    def _label(self, row: Mapping[str, Any]) -> str:
        """Return the label of a row; rows of other tables with the same key have other labels."""
        parts = [self.table.name, *(str(row[column]) for column in self.table.key)]
        return self.key.label("row", KEY_SEPARATOR.join(parts))

    def _condition(self, routes: Sequence[Route], found: FoundKeys, count: int) -> Condition:
        """Return which rows were found: by their keys, where all keys were fetched."""
        if not found.columns or len(found.rows) < count:
            return any_of(route.condition for route in routes)
        values = [row[found.columns[0]] for row in found.rows]
        if len(found.columns) > 1:
            values = [KEY_SEPARATOR.join(str(row[c]) for c in found.columns) for row in found.rows]
        return lambda table: has_key(table, found.columns, values)


def _masks(rows: ir.Table, conditions: Sequence[Condition]) -> dict[str, ir.Value]:
    """Return whole numbers whose bits say which conditions hold for a row."""
    bits = [
        condition(rows).ifelse(ibis.literal(2 ** (n % _BITS), "int64"), ibis.literal(0, "int64"))
        for n, condition in enumerate(conditions)
    ]
    masks = {f"m{n // _BITS}": reduce(add, bits[n : n + _BITS]) for n in range(0, len(bits), _BITS)}
    return masks or {"m0": ibis.literal(0, "int64")}


def _bit(line: Mapping[str, Any], n: int) -> bool:
    """Return whether the condition with a number holds for a counted line."""
    return bool(int(line[f"m{n // _BITS}"]) >> (n % _BITS) & 1)
