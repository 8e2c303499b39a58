"""Table of personal data that nobody reads

## What it finds
Tables with personal data that hold rows and were not read for 180 days, neither through an index nor as a
whole. `idle` is how many days ago the last read was, `days` how many days the statistics cover, and `written`
how many rows were written since.

## Why it matters
Data that nobody reads serves no purpose any more. Those who answer requests forget it, and those who break in
find it (GDPR Art. 5(1)(c) and (e)).

## How to fix
Ask the owner of the table. Archive what a law requires, and drop the table. Stop collecting data that is
written and never read.

## Limits
The check reads the statistics of PostgreSQL (`pg_stat_user_tables`), and they must cover 180 days. Backups,
exports and audits read whole tables. Where only such reads are recent, or where the server has standbys with
their own statistics, the check is not assessed. The confidence is medium.

## Example
>>> import auditkit, pandas as pd
>>> leads = pd.DataFrame({"email": ["ana@example.org"]})
>>> audit = auditkit.audit({"leads": leads}, checks=["minimisation-unused-table"])
>>> [(o.table, o.cause.value, o.reason) for o in audit.not_assessed]
[('leads', 'not_applicable', 'only PostgreSQL keeps statistics of what is read')]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 5(1)(e), storage limitation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import backend_of
from auditkit.detection.header import read
from auditkit.facts.detections import PLAIN
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy

DAYS = 180
"""A table is unused when nobody has read it for this many days."""
SCHEMA = pa.schema([("of", pa.int64()), ("days", pa.int64()), ("idle", pa.int64()), ("written", pa.int64())])
_DAY = 86_400


@dataclass(frozen=True)
class TableUsage:
    """How a table was used, by the statistics of its server.

    Attributes:
        rows: how many rows it holds.
        idle: the days since the last read, or None where there was no read since the statistics began.
        days: how many days the statistics cover.
        written: how many rows were written since.
    """

    rows: int
    idle: int | None
    days: int
    written: int


@fact
def counted_since(dataset: Dataset) -> Mapping[str, int | Missing]:
    """Since when the server of each table counts reads, as Unix time, or why that cannot be seen.

    Each server that counts reads is asked once.
    """
    of_server: dict[Any, int | Missing] = {}
    found = {}
    for name, table in dataset.tables.items():
        if (statistics := dataset.read_statistics(name)) is not None:
            server = backend_of(table)
            if server not in of_server:
                of_server[server] = statistics.since(dataset.fetch, table)
            found[name] = of_server[server]
    return found


@fact
def table_usage(
    dataset: Dataset,
    relation: Examined,
    counted_since: Mapping[str, int | Missing],
    as_of: date,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> TableUsage | Missing:
    """The use of a table with personal data: when it was last read, by the statistics of PostgreSQL."""
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    statistics = dataset.read_statistics(relation.name)
    if statistics is None:
        return Missing(Cause.NOT_APPLICABLE, "only PostgreSQL keeps statistics of what is read")
    if not _is_personal(table, columns or {}):
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no column of {relation.name} is declared or plainly named as personal data",
        )
    now = int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    since = counted_since[relation.name]
    if isinstance(since, Missing):
        return since
    days = (now - since) // _DAY
    if days < DAYS:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"the statistics of the server cover {max(days, 0)} days, fewer than {DAYS}: it is too early",
        )
    counts = statistics.of(dataset.fetch, table)
    if counts is None:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"PostgreSQL keeps no statistics of {relation.name}, because it is not a plain table",
        )
    return usage_of(relation.name, counts, now, int(days))


def usage_of(name: str, statistics: Mapping[str, Any], now: int, days: int) -> TableUsage | Missing:
    """Return how a table was used, or why nobody can say.

    A read through an index shows that somebody looks rows up. A recent read of the whole table shows nothing,
    because backups, exports and audits do that every night.

    Args:
        name: the table.
        statistics: the number of `rows`, of reads of the whole table (`seq`) and through an index (`idx`), of
            rows `written`; and when the last reads were (`seq_at`, `idx_at`, as Unix time), which is unknown
            before version 16.
        now: the day of the audit, as Unix time.
        days: how many days the statistics cover.

    >>> statistics = {"rows": 9, "seq": 4, "seq_at": 0, "idx": 0, "idx_at": None, "written": 9}
    >>> usage_of("leads", statistics, 400 * 86_400, 500)
    TableUsage(rows=9, idle=400, days=500, written=9)
    """
    index, whole = (_days_since(now, statistics, kind) for kind in ("idx", "seq"))
    if not statistics["rows"]:
        return Missing(Cause.NOT_APPLICABLE, f"{name} holds no rows, by the statistics")
    if (index is None or index >= DAYS) and whole is not None and whole < DAYS:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{name} was only read as a whole lately, as backups, exports and audits do: nobody can say"
            " whether it is used",
        )
    idle = min((reads for reads in (index, whole) if reads is not None), default=None)
    return TableUsage(int(statistics["rows"]), idle, days, int(statistics["written"] or 0))


def _is_personal(table: ir.Table, declared: Mapping[str, ColumnPolicy]) -> bool:
    """Return whether a column is declared or plainly named as personal data.

    A search of the cells would itself read the table.
    """
    named = {c for c in table.columns if any(weight >= PLAIN for weight in read(c).says.values())}
    return any(declared[c].personal if c in declared else c in named for c in table.columns)


def _days_since(now: int, statistics: Mapping[str, Any], kind: str) -> int | None:
    """Return how many days ago a table was last read in one way.

    None means never. A read at an unknown moment counts as today.
    """
    if not statistics[kind]:
        return None
    at = statistics.get(f"{kind}_at")
    return 0 if at is None else max(0, (now - int(at)) // _DAY)


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(c)", "GDPR 5(1)(e)"),
    says="last read {idle:day} ago; the statistics cover {days:day}; {written:row} written since",
)
def unused_table(table_usage: TableUsage) -> ir.Table:
    """Return the table where nobody has read it for 180 days."""
    unused = table_usage.idle is None or table_usage.idle >= DAYS
    row = {
        "of": table_usage.rows,
        "days": table_usage.days,
        "idle": table_usage.idle,
        "written": table_usage.written,
    }
    return ibis.memtable(pa.Table.from_pylist([row] if unused else [], schema=SCHEMA))
