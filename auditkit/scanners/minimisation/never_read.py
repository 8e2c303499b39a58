"""Personal column that no query reads

## What it finds
Columns of personal data that no query reads in a log that keeps all queries of 90 days or more. Such logs are
`pg_stat_statements`, and tables that are named like a log of queries and have a time.

## Why it matters
Data that nobody reads serves no purpose. It is still copied into every backup, and stolen with the rest (GDPR
Art. 5(1)(c), 25).

## How to fix
Ask who needs the column. If nobody does, stop writing it and drop it. If an export or a yearly job needs it,
declare its purpose.

## Limits
A column counts as read wherever a query may mean it. A table of which a query reads every column (`SELECT *`)
is not assessed. Queries of administrators (`roles.administrator`) and of audits do not count. The log does
not show reads by exports and replicas, so the confidence is medium.

## Example
>>> import auditkit, pandas as pd
>>> read = ["SELECT id, email FROM users WHERE id = $1", "SELECT email FROM users"]
>>> queries = [*read, "UPDATE users SET phone = $1 WHERE id = $2"]
>>> days = pd.date_range("2026-01-01", "2026-11-20", periods=3)
>>> emails = [f"p{n}@example.org" for n in range(50)]
>>> users = pd.DataFrame({"id": range(50), "email": emails, "phone": "+44 20 7946 0018"})
>>> source = {"users": users, "query_log": pd.DataFrame({"at": days, "query": queries})}
>>> audit = auditkit.audit(source, checks=["minimisation-never-read"], as_of="2026-11-22")
>>> [(f.table, f.columns, f.detail["queries"], f.detail["days"]) for f in audit.findings]
[('users', ('phone',), 3, 325)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.detection import ColumnVerdict
from auditkit.facts.minimisation.personal_column import personal_column
from auditkit.facts.query_log import QueryLog, log_of
from auditkit.facts.relation import Examined, relation
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy
from auditkit.relations.column_reads import ColumnReads
from auditkit.relations.moments import moment_columns, unix_seconds
from auditkit.relations.names import words

DAYS, RECENT = 90, 30
"""A log must cover this many days, and must have gone on until this many days ago."""
FEWEST_QUERIES = 3
"""Fewer different queries of a table do not show how it is used."""
SCHEMA = pa.schema(
    [("column", pa.string()), ("read", pa.bool_()), ("queries", pa.int64()), ("days", pa.int64())]
)
_DAY = 86_400
_STATISTICS = "pg_stat_statements"
_BY_AUDIT = re.compile(r'AS "t[0-9]+"|^\s*SELECT (?:"[^"]+"::text(?:, )?)+ FROM', re.IGNORECASE)
"""The form of the queries of an audit, which reads everything and uses nothing."""


@dataclass(frozen=True)
class KeptLog:
    """A log of all queries: its rows, the column of the texts, and how many days it covers."""

    rows: ir.Table
    column: str
    days: int

    def queries(self) -> ir.Table:
        """Return each text of the log once."""
        text = self.rows[self.column].cast("string")
        return self.rows.select(auditkit_query=text).filter(ibis._.auditkit_query.notnull()).distinct()


@fact
def query_logs(dataset: Dataset, policy: Policy, as_of: date) -> tuple[KeptLog, ...] | Missing:
    """The logs of the source that keep every query for long enough, without those of administrators.

    A log of slow queries keeps few of them. `pg_stat_statements` covers the time since its statistics were
    reset, and says nothing where it had to drop queries.
    """
    logs = [
        (examined, log)
        for examined in relation(dataset, policy)
        if examined.missing is None
        and isinstance(log := log_of(examined), QueryLog)
        and "slow" not in words(examined.name)
    ]
    if not logs:
        return Missing(
            Cause.NOT_APPLICABLE,
            "the source keeps no log of all queries, such as pg_stat_statements or a table `query_log`",
        )
    found = [_kept(dataset, policy, examined, log, as_of) for examined, log in logs]
    kept = tuple(log for log in found if isinstance(log, KeptLog))
    return kept or next(missing for missing in found if isinstance(missing, Missing))


def _kept(
    dataset: Dataset, policy: Policy, examined: Examined, log: QueryLog, as_of: date
) -> KeptLog | Missing:
    rows, name = examined.table, examined.name
    assert rows is not None  # a relation without a table says why it is missing
    now = int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    statistics = next(_statistics(dataset, name), None) if words(name) == _STATISTICS else None
    if statistics is not None and statistics["dropped"]:
        return Missing(Cause.UNSEEN, f"{name} had to drop queries: raise pg_stat_statements.max")
    span = (statistics["since"], now) if statistics is not None else _span(dataset, rows)
    if span is None:
        return Missing(Cause.NOT_APPLICABLE, f"nothing in {name} says since when it has been kept")
    days = (now - span[0]) // _DAY
    if days < DAYS or span[1] < now - RECENT * _DAY:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{name} covers {max(days, 0)} days, or has ended: that is too little to show what nobody reads",
        )
    return KeptLog(log.without_administrators(rows, policy), log.column, days)


def _span(dataset: Dataset, rows: ir.Table) -> tuple[int, int] | None:
    """Return the first and the last moment in a log, as Unix time, or None where it has none."""
    seconds = [unix_seconds(clock(rows[c]).moment) for c in moment_columns(rows)]
    if not seconds:
        return None
    ends = {f"first{i}": s.min() for i, s in enumerate(seconds)}
    ends |= {f"last{i}": s.max() for i, s in enumerate(seconds)}
    found = [int(v) for v in dataset.fetch(rows.aggregate(**ends))[0].values() if v is not None]
    return (min(found), max(found)) if found else None


def _statistics(dataset: Dataset, name: str) -> Iterator[dict[str, int]]:
    """Yield since when `pg_stat_statements` has counted, as Unix time, and how often it dropped some."""
    info = name.rpartition(_STATISTICS)[0] + f"{_STATISTICS}_info"
    if info in dataset.tables:
        table = dataset.tables[info]
        since = unix_seconds(clock(table.stats_reset).moment)
        for row in dataset.fetch(table.select(since=since, dropped=table.dealloc.cast("int64"))):
            yield {"since": int(row["since"] or 0), "dropped": int(row["dropped"] or 0)}


@fact
def column_reads(dataset: Dataset, query_logs: tuple[KeptLog, ...]) -> ColumnReads:
    """What the queries of the logs read, by their texts."""
    columns = {name.lower(): {c.lower() for c in table.columns} for name, table in dataset.tables.items()}
    views = frozenset(name.lower() for name, r in dataset.relations.items() if "view" in r.kind)
    reads = ColumnReads(columns, views)
    dialect = dataset.query_log_dialect
    for log in query_logs:
        for batch in dataset.stream(log.queries()):
            for (sql,) in batch:
                if not _BY_AUDIT.search(str(sql)):
                    reads.add(str(sql), dialect)
    return reads


@fact
def personal_reads(
    relation: Examined,
    query_logs: tuple[KeptLog, ...],
    column_reads: ColumnReads,
    verdicts: Mapping[str, ColumnVerdict],
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """The personal columns of the table, one row each, with whether a query reads it.

    `queries` read the table in `days`. Missing where a query reads every column of the table, or where too
    few queries read it.
    """
    name = relation.name.lower()
    personal = personal_column(verdicts, relation, columns)
    if isinstance(personal, Missing):
        return personal
    queries = column_reads.queries.get(name, 0)
    if name in column_reads.whole:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"queries read every column of {relation.name} (`SELECT *`), which hides the ones they need",
        )
    if queries < FEWEST_QUERIES:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{queries} different queries of the log read {relation.name}: too few to show how it is used",
        )
    days = min(log.days for log in query_logs)
    rows = [
        {
            "column": column.name,
            "read": (name, column.name.lower()) in column_reads.read,
            "queries": queries,
            "days": days,
        }
        for column in personal
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(c)", "GDPR 25"),
    says="{queries:different query reads|different queries read} the table in {days:day}, none this column",
)
def never_read(personal_reads: ir.Table) -> ir.Table:
    """Return the personal columns that no query of the log reads."""
    return personal_reads.filter(~personal_reads.read).drop("read")
