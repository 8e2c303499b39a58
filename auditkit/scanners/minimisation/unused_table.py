"""A table with personal data has not been read for half a year.

What nobody reads serves no purpose any more; it is forgotten by those who answer requests and found by those
who break in (GDPR Art. 5(1)(c) and (e)). PostgreSQL counts what is read (`pg_stat_user_tables`): a table is
found when its statistics cover 180 days or more, it holds rows, and neither an index nor the whole table was
read in that time. `days` is how long the statistics cover, `idle` how long ago the last read was, `written`
how many rows were written since. Backups, exports and audits read whole tables: where only that happened
lately, or where standbys have statistics of their own, the table is not assessed; nor is what is no
PostgreSQL. The confidence is medium.

Remedy: ask the owner of the table; archive what a law keeps, and drop it. What is written and never read need
    not be collected.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"leads": pd.DataFrame({"email": ["ana@example.org"]})}, checks=["minimisation-unused-table"])
>>> [(o.table, o.cause.value, o.reason) for o in audit.not_assessed]
[('leads', 'not_applicable', 'only PostgreSQL keeps statistics of what is read')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ibis
import ibis.expr.operations as ops
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

DAYS, DAY = 180, 86_400
"""A table is unused when nothing has read it for so many days."""


@dataclass(frozen=True)
class TableUsage:
    """How a table was used, by the statistics of PostgreSQL: days since the last read, None where none was
    since they began.
    """

    rows: int
    idle: int | None
    days: int
    written: int


@fact
def table_usage(
    dataset: Dataset, relation: Examined, as_of: date, columns: Mapping[str, ColumnPolicy] | None = None
) -> TableUsage | Missing:
    """When a table with personal data, by its declared or plain column names, was last read: of PostgreSQL's
    statistics.

    A read through an index shows that somebody looks rows up. A read of the whole table shows nothing:
    backups, exports and audits do that, every night; where only such reads are recent, use cannot be told.
    Reads on a standby are in its own statistics.
    """
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    backend, places = backend_of(table), table.op().find(ops.DatabaseTable)
    if backend.name != "postgres":
        return Missing(Cause.NOT_APPLICABLE, "only PostgreSQL keeps statistics of what is read")
    if not _is_personal(table, columns or {}):
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no column of {relation.name} is declared or plainly called as personal data",
        )
    now = int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    server = _server(dataset, backend)
    if isinstance(server, Missing):
        return server
    days = (now - server) // DAY
    if days < DAYS:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"the statistics of the server cover {max(days, 0)} days, fewer than {DAYS}: too early to tell",
        )
    found = _statistics(dataset, backend, places[0]) if places else None
    if found is None:
        return Missing(
            Cause.NOT_APPLICABLE, f"PostgreSQL keeps no statistics of {relation.name}: it is no plain table"
        )
    return usage_of(relation.name, found, now, int(days))


def usage_of(name: str, found: Mapping[str, Any], now: int, days: int) -> TableUsage | Missing:
    """Return how a table was used, or why that cannot be told.

    Args:
        name: the table.
        found: `rows`, how many reads there were of the whole (`seq`) and through an index (`idx`), when the
            last was (`seq_at`, `idx_at`: Unix time; before version 16 nobody knows), and how many rows were
            `written`.
        now: the day of the audit, as Unix time.
        days: how many days the statistics cover.

    >>> usage_of("leads", {"rows": 9, "seq": 4, "seq_at": 0, "idx": 0, "idx_at": None, "written": 9}, 400 * 86_400, 500)
    TableUsage(rows=9, idle=400, days=500, written=9)
    """
    index, whole = (_days_since(now, found, kind) for kind in ("idx", "seq"))
    if not found["rows"]:
        return Missing(Cause.NOT_APPLICABLE, f"{name} holds no rows, by the statistics")
    if (index is None or index >= DAYS) and whole is not None and whole < DAYS:
        told = (
            f"{name} was only read as a whole lately, as backups, exports and audits do: whether it is used"
            " cannot be told"
        )
        return Missing(Cause.NOT_APPLICABLE, told)
    idle = min((d for d in (index, whole) if d is not None), default=None)
    return TableUsage(int(found["rows"]), idle, days, int(found["written"] or 0))


def _is_personal(table: ir.Table, stated: Mapping[str, ColumnPolicy]) -> bool:
    """Return whether a name says so: a search of the cells would read the table before it is asked who reads
    it.
    """
    plain = {c for c in table.columns if any(weight >= PLAIN for weight in read(c).says.values())}
    return any(stated[c].personal if c in stated else c in plain for c in table.columns)


def _server(dataset: Dataset, backend: Any) -> int | Missing:
    """Return since when the server has counted, as Unix time, or why its numbers do not tell."""
    views = ("pg_settings", "pg_stat_replication", "pg_stat_database", "pg_stat_bgwriter")
    settings, standbys, databases, writer = (backend.table(name, database="pg_catalog") for name in views)
    counts = dataset.fetch(settings.filter(settings.name == "track_counts").select("setting"))
    if not counts or counts[0]["setting"] != "on":
        return Missing(
            Cause.UNSEEN,
            "the server keeps no statistics of what is read (track_counts is off), or this role may not see"
            " them",
        )
    if dataset.fetch(standbys.aggregate(n=standbys.pid.count()))[0]["n"]:
        return Missing(
            Cause.UNSEEN, "the server has standbys, and what is read there is not in its statistics"
        )
    here = databases.filter(databases.datname == _database())
    own = dataset.fetch(here.select(at=here.stats_reset.epoch_seconds()))
    begun = dataset.fetch(
        writer.select(at=writer.stats_reset.epoch_seconds())
    )  # of the server, where nobody reset the database's own
    moments = [r["at"] for r in (*own, *begun) if r["at"] is not None]
    return (
        int(moments[0])
        if moments
        else Missing(
            Cause.UNSEEN, "this role may not see since when the server has counted: grant pg_monitor"
        )
    )


@ibis.udf.scalar.builtin(name="current_database", signature=((), "string"))  # type: ignore[untyped-decorator]
def _database() -> None:
    """PostgreSQL gives the name of the database."""


def _statistics(dataset: Dataset, backend: Any, place: Any) -> dict[str, Any] | None:
    """Return what PostgreSQL counted of a table; before version 16 it kept no moments, only whether there was
    any read.
    """
    every = backend.table("pg_stat_user_tables", database="pg_catalog")
    mine = every.filter(
        (every.relname == place.name) & (every.schemaname == (place.namespace.database or "public"))
    )
    dated = {
        f"{kind}_at": mine[f"last_{kind}_scan"].epoch_seconds()
        for kind in ("seq", "idx")
        if f"last_{kind}_scan" in mine.columns
    }
    told = {
        "rows": mine.n_live_tup,
        "seq": mine.seq_scan,
        "idx": mine.idx_scan,
        "written": mine.n_tup_ins + mine.n_tup_upd,
    }
    found = dataset.fetch(mine.select(**told, **dated))
    return found[0] if found else None


def _days_since(now: int, found: Mapping[str, Any], kind: str) -> int | None:
    """Return how many days ago a table was last read so, None where never; 0 where it was at some time that
    is not known.
    """
    if not found[kind]:
        return None
    at = found.get(f"{kind}_at")
    return 0 if at is None else max(0, (now - int(at)) // DAY)


SCHEMA = pa.schema([("of", pa.int64()), ("days", pa.int64()), ("idle", pa.int64()), ("written", pa.int64())])


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 5(1)(e)"))
def unused_table(table_usage: TableUsage) -> ir.Table:
    """Return the table where nothing has read it for 180 days."""
    unused = table_usage.idle is None or table_usage.idle >= DAYS
    row = {
        "of": table_usage.rows,
        "days": table_usage.days,
        "idle": table_usage.idle,
        "written": table_usage.written,
    }
    return ibis.memtable(pa.Table.from_pylist([row] if unused else [], schema=SCHEMA))
