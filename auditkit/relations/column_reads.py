"""Which columns logged queries read, by their texts.

A column that a query may read counts as read. A name without a table is read in every table of its query that
has it. A name of a view is read in every table. A text that cannot be parsed reads every table that it names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from sqlglot import exp

from auditkit.relations.queries import statements_of

_WORD = re.compile(r"\w+")
_DEFAULT_SCHEMAS = ("", "public", "main", "dbo")


class ColumnReads:
    """What the queries read that were added so far. Names are in lower case.

    Attributes:
        read: the columns that a query reads by name, each with its table.
        whole: the tables of which a query may read any column (`SELECT *`).
        queries: how many queries read each table.
    """

    def __init__(self, columns: Mapping[str, set[str]], views: frozenset[str]) -> None:
        self.read: set[tuple[str, str]] = set()
        self.whole: set[str] = set()
        self.queries: Counter[str] = Counter()
        self._columns, self._views = columns, views

    def add(self, sql: str, dialect: str | None) -> None:
        """Add a query.

        Args:
            sql: the text of the query.
            dialect: its dialect, where it is known.
        """
        statements = statements_of(sql, dialect)
        if statements is None:
            named = set(_WORD.findall(sql.lower()))
            self.whole |= {table for table in self._columns if table.rpartition(".")[2] in named}
            return
        for statement in statements:
            self._add_statement(statement)

    def _add_statement(self, statement: exp.Expr) -> None:
        tables_of = self._tables_of(statement)
        tables: set[str] = set().union(*tables_of.values())
        self.queries.update(tables)
        for column in statement.find_all(exp.Column):
            if not _is_written(column):
                self._add_column(column, tables_of, tables)
        for star in statement.find_all(exp.Star):
            if not isinstance(star.parent, exp.Column | exp.Count):
                self._add_whole(tables)
        for join in statement.find_all(exp.Join):
            self._add_names([column.name for column in join.args.get("using") or ()], tables)
            if join.args.get("method") == "NATURAL":
                self._add_whole(tables)

    def _tables_of(self, statement: exp.Expr) -> Mapping[str, set[str]]:
        """Return the tables that each name and alias of a statement means, except those it only writes."""
        tables_of: dict[str, set[str]] = defaultdict(set)
        also_reads_target = statement.find(exp.Returning, exp.OnConflict) is not None
        for table in statement.find_all(exp.Table):
            if (name := self._known(table)) is not None and (also_reads_target or not _is_target(table)):
                tables_of[table.alias_or_name.lower()].add(name)
                tables_of[table.name.lower()].add(name)
        return tables_of

    def _add_column(self, column: exp.Column, tables_of: Mapping[str, set[str]], tables: set[str]) -> None:
        name, owner = column.name.lower(), column.table.lower()
        among = tables_of.get(owner, tables) if owner else tables
        is_column = any(name in self._columns[table] for table in tables)
        if isinstance(column.this, exp.Star):
            self._add_whole(among)
        elif not owner and name in tables_of and not is_column:
            self._add_whole(tables_of[name])  # a row as a whole: row_to_json(u)
        else:
            self._add_names([name], among)

    def _add_names(self, names: Iterable[str], tables: set[str]) -> None:
        among = set(self._columns) if tables & self._views else tables
        self.read |= {(t, n.lower()) for n in names for t in among if n.lower() in self._columns[t]}

    def _add_whole(self, tables: set[str]) -> None:
        self.whole |= tables
        for view in tables & self._views:
            self._add_names(self._columns[view], set(self._columns))

    def _known(self, table: exp.Table) -> str | None:
        """Return the name under which the audit knows a table of a query, or None."""
        name, schema = table.name.lower(), table.db.lower()
        names = (f"{schema}.{name}", *([name] if schema in _DEFAULT_SCHEMAS else ()))
        exact = next((known for known in names if known in self._columns), None)
        if exact is not None or schema:
            return exact
        # the schema comes from the search path, or is the name of the source
        similar = [known for known in self._columns if known.rpartition(".")[2] == name]
        return similar[0] if len(similar) == 1 else None


def _is_target(table: exp.Table) -> bool:
    """Return whether a table is the target of an INSERT, which reads nothing of it."""
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
