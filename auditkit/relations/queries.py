"""Whether a logged query keeps to one tenant, told from its text."""

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
"""A longer text is a load of data, not a query."""
_QUERY = re.compile(
    r"\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*|\(\s*)*(?:select|with|update|delete|insert)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Read:
    """That a query reads (or changes) a table of tenants: whether it names the tenant, and whether it asks
    for one row by its key.
    """

    table: str
    bound: bool
    by_key: bool


def reads_of(sql: str, dialect: str | None, tenant_columns: Mapping[str, str]) -> list[Read] | None:
    """Return what a query reads of tenants' tables, or None where its text cannot be parsed.

    An occurrence of a table is bound where its tenant column is compared with something, or where it is
    joined by equality to one that is bound; in an OR every side must do so.

    Args:
        sql: the text; parameters may stand as `$1`, `?` or `:name`.
        dialect: of sqlglot, where the text itself does not tell.
        tenant_columns: by table, in lower case, the column with the tenant.

    >>> columns = {"tickets": "tenant_id", "users": "tenant_id"}
    >>> reads_of("SELECT * FROM tickets t JOIN users u ON u.id = t.author_id WHERE t.tenant_id = $1", "postgres", columns)
    [Read(table='tickets', bound=True, by_key=False), Read(table='users', bound=True, by_key=False)]
    >>> reads_of("DELETE FROM tickets WHERE id = $1", "postgres", columns), reads_of("SELECT FROM WHERE", "postgres", columns)
    ([Read(table='tickets', bound=False, by_key=True)], None)
    """
    statements = statements_of(sql, dialect)
    if statements is None:
        return None
    found: list[Read] = []
    for statement in statements:
        for part in _parts(statement):
            found += _reads(part, tenant_columns)
    return found


def statements_of(sql: str, dialect: str | None) -> list[exp.Expr] | None:
    """Return the queries and changes of rows that a text says, none for any other statement, or None where it
    cannot be parsed.
    """
    if not _QUERY.match(sql):
        return []
    if len(sql) > LONGEST:
        return None
    try:
        with unheard():
            statements = sqlglot.parse(sql, read=_spoken(sql, dialect))
    except (SqlglotError, RecursionError):
        return None
    return [s for s in statements if isinstance(s, exp.Query | exp.Update | exp.Delete | exp.Insert)]


def _spoken(sql: str, dialect: str | None) -> str | None:
    """Return the dialect of a text: a log may come from another database than the one it is kept in."""
    if re.search(r"\$\d", sql):
        return "postgres"
    return "mysql" if "`" in sql else dialect


@contextmanager
def unheard() -> Iterator[None]:
    """Keep the parser from logging what it reads: texts of queries hold values."""
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _parts(statement: exp.Expr) -> Iterator[exp.Expr]:
    """Yield every SELECT, UPDATE and DELETE of a statement, also inside."""
    yield from statement.find_all(exp.Select, exp.Update, exp.Delete)


def _reads(part: exp.Expr, tenant_columns: Mapping[str, str]) -> Iterator[Read]:
    sources = {t.alias_or_name.lower(): t for t in part.find_all(exp.Table) if _of(t) is part}
    named = {alias: _known(t, tenant_columns) for alias, t in sources.items()}
    if not any(named.values()):
        return
    conditions = [
        c
        for c in (part.args.get("where"), *(j.args.get("on") for j in part.args.get("joins") or []))
        if c is not None
    ]
    bound: set[str] = set()
    for _ in sources:  # what is joined to a bound one is bound, step by step
        for condition in conditions:
            bound |= _bound(
                condition.this if isinstance(condition, exp.Where) else condition,
                named,
                tenant_columns,
                bound,
            )
    for alias, table in named.items():
        if table is not None:
            yield Read(table, alias in bound, _by_key(conditions, alias, len(sources)))


def _of(table: exp.Table) -> exp.Expr | None:
    return table.find_ancestor(exp.Select, exp.Update, exp.Delete)


def _known(table: exp.Table, tenant_columns: Mapping[str, str]) -> str | None:
    """Return the name under which the audit knows a table of a query, or None."""
    name, schema = table.name.lower(), table.db.lower()
    qualified = f"{schema}.{name}"
    return (
        qualified
        if qualified in tenant_columns
        else name
        if name in tenant_columns and schema in ("", "public", "main", "dbo")
        else None
    )


def _bound(
    condition: exp.Expr, named: Mapping[str, str | None], tenants: Mapping[str, str], known: set[str]
) -> set[str]:
    """Return the occurrences of tables that a condition binds, given those that are bound already."""
    match condition:
        case exp.Paren():
            return _bound(condition.this, named, tenants, known)
        case exp.And():
            return _bound(condition.left, named, tenants, known) | _bound(
                condition.right, named, tenants, known
            )
        case exp.Or():
            return _bound(condition.left, named, tenants, known) & _bound(
                condition.right, named, tenants, known
            )
        case exp.EQ() | exp.NullSafeEQ() | exp.In() | exp.Is():
            return _by_comparison(condition, named, tenants, known)
        case _:
            return set()


def _by_comparison(
    condition: exp.Expr, named: Mapping[str, str | None], tenants: Mapping[str, str], known: set[str]
) -> set[str]:
    left, right = condition.this, condition.args.get("expression")
    sides = [side for side in (left, right) if isinstance(side, exp.Column)]
    owners = [_alias(side, named) for side in sides]
    if len(sides) == 2 and all(owner is not None for owner in owners):
        return {str(o) for o in owners} if known & set(map(str, owners)) else set()
    bound = set()
    for side, owner in zip(sides, owners, strict=True):
        outer = len(sides) == 2 and owner is not None  # the other side is of the query around it
        if (
            owner is not None
            and (table := named[owner])
            and (side.name.lower() == tenants[table].lower() or outer)
        ):
            bound.add(owner)
        elif owner is None and side.table == "":
            bound |= {
                a for a, t in named.items() if t is not None and side.name.lower() == tenants[t].lower()
            }
    return bound


def _alias(column: exp.Column, named: Mapping[str, str | None]) -> str | None:
    """Return the occurrence of a table that a column belongs to; one without a name belongs to the only table
    there is.
    """
    if column.table:
        return column.table.lower() if column.table.lower() in named else None
    return next(iter(named)) if len(named) == 1 else None


def _by_key(conditions: list[exp.Expr], alias: str, tables: int) -> bool:
    """Return whether a query asks for one row by its `id`."""
    for condition in conditions:
        for equal in condition.find_all(exp.EQ):
            for side, other in ((equal.this, equal.expression), (equal.expression, equal.this)):
                mine = (
                    isinstance(side, exp.Column)
                    and side.name.lower() in ("id", "uuid")
                    and side.table.lower() in (alias, "")
                )
                if mine and not isinstance(other, exp.Column) and (side.table or tables == 1):
                    return True
    return False
