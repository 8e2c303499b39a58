"""Obligations that limit an erasure: legal holds, minimum periods, and the ledger of erased subjects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time

import ibis
import ibis.expr.types as ir

from auditkit.dataset import SourceError
from auditkit.dataset.clock import clock
from auditkit.examine import Examination
from auditkit.facts import seen_by
from auditkit.facts.retention.clocks import START
from auditkit.facts.retention.kept import HELD
from auditkit.facts.retention.rule import Rule
from auditkit.html_tables import count
from auditkit.locate.identifiers import Identifier
from auditkit.locate.location import KeptRows
from auditkit.locate.matching import Condition
from auditkit.outcome import Missing
from auditkit.policy.period import latest_start
from auditkit.scanners.retention.resurrected import resurrected

_NEEDS = ("relation", "rule", "kept")


def kept(run: Examination, found: Mapping[str, Condition]) -> dict[str, tuple[KeptRows, ...]]:
    """Return, by table, how many of the found rows each retention rule keeps from erasure.

    A rule without a legal hold and without a minimum period keeps none, and is left out.

    Args:
        run: the run whose policy declares the rules.
        found: by table, which rows were found.
    """
    by_table: dict[str, list[KeptRows]] = {}
    for scope, missing in run.facts.scopes(_NEEDS):
        if "rule" not in scope or scope["relation"].name not in found:
            continue
        table, rule = scope["relation"].name, scope["rule"]
        if rule.cell is None and (rule.keeps or rule.stated("min") is not None):
            facts = missing or run.facts.arguments(_NEEDS, frozenset(), scope)
            rows = _by_rule(run, rule, facts if isinstance(facts, Missing) else facts["kept"], found[table])
            by_table.setdefault(table, []).append(rows)
    return {table: tuple(rows) for table, rows in by_table.items()}


def _by_rule(run: Examination, rule: Rule, rows: ir.Table | Missing, found: Condition) -> KeptRows:
    """Return how many of the found rows one rule keeps.

    Args:
        run: the run.
        rule: the rule.
        rows: the rows that the rule applies to, each with the start of its period.
        found: which of them were found.
    """
    name, minimum = rule.stated("name") or "retention", rule.stated("min")
    if isinstance(rows, Missing):
        return KeptRows(name, reason=rows.reason)
    is_found = found(rows)
    counts = {"held": rows.count(where=is_found & rows[HELD])}
    if minimum is not None:
        last = latest_start(period=minimum, as_of=run.options.as_of, calendar=rule.stated("calendar"))
        counts["young"] = rows.count(where=is_found & (rows[START] > last).fill_null(False))
    try:
        counted = run.dataset.fetch(rows.aggregate(**counts))[0]
    except SourceError as error:
        return KeptRows(name, reason=error.missing.reason)
    held = int(counted["held"] or 0) if rule.keeps else None
    if minimum is None:
        return KeptRows(name, held)
    return KeptRows(name, held, int(counted["young"] or 0), str(minimum))


def notes_on_earlier_erasure(run: Examination, identifiers: Iterable[Identifier]) -> Iterator[str]:
    """Yield a note where the ledger of erased subjects names this one, or cannot be read."""
    if run.policy.erasure_ledger is None:
        return
    ledger = run.facts.get("erased", {}, seen_by(resurrected))
    if isinstance(ledger, Missing):
        yield f"auditkit cannot say whether the data subject was erased before: {ledger.reason}"
    elif number := len(ledger.among(identifier.text for identifier in identifiers)):
        yield (
            f"{number} of the identifiers stand in the ledger of erased subjects, so these rows came back"
            " after the erasure, or were left out of it"
        )


def notes_on_legal_holds(run: Examination, found: Mapping[str, Condition]) -> Iterator[str]:
    """Yield a note where the table of legal holds has a hold on the data subject, or cannot be read."""
    holds = run.policy.holds
    if holds is None or holds.table not in found:
        return
    rows = run.dataset.tables[holds.table]
    released = ibis.literal(False)
    if holds.released is not None and holds.released in rows.columns:
        today = datetime.combine(run.options.as_of, time())
        released = (clock(rows[holds.released]).moment <= today).fill_null(False)
    open_holds = rows.count(where=found[holds.table](rows) & ~released)
    try:
        number = run.dataset.fetch(rows.aggregate(n=open_holds))[0]["n"]
    except SourceError as error:
        yield f"auditkit cannot say whether the data subject is on legal hold: {error.missing.reason}"
        return
    if number:
        yield (
            f"{count(int(number), 'legal hold')} on the data subject in {holds.table}: rows under a hold must"
            " not be erased (GDPR Art. 17(3)(e))"
        )
