from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from auditkit.dataset import Dataset
from auditkit.facts.query_logs import KeptLog, distinct_queries
from auditkit.relations.queries import statements_of

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
