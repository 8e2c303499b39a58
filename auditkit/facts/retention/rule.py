"""The retention rules of a table: its own, those that it inherits, and those of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Item, each, fact
from auditkit.dataset import SourceError
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Period, Policy, PolicyError, RetentionRule, TablePolicy
from auditkit.policy.clock import Clock, leaves
from auditkit.policy.column import Column
from auditkit.policy.retention import CellRule
from auditkit.policy.term import Term, Unit, unit_of
from auditkit.relations import Reference, Tables, reference_of
from auditkit.relations.moments import creation_column
from auditkit.relations.reach import STEPS, Place, Reach


@dataclass(frozen=True)
class Rule(Item, columns="columns", target="name"):
    """A retention rule of a table: one of its own, or one that it inherits through a reference.

    What the rule of the table does not state itself is that of the inherited rule.

    Attributes:
        table: the table.
        declared: the rule that the policy states for the table.
        at: its place in the policy.
        reference: the reference to the table of the inherited rule.
        parent: the inherited rule.
        cell: the column whose cells the rule empties; None where it is about whole rows.
        missing: why the rule cannot be applied.
    """

    table: str
    declared: RetentionRule
    at: tuple[str | int, ...]
    reference: Reference | None = None
    parent: Rule | None = None
    cell: str | None = None
    missing: Missing | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that the rule reads: its clock, or the reference that inherits it."""
        if self.cell is not None:
            return (self.cell,)
        if self.reference is not None:
            return self.reference.columns
        clocks = leaves(self.clock) if self.clock is not None else ()
        return tuple(dict.fromkeys(leaf.column.name for leaf in clocks if not leaf.column.of))

    @property
    def number(self) -> int | None:
        """Which rule of its table it is, from 0; None for the cells of a column."""
        number = self.at[-1]
        return number if isinstance(number, int) else None

    @property
    def name(self) -> str | None:
        """The name of the rule, or else what only this rule of the table has: its condition, or its clock.

        The clock is part of the name where it is in another table.
        """
        elsewhere = str(self.clock) if self.clock is not None and not self.columns else None
        own = self.stated("name") or self.declared.where or elsewhere
        return own or (self.parent.name if self.parent is not None else None)

    @property
    def path(self) -> tuple[Reference, ...]:
        """The references from the table to the table with the clock."""
        if self.parent is None or self.reference is None:
            return ()
        return (self.reference, *self.parent.path)

    def stated(self, key: str) -> Any:
        """Return what the rule states for a key, or else what the inherited rule does.

        A minimum period, an archive and the like are those of rows, and not of cells.
        """
        if self.cell is not None and key not in CellRule.model_fields:
            return None
        own = getattr(self.declared, key)
        return self.parent.stated(key) if own is None and self.parent is not None else own

    @property
    def clock(self) -> Clock | None:
        """When the period starts, in the columns of the last table of the path."""
        return self.parent.clock if self.parent is not None else self.declared.clock

    @property
    def period(self) -> Term | None:
        """How long rows may be kept."""
        own = self.declared.period
        return self.parent.period if own is None and self.parent is not None else own

    @property
    def unit(self) -> Unit | None:
        """The unit of the numbers in the column of periods: the declared one, or the one its name says."""
        if self.declared.period is None and self.parent is not None:
            return self.parent.unit
        period = self.declared.period
        return self.declared.unit or (unit_of(period.name) if isinstance(period, Column) else None)

    @property
    def keeps(self) -> bool:
        """Whether a condition, or the number of versions, keeps rows from being deleted."""
        own = self.declared.hold is not None or self.declared.keep is not None
        return own or (self.parent is not None and self.parent.keeps)


@fact
def reach(keys: Tables, policy: Policy, as_of: date) -> Reach:
    """What the rows of a table see of other tables."""
    return Reach(keys, policy, as_of)


@each
def rule(
    policy: Policy, keys: Tables, relation: Examined, declared: TablePolicy
) -> tuple[Rule, ...] | Missing:
    """The retention rules of the table. A rule with `via` inherits the rules of the row it refers to."""
    at = ("tables", relation.name)
    stated = _stated(declared.retention, at)
    for_cells = [
        (name, _for_cells(column.retention, declared.retention, relation.table), (*at, "columns", name))
        for name, column in declared.columns.items()
        if column.retention is not None
    ]
    cells = [
        one
        for name, cell_rule, place in for_cells
        for one in _rules(policy, keys, relation.name, [(cell_rule, (*place, "retention"))], name)
    ]
    found = (*_rules(policy, keys, relation.name, stated), *cells)
    return found or Missing(Cause.UNDECLARED, f"the policy gives {relation.name} no retention rule")


