"""What stands against an erasure, or shows that there was one: holds, minimum periods, and the ledger of
erased subjects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from typing import Any

import ibis

from auditkit.dataset import SourceError
from auditkit.dataset.clock import clock
from auditkit.examine import Examination
from auditkit.facts import seen_by
from auditkit.facts.retention.kept import HELD, START
from auditkit.facts.retention.rule import Rule
from auditkit.locate.identifiers import Identifier
from auditkit.locate.location import Kept
from auditkit.locate.matching import Condition
from auditkit.outcome import Missing
from auditkit.policy.period import latest_start
from auditkit.scanners.retention.resurrected import resurrected

_NEEDS = ("relation", "rule", "kept")


def kept(run: Examination, found: Mapping[str, Condition]) -> dict[str, tuple[Kept, ...]]:
    """Return by table what its retention rules keep of the found rows; a rule without hold and minimum keeps
    none and is left out.
    """
    told: dict[str, list[Kept]] = {}
    for scope, blind in run.facts.scopes(_NEEDS):
        name = scope["relation"].name if "relation" in scope else None
        if name is None or name not in found or "rule" not in scope:
            continue
        rule: Rule = scope["rule"]
        called = rule.declared.name or rule.clock.name or "retention"
        if not rule.clock.hold and rule.clock.min is None:
            continue
        facts = blind or run.facts.arguments(_NEEDS, frozenset(), scope)
        one = (
            Kept(called, reason=facts.reason)
            if isinstance(facts, Missing)
            else _counted(run, rule, called, facts["kept"], found[name])
        )
        told.setdefault(name, []).append(one)
    return {name: tuple(rules) for name, rules in told.items()}


def _counted(run: Examination, rule: Rule, called: str, rows: Any, condition: Condition) -> Kept:
    """Return how many found rows a rule keeps: on hold, or with a start after the latest one whose minimum
    period has ended.
    """
    mine, shortest = condition(rows), rule.clock.min
    measures = {"held": rows.count(where=mine & rows[HELD])}
    if shortest is not None:
        ended = latest_start(period=shortest, as_of=run.facts.given["as_of"], calendar=rule.clock.calendar)
        measures["young"] = rows.count(where=mine & (rows[START] > ended).fill_null(False))
    try:
        counted = run.dataset.fetch(rows.aggregate(**measures))[0]
    except SourceError as error:
        return Kept(called, reason=error.missing.reason)
    held = int(counted["held"] or 0) if rule.clock.hold else None
    return Kept(
        called,
        held,
        None if shortest is None else int(counted["young"] or 0),
        None if shortest is None else str(shortest),
    )


def erased_before(run: Examination, wanted: Iterable[Identifier]) -> Iterator[str]:
    """Yield that the ledger of erased subjects names this one, where the policy declares a ledger and its key
    is at hand.
    """
    if run.facts.given["policy"].erasure_ledger is None:
        return
    ledger = run.facts.get("erased", {}, seen_by(resurrected))
    if isinstance(ledger, Missing):
        yield f"whether the data subject was erased before is not known: {ledger.reason}"
    elif times := len(ledger.among(i.text for i in wanted)):
        yield (
            f"{times} of the identifiers given stand in the ledger of erased subjects: what is found here has"
            " come back, or was left"
        )


def on_hold(run: Examination, found: Mapping[str, Condition]) -> Iterator[str]:
    """Yield that a legal hold on the data subject stands, where the policy declares a table of holds."""
    told = run.facts.given["policy"].holds
    if told is None or told.table not in found:
        return
    rows = run.dataset.tables[told.table]
    ended = ibis.literal(False)
    if told.released is not None and told.released in rows.columns:
        now = datetime.combine(run.facts.given["as_of"], time())
        ended = (clock(rows[told.released]).moment <= now).fill_null(False)
    try:
        standing = run.dataset.fetch(rows.aggregate(n=rows.count(where=found[told.table](rows) & ~ended)))[0][
            "n"
        ]
    except SourceError as error:
        yield f"whether a legal hold stands is not known: {error.missing.reason}"
        return
    if standing:
        yield (
            f"{standing} legal holds on the data subject stand in {told.table}: what they are about must not"
            " be erased (Art. 17(3)(e))"
        )
