"""What a policy reads of tables to which not one way leads: known from names alone, before a row is read.

A rule that reads `plans.keep_days` needs a reference between its table and `plans`. That is a foreign key,
one that the policy names in `references`, or a column with such a name (`plan_id`). Without one no row could
be counted, so the error is shown first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from auditkit.dataset import Dataset
from auditkit.policy import Policy, Problem
from auditkit.policy.error import shown
from auditkit.policy.names import Kind, Mention, Of, mentions
from auditkit.policy.syntax import parse
from auditkit.relations import known_references, names, tables_of
from auditkit.relations.reach import STEPS, several
from auditkit.relations.references import Reference
from auditkit.relations.tables import Tables
from auditkit.vocabulary import did_you_mean


def unreached(policy: Policy, dataset: Dataset) -> tuple[Problem, ...]:
    """Return a problem for each table that a rule reads and to which no reference can lead, or several do.

    Args:
        policy: the policy.
        dataset: the source, whose catalogue alone is looked at.
    """
    tables = tables_of(dataset, policy)
    reaching = [m for m in mentions(policy) if m.names.of is Of.REACHED and any(_words(m))]
    if not reaching:
        return ()
    ways = _ways(policy, tables)
    found = []
    for mention in reaching:
        for table in (name for name in tables.all if policy.declares(name) == mention.table):
            if (problem := ways.wrong_end(table, mention)) is not None:
                found.append(policy.problem(mention.path, problem))
            for word in _words(mention):
                other = _other(tables, table, word)
                if other is not None and (problem := ways.problem(table, other)) is not None:
                    found.append(policy.problem(mention.path, problem))
    return tuple(dict.fromkeys(found))


def _words(mention: Mention) -> Iterator[str]:
    """Yield what a mention names before a dot: tables, or columns that refer to one."""
    if mention.names.kind is not Kind.CONDITION:
        yield mention.word.rpartition(".")[0]
        return
    tree = parse(mention.word, reaching=True)
    for node in tree.walk(prune=lambda node: isinstance(node, exp.Exists | exp.Subquery)):
        if isinstance(node, exp.Column):
            yield ".".join(part.name for part in node.parts[:-1])


def _other(tables: Tables, table: str, word: str) -> str | None:
    """Return the other table that a word names, or None where it names none that is there."""
    if not word or word in tables.all[table].columns:
        return None
    schema = table.rpartition(".")[0]
    named = next((name for name in (f"{schema}.{word}", word) if name in tables.all), None)
    return named if named != table else None


@dataclass(frozen=True)
class _Ways:
    """Which tables refer to which, as far as keys, the policy and the names of columns say."""

    policy: Policy
    tables: Tables
    known: Mapping[str, Sequence[Reference]]

    def problem(self, table: str, other: str) -> str | None:
        """Return why nothing of another table can be read along references, or None."""
        if not self.lead(table, other):
            return f"no reference between {table} and {other} is known; declare it in `references`"
        known = self._known(table, other)
        is_back = any(r.parent == table for r in self.known.get(other, ()))
        if len(known) < 2 or (
            len(known[0]) > 1 and (is_back or self._is_nearer(table, other, len(known[0])))
        ):
            return None
        return several(table, other, known)

    def wrong_end(self, table: str, mention: Mention) -> str | None:
        """Return that columns which refer to other tables lead to one without the column that is read."""
        *steps, column = mention.word.split(".") if mention.names.kind is not Kind.CONDITION else [""]
        own = self.tables.all[table].columns
        if not steps or steps[0] not in own or mention.word in own:
            return None
        for step in steps:
            found = {r.parent for r in self.known.get(table, ()) if r.columns == (step,)}
            if len(found) != 1:
                return None  # the data may have to say where it leads
            (table,) = found
        relation = self.tables.dataset.relations.get(table)
        if relation is None or relation.table is None or relation.closed or column in relation.table.columns:
            return None
        columns = relation.table.columns
        return f"{table} has no column {shown(column)}.{did_you_mean(column, columns)}"

    def _known(self, table: str, other: str) -> list[tuple[Reference, ...]]:
        """Return the shortest ways from one table to another along keys and references of the policy."""
        ways: list[tuple[Reference, ...]] = [()]
        for _ in range(STEPS):
            ways = [
                (*way, r)
                for way in ways
                for r in self.known.get(way[-1].parent if way else table, ())
                if not r.is_self and r.parent not in {table, *(step.parent for step in way)}
            ]
            if arrived := [way for way in ways if way[-1].parent == other]:
                return arrived
        return []

    def _is_nearer(self, table: str, other: str, steps: int) -> bool:
        """Return whether the names of columns show a way of fewer steps, which then is the way."""
        reached = {table}
        if self._may_refer(other, table):
            return True
        for _ in range(steps - 1):
            reached |= {name for name in self.tables.all if any(self._may_refer(r, name) for r in reached)}
        return other in reached

    def lead(self, table: str, other: str) -> bool:
        """Return whether references may lead from one table to another, or back in one step."""
        if self._may_refer(table, other) or self._may_refer(other, table):
            return True
        reached = {table}
        for _ in range(STEPS):
            reached |= {name for name in self.tables.all if any(self._may_refer(r, name) for r in reached)}
            if other in reached:
                return True
        return False

    def _may_refer(self, table: str, other: str) -> bool:
        """Return whether a table refers to another one, or has a column with such a name."""
        if any(r.parent == other for r in self.known.get(table, ())):
            return True
        columns, tenancy = self.tables.all[table].columns, self.policy.tenancy
        if tenancy is not None and tenancy.root == other and tenancy.key in columns:
            return True
        nouns = [noun for column in columns if (noun := names.stem(column)) is not None]
        is_people = names.is_people(other, self.tables.all[other].columns)
        return any(names.fits(noun, other) or (is_people and names.is_role(noun)) for noun in nouns)


def _ways(policy: Policy, tables: Tables) -> _Ways:
    known: dict[str, list[Reference]] = {}
    for reference in known_references(policy, tables):
        known.setdefault(reference.table, []).append(reference)
    return _Ways(policy, tables, known)
