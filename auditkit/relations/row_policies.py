"""What is weak in a row policy of PostgreSQL, as a parser reads its text.

The text may hold personal data and is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from sqlglot import exp

from auditkit.dataset.rights import RowPolicy
from auditkit.outcome import Severity
from auditkit.relations.policy_conditions import (
    OwnerColumns,
    UnreadableError,
    binds,
    branches,
    can_be_set_by_the_user,
    holds_without_setting,
    ignores_a_missing_setting,
    is_always_true,
    is_null_test,
    leaves,
    lets_null_through,
    opens_to_every_tenant,
    parsed,
)

__all__ = ["OwnerColumns", "UnreadableError", "Weaknesses", "is_readable", "weaknesses_of"]

_LOW = frozenset({"no_check", "silent_setting", "open_branch"})
_MEDIUM = _LOW | {"null_tolerant"}


@dataclass(frozen=True)
class Weaknesses:
    """What is weak in a row policy; each attribute is one weakness, the worst first.

    Attributes:
        always_true: the condition holds for every row.
        or_true: one side of an OR holds for every row.
        no_tenant_column: nothing compares the tenant column with the session.
        open_when_unset: the condition holds in a session that has not declared its tenant.
        user_editable: the condition reads something that every user can set.
        check_open: the check lets users write rows of other tenants.
        null_tolerant: rows without a tenant are visible.
        no_check: nothing checks the rows that users write.
        silent_setting: a missing setting gives no rows and no error.
        open_branch: one side of an OR lets rows of every tenant through.
    """

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
        """The names of the weaknesses that the policy has, the worst first."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name))

    @property
    def severity(self) -> Severity | None:
        """The severity of the worst weakness; None where there is no weakness."""
        found = set(self.found)
        if not found:
            return None
        if found <= _LOW:
            return Severity.LOW
        return Severity.MEDIUM if found <= _MEDIUM else Severity.HIGH


def weaknesses_of(policy: RowPolicy, columns: OwnerColumns) -> Weaknesses:
    """Return what is weak in a policy of a table.

    Args:
        policy: the row policy.
        columns: the columns of the table that say who owns a row.

    Raises:
        UnreadableError: its text cannot be parsed.

    >>> files = OwnerColumns("files", frozenset({"tenant_id"}))
    >>> using = "((tenant_id = 1) OR true)"
    >>> policy = RowPolicy("files", "own", "own", "ALL", True, frozenset({"PUBLIC"}), using=using)
    >>> weaknesses_of(policy, files).found
    ('or_true', 'no_check')
    """
    using, check = (parsed(text) if text is not None else None for text in (policy.using, policy.check))
    condition = check if policy.command == "INSERT" else using
    given = [part for part in (using, check) if part is not None]
    holds_always = condition is not None and is_always_true(condition)
    has_or = condition is not None and condition.find(exp.Or) is not None
    counts = bool(columns.tenant) or policy.command != "SELECT"  # anybody may read what belongs to no tenant
    found = Weaknesses(
        always_true=holds_always and counts and not has_or,
        or_true=holds_always and counts and has_or,
        user_editable=any(can_be_set_by_the_user(part) for part in given),
    )
    if not columns.tenant:
        return found
    parts = [leaf for part in given for leaf in leaves(part)]
    open_when_unset = any(holds_without_setting(leaf, columns) for leaf in parts)
    sides = list(branches(condition)) if condition is not None else []
    is_unbound = condition is not None and not holds_always and not binds(condition, columns)
    has_bound_side = any(binds(side, columns) for side in sides if not is_null_test(side, columns))
    has_open_side = any(opens_to_every_tenant(side, columns) for side in sides)
    return replace(
        found,
        no_tenant_column=is_unbound and not has_bound_side,
        open_when_unset=open_when_unset,
        check_open=_is_check_open(policy, columns, check),
        null_tolerant=not columns.shared and any(lets_null_through(leaf, columns) for leaf in parts),
        no_check=policy.command in ("ALL", "UPDATE") and check is None and condition != exp.false(),
        silent_setting=any(ignores_a_missing_setting(part) for part in given),
        open_branch=is_unbound and has_bound_side and has_open_side and not open_when_unset,
    )


def _is_check_open(policy: RowPolicy, columns: OwnerColumns, check: exp.Expr | None) -> bool:
    """Return whether the check of a policy lets users write rows of other tenants."""
    if check is None or policy.command not in ("ALL", "UPDATE"):
        return False
    return is_always_true(check) or not binds(check, columns)


def is_readable(policy: RowPolicy) -> bool:
    """Return whether the text of a policy can be parsed."""
    try:
        for text in (policy.using, policy.check):
            if text is not None:
                parsed(text)
    except UnreadableError:
        return False
    return True