Stated = Sequence[tuple[RetentionRule, tuple[str | int, ...]]]


def _stated(rules: Sequence[RetentionRule], at: Place) -> Stated:
    """Return rules with their places."""
    return [(rule, (*at, "retention", number)) for number, rule in enumerate(rules)]


def _for_cells(declared: CellRule, rules: Sequence[RetentionRule], rows: ir.Table | None) -> RetentionRule:
    """Return the rule of the cells of a column; what it does not state is as for the row."""
    row = next((r for r in rules if r.start is not None or r.via is not None), None)
    own = {key: value for key in CellRule.model_fields if (value := getattr(declared, key)) is not None}
    if "start" not in own and row is not None:
        as_row = {key: getattr(row, key) for key in ("start", "via", "calendar", "open", "hold", "where")}
        own = {key: value for key, value in as_row.items() if value is not None} | own
    elif "start" not in own and rows is not None and (created := creation_column(rows)) is not None:
        own["start"] = Column(created)
    return RetentionRule(**own)


def _rules(
    policy: Policy,
    keys: Tables,
    table: str,
    stated: Stated,
    cell: str | None = None,
    passed: tuple[str, ...] = (),
) -> tuple[Rule, ...]:
    """Return the rules of a table that is reached over a path of references.

    Args:
        policy: the policy.
        keys: the tables.
        table: the table.
        stated: its rules with their places.
        cell: the column whose cells the rules are about.
        passed: the tables that inherit from it.
    """
    found: list[Rule] = []
    for declared, at in stated:
        if declared.via is None:
            found.append(_own(table, declared, at, cell))
        else:
            found += _inherited(policy, keys, Rule(table, declared, at, cell=cell), declared.via, passed)
    return tuple(found)


def _own(table: str, declared: RetentionRule, at: tuple[str | int, ...], cell: str | None) -> Rule:
    missing = None
    if declared.clock is None or declared.period is None:
        reason = f"the retention rule of {cell or table} names no start or no maximum period"
        missing = Missing(Cause.UNDECLARED, reason)
    return Rule(table, declared, at, cell=cell, missing=missing)


def _inherited(policy: Policy, keys: Tables, own: Rule, via: str, passed: tuple[str, ...]) -> Iterator[Rule]:
    """Yield the rules that a table inherits through the column `via`."""
    table = own.table
    try:
        reference = reference_of(keys, policy, table, via)
    except SourceError as error:
        yield _replaced(own, missing=error.missing)
        return
    if reference is None:
        problem = (
            f"no table is known that {table}.{via} refers to; declare it in `references` as"
            f" `{via}: table.key`"
        )
        raise PolicyError.at(policy, (*own.at, "via"), problem)
    if len(passed) >= STEPS or reference.parent in (*passed, table):
        problem = f"the rules of {table} inherit from each other in a circle, or over more than {STEPS} steps"
        raise PolicyError.at(policy, (*own.at, "via"), problem)
    parent = policy.table(reference.parent)
    stated = _stated(parent.retention if parent is not None else (), ("tables", reference.parent))
    if not stated:
        reason = f"{table} inherits its retention from {reference.parent}, which has no rule"
        yield _replaced(own, reference=reference, missing=Missing(Cause.UNDECLARED, reason))
    for rule in _rules(policy, keys, reference.parent, stated, passed=(*passed, table)):
        yield _with_parent(policy, _replaced(own, reference=reference, parent=rule, missing=rule.missing))


def _replaced(rule: Rule, **changes: Any) -> Rule:
    return Rule(**{**vars(rule), **changes})


def _with_parent(policy: Policy, rule: Rule) -> Rule:
    """Return a rule that inherits another one, without what the inherited rule lacked and this one states.

    Raises:
        PolicyError: rows must be kept for longer than they may.
    """
    shortest, longest = rule.stated("min"), rule.period
    if shortest is not None and isinstance(longest, Period) and shortest.can_exceed(longest):
        problem = (
            f"rows must be kept for {shortest} but may be kept for {longest} only, with what is inherited"
            " through `via`"
        )
        raise PolicyError.at(policy, (*rule.at, "via"), problem)
    undeclared = rule.missing is not None and rule.missing.cause is Cause.UNDECLARED
    complete = rule.clock is not None and longest is not None
    return _replaced(rule, missing=None) if undeclared and complete else rule
