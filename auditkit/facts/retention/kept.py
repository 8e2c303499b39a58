from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.facts.retention.rule import Rule
from auditkit.policy import NoColumnError, Policy, RetentionRule
from auditkit.policy.predicate import predicate
from auditkit.relations import Reference

START, UNREADABLE, HELD, OPEN = "auditkit_start", "auditkit_unreadable", "auditkit_held", "auditkit_open"


@fact
def kept(dataset: Dataset, policy: Policy, relation: Examined, rule: Rule, as_of: date) -> ir.Table:
    """The rows that a retention rule is about, with when their period starts, and whether they are held or
    still open.

    `START` is a UTC timestamp, null where there is none; `UNREADABLE` says that there is one which is no
    time. What a row inherits through a reference is that of the row it refers to.
    """
    end = rule.path[-1].parent if rule.path else relation.name
    rows = _started(policy, dataset.tables[end], end, rule, as_of)
    for reference in reversed(rule.path):
        rows = _inherited(dataset.tables[reference.table], reference, rows, some=rule.clock.where is not None)
    if not rule.path:
        return rows
    own = rule.declared.where
    rows = rows.filter(predicate(own, rows, as_of)) if own else rows
    return _not_outranked(policy, rows, relation.name, rule.declared, as_of)


def _started(policy: Policy, rows: ir.Table, name: str, rule: Rule, as_of: date) -> ir.Table:
    """Return the rows of the table that has the clock, with what the rule reads of them."""
    declared = rule.clock
    assert declared.start is not None
    if declared.start not in rows.columns:
        raise NoColumnError.of(
            policy, ("tables", name, "retention", "start"), name, declared.start, rows.columns
        )
    applies = predicate(declared.where, rows, as_of) if declared.where else None
    moment = clock(rows[declared.start])
    no = ibis.literal(False)
    marked = rows.mutate(
        **{
            START: moment.moment,
            UNREADABLE: moment.unreadable,
            HELD: predicate(declared.hold, rows, as_of) if declared.hold else no,
            OPEN: predicate(declared.open, rows, as_of) if declared.open else no,
            "auditkit_applies": applies if applies is not None else ibis.literal(True),
        }
    )
    return _not_outranked(
        policy, marked.filter(marked.auditkit_applies).drop("auditkit_applies"), name, declared, as_of
    )


def _not_outranked(
    policy: Policy, rows: ir.Table, name: str, declared: RetentionRule, as_of: date
) -> ir.Table:
    """Return the rows that no other rule of the table is about whose priority is higher."""
    table = policy.table(name)
    higher = [
        r
        for r in (table.retention if table is not None else ())
        if (r.priority or 0) > (declared.priority or 0)
    ]
    for other in higher:
        rows = rows.filter(~predicate(other.where, rows, as_of) if other.where else ibis.literal(False))
    return rows


def _inherited(rows: ir.Table, reference: Reference, parent: ir.Table, *, some: bool) -> ir.Table:
    """Return rows with the clock of the row they refer to; one that refers to none has no clock, and so is
    undated.

    Where the rule is about `some` of the parent's rows only, it is about their children only.
    """
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    narrow = parent.select(**keys, **{c: parent[c] for c in (START, UNREADABLE, HELD, OPEN)})
    matches = [rows[c] == narrow[k] for c, k in zip(reference.columns, keys, strict=True)]
    joined = rows.inner_join(narrow, matches) if some else rows.left_join(narrow, matches)
    told = {c: joined[c].fill_null(False) for c in (UNREADABLE, HELD, OPEN)}
    return joined.select(*[joined[c] for c in rows.columns], **{START: joined[START]}, **told)
