"""Which retention rule of a table decides on a row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_

import ibis
import ibis.expr.types as ir

from auditkit.facts.retention.rule import Rule
from auditkit.policy import Policy, RetentionRule
from auditkit.relations.conditions import with_conditions
from auditkit.relations.reach import Reach

_APPLIES = "auditkit_applies"


def with_applies(reach: Reach, rows: ir.Table, table: str, rules: Mapping[str, int]) -> ir.Table:
    """Return rows with whether a rule decides on each: it covers the row, and no higher priority does.

    Args:
        reach: what the rows see of other tables.
        rows: rows of the table.
        table: the table.
        rules: by the names of the new columns, the numbers of the rules in the policy.

    Raises:
        PolicyError: a condition names what is not there, or compares what cannot be compared.
    """
    declared = reach.policy.table(table)
    stated = declared.retention if declared is not None else ()
    higher = {number: _higher(stated, number) for number in rules.values()}
    conditions = {
        f"auditkit_covers_{number}": (where, ("tables", table, "retention", number, "where"))
        for number in {*higher, *(other for others in higher.values() for other in others)}
        if (where := stated[number].where) is not None
    }
    marked = with_conditions(reach, rows, table, conditions)

    def covers(number: int) -> ir.BooleanValue:
        name = f"auditkit_covers_{number}"
        return marked[name] if name in conditions else ibis.literal(True)

    decides = {
        name: reduce(and_, [~covers(other) for other in higher[number]], covers(number))
        for name, number in rules.items()
    }
    return marked.mutate(**decides).drop(*conditions)


def applying(reach: Reach, rule: Rule, rows: ir.Table) -> ir.Table:
    """Return the rows of its table on which a rule decides."""
    if not _is_limited(reach.policy, rule):
        return rows
    if rule.number is not None:
        marked = with_applies(reach, rows, rule.table, {_APPLIES: rule.number})
    else:
        assert rule.declared.where is not None
        where = (rule.declared.where, (*rule.at, "where"))
        marked = with_conditions(reach, rows, rule.table, {_APPLIES: where})
    return marked.filter(marked[_APPLIES]).drop(_APPLIES)


def covers_all(policy: Policy, rule: Rule) -> bool:
    """Return whether a rule decides on every row of its table, and so does each rule that it inherits."""
    return not _is_limited(policy, rule) and (rule.parent is None or covers_all(policy, rule.parent))


def _is_limited(policy: Policy, rule: Rule) -> bool:
    """Return whether a condition, or a rule of a higher priority, may leave rows to other rules."""
    declared = policy.table(rule.table)
    stated = declared.retention if declared is not None else ()
    return rule.declared.where is not None or (rule.number is not None and bool(_higher(stated, rule.number)))


def _higher(stated: tuple[RetentionRule, ...], number: int) -> list[int]:
    """Return the numbers of the rules whose priority is higher than that of a rule."""
    own = stated[number].priority or 0
    return [i for i, other in enumerate(stated) if (other.priority or 0) > own]
