"""The condition of a row policy as a tree: what it compares, and which rows it lets through.

A condition is parsed and never shown: a literal in it may be personal data. In these functions a *side* is
one side of an OR, which lets rows through by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.simplify import simplify

from auditkit.relations.queries import silenced_parser

_USER_SETTINGS = tuple(
    "user_metadata raw_user_meta_data request.header request.cookie application_name inet_client_addr".split()
)
"""Settings and columns that every connected user can set."""


@dataclass(frozen=True)
class OwnerColumns:
    """The columns of a table that say who owns a row.

    Attributes:
        table: the table.
        tenant: the columns with the tenant; none where the table belongs to no tenant.
        persons: the key of the table, and the columns that refer to other rows.
        required: the columns that are never null.
        shared: whether rows without a tenant are for every tenant.
    """

    table: str
    tenant: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    shared: bool = False


class UnreadableError(ValueError):
    """The text of a policy cannot be parsed."""


def parsed(text: str) -> exp.Expr:
    """Return the tree of a condition.

    Raises:
        UnreadableError: the text cannot be parsed.
    """
    try:
        with silenced_parser():
            statement = sqlglot.parse_one(f"SELECT {text}", read="postgres", into=exp.Select)
            return statement.selects[0].unalias().copy()
    except (SqlglotError, RecursionError, AttributeError, IndexError):
        raise UnreadableError("the condition of a row policy cannot be parsed") from None


def branches(condition: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the sides of an OR; the whole condition where it is not an OR."""
    condition = _bare(condition)
    if isinstance(condition, exp.Or):
        yield from branches(condition.left)
        yield from branches(condition.right)
    else:
        yield condition


def leaves(condition: exp.Expr) -> Iterator[exp.Expr]:
    """Yield every condition that holds no AND and no OR at its top."""
    for side in branches(condition):
        if isinstance(side, exp.And):
            yield from leaves(side.left)
            yield from leaves(side.right)
        else:
            yield side


def is_always_true(condition: exp.Expr) -> bool:
    """Return whether a condition holds for every row, whatever its values."""
    condition = _bare(condition)
    if isinstance(condition, exp.Or):
        return is_always_true(condition.left) or is_always_true(condition.right)
    if isinstance(condition, exp.And):
        return is_always_true(condition.left) and is_always_true(condition.right)
    compares = isinstance(condition, exp.EQ | exp.GTE | exp.LTE)
    if compares and _bare(condition.this) == _bare(condition.expression):
        return True
    with silenced_parser():
        return bool(simplify(condition.copy()) == exp.true())


