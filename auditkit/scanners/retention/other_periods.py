"""What another period would mean: how many rows would be overdue if each retention rule had it.

It answers the question that comes before a period is declared or shortened, and writes nothing down: rows are
counted, one statement a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.examine import Examination
from auditkit.options import RunOptions
from auditkit.facts.retention.kept import HELD, OPEN, START
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Missing
from auditkit.policy import Period, Policy
from auditkit.policy.period import latest_start

NEEDS = ("relation", "rule", "kept")


@dataclass(frozen=True)
class Effect:
    """What other periods would mean for the rows of one retention rule.

    `overdue` says for each period how many of `of` rows would be overdue, and `current` which of the periods
    is the declared one, if it is among them; `missing` says why nothing can be counted. No value of anybody's
    data is in it.
    """

    table: str
    columns: tuple[str, ...] = ()
    rule: str | None = None
    of: int | None = None
    current: str | None = None
    overdue: Mapping[str, int] = field(default_factory=dict)
    missing: Missing | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the effect as JSON types."""
        reason = self.missing.reason if self.missing is not None else None
        told = {
            "table": self.table,
            "columns": list(self.columns),
            "rule": self.rule,
            "of": self.of,
            "current": self.current,
        }
        return {**told, "overdue": dict(self.overdue), "reason": reason}


def what_if(
    dataset: Dataset, policy: Policy, periods: Sequence[Period | str], as_of: date
) -> tuple[Effect, ...]:
    """Return how many rows each of some periods would make overdue, for every retention rule, and for its
    declared period too.

    Start, grace, calendar, holds and open rows stay as the rule says; rules that inherit their clock are
    counted along with it.

    Args:
        dataset: an open one.
        policy: whose rules are tried out.
        periods: what `max` would be, as in `P1Y`.
        as_of: the day, 00:00 UTC.

    Raises:
        ValueError: a period is none.
        PolicyError: the policy names what is not in the source.

    >>> import auditkit, pandas as pd
    >>> orders = pd.DataFrame({"closed_at": pd.to_datetime(["2019-05-01", "2023-05-01", "2025-05-01"])})
    >>> rules = auditkit.Policy.parse("{version: 1, name: Shop, tables: {orders: {retention: {start: closed_at, max: P3Y}}}}")
    >>> with auditkit.open({"orders": orders}) as opened:
    ...     what_if(opened, rules, ["P1Y", "P5Y"], date(2026, 1, 1))[0].overdue
    {'P1Y': 2, 'P3Y': 1, 'P5Y': 1}
    """
    tried = tuple(p if isinstance(p, Period) else Period.parse(p) for p in periods)
    run = Examination(dataset, policy, RunOptions(as_of))
    by_table: dict[str, list[tuple[Rule, ir.Table]]] = {}
    found: list[Effect] = []
    for scope, blind in run.facts.scopes(NEEDS):
        facts = blind or run.facts.arguments(NEEDS, frozenset(), scope)
        name = scope["relation"].name if "relation" in scope else ""
        if isinstance(facts, Missing):
            found.append(Effect(name, missing=facts))
        else:
            by_table.setdefault(name, []).append((facts["rule"], facts["kept"]))
    for name, rules in by_table.items():
        found += _effects(run, name, rules, tried, as_of)
    return tuple(sorted(found, key=lambda e: (e.table, e.columns, e.rule or "")))


def _effects(
    run: Examination,
    name: str,
    rules: Sequence[tuple[Rule, ir.Table]],
    periods: Sequence[Period],
    as_of: date,
) -> Iterator[Effect]:
    """Yield the effects of the rules of one table, counted in one statement: a row for each rule."""
    chosen = [_periods(rule, periods) for rule, _ in rules]
    counts = [_counts(i, rule, rows, chosen[i], as_of) for i, (rule, rows) in enumerate(rules)]
    try:
        told = {
            int(row["rule"]): row
            for row in run.dataset.fetch(ibis.union(*counts) if len(counts) > 1 else counts[0])
        }
    except SourceError as error:
        yield Effect(name, missing=run.failed("what_if", error))
        return
    for i, (rule, _) in enumerate(rules):
        overdue = {str(p): int(told[i][f"p{n}"] or 0) for n, p in enumerate(chosen[i])}
        yield Effect(
            name,
            rule.locus["columns"],
            rule.locus["target"],
            int(told[i]["n"]),
            str(rule.clock.max) if rule.clock.max else None,
            overdue,
        )


def _periods(rule: Rule, periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the periods to try with the declared one, the shortest first; as many for every rule."""
    declared = (rule.clock.max,) if rule.clock.max is not None else ()
    return tuple(sorted((*periods, *declared), key=lambda p: (p.average_days, str(p))))


def _counts(number: int, rule: Rule, rows: ir.Table, periods: Sequence[Period], as_of: date) -> ir.Table:
    """Return one row: how many rows a rule is about, and how many each period would make overdue."""
    due = ~rows[HELD] & ~rows[OPEN]
    ends = [
        latest_start(period=p, grace=rule.clock.grace, as_of=as_of, calendar=rule.clock.calendar)
        for p in periods
    ]
    counted = {f"p{n}": rows.count(where=due & (rows[START] <= end)) for n, end in enumerate(ends)}
    return rows.aggregate(n=rows.count(), **counted).mutate(rule=ibis.literal(number, "int64"))


def text(effects: Sequence[Effect]) -> str:
    """Return effects as lines for a terminal; the declared period is marked with a star.

    >>> print(text([Effect("orders", ("closed_at",), None, 3683, "P3Y", {"P1Y": 2004, "P3Y": 1})]))
    orders (closed_at): 2,004 of 3,683 rows overdue after P1Y, 1 after P3Y*
    """
    return "\n".join(_line(e) for e in effects)


def _line(effect: Effect) -> str:
    where = (
        effect.table
        + (f" ({', '.join(effect.columns)})" if effect.columns else "")
        + (f" [{effect.rule}]" if effect.rule else "")
    )
    if effect.missing is not None:
        return f"{where}: not counted: {effect.missing.reason}"
    starred = [(f"{p}*" if p == effect.current else p, n) for p, n in effect.overdue.items()]
    (first, rows), *others = starred
    rest = "".join(f", {n:,} after {p}" for p, n in others)
    return f"{where}: {rows:,} of {effect.of or 0:,} rows overdue after {first}{rest}"
