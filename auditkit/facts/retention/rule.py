from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditkit.check import Item, each
from auditkit.dataset import SourceError
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy, PolicyError, RetentionRule, TablePolicy
from auditkit.relations import Reference, Tables, reference_of

STEPS = 4


@dataclass(frozen=True)
class Rule(Item):
    """A retention rule as it applies to a table: its own, or the one it inherits through references.

    `clock` is the declared rule whose start, periods and conditions count; it stands at the end of `path`.
    """

    declared: RetentionRule
    clock: RetentionRule
    path: tuple[Reference, ...] = ()
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        columns = self.path[0].columns if self.path else (self.declared.start,) if self.declared.start else ()
        return {
            "columns": columns,
            "target": self.declared.name or self.clock.name or self.declared.where or self.clock.where,
        }


@each
def rule(
    policy: Policy, keys: Tables, relation: Examined, declared: TablePolicy
) -> tuple[Rule, ...] | Missing:
    """The retention rules of the table; one that says `via` inherits those of the row it refers to."""
    if not declared.retention:
        return Missing(Cause.UNDECLARED, f"the policy gives {relation.name} no retention rule")
    return tuple(
        r
        for i, one in enumerate(declared.retention)
        for r in _applied(policy, keys, relation.name, one, i, ())
    )


def _applied(
    policy: Policy, keys: Tables, table: str, one: RetentionRule, index: int, path: tuple[Reference, ...]
) -> list[Rule]:
    at = ("tables", table, "retention", index) if _is_list(policy, table) else ("tables", table, "retention")
    if one.via is None:
        if one.start is None or one.max is None:
            return [
                Rule(
                    one,
                    one,
                    path,
                    Missing(
                        Cause.UNDECLARED, f"the retention rule of {table} names no start or no maximum period"
                    ),
                )
            ]
        return [Rule(one, one, path)]
    try:
        reference = reference_of(keys, policy, table, one.via)
    except SourceError as error:
        return [Rule(one, one, path, error.missing)]
    if reference is None:
        raise PolicyError.at(
            policy,
            (*at, "via"),
            f"{table}.{one.via} refers to no table that is known; declare it in `references` as `{one.via}:"
            " table.key`",
        )
    if len(path) >= STEPS or reference.parent in {r.table for r in path}:
        raise PolicyError.at(
            policy,
            (*at, "via"),
            f"the rules of {table} inherit from each other in a circle, or over more than {STEPS} steps",
        )
    parent = policy.table(reference.parent)
    if parent is None or not parent.retention:
        reason = f"{table} inherits its retention from {reference.parent}, which has no rule"
        return [Rule(one, one, (*path, reference), Missing(Cause.UNDECLARED, reason))]
    inherited = [
        r
        for i, rule in enumerate(parent.retention)
        for r in _applied(policy, keys, reference.parent, rule, i, (*path, reference))
    ]
    return [replace(r, declared=one) for r in inherited]


def _is_list(policy: Policy, table: str) -> bool:
    declared = policy.table(table)
    return declared is not None and len(declared.retention) > 1
