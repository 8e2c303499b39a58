"""How many rows other retention periods would make overdue.

This is not a check: it is what `auditkit retention --what-if` and `retention.what_if` show. It answers the
question that comes before a period is declared or shortened. Rows are counted, with one statement for each
table, and nothing is written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.examine import Examination
from auditkit.facts.retention.due import Due
from auditkit.facts.retention.rule import Rule
from auditkit.options import RunOptions
from auditkit.outcome import Missing
from auditkit.policy import Period, Policy

NEEDS = ("relation", "rule", "due")
"""The facts from which the rows are counted."""

_NAMED = 8
"""How many tables are named that nothing is counted of, for one reason."""


@dataclass(frozen=True)
class Effect:
    """What other periods would mean for the rows of one retention rule; it holds counts and no values.

    Attributes:
        table: the table of the rule.
        columns: the columns that the rule reads.
        rule: the name of the rule, or its condition.
        of: how many rows the rule applies to.
        current: the declared period.
        overdue: for each period, how many rows would be overdue.
        missing: why nothing can be counted.
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
        return {
            "table": self.table, "columns": list(self.columns), "rule": self.rule, "of": self.of,
            "current": self.current, "overdue": dict(self.overdue),
            "reason": self.missing.reason if self.missing is not None else None,
        }  # fmt: skip


def what_if(
    dataset: Dataset, policy: Policy, periods: Sequence[Period | str], as_of: date
) -> tuple[Effect, ...]:
    """Return how many rows some periods would make overdue, for each retention rule.

    The declared period of the rule is counted too. Start, grace, calendar, holds and open rows stay as the
    rule says. Rules that inherit from it are counted along with it.

    Args:
        dataset: an open one.
        policy: whose rules are tried out.
        periods: what `max` would be, as in `P1Y`.
        as_of: the day, 00:00 UTC.

    Raises:
        ValueError: a text is not a period.
        PolicyError: the policy names what is not in the source.

    >>> import auditkit, pandas as pd
    >>> orders = pd.DataFrame({"closed_at": pd.to_datetime(["2019-05-01", "2023-05-01", "2025-05-01"])})
    >>> tables = "{orders: {retention: {start: closed_at, max: P3Y}}}"
    >>> rules = auditkit.Policy.parse(f"{{version: 1, name: Shop, tables: {tables}}}")
    >>> with auditkit.open({"orders": orders}) as opened:
    ...     what_if(opened, rules, ["P1Y", "P5Y"], date(2026, 1, 1))[0].overdue
    {'P1Y': 2, 'P3Y': 1, 'P5Y': 1}
    """
    tried = tuple(p if isinstance(p, Period) else Period.parse(p) for p in periods)
    run = Examination(dataset, policy, RunOptions(as_of))
    by_table: dict[str, list[tuple[Rule, Due]]] = {}
    found: list[Effect] = []
    for scope, unseen in run.facts.scopes(NEEDS):
        facts = unseen or run.facts.arguments(NEEDS, frozenset(), scope)
        name = scope["relation"].name if "relation" in scope else ""
        if "rule" in scope and scope["rule"].cell is not None:
            continue  # its rows stay, whatever the period
        if isinstance(facts, Missing):
            found.append(Effect(name, missing=facts))
        else:
            by_table.setdefault(name, []).append((facts["rule"], facts["due"]))
    for name, rules in by_table.items():
        found += _effects(run, name, rules, tried)
    return tuple(sorted(found, key=lambda e: (e.table, e.columns, e.rule or "")))


def _effects(
    run: Examination,
    name: str,
    rules: Sequence[tuple[Rule, Due]],
    periods: Sequence[Period],
) -> Iterator[Effect]:
    """Yield the effects for the rules of one table, which one statement counts: a row for each rule."""
    chosen = [_with_declared(rule, periods) for rule, _ in rules]
    counts = [_counts(i, due, chosen[i]) for i, (_, due) in enumerate(rules)]
    statement = ibis.union(*counts) if len(counts) > 1 else counts[0]
    try:
        counted = {int(row["rule"]): row for row in run.dataset.fetch(statement)}
    except SourceError as error:
        yield Effect(name, missing=run.failed("what_if", error))
        return
    for i, (rule, _) in enumerate(rules):
        overdue = {str(p): int(counted[i][f"p{n}"] or 0) for n, p in enumerate(chosen[i])}
        current = str(rule.period) if rule.period is not None else None
        yield Effect(name, rule.columns, rule.name, int(counted[i]["n"]), current, overdue)


def _with_declared(rule: Rule, periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the periods to try and the declared one, the shortest first; as many for every rule."""
    declared = (rule.period,) if isinstance(rule.period, Period) else periods[:1]
    return tuple(sorted((*periods, *declared), key=lambda p: (p.average_days, str(p))))


def _counts(number: int, due: Due, periods: Sequence[Period]) -> ir.Table:
    """Return one row: how many rows a rule applies to, and how many each period would make overdue."""
    rows = due.rows
    counted = {f"p{n}": rows.count(where=due.live & due.ended(p)) for n, p in enumerate(periods)}
    return rows.aggregate(n=rows.count(), **counted).mutate(rule=ibis.literal(number, "int64"))


def text(effects: Sequence[Effect]) -> str:
    """Return effects as lines for a terminal; a star marks the declared period.

    Tables of which nothing is counted for the same reason are one line, behind the others.

    >>> print(text([Effect("orders", ("closed_at",), None, 3683, "P3Y", {"P1Y": 2004, "P3Y": 1})]))
    orders (closed_at): 2,004 of 3,683 rows overdue after P1Y, 1 after P3Y*
    """
    lines = [_line(effect) for effect in effects if effect.missing is None]
    alike: dict[str, list[Effect]] = {}
    for effect in effects:
        if effect.missing is not None:
            reason = re.sub(rf"(?<!\w){re.escape(effect.table)}(?!\w)", "the table", effect.missing.reason)
            alike.setdefault(reason, []).append(effect)
    for reason, some in alike.items():
        lines += [_line(some[0])] if len(some) == 1 else [_not_counted(reason, [e.table for e in some])]
    return "\n".join(lines)


def _not_counted(reason: str, tables: Sequence[str]) -> str:
    """Return that the rules of several tables are not counted, for the same reason."""
    more = f" and {len(tables) - _NAMED:,} more" if len(tables) > _NAMED else ""
    return f"{len(tables):,} tables not counted: {reason}: {', '.join(tables[:_NAMED])}{more}"


def _line(effect: Effect) -> str:
    columns = f" ({', '.join(effect.columns)})" if effect.columns else ""
    rule = f" [{effect.rule}]" if effect.rule else ""
    where = f"{effect.table}{columns}{rule}"
    if effect.missing is not None:
        return f"{where}: not counted: {effect.missing.reason}"
    (first, rows), *others = [
        (f"{period}*" if period == effect.current else period, n) for period, n in effect.overdue.items()
    ]
    rest = "".join(f", {n:,} after {period}" for period, n in others)
    return f"{where}: {rows:,} of {effect.of or 0:,} rows overdue after {first}{rest}"
