"""The retention rules of a table, and the latest start that is overdue under each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from auditkit.check import Item, each, fact
from auditkit.dataset import SourceError
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy, PolicyError, RetentionRule, TablePolicy
from auditkit.policy.period import latest_start
from auditkit.relations import Reference, Tables, reference_of

STEPS = 4
"""Over how many references a table may inherit a rule."""


@dataclass(frozen=True)
class Rule(Item, columns="columns", target="name"):
    """A retention rule of a table: one of its own, or one that it inherits through references.

    Attributes:
        declared: the rule that the policy states for the table.
        clock: the rule whose start, periods and conditions apply. It is `declared`, or the inherited rule.
        path: the references from the table to the table of the inherited rule.
        missing: why the rule cannot be applied.
    """

    declared: RetentionRule
    clock: RetentionRule
    path: tuple[Reference, ...] = ()
    missing: Missing | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that the rule reads: the start, or the reference that inherits it."""
        if self.path:
            return self.path[0].columns
        return (self.declared.start,) if self.declared.start else ()

    @property
    def name(self) -> str | None:
        """The name of the rule, or else its condition, which tells it from the other rules of the table."""
        return self.declared.name or self.clock.name or self.declared.where or self.clock.where


@each
def rule(
    policy: Policy, keys: Tables, relation: Examined, declared: TablePolicy
) -> tuple[Rule, ...] | Missing:
    """The retention rules of the table. A rule with `via` inherits the rules of the row it refers to."""
    if not declared.retention:
        return Missing(Cause.UNDECLARED, f"the policy gives {relation.name} no retention rule")
    return _rules(policy, keys, relation.name, declared.retention, ())


@fact
def cut_off(rule: Rule, as_of: date) -> datetime:
    """The latest start that is overdue: the period and the grace of a row that started then have ended.

    Adding calendar months is monotone, so there is exactly one such moment. Python computes it, and every
    engine compares with the same literal.
    """
    clock = rule.clock
    assert clock.max is not None  # a rule without a period says why it is missing
    return latest_start(period=clock.max, grace=clock.grace, as_of=as_of, calendar=clock.calendar)


def _rules(
    policy: Policy, keys: Tables, table: str, stated: Sequence[RetentionRule], path: tuple[Reference, ...]
) -> tuple[Rule, ...]:
    """Return the rules of a table that is reached over a path of references."""
    found: list[Rule] = []
    for index, declared in enumerate(stated):
        if declared.via is None:
            found.append(_own(table, declared, path))
        else:
            at: tuple[str | int, ...] = ("tables", table, "retention")
            at = (*at, index) if len(stated) > 1 else at
            found += _inherited(policy, keys, table, declared, declared.via, at, path)
    return tuple(found)


def _own(table: str, declared: RetentionRule, path: tuple[Reference, ...]) -> Rule:
    if declared.start is None or declared.max is None:
        reason = f"the retention rule of {table} names no start or no maximum period"
        return Rule(declared, declared, path, Missing(Cause.UNDECLARED, reason))
    return Rule(declared, declared, path)


def _inherited(
    policy: Policy,
    keys: Tables,
    table: str,
    declared: RetentionRule,
    via: str,
    at: tuple[str | int, ...],
    path: tuple[Reference, ...],
) -> list[Rule]:
    """Return the rules that a table inherits through the column `via`; `at` is the place of its own rule."""
    try:
        reference = reference_of(keys, policy, table, via)
    except SourceError as error:
        return [Rule(declared, declared, path, error.missing)]
    if reference is None:
        problem = (
            f"no table is known that {table}.{via} refers to; declare it in `references` as"
            f" `{via}: table.key`"
        )
        raise PolicyError.at(policy, (*at, "via"), problem)
    if len(path) >= STEPS or reference.parent in {r.table for r in path}:
        problem = f"the rules of {table} inherit from each other in a circle, or over more than {STEPS} steps"
        raise PolicyError.at(policy, (*at, "via"), problem)
    parent = policy.table(reference.parent)
    longer = (*path, reference)
    if parent is None or not parent.retention:
        reason = f"{table} inherits its retention from {reference.parent}, which has no rule"
        return [Rule(declared, declared, longer, Missing(Cause.UNDECLARED, reason))]
    rules = _rules(policy, keys, reference.parent, parent.retention, longer)
    return [replace(rule, declared=declared) for rule in rules]
