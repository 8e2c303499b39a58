"""Who may do what on one server, worked out from its catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from auditkit.dataset.rights.privileges import (
    PUBLIC,
    DefaultGrant,
    Entrance,
    Grant,
    GuardedRelation,
    PlainFunction,
    Role,
    RoleMembership,
    Routine,
    RowPolicy,
    SchemaGrant,
)
from auditkit.dataset.rights.statements import Statements
from auditkit.naming.names import kind_of_value
from auditkit.outcome import Missing


@dataclass(frozen=True)
class Rights:
    """Who may do what on one server.

    Attributes:
        server: what the server is, as in "PostgreSQL".
        role: the role of the audit itself.
        statements: the SQL that changes roles and settings.
        has_row_security: the server knows row-level security.
        roles: by name.
        memberships: which role is a member of which.
        relations: by shown name.
        grants: on relations and their columns.
        schema_grants: on schemas.
        default_grants: on tables that are still to be made.
        data_roles: the roles whose members may read or write every table, with these privileges.
        policies: row policies.
        views: the relations that each view reads.
        children: pairs of a table and a part of it.
        routines: functions that run with the rights of their owners.
        functions: the texts of all functions, where the server has row policies.
        entrances: the rules that let clients in.
        settings: of the server, by name.
        unseen: why the audit's role may not see `grants`, `passwords`, `sessions` or `entrances`.
    """

    server: str
    role: str
    statements: Statements = field(repr=False)
    has_row_security: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict)
    memberships: tuple[RoleMembership, ...] = ()
    relations: Mapping[str, GuardedRelation] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    schema_grants: tuple[SchemaGrant, ...] = ()
    default_grants: tuple[DefaultGrant, ...] = ()
    data_roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    policies: tuple[RowPolicy, ...] = ()
    views: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: tuple[tuple[str, str], ...] = ()
    routines: tuple[Routine, ...] = ()
    functions: tuple[PlainFunction, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, Missing] = field(default_factory=dict)

    @property
    def users(self) -> tuple[str, ...]:
        """The names by which policies call the roles, without those that are values."""
        return tuple(
            dict.fromkeys(role.user for role in self.roles.values() if kind_of_value(role.user) is None)
        )

    def sql(self, name: str) -> str:
        """Return a name as the server reads it, quoted where it must be."""
        return self.statements.name(name)

    def called(self, users: Iterable[str]) -> tuple[str, ...]:
        """Return the roles that a policy means by these names; an account may exist for several hosts."""
        wanted = set(users)
        return tuple(name for name, role in self.roles.items() if role.user in wanted or name in wanted)

    def holds(self, role: str) -> frozenset[str]:
        """Return the roles whose rights a role always has: itself, everybody, and those that it inherits."""
        if role not in self._held:
            self._held[role] = self._reached(role, lambda m: m.inherits) | {PUBLIC}
        return self._held[role]

    def becomes(self, role: str) -> frozenset[str]:
        """Return the roles whose rights a role has or that it may act as, itself among them."""
        if role not in self._become:
            self._become[role] = self._reached(role, lambda m: m.inherits or m.becomes)
        return self._become[role]

    def acted(self, roles: Iterable[str]) -> set[str]:
        """Return the roles that some roles may act as without having their rights."""
        return {other for role in roles for other in self.becomes(role) - self.holds(role)}

    def may(self, role: str, privileges: Collection[str], table: str, column: str | None = None) -> bool:
        """Return whether a role has any of these privileges on a relation, or on one of its columns."""
        if role in self.roles and self.roles[role].administers:
            return True
        held, relation = self.holds(role), self.relations[table]
        everywhere = {p for name, given in self.data_roles.items() if name in held for p in given}
        if relation.owner in held or everywhere & set(privileges):
            return True
        return self.enters(role, relation.schema) and any(self.through(role, privileges, table, column))

    def granted(self, table: str) -> list[Grant]:
        """Return all grants on a relation."""
        return self._granted[table]

    def through(
        self, role: str, privileges: Collection[str], table: str, column: str | None = None
    ) -> list[Grant]:
        """Return the grants that give a role any of these privileges on a relation or a column.

        They are its own, and those of the roles whose rights it has.
        """
        return [
            grant
            for grantee in sorted(self.holds(role))
            for grant in self._granted_to.get((table, grantee), ())
            if grant.privilege in privileges
            and (not grant.columns or column is None or column in grant.columns)
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
        owns = relation.owner in self.holds(role) and not relation.forced
        return known.administers or known.bypasses or owns

    def filtered(self, role: str, table: str) -> bool | None:
        """Return whether row-level security hides some rows of a table from a role; None: it hides all."""
        if not self.relations[table].secured or self.escapes(role, table):
            return False
        held = self.holds(role)
        shown = any(
            policy.permissive and policy.command in ("ALL", "SELECT") and policy.roles & held
            for policy in self.policies_of(table)
        )
        return True if shown else None

    def strangers(
        self, declared: Collection[str], trusted: Collection[str], table: str | None = None
    ) -> tuple[str, ...]:
        """Return the roles against which a table must be guarded.

        They are the roles that the policy declares, else every ordinary role that logs in. A role is ordinary
        if it does not administer, bypass row-level security, own the table or run the audit, and if the
        policy does not trust it. The ordinary roles that these may act as, without having their rights, come
        with them: an API acts as its users. The last one is everybody.
        """
        kept = {self._owner(table), self.role, *self.called(trusted)}
        first = self.connecting(declared, trusted, table)
        acting = first if self.called(declared) else (*first, self.role)
        acted = {role for role in self.acted(acting) if role not in kept and self._is_ordinary(role)}
        return (*first, *sorted(acted - set(first)), PUBLIC)

    def connecting(
        self, declared: Collection[str], trusted: Collection[str], table: str | None = None
    ) -> tuple[str, ...]:
        """Return those of the strangers to a table that log in themselves."""
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
