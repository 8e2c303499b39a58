"""What is weak in a row policy, told from its text by a parser; the text may hold values and is never
shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.simplify import simplify

from auditkit.dataset.rights import RowPolicy
from auditkit.outcome import Severity
from auditkit.relations.queries import unheard

_EDITABLE = (
    "user_metadata",
    "raw_user_meta_data",
    "request.header",
    "request.cookie",
    "application_name",
    "inet_client_addr",
)
"""What whoever is connected may set to what he likes."""
_WRITES = frozenset({"ALL", "INSERT", "UPDATE"})


@dataclass(frozen=True)
class Told:
    """What of a table tells whose a row is.

    `tenant` are the columns with the tenant, `persons` those that refer to other rows or are its key; without
    a tenant column the table is no tenant's. `required` are the columns that are never null, `shared` says
    that rows of no tenant belong to everybody.
    """

    table: str
    tenant: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True)
class Weakness:
    """What is weak in a row policy; nothing, where none of it is true."""

    always_true: bool = False
    or_true: bool = False
    no_tenant_column: bool = False
    open_when_unset: bool = False
    user_editable: bool = False
    check_open: bool = False
    null_tolerant: bool = False
    no_check: bool = False
    silent_setting: bool = False
    open_branch: bool = False

    @property
    def found(self) -> tuple[str, ...]:
        """The names of what is weak, the worst first."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name))

    @property
    def severity(self) -> Severity | None:
        """How bad the worst of it is."""
        if not self.found:
            return None
        low = {"no_check", "silent_setting", "open_branch"}
        return (
            Severity.LOW
            if set(self.found) <= low
            else Severity.MEDIUM
            if set(self.found) <= {*low, "null_tolerant"}
            else Severity.HIGH
        )


class UnreadableError(ValueError):
    """The text of a policy cannot be parsed."""


def judged(policy: RowPolicy, told: Told) -> Weakness:
    """Return what is weak in a policy of a table.

    Raises:
        UnreadableError: its text cannot be parsed.

    >>> files = Told("files", frozenset({"tenant_id"}))
    >>> policy = RowPolicy("files", "own", "own", "ALL", True, frozenset({"PUBLIC"}), using="((tenant_id = 1) OR true)")
    >>> judged(policy, files).found
    ('or_true', 'no_check')
    """
    using, check = (_parsed(text) if text is not None else None for text in (policy.using, policy.check))
    parts = [part for part in (using, check) if part is not None]
    writes, whole = policy.command in _WRITES, [c for part in parts for c in _sides(part)]
    seen = using if policy.command != "INSERT" else check
    of_tenant, anything = bool(told.tenant), seen is not None and _is_true(seen)
    counted = of_tenant or policy.command != "SELECT"
    loose = seen is not None and not anything and of_tenant and not _binds(seen, told)
    branches = list(_branches(seen)) if seen is not None else []
    unset = of_tenant and any(_open_when_unset(c, told) for c in whole)
    nulls = of_tenant and not told.shared and any(_null_tolerant(c, told) for c in whole)
    some = loose and any(_binds(b, told) for b in branches if not _is_null_test(b, told))
    return Weakness(
        always_true=counted and anything and seen is not None and not seen.find(exp.Or),
        or_true=counted and anything and seen is not None and seen.find(exp.Or) is not None,
        no_tenant_column=loose and not some,
        open_when_unset=unset,
        user_editable=any(map(_editable, parts)),
        check_open=of_tenant
        and writes
        and check is not None
        and check is not seen
        and (_is_true(check) or not _binds(check, told)),
        null_tolerant=nulls,
        no_check=of_tenant and policy.command in ("ALL", "UPDATE") and check is None and seen != exp.false(),
        silent_setting=of_tenant and any(_silent(part) for part in parts),
        open_branch=some and not unset and any(_is_open(b, told) for b in branches),
    )


def is_readable(policy: RowPolicy) -> bool:
    """Return whether the text of a policy can be parsed."""
    try:
        return all(_parsed(text) is not None for text in (policy.using, policy.check) if text is not None)
    except UnreadableError:
        return False


def _parsed(text: str) -> exp.Expr:
    try:
        with unheard():
            statement = sqlglot.parse_one(f"SELECT {text}", read="postgres", into=exp.Select)
            return statement.selects[0].unalias().copy()
    except (SqlglotError, RecursionError, AttributeError, IndexError):
        raise UnreadableError("the condition of a row policy cannot be parsed") from None


def _is_true(part: exp.Expr) -> bool:
    """Return whether a condition holds of every row, whatever is in it."""
    part = _bare(part)
    if isinstance(part, exp.Or):
        return any(map(_is_true, (part.left, part.right)))
    if isinstance(part, exp.And):
        return all(map(_is_true, (part.left, part.right)))
    if isinstance(part, exp.EQ | exp.GTE | exp.LTE) and _bare(part.this) == _bare(part.expression):
        return True
    with unheard():
        return bool(simplify(part.copy()) == exp.true())


def _bare(part: exp.Expr) -> exp.Expr:
    """Return a part without brackets and casts around it."""
    while isinstance(part, exp.Paren | exp.Cast):
        part = part.this
    return part


