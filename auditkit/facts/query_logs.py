from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.query_log import QueryLog, log_of
from auditkit.facts.relation import Examined, relation
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations.moments import moments_of, seconds_of
from auditkit.relations.names import words

DAYS, RECENT, DAY = 90, 30, 86_400
"""A log tells what nobody reads when it covers so many days and went on until lately."""


@dataclass(frozen=True)
class KeptLog:
    """A log of all queries that covers enough days: its rows, which of its columns say what, and how many
    days it covers.
    """

    name: str
    rows: ir.Table
    log: QueryLog
    days: int


def query_logs(dataset: Dataset, policy: Policy, as_of: date) -> tuple[KeptLog, ...] | Missing:
    """The logs of the source that keep every query of ninety days or more, or why none tells what nobody
    reads.

    A log of slow queries keeps few of them. `pg_stat_statements` covers what came since its statistics were
    reset, and tells nothing where it had to drop queries. The queries of administrators are left out.
    """
    logs = [
        (one, log)
        for one in relation(dataset, policy)
        if one.missing is None and isinstance(log := log_of(one), QueryLog)
    ]
    logs = [(one, log) for one, log in logs if "slow" not in words(one.name)]
    if not logs:
        return Missing(
            Cause.NOT_APPLICABLE,
            "the source keeps no log of all queries, such as pg_stat_statements or a table `query_log`",
        )
    told = [_kept(dataset, policy, one, log, as_of) for one, log in logs]
    return tuple(k for k in told if isinstance(k, KeptLog)) or next(m for m in told if isinstance(m, Missing))


def _kept(dataset: Dataset, policy: Policy, one: Examined, log: QueryLog, as_of: date) -> KeptLog | Missing:
    assert one.table is not None  # a relation without a table says why it is missing
    rows, now = one.table, int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    statistics = words(one.name) == "pg_stat_statements"
    since = list(_since(dataset, one.name)) if statistics else []
    if since and since[0]["dropped"]:
        return Missing(Cause.UNSEEN, f"{one.name} had to drop queries: raise pg_stat_statements.max")
    span = (since[0]["since"], now) if since else _span(dataset, rows)
    if span is None:
        return Missing(Cause.NOT_APPLICABLE, f"nothing in {one.name} says since when it has been kept")
    days = (now - span[0]) // DAY
    if days < DAYS or span[1] < now - RECENT * DAY:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{one.name} covers {max(days, 0)} days, or has ended: too little to tell what nobody reads",
        )
    if log.role is not None and policy.roles is not None and policy.roles.administrator:
        rows = rows.filter(~rows[log.role].cast("string").isin(policy.roles.administrator).fill_null(False))
    return KeptLog(one.name, rows, log, days)


def _span(dataset: Dataset, rows: ir.Table) -> tuple[int, int] | None:
    """Return the first and the last moment in a log, as Unix time, or None where it has none."""
    seconds = [seconds_of(clock(rows[c]).moment) for c in moments_of(rows)]
    if not seconds:
        return None
    ends = {f"first{i}": s.min() for i, s in enumerate(seconds)} | {
        f"last{i}": s.max() for i, s in enumerate(seconds)
    }
    found = [int(v) for v in dataset.fetch(rows.aggregate(**ends))[0].values() if v is not None]
    return (min(found), max(found)) if found else None


def _since(dataset: Dataset, name: str) -> Iterator[dict[str, int]]:
    """Yield since when `pg_stat_statements` has counted, as Unix time, and how often it had to drop what is
    rare.
    """
    beside = name.rpartition("pg_stat_statements")[0] + "pg_stat_statements_info"
    if beside in dataset.tables:
        told = dataset.tables[beside]
        for row in dataset.fetch(
            told.select(since=seconds_of(clock(told.stats_reset).moment), dropped=told.dealloc.cast("int64"))
        ):
            yield {"since": int(row["since"] or 0), "dropped": int(row["dropped"] or 0)}


def distinct_queries(log: KeptLog) -> ir.Table:
    """Return each text of a log once."""
    text = log.rows[log.log.column].cast("string")
    return log.rows.select(auditkit_query=text).filter(ibis._.auditkit_query.notnull()).distinct()
