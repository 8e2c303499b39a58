"""Contradicting retention rules for the same rows

## What it finds
Three contradictions. Two retention rules of a table have different periods and the same priority, and apply
to the same rows. A rule never applies, because a rule of a higher `priority` covers every row. And a rule
keeps a row longer than the row it refers to.

## Why it matters
Data has one retention period, of which people are informed (GDPR Art. 13(2)(a)). Where two rules apply to one
row, one of them is broken on every day between the two ends (Art. 5(1)(e)). Where a child is kept longer than
its parent, it is erased too early or orphaned.

## How to fix
Narrow one of the rules with `where`, or say with `priority` which of them decides. `priority` does not mean
"whichever ends later": for that write one rule with `start: {latest: [...]}`. Give a child the period of its
parent (`via`), or keep the parent as long.

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
from itertools import combinations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.retention.applies import with_applies
from auditkit.outcome import Severity
from auditkit.policy import Period, RetentionRule, TablePolicy
from auditkit.policy.term import Term
from auditkit.relations import Reference, Relations, names
from auditkit.relations.reach import Reach, joined

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("table", "column", "target", "kind", "period", "other_period")]
    + [("confidence", pa.string()), ("rows", pa.int64()), ("of", pa.int64())]
)
OVERLAP, LONGER = "two rules for one row", "longer than the row it belongs to"
HIDDEN = "a rule that never applies"
PARENT = "auditkit_parent"
_RULE, _OTHER = "auditkit_rule", "auditkit_other"


@dataclass(frozen=True)
class Pair:
    """Two rules that contradict each other, and the rows to which both may apply.

    Attributes:
        rule: the rule of the table.
        other: another rule of the table, or a rule of the table that it refers to.
        kind: what is wrong: `OVERLAP`, `HIDDEN` or `LONGER`.
        rows: the rows of the table.
        both: whether both rules cover a row.
        reference: the reference to the table of the other rule.
    """

    rule: RetentionRule
    other: RetentionRule
    kind: str
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
    dataset: Dataset, reach: Reach, relations: Relations, relation: Examined, declared: TablePolicy
) -> ir.Table:
    """The pairs of rules that contradict each other, with the number of rows to which both apply.

    A pair is of two rules of the table (`OVERLAP`, `HIDDEN`), or of one of its rules and a rule of the table
    to which it refers (`LONGER`).
    """
    pairs = (
        *_overlapping(reach, relation.name, declared),
        *_outlasting(reach, relations, relation.name, declared),
    )
    rows = [{"table": relation.name, **_row(dataset, pair)} for pair in pairs]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(dataset: Dataset, pair: Pair) -> dict[str, object]:
    reference = pair.reference
    measures = {"rows": pair.rows.count(where=pair.both), "of": pair.rows.count()}
    return {
        "column": "+".join(reference.columns) if reference is not None else None,
        "target": pair.target,
        "kind": pair.kind,
        "period": _period(pair.rule),
        "other_period": _period(pair.other),
        "confidence": "medium" if reference is not None and pair.rule.via is None else None,
        **dataset.fetch(pair.rows.aggregate(**measures))[0],
    }


def _overlapping(reach: Reach, name: str, declared: TablePolicy) -> Iterator[Pair]:
    """Yield each two rules of a table that differ, unless one leaves rows to the other by its priority."""
    rules = declared.retention
    numbered = [(i, r) for i, r in enumerate(rules) if r.period is not None or r.min is not None or r.via]
    rows = reach.tables.all[name]
    for (i, rule), (j, other) in combinations(numbered, 2):
        if _terms(rule) == _terms(other):
            continue
        if (rule.priority or 0) == (other.priority or 0):
            both = with_applies(reach, rows, name, {_RULE: i, _OTHER: j})
            yield Pair(rule, other, OVERLAP, both, both[_RULE] & both[_OTHER])
            continue
        high, low = (rule, other) if (rule.priority or 0) > (other.priority or 0) else (other, rule)
        if high.where is None:
            yield Pair(low, high, HIDDEN, rows, ibis.literal(True))


def _outlasting(reach: Reach, relations: Relations, name: str, declared: TablePolicy) -> Iterator[Pair]:
    """Yield each rule of a table that keeps rows longer than the rows they refer to."""
    table = reach.tables.all[name]
    for reference in relations.of(name):
        stated, parent = reach.policy.table(reference.parent), reach.tables.all[reference.parent]
        if stated is None or reference.is_self or is_apart(parent, table) or _is_of_an_actor(reference):
            continue
        for i, rule in enumerate(declared.retention):
            if rule.via is not None and rule.via not in reference.columns:
                continue
            for j, other in enumerate(stated.retention):
                if not _can_exceed(rule.max, other.max):
                    continue
                applicable = with_applies(reach, parent, reference.parent, {PARENT: j})
                rows = joined(table, reference, applicable, [PARENT])
                rows = with_applies(reach, rows, name, {_RULE: i})
                both = rows[_RULE] & rows[PARENT].fill_null(False)
                yield Pair(rule, other, LONGER, rows, both, reference)


def _can_exceed(one: Term | None, other: Term | None) -> bool:
    return isinstance(one, Period) and isinstance(other, Period) and one.can_exceed(other)


def _is_of_an_actor(reference: Reference) -> bool:
    return any(names.is_role(names.stem(c) or c) for c in reference.columns)


def _terms(rule: RetentionRule) -> tuple[object, ...]:
    return rule.clock, rule.via, rule.period, rule.min, rule.calendar, rule.keep


def _period(rule: RetentionRule) -> str:
    """Return the period of a rule, as in `P3Y from closed_at`."""
    period = " to ".join(str(p) for p in (rule.min, rule.period) if p is not None)
    start = f"from {rule.start}" if rule.start else f"via {rule.via}" if rule.via else ""
    return " ".join(filter(None, [period, start]))


def _name(rule: RetentionRule) -> str:
    return rule.name or rule.where or (str(rule.start) if rule.start else None) or rule.via or "all rows"


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(e)", "GDPR 13(2)(a)"),
    says="{kind}; {period} against {other_period}",
)
def conflict(contradictions: ir.Table) -> ir.Table:
    """Return the pairs of rules that both apply to some row, or that contradict each other without any."""
    return contradictions.filter((contradictions.rows > 0) | (contradictions.kind != OVERLAP))
