"""Whether a logged query keeps to one tenant, as a parser reads its text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

LONGEST = 100_000
"""A longer text loads data; it is not a query."""
_QUERY = re.compile(
    r"\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*|\(\s*)*(?:select|with|update|delete|insert)\b",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT_SCHEMAS = ("", "public", "main", "dbo")
_KEYS = ("id", "uuid")


@dataclass(frozen=True)
class Read:
    """That a query reads or changes a table of tenants.

    Attributes:
        table: the table.
        bound: whether the query names the tenant.
        by_key: whether it asks for one row by its key.
    """

    table: str
    bound: bool
    by_key: bool


def reads_of(sql: str, dialect: str | None, tenant_columns: Mapping[str, str]) -> list[Read] | None:
    """Return which tables of tenants a query reads, or None where its text cannot be parsed.

    A table is bound where its tenant column is compared with something, or where it is joined by equality to
    a bound table. In an OR both sides must bind it.

    Args:
        sql: the text; parameters may be written as `$1`, `?` or `:name`.
        dialect: the dialect of sqlglot, where the text itself does not show it.
        tenant_columns: for each table, in lower case, the column with the tenant.

    >>> columns = {"tickets": "tenant_id", "users": "tenant_id"}
    >>> join = "SELECT * FROM tickets t JOIN users u ON u.id = t.author_id WHERE t.tenant_id = $1"
    >>> [(read.table, read.bound) for read in reads_of(join, "postgres", columns)]
    [('tickets', True), ('users', True)]
    >>> reads_of("DELETE FROM tickets WHERE id = $1", "postgres", columns)
    [Read(table='tickets', bound=False, by_key=True)]
    >>> print(reads_of("SELECT FROM WHERE", "postgres", columns))
    None
    """
    statements = statements_of(sql, dialect)
    if statements is None:
        return None
    return [
        read
        for statement in statements
        for part in statement.find_all(exp.Select, exp.Update, exp.Delete)
        for read in _reads(part, tenant_columns)
    ]


def statements_of(sql: str, dialect: str | None) -> list[exp.Expr] | None:
    """Return the statements of a text that read or change rows, or None where the text cannot be parsed."""
    if not _QUERY.match(sql):
        return []
    if len(sql) > LONGEST:
        return None
    try:
        with silenced_parser():
            statements = sqlglot.parse(sql, read=_dialect_of(sql, dialect))
    except (SqlglotError, RecursionError):
        return None
    return [s for s in statements if isinstance(s, exp.Query | exp.Update | exp.Delete | exp.Insert)]


def _dialect_of(sql: str, dialect: str | None) -> str | None:
    """Return the dialect of a text: a log may come from another database than the one that keeps it."""
    if re.search(r"\$\d", sql):
        return "postgres"
    return "mysql" if "`" in sql else dialect


@contextmanager
def silenced_parser() -> Iterator[None]:
    """Prevent the parser from logging what it reads: the text of a query may hold personal data."""
    logger = logging.getLogger("sqlglot")
    was_disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = was_disabled


def _reads(part: exp.Expr, tenant_columns: Mapping[str, str]) -> Iterator[Read]:
    """Yield the tables of tenants that one SELECT, UPDATE or DELETE reads itself, not in a sub-query."""
    sources = {t.alias_or_name.lower(): t for t in part.find_all(exp.Table) if _statement_of(t) is part}
    aliases = {alias: _known_table(t, tenant_columns) for alias, t in sources.items()}
    if not any(aliases.values()):
        return
    conditions = _conditions_of(part)
    bound: set[str] = set()
    for _ in sources:  # each round binds what is joined to a table that the last round bound
        for condition in conditions:
            bound |= _bound(condition, aliases, tenant_columns, bound)
    for alias, table in aliases.items():
        if table is not None:
            yield Read(table, alias in bound, _is_by_key(conditions, alias, len(sources)))


def _statement_of(table: exp.Table) -> exp.Expr | None:
    return table.find_ancestor(exp.Select, exp.Update, exp.Delete)


def _conditions_of(part: exp.Expr) -> list[exp.Expr]:
    """Return the conditions of WHERE and of every join."""
    where = part.args.get("where")
    joins = [join.args.get("on") for join in part.args.get("joins") or []]
    conditions = [where.this if isinstance(where, exp.Where) else where, *joins]
    return [condition for condition in conditions if condition is not None]


def _known_table(table: exp.Table, tenant_columns: Mapping[str, str]) -> str | None:
    """Return the name under which the audit knows a table of a query, or None."""
    name, schema = table.name.lower(), table.db.lower()
    qualified = f"{schema}.{name}"
    if qualified in tenant_columns:
        return qualified
    return name if name in tenant_columns and schema in _DEFAULT_SCHEMAS else None


def _bound(
    condition: exp.Expr, aliases: Mapping[str, str | None], tenant_columns: Mapping[str, str], bound: set[str]
) -> set[str]:
    """Return the aliases of tables that a condition binds, given those that are bound already."""
    match condition:
        case exp.Paren():
            return _bound(condition.this, aliases, tenant_columns, bound)
        case exp.And() | exp.Or():
            left = _bound(condition.left, aliases, tenant_columns, bound)
            right = _bound(condition.right, aliases, tenant_columns, bound)
            return left | right if isinstance(condition, exp.And) else left & right
        case exp.EQ() | exp.NullSafeEQ() | exp.In() | exp.Is():
            return _bound_by_comparison(condition, aliases, tenant_columns, bound)
        case _:
            return set()


def _bound_by_comparison(
    condition: exp.Expr, aliases: Mapping[str, str | None], tenant_columns: Mapping[str, str], bound: set[str]
) -> set[str]:
    """Return the aliases of tables that one comparison binds."""
    sides = [
        side for side in (condition.this, condition.args.get("expression")) if isinstance(side, exp.Column)
    ]
    owners = [_alias_of(side, aliases) for side in sides]
    if len(sides) == 2 and None not in owners:  # a join of two tables of this query
        joined = {str(owner) for owner in owners}
        return joined if bound & joined else set()
    found = set()
    for side, owner in zip(sides, owners, strict=True):
        if owner is not None:
            table = aliases[owner]
            joins_outer_query = len(sides) == 2
            if table and (_is_tenant(side, table, tenant_columns) or joins_outer_query):
                found.add(owner)
        elif side.table == "":  # a column without a table may be the tenant column of any of them
            found |= {
                alias for alias, table in aliases.items() if table and _is_tenant(side, table, tenant_columns)
            }
    return found


def _is_tenant(column: exp.Column, table: str, tenant_columns: Mapping[str, str]) -> bool:
    return bool(column.name.lower() == tenant_columns[table].lower())


def _alias_of(column: exp.Column, aliases: Mapping[str, str | None]) -> str | None:
    """Return the alias of the table that a column belongs to, or None where it is not certain."""
    if column.table:
        return column.table.lower() if column.table.lower() in aliases else None
    return next(iter(aliases)) if len(aliases) == 1 else None


def _is_by_key(conditions: list[exp.Expr], alias: str, tables: int) -> bool:
    """Return whether a query asks for one row of a table by its key."""
    for condition in conditions:
        for equality in condition.find_all(exp.EQ):
            left, right = equality.this, equality.expression
            if _is_key(left, right, alias, tables) or _is_key(right, left, alias, tables):
                return True
    return False


def _is_key(side: exp.Expr, other: exp.Expr, alias: str, tables: int) -> bool:
    """Return whether a side of an equality is the key of a table, and the other side is not a column."""
    if not isinstance(side, exp.Column) or isinstance(other, exp.Column):
        return False
    if side.name.lower() not in _KEYS or side.table.lower() not in (alias, ""):
        return False
    return bool(side.table) or tables == 1
