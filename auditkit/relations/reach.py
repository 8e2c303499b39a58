"""The rows of other tables, as the rows of one table see them.

A retention rule may read a column of the row that a row refers to (`users.country`), the moments of the rows
that refer to it (`invoices.issued_on`), and whether another table has rows for it. Each becomes a column of
the rows, by a join along a reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from auditkit.dataset import SourceError
from auditkit.dataset.identity import APART
from auditkit.policy import Policy, PolicyError
from auditkit.relations import references_from
from auditkit.relations.key_text import same_key
from auditkit.relations.references import Reference
from auditkit.relations.tables import Tables
from auditkit.vocabulary import did_you_mean

STEPS = 4
"""Over how many references a column may be reached."""
MOST_SHOWN = 4
"""How many ways an error shows."""
Place = Sequence[str | int]
"""The keys of the policy that lead to what is reached, for errors."""
Values = Callable[[ir.Table], Mapping[str, ir.Value]]


@dataclass(frozen=True)
class Reach:
    """What the rows of one table see of other tables.

    Attributes:
        tables: the tables.
        policy: the policy, which may name references.
        as_of: the day of the audit.
    """

    tables: Tables
    policy: Policy
    as_of: date

    def way(self, table: str, word: str, at: Place) -> tuple[Reference, ...]:
        """Return the references from a table to what a word names; none where it names the table itself.

        The word is a table, a column that refers to one, or several columns, each of the table that the one
        before it refers to: `position_id.order_id`. The last reference to a table may lead the other way
        round: its parent is then the table of the rows, and many rows may refer to one.

        Raises:
            PolicyError: there is no such table, or not exactly one way to it.
        """
        if word == table or word == table.rpartition(".")[2]:
            return ()
        if self._named(table, word) is None and "." in word:
            first, _, rest = word.partition(".")
            if first in self.tables.all[table].columns:
                (step,) = self.way(table, first, at)
                return (step, *self.way(step.parent, rest, at))
        if word in self.tables.all[table].columns and not self._named(table, word):
            found = [r for r in references_from(self.tables, self.policy, table) if r.columns == (word,)]
            if found:
                return (found[0],)
            raise self.error(
                at, f"no table is known that {table}.{word} refers to; declare it in `references`"
            )
        other = self.table(table, word, at)
        direct = [r for r in references_from(self.tables, self.policy, table, other) if r.parent == other]
        if len(direct) > 1:
            raise self.error(at, several(table, other, [(r,) for r in direct]))
        if direct:
            return (direct[0],)
        back = [r for r in references_from(self.tables, self.policy, other, table) if r.parent == table]
        if len(back) == 1:
            return (back[0],)
        if back:
            raise self.error(
                at, f"{other} refers to {table} by several columns, so its rows cannot be chosen"
            )
        return self._longer_way(table, other, at)

    def end(self, table: str, way: Sequence[Reference]) -> str:
        """Return the table at the end of a way from a table."""
        if not way:
            return table
        return way[0].table if way[0].parent == table and not way[0].is_self else way[-1].parent

    def _longer_way(self, table: str, other: str, at: Place) -> tuple[Reference, ...]:
        """Return the shortest way over several references."""
        ways: list[tuple[Reference, ...]] = [()]
        for _ in range(STEPS):
            longer = [
                (*way, r)
                for way in ways
                for r in references_from(self.tables, self.policy, way[-1].parent if way else table)
                if not r.is_self and r.parent not in {table, *(step.parent for step in way)}
            ]
            arrived = [way for way in longer if way[-1].parent == other]
            if len(arrived) == 1:
                return arrived[0]
            if arrived:
                raise self.error(at, several(table, other, arrived))
            ways = longer
        problem = (
            f"no reference between {table} and {other} is known; declare it in `references`, as in"
            f" `{other.rpartition('.')[2].removesuffix('s')}_id: {other}.id`"
        )
        raise self.error(at, problem)

    def table(self, near: str, word: str, at: Place) -> str:
        """Return the name of a table that a policy writes in a rule of another table.

        Raises:
            PolicyError: there is no such table.
            SourceError: it cannot be read, or is in another database.
        """
        name = self._named(near, word)
        if name is None:
            for candidate in (word, f"{near.rpartition('.')[0]}.{word}"):
                self.tables.require_readable(candidate)
            hint = did_you_mean(word, [*self.tables.all, *self.tables.all[near].columns])
            raise self.error(at, f"there is no table {word!r}.{hint}")
        if not self.tables.joinable(near, name):
            raise SourceError(APART.reason, code=APART.cause, table=name)
        return name

    def _named(self, near: str, word: str) -> str | None:
        schema = near.rpartition(".")[0]
        bare = word.partition(".")[2] if word.startswith(("public.", "main.", "dbo.")) else word
        candidates = (
            [f"{schema}.{word}", word, bare] if schema and near not in self.policy.tables else [word, bare]
        )
        return next((name for name in candidates if name in self.tables.all), None)

    def error(self, at: Place, problem: str) -> PolicyError:
        """Return an error with its place in the policy."""
        return PolicyError.at(self.policy, at, problem)

    def with_values(
        self, rows: ir.Table, table: str, way: Sequence[Reference], values: Values, *, earliest: bool = False
    ) -> ir.Table:
        """Return rows with values of the row that they reach, or null.

        Args:
            rows: rows of the table.
            table: the table.
            way: the references from it, see `way`.
            values: the values of a row at the end, by the names that they get.
            earliest: of several rows that refer to one the smallest value counts, else the largest.
        """
        if not way:
            return rows.mutate(**values(rows))
        if way[0].parent == table and not way[0].is_self:
            child = self.tables.all[way[0].table]
            return _with_most(rows, way[0], child, values(child), earliest=earliest)
        first, *rest = way
        parent = self.tables.all[first.parent]
        reached = self.with_values(parent, first.parent, rest, values)
        return joined(rows, first, reached, [c for c in reached.columns if c not in parent.columns])


def several(table: str, other: str, ways: Sequence[Sequence[Reference]]) -> str:
    """Return the problem that several ways lead from a table to another one, and what to write instead."""
    columns = sorted(".".join("+".join(r.columns) for r in way) for way in ways)
    shown = ", ".join(columns[:MOST_SHOWN]) + (", ..." if len(columns) > MOST_SHOWN else "")
    verb = "refers to" if all(len(way) == 1 for way in ways) else "reaches"
    return f"{table} {verb} {other} by several columns ({shown}): write one of them in its place"


def joined(
    rows: ir.Table, reference: Reference, parent: ir.Table, values: Sequence[str], *, inner: bool = False
) -> ir.Table:
    """Return rows with columns of the row that they refer to, or null.

    Args:
        rows: the rows.
        reference: the reference.
        parent: the rows referred to.
        values: their columns.
        inner: rows that refer to no row are left out.
    """
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    narrow = parent.select(**keys, **{c: parent[c] for c in values})
    matches = _matches(rows, reference.columns, narrow, list(keys))
    both = rows.inner_join(narrow, matches) if inner else rows.left_join(narrow, matches)
    return both.select(*[both[c] for c in rows.columns], *[both[c] for c in values])


def _matches(
    rows: ir.Table, columns: Sequence[str], others: ir.Table, keys: Sequence[str]
) -> list[ir.BooleanValue]:
    """Return which rows of two tables have the same keys, also where one keeps as text what is no text."""
    return [same_key(rows[c], others[k]) for c, k in zip(columns, keys, strict=True)]


def _with_most(
    rows: ir.Table, reference: Reference, child: ir.Table, values: Mapping[str, ir.Value], *, earliest: bool
) -> ir.Table:
    """Return rows with the largest values of the rows that refer to them, or the smallest."""
    keys = {f"auditkit_key_{i}": child[c] for i, c in enumerate(reference.columns)}
    narrow = child.select(**keys, **values)
    most = {
        name: narrow[name].any()
        if narrow[name].type().is_boolean()
        else narrow[name].min()
        if earliest
        else narrow[name].max()
        for name in values
    }
    by_row = narrow.group_by(list(keys)).aggregate(**most)
    matches = _matches(rows, reference.parent_columns, by_row, list(keys))
    both = rows.left_join(by_row, matches)
    return both.select(*[both[c] for c in rows.columns], *[both[c] for c in values])