def binds(condition: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether a condition keeps the rows to the tenant or the person of the session."""
    condition = _bare(condition)
    owners = columns.tenant | columns.persons
    match condition:
        case exp.And():
            return binds(condition.left, columns) or binds(condition.right, columns)
        case exp.Or():
            return binds(condition.left, columns) and binds(condition.right, columns)
        case exp.Not():
            inner = _bare(condition.this)  # NOT (a IS DISTINCT FROM b) is an equality
            is_equality = isinstance(inner, exp.NullSafeNEQ)
            return is_equality and _equality_binds(inner.this, inner.expression, columns)
        case exp.EQ() | exp.NullSafeEQ():
            return _equality_binds(condition.this, condition.expression, columns)
        case exp.In():
            allowed = owners if condition.args.get("query") else columns.tenant
            return _is_column(condition.this, columns, allowed)
        case exp.Exists() | exp.Anonymous() | exp.Dot() | exp.Case() | exp.Like() | exp.ILike():
            return bool(_mentioned(condition, columns) & owners)
        case exp.Boolean():
            return condition == exp.false()
        case _:
            return isinstance(condition, exp.Func) and bool(_mentioned(condition, columns) & columns.tenant)


def is_null_test(condition: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether a condition asks whether the tenant column is null."""
    condition = _bare(condition)
    return (
        isinstance(condition, exp.Is)
        and isinstance(condition.expression, exp.Null)
        and _is_column(condition.this, columns, columns.tenant)
    )


def lets_null_through(condition: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether a condition lets rows without a tenant through, where the column can be null."""
    nullable = columns.tenant - columns.required
    if is_null_test(condition, columns):
        return bool(_mentioned(condition, columns) & nullable)
    if isinstance(condition, exp.Not) and isinstance(inner := _bare(condition.this), exp.NullSafeNEQ):
        setting_can_be_null = ignores_a_missing_setting(inner) or inner.find(exp.Nullif) is not None
        return bool(_mentioned(inner, columns) & nullable) and setting_can_be_null
    if isinstance(condition, exp.EQ):
        defaults = condition.find_all(exp.Coalesce)
        return any(
            _bare(default.this) != default and _is_column(default.this, columns, nullable)
            for default in defaults
        )
    return False


def holds_without_setting(condition: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether a condition holds in a session that has not declared its tenant."""
    if isinstance(condition, exp.Is):
        asks_for_null = isinstance(condition.expression, exp.Null) and not _mentioned(condition, columns)
        return asks_for_null and _depends_on_session(condition.this)
    if not isinstance(condition, exp.EQ):
        return False
    left, right = _bare(condition.this), _bare(condition.expression)
    if not _mentioned(condition, columns) and (_is_empty_text(left) or _is_empty_text(right)):
        return _depends_on_session(left) or _depends_on_session(right)
    return _defaults_to_own(left, right, columns) or _defaults_to_own(right, left, columns)


def can_be_set_by_the_user(condition: exp.Expr) -> bool:
    """Return whether a condition reads something that every connected user can set."""
    texts = [literal.this for literal in condition.find_all(exp.Literal) if literal.is_string]
    names = [node.name for node in condition.find_all(exp.Identifier, exp.Anonymous)]
    return any(str(word).lower().startswith(_USER_SETTINGS) for word in [*texts, *names])


def ignores_a_missing_setting(condition: exp.Expr) -> bool:
    """Return whether a missing setting is null instead of an error: `current_setting(name, true)`."""
    calls = [call for call in condition.find_all(exp.Anonymous) if call.name.lower() == "current_setting"]
    return any(len(call.expressions) > 1 and _bare(call.expressions[1]) == exp.true() for call in calls)


def opens_to_every_tenant(side: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether a side of an OR lets rows of every tenant through, depending on their values.

    A side that asks only the session does not.
    """
    return not binds(side, columns) and not is_null_test(side, columns) and bool(_mentioned(side, columns))


def _bare(part: exp.Expr) -> exp.Expr:
    """Return a part without the brackets and casts around it."""
    while isinstance(part, exp.Paren | exp.Cast):
        part = part.this
    return part


def _equality_binds(left: exp.Expr, right: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether an equality binds: a tenant column to something else, or a person to the session."""
    for side, other in ((left, right), (right, left)):
        if _is_column(side, columns, columns.tenant) and not _mentioned(other, columns) & columns.tenant:
            return True
        if _is_column(side, columns, columns.persons) and _depends_on_session(other):
            return True
    return False


def _is_column(part: exp.Expr, columns: OwnerColumns, allowed: frozenset[str]) -> bool:
    """Return whether a part is one of these columns of the table, perhaps with a default for null."""
    part = _bare(part)
    part = _bare(part.this) if isinstance(part, exp.Coalesce) else part
    return (
        isinstance(part, exp.Column)
        and part.name in allowed
        and part.table in ("", columns.table.rpartition(".")[2])
    )


def _mentioned(part: exp.Expr, columns: OwnerColumns) -> set[str]:
    """Return the columns of the table that a part mentions.

    Inside of a sub-query a column of the table has the name of the table in front of it.
    """
    table = columns.table.rpartition(".")[2]
    found = set()
    for column in part.find_all(exp.Column):
        is_inside = column.find_ancestor(exp.Select) is not None
        if column.table == table or (not column.table and not is_inside):
            found.add(column.name)
    return found


def _depends_on_session(part: exp.Expr) -> bool:
    """Return whether a part depends on the session: on a setting, on the user, or on a function."""
    return part.find(exp.Anonymous, exp.CurrentUser, exp.SessionUser, exp.Dot, exp.Subquery) is not None


def _is_empty_text(part: exp.Expr) -> bool:
    return isinstance(part, exp.Literal) and bool(part.is_string) and not part.this


def _defaults_to_own(default: exp.Expr, column: exp.Expr, columns: OwnerColumns) -> bool:
    """Return whether a missing setting falls back to the row's own tenant: `COALESCE(setting, tenant_id)`."""
    return (
        isinstance(default, exp.Coalesce)
        and _depends_on_session(default)
        and bool(_mentioned(default, columns) & _mentioned(column, columns) & columns.tenant)
    )
