"""What is weak in a row policy of PostgreSQL, as a parser reads its text.

The text may hold personal data and is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum

from sqlglot import exp

from auditkit.dataset.rights import RowPolicy
from auditkit.outcome import Severity
from auditkit.row_security.parsing import (
    UnreadableError,
    can_be_set_by_the_user,
    ignores_a_missing_setting,
    parsed,
)
from auditkit.row_security.parts import TooManyClausesError
from auditkit.row_security.surroundings import NOWHERE, OwnerColumns, Surroundings
from auditkit.row_security.ways import Way, ways_of

_LOW = frozenset({"no_check", "silent_setting", "open_branch"})
_MEDIUM = _LOW | {"null_tolerant"}
_OPEN = frozenset({Way.EVERY_TENANT, Way.ANYBODY})
_UNBOUND = _OPEN | {Way.STAFF, Way.SOME}
_SAFE = frozenset({Way.BOUND, Way.STAFF})
_WRITES = ("ALL", "UPDATE")


@dataclass(frozen=True)
class Weaknesses:
    """What is weak in a row policy; each attribute is one weakness, the worst first.

    Attributes:
        always_true: the condition holds for every row.
        or_true: one side of an OR holds for every row.
        no_tenant_column: nothing compares the tenant column with the session.
        open_side: one side of an OR lets rows of every tenant through.
        any_user: every user sees the rows of all people.
        fixed_value: a value in the condition names the tenant or the person.
        open_when_unset: the condition holds in a session that has not declared its tenant.
        user_editable: the condition reads something that every user can set.
        check_open: the check lets users write rows of other tenants.
        null_tolerant: rows without a tenant are visible.
        no_check: nothing checks the rows that users write.
        silent_setting: a missing setting gives no rows and no error.
        open_branch: one side of an OR lets rows with some value through, such as `is_public`.
    """

    always_true: bool = False
    or_true: bool = False
    no_tenant_column: bool = False
    open_side: bool = False
    any_user: bool = False
    fixed_value: bool = False
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


class Held(Enum):
    """What visitors should not read: people, or the files of storage buckets."""

    PEOPLE = "people"
    FILES = "files"


_OPEN_TO_VISITORS = {Held.PEOPLE: _OPEN | {Way.UNSET}, Held.FILES: _OPEN | {Way.UNSET, Way.SOME}}


@dataclass(frozen=True)
class Place:
    """Where a row policy stands.

    Attributes:
        columns: the columns of its table that say who owns a row.
        around: what is known of other tables.
        is_beside: another policy for the same roles keeps rows to the tenant, so that this one is like a side
            of an OR.
        held: what the table holds that belongs to no tenant and that visitors may read.
    """

    columns: OwnerColumns
    around: Surroundings = NOWHERE
    is_beside: bool = False
    held: Held | None = None


def weaknesses_of(policy: RowPolicy, place: Place) -> Weaknesses:
    """Return what is weak in a policy of a table.

    Raises:
        UnreadableError: its text cannot be parsed.

    >>> files = Place(OwnerColumns("files", frozenset({"tenant_id"})))
    >>> using = "((tenant_id = f()) OR true)"
    >>> policy = RowPolicy("files", "own", "own", "ALL", True, frozenset({"PUBLIC"}), using=using)
    >>> weaknesses_of(policy, files).found
    ('or_true', 'no_check')
    """
    using, check = (parsed(text) if text is not None else None for text in (policy.using, policy.check))
    given = [part for part in (using, check) if part is not None]
    condition = check if policy.command == "INSERT" else using
    ways = _ways(condition, place)
    has_tenant, reads = bool(place.columns.tenant), policy.command in ("ALL", "SELECT")
    held = place.held if reads and not has_tenant else None
    counts = has_tenant or held is not None
    is_open = Way.ALWAYS in ways and (counts or policy.command != "SELECT")
    found = Weaknesses(
        always_true=is_open and ways == {Way.ALWAYS},
        or_true=is_open and ways != {Way.ALWAYS},
        any_user=held is not None and bool(ways & _OPEN_TO_VISITORS[held]),
        user_editable=any(can_be_set_by_the_user(part) for part in given),
    )
    if not has_tenant:
        return found
    written = _ways(check, place) if policy.command in _WRITES else frozenset()
    unset = Way.UNSET in ways | written
    is_bound = Way.BOUND in ways
    is_unbound = Way.ALWAYS not in ways and not is_bound and bool(ways & _UNBOUND)
    is_side = is_bound or (place.is_beside and not ways & _OPEN)
    return replace(
        found,
        no_tenant_column=is_unbound and not is_side,
        open_side=is_bound and bool(ways & _OPEN),
        fixed_value=Way.FIXED in ways | written,
        open_when_unset=unset,
        check_open=bool(written - _SAFE) or (written == {Way.STAFF} and not place.is_beside),
        null_tolerant=not place.columns.shared and Way.NO_TENANT in ways | written,
        no_check=policy.command in _WRITES and check is None and bool(ways),
        silent_setting=any(ignores_a_missing_setting(part) for part in given),
        open_branch=is_side and Way.SOME in ways and not unset,
    )


def _ways(condition: exp.Expr | None, place: Place) -> frozenset[Way]:
    """Return the ways in which a condition lets rows through."""
    if condition is None:
        return frozenset()
    try:
        return ways_of(condition, place.columns, place.around)
    except (TooManyClausesError, RecursionError, AttributeError, LookupError, TypeError, ValueError):
        # SQL that the parser knows and this reading does not: better unseen than an error of every policy
        raise UnreadableError("the condition of a row policy cannot be read") from None


def keeps(policy: RowPolicy, place: Place) -> bool:
    """Return whether a policy shows rows of the session's tenant or person, and no others but to staff."""
    try:
        ways = _ways(parsed(policy.using), place) if policy.using is not None else frozenset()
    except UnreadableError:
        return False
    return Way.BOUND in ways and ways <= _SAFE


def shows_every_row(policy: RowPolicy, table: str) -> bool:
    """Return whether a policy shows every row of a table to every session that it concerns."""
    if policy.using is None:
        return False
    try:
        return Way.ALWAYS in _ways(parsed(policy.using), Place(OwnerColumns(table)))
    except UnreadableError:
        return False


def is_readable(policy: RowPolicy) -> bool:
    """Return whether the text of a policy can be read."""
    try:
        for text in (policy.using, policy.check):
            if text is not None:
                _ways(parsed(text), Place(OwnerColumns(policy.table)))
    except UnreadableError:
        return False
    return True
