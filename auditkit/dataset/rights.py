"""Who may do what on a database server: roles, what they are granted, row-level security, and the settings
that guard the data.

Everything here is of the catalogue. A name that is itself a value is not shown; texts of row policies and of
views may hold values, and are read by a parser alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from auditkit.dataset.names import kind_of_value
from auditkit.dataset.sql import identifier
from auditkit.outcome import Missing

if TYPE_CHECKING:
    import ibis.expr.types as ir

PUBLIC = "PUBLIC"
"""Whom everybody is: what it is granted, every role has."""
READS, WRITES = frozenset({"SELECT"}), frozenset({"INSERT", "UPDATE", "DELETE", "TRUNCATE"})
_ALL_DATA = {"pg_read_all_data": READS, "pg_write_all_data": frozenset({"INSERT", "UPDATE", "DELETE"})}
PROVIDERS = re.compile(
    r"rdsadmin|rdsrepladmin|rdstopmgr|rds_(superuser|replication|password|iam|ad|reserved)|azuresu|azure_(superuser|pg_admin)|cloudsql[a-z]+"
    r"|alloydb[a-z]+|neon_superuser|supabase_(admin|(auth|storage|functions|replication|realtime|etl)_admin|read_only_user)"
)
"""Roles by which providers keep the servers that they rent out; whose the data is can change nothing about
them.
"""


@dataclass(frozen=True)
class Role:
    """A role, or an account of MySQL's.

    `user` is what a policy calls it. `administers` says that no right is checked for it; `password` is how
    its password is kept (None: not to be seen, `none`: it has none), `expires` the ISO date from which it is
    refused. `programs` is how many different programs are connected as it now, `interactive` how many of
    these a person sits at; None where that is not to be seen. `host` is from where it may
    come: `any`, `some` or `local`. `engaged` says that it owns something or has a right to something, in any
        database of the server.
    """

    name: str
    user: str = field(repr=False)
    logs_in: bool
    administers: bool = False
    bypasses: bool = False
    creates_roles: bool = False
    built_in: bool = False
    expires: str | None = None
    password: str | None = None
    programs: int | None = None
    interactive: int | None = None
    host: str = "any"
    needs_tls: bool = False
    engaged: bool = True


@dataclass(frozen=True)
class RoleMembership:
    """That a role is a member of another: whether it has its rights, and whether it may act as it."""

    role: str
    member: str
    inherits: bool = True
    becomes: bool = True


@dataclass(frozen=True)
class Grant:
    """That somebody may do something with a relation, or with some of its columns; `on` is what it was
    granted on, as SQL.
    """

    grantee: str
    privilege: str
    table: str
    on: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SchemaGrant:
    """That somebody may use a schema, or create in it."""

    grantee: str
    privilege: str
    schema: str


@dataclass(frozen=True)
class DefaultGrant:
    """What a role grants by itself on every table that it will create, in one schema or in all (None)."""

    owner: str
    schema: str | None
    grantee: str
    privilege: str


@dataclass(frozen=True)
class GuardedRelation:
    """A relation as its server guards it; `forced` says that row-level security binds its owner too.

    `schema` and `sql` are its place; a view is an `invoker`'s where the rights of whoever reads it count, and
    `definition` is its text. `types` and `required` are of its columns, by the names that are shown.
    `is_part` says that it is a partition, `of_extension` that an extension brought it.
    """

    name: str
    kind: str
    owner: str
    schema: str | None
    sql: str
    secured: bool = False
    forced: bool = False
    invoker: bool = False
    is_part: bool = False
    of_extension: bool = False
    types: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    definition: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class RowPolicy:
    """A row policy: which rows a command may see (`using`) and leave behind (`check`), as SQL text that may
    hold values.
    """

    table: str
    name: str
    sql: str
    command: str
    permissive: bool
    roles: frozenset[str]
    using: str | None = field(default=None, repr=False)
    check: str | None = field(default=None, repr=False)

    def concerns(self, command: str, roles: Collection[str]) -> bool:
        """Return whether it binds some roles, each of them or everybody, when they do something."""
        return self.command in ("ALL", command) and (PUBLIC in self.roles or set(roles) <= self.roles)


@dataclass(frozen=True)
class Routine:
    """A function or procedure that runs with the rights of its owner; `sql` is its name with its
    arguments.
    """

    name: str
    sql: str
    schema: str
    owner: str
    fixed_path: bool
    runs_for: frozenset[str]


@dataclass(frozen=True)
class Entrance:
    """A rule that lets clients in: from where (`local`, `loopback`, `some`, `any`), how they prove who they
    are, and whether over TLS.
    """

    name: str
    origin: str
    method: str
    needs_tls: bool


@dataclass(frozen=True)
class Probed:
    """What a role sees of a table as one tenant: how many of its own rows, and how many of all other tenants'
    rows.
    """

    own_visible: int
    own: int
    others_visible: int
    others: int


@dataclass(frozen=True)
class Rights:
    """Who may do what on one server.

    `role` is the audit's own. `views` are the relations that each view reads, `children` the pairs of a table
    and a part of it. `unseen` says of `grants`, `passwords`, `sessions` and `entrances` why this role may not
    see them.
    """

    server: str
    dialect: str
    role: str
    roles: Mapping[str, Role] = field(default_factory=dict)
    memberships: tuple[RoleMembership, ...] = ()
    relations: Mapping[str, GuardedRelation] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    schema_grants: tuple[SchemaGrant, ...] = ()
    default_grants: tuple[DefaultGrant, ...] = ()
    policies: tuple[RowPolicy, ...] = ()
    views: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: tuple[tuple[str, str], ...] = ()
    routines: tuple[Routine, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, Missing] = field(default_factory=dict)

    @property
    def has_row_security(self) -> bool:
        """Whether the server knows row-level security."""
        return self.dialect == "postgres"

    @property
    def users(self) -> tuple[str, ...]:
        """What policies call the roles, as far as that is no value."""
        return tuple(
            dict.fromkeys(role.user for role in self.roles.values() if kind_of_value(role.user) is None)
        )

    def sql(self, name: str) -> str:
        """Return a name as the server reads it, quoted where it must be; an account of MySQL's is written as
        it is.
        """
        told = identifier(name)
        return (
            told
            if self.dialect == "postgres" or told == name
            else name
            if "'@'" in name
            else f"`{name.replace('`', '``')}`"
        )

    def called(self, users: Iterable[str]) -> tuple[str, ...]:
        """Return the roles that a policy means by these names; accounts of one user at several hosts are all
        of them.
        """
        wanted = set(users)
        return tuple(name for name, role in self.roles.items() if role.user in wanted or name in wanted)

    def holds(self, role: str) -> frozenset[str]:
        """Return the roles whose rights a role has without acting as another, itself and everybody among
        them.
        """
        if role not in self._held:
            self._held[role] = self._reached(role, lambda m: m.inherits) | {PUBLIC}
        return self._held[role]

    def becomes(self, role: str) -> frozenset[str]:
        """Return the roles that a role may act as, or has the rights of, itself among them."""
        if role not in self._become:
            self._become[role] = self._reached(role, lambda m: m.inherits or m.becomes)
        return self._become[role]

    def acted(self, roles: Iterable[str]) -> set[str]:
        """Return the roles that some roles may act as without having their rights."""
        return {other for role in roles for other in self.becomes(role) - self.holds(role)}

    def may(self, role: str, privileges: Collection[str], table: str, column: str | None = None) -> bool:
        """Return whether a role may do any of these with a relation, or with one of its columns."""
        if role in self.roles and self.roles[role].administers:
            return True
        who, relation = self.holds(role), self.relations[table]
        if relation.owner in who or any(
            name in who and may & set(privileges) for name, may in _ALL_DATA.items()
        ):
            return True
        return self.enters(role, relation.schema) and any(self.through(role, privileges, table, column))

    def granted(self, table: str) -> list[Grant]:
        """Return what is granted on a relation, to whomever."""
        return self._granted[table]

    def through(
        self, role: str, privileges: Collection[str], table: str, column: str | None = None
    ) -> list[Grant]:
        """Return the grants, its own or of whose rights it has, by which a role may do something with a
        relation or a column.
        """
        return [
            g
            for who in sorted(self.holds(role))
            for g in self._granted_to.get((table, who), ())
            if g.privilege in privileges and (not g.columns or column is None or column in g.columns)
        ]

    def policies_of(self, table: str) -> list[RowPolicy]:
        """Return the row policies of a table."""
        return self._policies_of.get(table, [])

    def enters(self, role: str, schema: str | None) -> bool:
        """Return whether a role may use a schema."""
        return schema is None or bool(self.holds(role) & self._users_of[schema])

    def escapes(self, role: str, table: str) -> bool:
        """Return whether row-level security on a table does not bind a role."""
        if role not in self.roles:
            return False
        known, relation = self.roles[role], self.relations[table]
        return (
            known.administers
            or known.bypasses
            or (relation.owner in self.holds(role) and not relation.forced)
        )

    def filtered(self, role: str, table: str) -> bool | None:
        """Return whether a role sees only some rows of a table by row-level security: None where no policy
        shows it any.
        """
        if not self.relations[table].secured or self.escapes(role, table):
            return False
        who = self.holds(role)
        shown = any(
            p.permissive and p.command in ("ALL", "SELECT") and p.roles & who for p in self.policies_of(table)
        )
        return True if shown else None

    def strangers(
        self, declared: Collection[str], trusted: Collection[str], table: str | None = None
    ) -> tuple[str, ...]:
        """Return the roles against whom a table is guarded: those that a policy declares, else every one that
        logs in and is ordinary.

        Ordinary is who does not administer, bypass, own the table, or audit it, and whom the policy does not
        trust. With each come the ordinary roles that it may act as without having their rights, as an API
        acts as its users'. Everybody is one too.
        """
        kept = {self._owner(table), self.role, *self.called(trusted)}
        first = self.connecting(declared, trusted, table)
        acted = {
            r
            for r in self.acted(first if self.called(declared) else (*first, self.role))
            if r not in kept and self._is_ordinary(r)
        }
        return (*first, *sorted(acted - set(first)), PUBLIC)

    def connecting(
        self, declared: Collection[str], trusted: Collection[str], table: str | None = None
    ) -> tuple[str, ...]:
        """Return those of the strangers to a table that connect by themselves."""
        kept = {self._owner(table), self.role, *self.called(trusted)}
        ordinary = (n for n, r in self.roles.items() if r.logs_in and n not in kept and self._is_ordinary(n))
        return self.called(declared) or tuple(ordinary)

    def _owner(self, table: str | None) -> str | None:
        return self.relations[table].owner if table is not None else None

    def _is_ordinary(self, role: str) -> bool:
        known = self.roles.get(role)
        return known is not None and not (known.administers or known.bypasses or known.built_in)

    @cached_property
    def _held(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _become(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _users_of(self) -> Mapping[str, set[str]]:
        by_schema: dict[str, set[str]] = defaultdict(set)
        for grant in self.schema_grants:
            if grant.privilege == "USAGE":
                by_schema[grant.schema].add(grant.grantee)
        return by_schema

    @cached_property
    def _granted(self) -> Mapping[str, list[Grant]]:
        by_table: dict[str, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            by_table[grant.table].append(grant)
        return by_table

    @cached_property
    def _granted_to(self) -> Mapping[tuple[str, str], list[Grant]]:
        by_both: dict[tuple[str, str], list[Grant]] = defaultdict(list)
        for grant in self.grants:
            by_both[grant.table, grant.grantee].append(grant)
        return by_both

    @cached_property
    def _policies_of(self) -> Mapping[str, list[RowPolicy]]:
        by_table: dict[str, list[RowPolicy]] = defaultdict(list)
        for policy in self.policies:
            by_table[policy.table].append(policy)
        return by_table

    @cached_property
    def _member_of(self) -> Mapping[str, list[RoleMembership]]:
        by_member: dict[str, list[RoleMembership]] = defaultdict(list)
        for membership in self.memberships:
            by_member[membership.member].append(membership)
        return by_member

    def _reached(self, role: str, follows: Callable[[RoleMembership], bool]) -> frozenset[str]:
        found, ahead = {role}, [role]
        while ahead:
            at = ahead.pop()
            new = {m.role for m in self._member_of.get(at, ()) if follows(m)} - found
            found |= new
            ahead += new
        return frozenset(found)


@runtime_checkable
class Guarding(Protocol):
    """An engine whose server has roles."""

    def rights(self) -> Rights:
        """Return who may do what."""


@runtime_checkable
class Probing(Protocol):
    """An engine whose server knows row-level security, and can act as another role."""

    def probed(self, name: str, tenants: ir.Table, role: str, setting: str) -> Probed | Missing:
        """Return what a role sees of a relation as one tenant; nothing is written."""


def is_loopback(host: str) -> bool:
    """Return whether an address or name of a host is of the machine itself.

    >>> [is_loopback(host) for host in ("localhost", "127.0.1.1", "::1", "10.0.0.7", "db.example.org", "")]
    [True, True, True, False, False, False]
    """
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.[\d%]+)+", host) is not None


def shown_names(names: Iterable[str], what: str) -> dict[str, str]:
    """Return the name under which each of some roles, schemas or policies is shown: its own, unless that is a
    value.

    >>> shown_names(["app", "jane.roe@example.org"], "role")
    {'app': 'app', 'jane.roe@example.org': 'role 2'}
    """
    return {name: f"{what} {n}" if kind_of_value(name) else name for n, name in enumerate(names, 1)}
