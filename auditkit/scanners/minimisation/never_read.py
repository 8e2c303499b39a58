"""A column of personal data is read by no query.

What nobody reads serves no purpose, and is copied into every backup and stolen with the rest (GDPR Art.
5(1)(c), 25). Read are logs that keep all queries of ninety days or more: `pg_stat_statements`, and tables
that are called like a log of queries and have a time. A column counts as read wherever a query might mean it;
`SELECT *` tells nothing of any column of its table, which is then not assessed. What administrators
(`roles.administrator`) and audits ask is no use. Reads outside the log (exports, replicas) are not seen, so
the confidence is medium.

Remedy: ask who needs the column; where nobody does, stop writing it and drop it. Where an export or a yearly
    job does, declare its purpose.

>>> import auditkit, pandas as pd
>>> days = pd.date_range("2026-01-01", "2026-11-20", periods=3)
>>> queries = ["SELECT id, email FROM users WHERE id = $1", "SELECT email FROM users", "UPDATE users SET phone = $1 WHERE id = $2"]
>>> people = {"id": range(50), "email": [f"p{n}@example.org" for n in range(50)], "phone": "+44 20 7946 0018"}
>>> source = {"users": pd.DataFrame(people), "query_log": pd.DataFrame({"at": days, "query": queries})}
>>> audit = auditkit.audit(source, checks=["minimisation-never-read"], as_of="2026-11-22")
>>> [(f.table, f.columns, f.detail["queries"], f.detail["days"]) for f in audit.findings]
[('users', ('phone',), 3, 325)]
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from sqlglot import exp

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.detection import Profile
from auditkit.facts.column import Column
from auditkit.facts.minimisation.personal_column import personal_column
from auditkit.facts.query_log import QueryLog, log_of
from auditkit.facts.relation import Examined, relation
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy
from auditkit.relations.moments import moment_columns, unix_seconds
from auditkit.relations.names import words
from auditkit.relations.queries import statements_of

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


@fact
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
    seconds = [unix_seconds(clock(rows[c]).moment) for c in moment_columns(rows)]
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
            told.select(
                since=unix_seconds(clock(told.stats_reset).moment), dropped=told.dealloc.cast("int64")
            )
        ):
            yield {"since": int(row["since"] or 0), "dropped": int(row["dropped"] or 0)}


def distinct_queries(log: KeptLog) -> ir.Table:
    """Return each text of a log once."""
    text = log.rows[log.log.column].cast("string")
    return log.rows.select(auditkit_query=text).filter(ibis._.auditkit_query.notnull()).distinct()


_OURS = re.compile(r'AS "t[0-9]+"|^\s*SELECT (?:"[^"]+"::text(?:, )?)+ FROM', re.IGNORECASE)
"""What an audit asks: it reads everything, and that is no use of anything."""
_WORD = re.compile(r"\w+")
_DEFAULT = ("", "public", "main", "dbo")
_DIALECTS = frozenset({"postgres", "mysql", "sqlite", "duckdb"})


@dataclass(frozen=True)
class ColumnReads:
    """What logged queries read: columns by name, tables of which they may read any column (`SELECT *`), and
    queries a table.

    Names are in lower case; `days` is how many days the logs cover.
    """

    read: frozenset[tuple[str, str]]
    whole: frozenset[str]
    queries: Mapping[str, int]
    days: int


@fact
def column_reads(dataset: Dataset, query_logs: tuple[KeptLog, ...]) -> ColumnReads:
    """Which columns the queries of the source's logs read, told from their texts.

    What an INSERT or the left side of a SET names is written, not read. What cannot be told counts as read: a
    name without a table is read in every table of its query that has it, a name of a view in every table, and
    a text that cannot be parsed reads whatever tables it names.
    """
    reads = _Reads(
        {n.lower(): {c.lower() for c in t.columns} for n, t in dataset.tables.items()}, _views(dataset)
    )
    dialect = dataset.dialect if dataset.dialect in _DIALECTS else None
    for log in query_logs:
        for batch in dataset.stream(distinct_queries(log)):
            for (sql,) in batch:
                if not _OURS.search(str(sql)):
                    reads.add(str(sql), dialect)
    return ColumnReads(
        frozenset(reads.read), frozenset(reads.whole), reads.queries, min(log.days for log in query_logs)
    )


def _views(dataset: Dataset) -> frozenset[str]:
    return frozenset(name.lower() for name, r in dataset.relations.items() if "view" in r.kind)


class _Reads:
    """What was read so far."""

    def __init__(self, columns: Mapping[str, set[str]], views: frozenset[str]) -> None:
        self.columns, self.views = columns, views
        self.read: set[tuple[str, str]] = set()
        self.whole: set[str] = set()
        self.queries: Counter[str] = Counter()

    def add(self, sql: str, dialect: str | None) -> None:
        statements = statements_of(sql, dialect)
        if statements is None:
            self.whole |= {
                name for name in self.columns if name.rpartition(".")[2] in set(_WORD.findall(sql.lower()))
            }
        for statement in statements or ():
            self._statement(statement)

    def _statement(self, statement: exp.Expr) -> None:
        by_alias: dict[str, set[str]] = defaultdict(set)
        answers = (
            statement.find(exp.Returning, exp.OnConflict) is not None
        )  # an INSERT that also reads what it writes into
        for table in statement.find_all(exp.Table):
            if (name := self._known(table)) is not None and (answers or not _is_target(table)):
                by_alias[table.alias_or_name.lower()].add(name)
                by_alias[table.name.lower()].add(name)
        every: set[str] = set().union(*by_alias.values())
        self.queries.update(every)
        for column in statement.find_all(exp.Column):
            if not _is_written(column):
                self._column(column, by_alias, every)
        for star in statement.find_all(exp.Star):
            if not isinstance(star.parent, exp.Column | exp.Count):
                self._whole(every)
        for join in statement.find_all(exp.Join):
            self._named([i.name for i in join.args.get("using") or ()], every)
            if join.args.get("method") == "NATURAL":
                self._whole(every)

    def _column(self, column: exp.Column, by_alias: Mapping[str, set[str]], every: set[str]) -> None:
        name, owner = column.name.lower(), column.table.lower()
        tables = by_alias.get(owner, every) if owner else every
        if isinstance(column.this, exp.Star):
            self._whole(tables)
        elif not owner and name in by_alias and not any(name in self.columns[t] for t in every):
            self._whole(by_alias[name])  # a row as a whole: row_to_json(u)
        else:
            self._named([name], tables)

    def _named(self, names: Iterable[str], tables: set[str]) -> None:
        among = set(self.columns) if tables & self.views else tables
        self.read |= {(t, n.lower()) for n in names for t in among if n.lower() in self.columns[t]}

    def _whole(self, tables: set[str]) -> None:
        self.whole |= tables
        for view in tables & self.views:
            self._named(self.columns[view], set(self.columns))

    def _known(self, table: exp.Table) -> str | None:
        """Return the name under which the audit knows a table of a query, or None."""
        name, schema = table.name.lower(), table.db.lower()
        told = (f"{schema}.{name}", *([name] if schema in _DEFAULT else ()))
        found = next((t for t in told if t in self.columns), None)
        alone = [
            t for t in self.columns if t.rpartition(".")[2] == name
        ]  # the search path, or a prefix of the source's
        return found or (alone[0] if not schema and len(alone) == 1 else None)


def _is_target(table: exp.Table) -> bool:
    """Return whether a table is what an INSERT writes into, which reads nothing of it."""
    parent = table.parent.parent if isinstance(table.parent, exp.Schema) else table.parent
    return isinstance(parent, exp.Insert) and parent.this in (table, table.parent)


def _is_written(column: exp.Column) -> bool:
    """Return whether a column stands on the left side of a SET."""
    parent = column.parent
    return (
        isinstance(parent, exp.EQ)
        and parent.this is column
        and isinstance(parent.parent, exp.Update | exp.OnConflict)
    )


SCHEMA = pa.schema([("column", pa.string()), ("queries", pa.int64()), ("days", pa.int64())])
FEW = 3
"""Fewer different queries of a table do not show how it is used."""


@fact
def unread_columns(
    profile: Profile,
    relation: Examined,
    column_reads: ColumnReads,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """The personal columns of the table that no logged query reads: one row each, with how many `queries`
    read it in so many `days`.

    Nothing can be told of a table that some query reads whole (`SELECT *`), or that hardly any query reads.
    """
    name, declared = relation.name.lower(), columns or {}
    personal = personal_column(profile, relation, declared)
    if isinstance(personal, Missing):
        return personal
    queries = column_reads.queries.get(name, 0)
    if name in column_reads.whole:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"queries read every column of {relation.name} (`SELECT *`): which of them they need is not told",
        )
    if queries < FEW:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{queries} different queries of the log read {relation.name}: too few to tell how it is used",
        )
    unread = [
        c.name for c in personal if isinstance(c, Column) and (name, c.name.lower()) not in column_reads.read
    ]
    rows = [{"column": column, "queries": queries, "days": column_reads.days} for column in unread]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"))
def never_read(unread_columns: ir.Table) -> ir.Table:
    """Return the personal columns that no logged query reads."""
    return unread_columns
