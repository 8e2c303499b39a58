"""The keys of the rows that a finding is about, for a person who may see them.

auditkit never runs the SQL of a run folder, because anybody could have written it. The check is run again
under the policy, and its finding must have the same fingerprint. Only then is the expression of the check
evaluated, for the key of the table alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.audit.audit import Audit
from auditkit.audit.meeting import met
from auditkit.catalogue import chosen
from auditkit.dataset import Dataset
from auditkit.errors import UsageError
from auditkit.examine import Examination, Question, ask
from auditkit.options import RunOptions
from auditkit.outcome import Finding, NotAssessed
from auditkit.policy import Policy

LIMIT = 50
MIN_DIGITS = 8


class LookupRefused(UsageError):
    """The rows of a finding cannot be shown. Its text says why, and what to do instead."""


@dataclass(frozen=True, repr=False)
class Keys:
    """The keys of the rows of a finding. Its repr shows no value.

    Attributes:
        table: the table of the finding.
        columns: the columns of its primary key.
        rows: the keys, as many as were asked for.
        total: how many rows there are.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int

    def __repr__(self) -> str:
        return f"Keys({self.table}: {len(self.rows)} of {self.total})"


def finding(audit: Audit, fingerprint: str) -> Finding:
    """Return the finding of an audit whose fingerprint begins with some digits.

    Raises:
        LookupRefused: no finding or several have it, or there are fewer than 8 digits.
    """
    if len(fingerprint) < MIN_DIGITS:
        raise LookupRefused(f"give {MIN_DIGITS} or more digits of the fingerprint")
    by_fingerprint = {f.fingerprint: f for f in audit.findings}
    matching = [digits for digits in by_fingerprint if digits.startswith(fingerprint.lower())]
    if len(matching) != 1:
        raise LookupRefused(f"{len(matching) or 'no'} findings of this run have that fingerprint")
    return by_fingerprint[matching[0]]


def keys(source: Any, policy: Policy, audit: Audit, wanted: Finding, limit: int = LIMIT) -> Keys:
    """Return the primary keys of the rows that a finding is about, in their order.

    Args:
        source: the source of the run, as for `auditkit.open`.
        policy: the policy of the run.
        audit: the run. The check is run again for the same day.
        wanted: a finding of the run.
        limit: how many keys to return at most.

    Raises:
        LookupRefused: the finding is about no rows, its table has no primary key, or the check does not find
            it any more.
        ValueError: the run names an unknown check.
        SourceError: the source cannot be read.
    """
    if wanted.sql is None or wanted.table is None:
        raise LookupRefused(
            "this finding is about a column, a schema or a measure as a whole, so there are no rows to show"
        )
    table = wanted.table
    with met(source, policy) as dataset:
        rows = _rows(dataset, policy, audit, wanted)
        key = next((k.columns for k in dataset.keys() if k.primary and k.table == table), None)
        if key is None or not set(key) <= set(rows.columns):
            raise LookupRefused(
                f"{table} has no primary key that could name its rows: run the finding's `sql` in audit.json"
                " yourself"
            )
        total = dataset.fetch(rows.aggregate(n=rows.count()))[0]["n"]
        found = dataset.fetch(rows.select(*key).order_by(*key), limit)
        return Keys(table, key, tuple(found), int(total))


def _rows(dataset: Dataset, policy: Policy, audit: Audit, wanted: Finding) -> ir.Table:
    """Return the rows that break the check of a finding when it is run again."""
    run = Examination(dataset, policy, RunOptions(audit.as_of, audit.sample))
    for answer in ask(run, chosen(None, [wanted.check])):
        locus = answer if isinstance(answer, NotAssessed) else answer.finding()
        if locus.fingerprint != wanted.fingerprint:
            continue
        if isinstance(answer, NotAssessed):
            raise LookupRefused(f"the check cannot be run now: {answer.reason}")
        return _broken(answer)
    raise LookupRefused(
        "the check does not find this any more: the policy, the source or auditkit has changed since the run"
    )


def _broken(question: Question) -> ir.Table:
    match question.answer.result:
        case ir.Table() as table if not table.op().find(ops.InMemoryTable):
            return table
        case ir.BooleanValue() as broken:
            (base,) = broken.op().relations
            return base.to_expr().filter(broken)
        case _:
            raise LookupRefused("this finding is a measure of the whole table, so there are no rows to show")