def _branches(part: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the sides of an OR, each of which lets rows through by itself; the whole where there is none."""
    part = _bare(part)
    if isinstance(part, exp.Or):
        yield from _branches(part.left)
        yield from _branches(part.right)
    else:
        yield part


def _sides(part: exp.Expr) -> Iterator[exp.Expr]:
    """Yield every side of every OR that stands under an AND, and every other condition."""
    for branch in _branches(part):
        if isinstance(branch, exp.And):
            yield from _sides(branch.left)
            yield from _sides(branch.right)
        else:
            yield branch


def _binds(part: exp.Expr, told: Told) -> bool:
    """Return whether a condition keeps rows to a tenant, or to a person, of the session."""
    part = _bare(part)
    match part:
        case exp.And():
            return _binds(part.left, told) or _binds(part.right, told)
        case exp.Or():
            return _binds(part.left, told) and _binds(part.right, told)
        case exp.Not():
            inner = _bare(part.this)
            return isinstance(inner, exp.NullSafeNEQ) and _compares(inner.this, inner.expression, told)
        case exp.EQ() | exp.NullSafeEQ():
            return _compares(part.this, part.expression, told)
        case exp.In():
            return _is_own(
                part.this, told, told.tenant | told.persons if part.args.get("query") else told.tenant
            )
        case exp.Exists() | exp.Anonymous() | exp.Dot() | exp.Case() | exp.Like() | exp.ILike():
            return bool(_columns(part, told) & (told.tenant | told.persons))
        case exp.Boolean():
            return part == exp.false()
        case _:
            return isinstance(part, exp.Func) and bool(_columns(part, told) & told.tenant)


def _compares(left: exp.Expr, right: exp.Expr, told: Told) -> bool:
    """Return whether an equality binds: the tenant's column to something else, or a person's to something of
    the session.
    """
    for side, other in ((left, right), (right, left)):
        if _is_own(side, told, told.tenant) and not _columns(other, told) & told.tenant:
            return True
        if _is_own(side, told, told.persons) and _of_session(other):
            return True
    return False


def _is_own(part: exp.Expr, told: Told, columns: frozenset[str]) -> bool:
    """Return whether a part is one of these columns of the table, or of a default where it is null."""
    part = _bare(part)
    part = _bare(part.this) if isinstance(part, exp.Coalesce) else part
    return (
        isinstance(part, exp.Column)
        and part.name in columns
        and part.table in ("", told.table.rpartition(".")[2])
    )


def _columns(part: exp.Expr, told: Told) -> set[str]:
    """Return the columns of the table that a part mentions; inside a query of its own they stand behind the
    table's name.
    """
    name = told.table.rpartition(".")[2]
    found = set()
    for column in part.find_all(exp.Column):
        inside = column.find_ancestor(exp.Select) is not None
        if column.table == name or (not column.table and not inside):
            found.add(column.name)
    return found


def _of_session(part: exp.Expr) -> bool:
    """Return whether a part depends on the session: a setting, who is connected, or what a function of one's
    own says.
    """
    return part.find(exp.Anonymous, exp.CurrentUser, exp.SessionUser, exp.Dot, exp.Subquery) is not None


def _is_null_test(part: exp.Expr, told: Told) -> bool:
    part = _bare(part)
    return (
        isinstance(part, exp.Is)
        and isinstance(part.expression, exp.Null)
        and _is_own(part.this, told, told.tenant)
    )


def _null_tolerant(part: exp.Expr, told: Told) -> bool:
    """Return whether a condition lets rows of no tenant through; where the column is never null there are
    none.
    """
    open_to = told.tenant - told.required
    if _is_null_test(part, told):
        return bool(_columns(part, told) & open_to)
    if isinstance(part, exp.Not) and isinstance(inner := _bare(part.this), exp.NullSafeNEQ):
        return bool(_columns(inner, told) & open_to) and (
            _silent(inner) or inner.find(exp.Nullif) is not None
        )
    if isinstance(part, exp.EQ):
        return any(
            _bare(side.this) != side and _is_own(side.this, told, open_to)
            for side in part.find_all(exp.Coalesce)
        )
    return False


def _open_when_unset(part: exp.Expr, told: Told) -> bool:
    """Return whether a condition holds where the session has not said its tenant."""
    if isinstance(part, exp.Is) and isinstance(part.expression, exp.Null) and not _columns(part, told):
        return _of_session(part.this)
    if isinstance(part, exp.EQ):
        sides = (_bare(part.this), _bare(part.expression))
        if not _columns(part, told) and any(
            isinstance(s, exp.Literal) and s.is_string and not s.this for s in sides
        ):
            return any(_of_session(s) for s in sides)
        return any(
            isinstance(a, exp.Coalesce)
            and _of_session(a)
            and _columns(a, told) & _columns(b, told) & told.tenant
            for a, b in (sides, sides[::-1])
        )
    return False


def _editable(part: exp.Expr) -> bool:
    words = [x.this for x in part.find_all(exp.Literal) if x.is_string] + [
        x.name for x in part.find_all(exp.Identifier)
    ]
    called = [x.name for x in part.find_all(exp.Anonymous)]
    return any(str(word).lower().startswith(_EDITABLE) for word in [*words, *called])


def _silent(part: exp.Expr) -> bool:
    """Return whether a setting that is not set is null instead of an error."""
    calls = [x for x in part.find_all(exp.Anonymous) if x.name.lower() == "current_setting"]
    return any(len(x.expressions) > 1 and _bare(x.expressions[1]) == exp.true() for x in calls)


def _is_open(part: exp.Expr, told: Told) -> bool:
    """Return whether a side of an OR lets rows of any tenant through by what stands in them; one that asks
    the session alone does not.
    """
    return not _binds(part, told) and not _is_null_test(part, told) and bool(_columns(part, told))
