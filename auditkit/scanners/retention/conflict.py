"""Contradicting retention rules for the same rows

## What it finds
Two retention rules with different periods and the same priority that apply to the same rows of a table. And
rules that keep a row longer than the row it refers to.

## Why it matters
Data has one retention period, of which people are informed (GDPR Art. 13(2)(a)). Where two rules apply to one
row, one of them is broken on every day between the two ends (Art. 5(1)(e)). Where a child is kept longer than
its parent, it is erased too early or orphaned.

## How to fix
Narrow one of the rules with `where`, or say with `priority` which of them decides. Give a child the period of
its parent (`via`), or keep the parent as long.

## Limits
A rule that only stands in another table, without `via`, gives a finding of medium confidence. References to
people who acted on a row, such as its author, are not followed. A minimum above the maximum is refused when
the policy is loaded.

## Example
>>> import auditkit, pandas as pd
>>> closed_at = pd.to_datetime(["2025-05-01"] * 3)
>>> orders = pd.DataFrame({"country": ["DE", "DE", "FR"], "closed_at": closed_at})
>>> warranty = "{start: closed_at, max: P3Y, basis: warranty}"
>>> tax = "{start: closed_at, max: P10Y, where: country = 'DE', basis: tax law}"
>>> tables = f"{{orders: {{retention: [{warranty}, {tax}]}}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {tables}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-conflict"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["period"], f.detail["other_period"]) for f in audit.findings]
[('orders', 2, 3, 'P3Y from closed_at', 'P10Y from closed_at')]

## References
- GDPR Art. 5(1)(e), storage limitation
- GDPR Art. 13(2)(a), information about the period
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.policy import Policy, RetentionRule, TablePolicy
from auditkit.policy.predicate import predicate
from auditkit.relations import Reference, Relations, names
from auditkit.relations.key_text import same_key

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("table", "column", "target", "kind", "period", "other_period")]
    + [("confidence", pa.string()), ("rows", pa.int64()), ("of", pa.int64())]
)
OVERLAP, LONGER = "two rules for one row", "longer than the row it belongs to"
PARENT = "auditkit_parent"


@dataclass(frozen=True)
class Pair:
    """Two rules that contradict each other, and the rows to which both may apply.

    Attributes:
        rule: the rule of the table.
        other: another rule of the table, or a rule of the table that it refers to.
        rows: the rows of the table.
        both: whether both rules apply to a row.
        reference: the reference to the table of the other rule.
    """

    rule: RetentionRule
    other: RetentionRule
    rows: ir.Table
    both: ir.BooleanValue
    reference: Reference | None = None

    @property
    def target(self) -> str:
        """The names of both rules, which tell the pair from the other pairs of the table."""
        table = f"{self.reference.parent}: " if self.reference is not None else ""
        return f"{_name(self.rule)} | {table}{_name(self.other)}"


@fact
def contradictions(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    declared: TablePolicy,
    as_of: date,
) -> ir.Table:
    """The pairs of rules that contradict each other, with the number of rows to which both apply.

    A pair is of two rules of the table (`OVERLAP`), or of one of its rules and a rule of the table to which
    it refers (`LONGER`).
    """
    table = dataset.tables[relation.name]
    pairs = (
        *_overlapping(table, declared, as_of),
        *_outlasting(dataset, policy, relations, relation.name, declared, as_of),
    )
    rows = [{"table": relation.name, **_row(dataset, pair)} for pair in pairs]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(dataset: Dataset, pair: Pair) -> dict[str, object]:
    reference = pair.reference
    measures = {"rows": pair.rows.count(where=pair.both), "of": pair.rows.count()}
    return {
        "column": "+".join(reference.columns) if reference is not None else None,
        "target": pair.target,
        "kind": OVERLAP if reference is None else LONGER,
        "period": _period(pair.rule),
        "other_period": _period(pair.other),
        "confidence": "medium" if reference is not None and pair.rule.via is None else None,
        **dataset.fetch(pair.rows.aggregate(**measures))[0],
    }


def _overlapping(rows: ir.Table, declared: TablePolicy, as_of: date) -> Iterator[Pair]:
    """Yield each two rules of a table that differ, and of which neither has the higher priority."""
    rules = [r for r in declared.retention if r.max is not None or r.min is not None or r.via is not None]
    for rule, other in combinations(rules, 2):
        if _terms(rule) != _terms(other) and (rule.priority or 0) == (other.priority or 0):
            yield Pair(rule, other, rows, _applies(rule, rows, as_of) & _applies(other, rows, as_of))


def _outlasting(
    dataset: Dataset, policy: Policy, relations: Relations, name: str, declared: TablePolicy, as_of: date
) -> Iterator[Pair]:
    """Yield each rule of a table that keeps rows longer than the rows they refer to."""
    table = dataset.tables[name]
    for reference in relations.of(name):
        stated, parent = policy.table(reference.parent), dataset.tables[reference.parent]
        if stated is None or reference.is_self or is_apart(parent, table) or _is_of_an_actor(reference):
            continue
        for rule in declared.retention:
            if rule.via is not None and rule.via not in reference.columns:
                continue
            for other in stated.retention:
                if rule.max is not None and other.max is not None and rule.max.can_exceed(other.max):
                    rows = _with_parent(table, reference, parent, other, as_of)
                    yield Pair(rule, other, rows, _applies(rule, rows, as_of) & rows[PARENT], reference)


def _is_of_an_actor(reference: Reference) -> bool:
    return any(names.is_role(names.stem(c) or c) for c in reference.columns)


def _with_parent(
    rows: ir.Table, reference: Reference, parent: ir.Table, rule: RetentionRule, as_of: date
) -> ir.Table:
    """Return rows with whether each refers to a row to which a rule applies (`PARENT`)."""
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    narrow = parent.select(**keys, **{PARENT: _applies(rule, parent, as_of)})
    matches = [same_key(rows[c], narrow[k]) for c, k in zip(reference.columns, keys, strict=True)]
    joined = rows.left_join(narrow, matches)
    return joined.select(*[joined[c] for c in rows.columns], **{PARENT: joined[PARENT].fill_null(False)})


def _applies(rule: RetentionRule, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    return predicate(rule.where, rows, as_of) if rule.where else ibis.literal(True)


def _terms(rule: RetentionRule) -> tuple[object, ...]:
    return rule.start, rule.via, rule.max, rule.min, rule.calendar


def _period(rule: RetentionRule) -> str:
    """Return the period of a rule, as in `P3Y from closed_at`."""
    period = " to ".join(str(p) for p in (rule.min, rule.max) if p is not None)
    start = f"from {rule.start}" if rule.start else f"via {rule.via}" if rule.via else ""
    return " ".join(filter(None, [period, start]))


def _name(rule: RetentionRule) -> str:
    return rule.name or rule.where or rule.start or rule.via or "all rows"


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 13(2)(a)"),
    says="{kind}; {period} against {other_period}",
)
def conflict(contradictions: ir.Table) -> ir.Table:
    """Return the pairs of rules that both apply to some row, and those along a reference."""
    return contradictions.filter((contradictions.rows > 0) | (contradictions.kind == LONGER))
