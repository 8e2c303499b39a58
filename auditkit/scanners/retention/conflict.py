"""Two retention rules contradict each other about the same rows.

Data has one period, which people are told (GDPR Art. 13(2)(a)). Where two rules are about one row, one of
them is broken on every day between the two ends; where a row is to be kept longer than the one it belongs to,
it is erased too early or orphaned. (A rule whose minimum is longer than its maximum is refused when the
policy is loaded.)

Remedy: narrow one of the rules with `where`, or say with `priority` which of them counts; give what belongs
    to a row the period of that
row (`via`), or keep that row as long.

>>> import auditkit, pandas as pd
>>> orders = pd.DataFrame({"id": [1, 2, 3], "country": ["DE", "DE", "FR"], "closed_at": pd.to_datetime(["2025-05-01"] * 3)})
>>> rules = "[{start: closed_at, max: P3Y, basis: warranty}, {start: closed_at, max: P10Y, where: country = 'DE', basis: tax law}]"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {{orders: {{retention: {rules}}}}}}}")
>>> audit = auditkit.audit({"orders": orders}, policy, checks=["retention-conflict"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["period"], f.detail["other_period"]) for f in audit.findings]
[('orders', 2, 3, 'P3Y from closed_at', 'P10Y from closed_at')]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

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

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()),
     ("kind", pa.string()), ("period", pa.string()), ("other_period", pa.string()), ("confidence", pa.string())]
)  # fmt: skip
PARENT = "auditkit_parent"
OVERLAP, LONGER = "two rules for one row", "longer than the row it belongs to"


@fact
def contradictions(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    declared: TablePolicy,
    as_of: date,
) -> ir.Table:
    """Where the retention rules of the table contradict each other, or those of the rows that its own refer
    to.

    One row for each two rules of different terms and the same priority that are about the same `rows` of
    `of`, and one for each reference along which a rule keeps its rows longer than the rows they refer to are
    kept; who acted on a row is no such reference.
    """
    overlaps = _counted(dataset, _overlapping(dataset.tables[relation.name], declared, as_of))
    longer = _counted(dataset, _outlasting(dataset, policy, relations, relation.name, declared, as_of))
    found = [{"table": relation.name, **row} for row in (*(o for o in overlaps if o["rows"]), *longer)]
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


def _counted(
    dataset: Dataset, found: Iterator[tuple[dict[str, Any], ir.Table, ir.BooleanValue]]
) -> list[dict[str, Any]]:
    """Return what is told of each contradiction, with the number of rows that it is about."""
    return [
        {**told, **dataset.fetch(rows.aggregate(rows=rows.count(where=both), of=rows.count()))[0]}
        for told, rows, both in found
    ]


def _overlapping(
    rows: ir.Table, declared: TablePolicy, as_of: date
) -> Iterator[tuple[dict[str, Any], ir.Table, ir.BooleanValue]]:
    """Yield each two rules of a table of which neither takes precedence, with which rows are under both."""
    periods = [r for r in declared.retention if r.max is not None or r.min is not None or r.via is not None]
    for one, other in combinations(periods, 2):
        if _terms(one) != _terms(other) and (one.priority or 0) == (other.priority or 0):
            told = {
                "target": f"{_name(one)} | {_name(other)}",
                "kind": OVERLAP,
                "period": _period(one),
                "other_period": _period(other),
            }
            yield told, rows, _about(one, rows, as_of) & _about(other, rows, as_of)


def _outlasting(
    dataset: Dataset, policy: Policy, relations: Relations, name: str, declared: TablePolicy, as_of: date
) -> Iterator[tuple[dict[str, Any], ir.Table, ir.BooleanValue]]:
    """Yield each rule that keeps rows longer than the rows they refer to, with which rows are under both."""
    for reference in relations.of(name):
        parent = policy.table(reference.parent)
        same = not is_apart(dataset.tables[reference.parent], dataset.tables[name])
        if (
            parent is None
            or reference.is_self
            or not same
            or any(names.is_role(names.stem(c) or c) for c in reference.columns)
        ):
            continue
        for one in declared.retention:
            via = one.via is None or one.via in reference.columns
            for other in parent.retention if via else ():
                if one.max is None or other.max is None or not one.max.can_exceed(other.max):
                    continue
                told = {
                    "column": "+".join(reference.columns),
                    "target": f"{_name(one)} | {reference.parent}: {_name(other)}", "kind": LONGER,
                    "period": _period(one), "other_period": _period(other),
                    "confidence": None if one.via is not None else "medium",
                }  # fmt: skip
                rows = _beside(
                    dataset.tables[name], reference, dataset.tables[reference.parent], other, as_of
                )
                yield told, rows, _about(one, rows, as_of) & rows[PARENT]


def _beside(
    rows: ir.Table, reference: Reference, parent: ir.Table, rule: RetentionRule, as_of: date
) -> ir.Table:
    """Return rows with whether they refer to a row that a rule is about."""
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    narrow = parent.select(**keys, **{PARENT: _about(rule, parent, as_of)})
    joined = rows.left_join(
        narrow, [rows[c] == narrow[k] for c, k in zip(reference.columns, keys, strict=True)]
    )
    return joined.select(*[joined[c] for c in rows.columns], **{PARENT: joined[PARENT].fill_null(False)})


def _about(rule: RetentionRule, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    return predicate(rule.where, rows, as_of) if rule.where else ibis.literal(True)


def _terms(rule: RetentionRule) -> tuple[object, ...]:
    return rule.start, rule.via, rule.max, rule.min, rule.calendar


def _period(rule: RetentionRule) -> str:
    """Return the period of a rule in words: names of columns and ISO 8601."""
    period = " to ".join(str(p) for p in (rule.min, rule.max) if p is not None)
    return " ".join(
        filter(None, [period, f"from {rule.start}" if rule.start else f"via {rule.via}" if rule.via else ""])
    )


def _name(rule: RetentionRule) -> str:
    return rule.name or rule.where or rule.start or rule.via or "all rows"


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(e)", "GDPR 13(2)(a)"))
def conflict(contradictions: ir.Table) -> ir.Table:
    """Return every two rules that do not agree."""
    return contradictions
