"""Which rows a finding is about: their keys, for a person who may see them.

Nothing of the run folder is executed: its SQL could have been written by anybody. The finding is computed
again from the policy and the check, and must have the same fingerprint; only then its own expression,
narrowed to the key of its table, is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.dataset import Dataset, opened
from auditkit.dataset.beside import with_log
from auditkit.examine import Examination, Question, ask
from auditkit.options import RunOptions
from auditkit.audit.audit import Audit
from auditkit.outcome import Finding, NotAssessed
from auditkit.policy import Policy
from auditkit.catalogue import chosen

MOST = 50


class LookupRefused(ValueError):
    """The rows of a finding cannot be shown; says why, and what can be done."""


@dataclass(frozen=True, repr=False)
class Keys:
    """The keys of the rows of a finding: some of them, and how many there are. It holds values; its repr
    shows none.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int

    def __repr__(self) -> str:
        return f"Keys({self.table}: {len(self.rows)} of {self.total})"


def finding(audit: Audit, fingerprint: str) -> Finding:
    """Return the finding of an audit whose fingerprint begins so.

    Raises:
        LookupRefused: there is none, or more than one, or fewer than 8 digits are given.
    """
    if len(fingerprint) < 8:
        raise LookupRefused("give 8 or more digits of the fingerprint")
    fits = {f.fingerprint: f for f in audit.findings if f.fingerprint.startswith(fingerprint.lower())}
    if len(fits) != 1:
        raise LookupRefused(f"{len(fits) or 'no'} findings of this run have that fingerprint")
    return next(iter(fits.values()))


def keys(source: Any, policy: Policy, audit: Audit, wanted: Finding, limit: int = MOST) -> Keys:
    """Return the primary keys of the rows that a finding is about, in their order.

    Args:
        source: what was audited: what `auditkit.open` takes.
        policy: the policy it was audited under.
        audit: the run; its day is what the check is asked for again.
        wanted: a finding of it.
        limit: how many keys at most.

    Raises:
        LookupRefused: the finding is about no rows, its table has no primary key, or it is not what the check
            says now.
        ValueError: the run names a check that there is not.
        SourceError: the source cannot be read.
    """
    if wanted.sql is None or wanted.table is None:
        raise LookupRefused(
            "this finding is about a column, a schema or a measure as a whole: there are no rows to name"
        )
    table = wanted.table
    with opened(source) as alone, with_log(alone, policy) as dataset:
        rows = _rows(dataset, policy, audit, wanted)
        key = next((k.columns for k in dataset.keys() if k.primary and k.table == table), None)
        if key is None or not set(key) <= set(rows.columns):
            raise LookupRefused(
                f"{table} has no primary key that could name its rows; run the finding's `sql` in audit.json"
                " yourself"
            )
        counted = dataset.fetch(rows.aggregate(n=rows.count()))[0]["n"]
        found = dataset.fetch(rows.select(*key).order_by(*key), limit)
        return Keys(table, key, tuple(found), int(counted))


def _rows(dataset: Dataset, policy: Policy, audit: Audit, wanted: Finding) -> ir.Table:
    """Return the rows that the check of a finding, asked again, calls broken."""
    run = Examination(dataset, policy, RunOptions(audit.as_of, audit.sample))
    for asked in ask(run, chosen(None, [wanted.check])):
        locus = asked if isinstance(asked, NotAssessed) else asked.finding()
        if locus.fingerprint != wanted.fingerprint:
            continue
        if isinstance(asked, NotAssessed):
            raise LookupRefused(f"this cannot be looked at now: {asked.reason}")
        return _broken(asked)
    raise LookupRefused(
        "the check does not ask this any more: the policy, the source or auditkit has changed since the run"
    )


def _broken(question: Question) -> ir.Table:
    match question.answer.result:
        case ir.Table() as table if not table.op().find(ops.InMemoryTable):
            return table
        case ir.BooleanValue() as broken:
            (base,) = broken.op().relations
            return base.to_expr().filter(broken)
        case _:
            raise LookupRefused("this finding is a measure of the whole: there are no rows to name")
