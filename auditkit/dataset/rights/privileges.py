"""What a server's catalogue says of roles, of the relations that they may use, and of who is let in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from auditkit.naming.names import kind_of_value

PUBLIC = "PUBLIC"
"""The grantee for everybody: every role has what it is granted."""
READS = frozenset({"SELECT"})
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "TRUNCATE"})
PROVIDERS = re.compile(
    r"rdsadmin|rdsrepladmin|rdstopmgr|rds_(superuser|replication|password|iam|ad|reserved)|azuresu|azure_(superuser|pg_admin)|cloudsql[a-z]+"
    r"|alloydb[a-z]+|neon_superuser|supabase_(admin|(auth|storage|functions|replication|realtime|etl)_admin|read_only_user)"
)  # fmt: skip
"""Roles with which cloud providers run their servers; a customer cannot change them."""


@dataclass(frozen=True)
class Role:
    """A role; on MySQL and MariaDB also an account.

    Attributes:
        name: under which it is shown.
        user: what a policy calls it.
        logs_in: it may log in.
        administers: no right is checked for it.
        bypasses: row-level security does not bind it.
        creates_roles: it may create roles.
        built_in: the server or its provider brought it.
        expires: the ISO date from which its password is refused.
        password: how its password is kept; `none` where it has no password, None where this cannot be seen.
        programs: how many different programs are connected as it now; None where this cannot be seen.
        interactive: how many of these programs are tools that a person works with; None likewise.
        host: from where it may connect: `any`, `some` or `local`.
        needs_tls: it may connect over TLS alone.
        engaged: it owns something or has a right to something, in any database of the server.
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
    """A role is a member of another: it may have the rights of that role, or act as it."""

    role: str
    member: str
    inherits: bool = True
    becomes: bool = True


@dataclass(frozen=True)
class Grant:
    """Somebody may do something with a relation, or with some of its columns.

    `on` is, as SQL, the object on which the right was granted.
    """

    grantee: str
    privilege: str
    table: str
    on: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SchemaGrant:
    """Somebody may use a schema, or create in it."""

    grantee: str
    privilege: str
    schema: str


@dataclass(frozen=True)
class DefaultGrant:
    """What a role grants on every table that it will create, in one schema or in all of them (None)."""

    owner: str
    schema: str | None
    grantee: str
    privilege: str


@dataclass(frozen=True)
class GuardedRelation:
    """A relation as its server guards it.

    Attributes:
        name: under which it is shown.
        kind: table, view and so on.
        owner: the role that owns it.
        schema: the schema that holds it.
        sql: its name as SQL.
        secured: it has row-level security.
        forced: row-level security binds its owner too.
        invoker: for a view, the rights of whoever reads it count.
        is_part: it is a partition.
        of_extension: an extension brought it.
        types: the types of its columns, by shown name.
        required: the columns that may not be null.
        definition: the text of a view.
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
    """A row policy: which rows a command may see (`using`) and leave behind (`check`).

    Both are SQL texts that may hold values.
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
        """Return whether the policy binds all of these roles when they run a command."""
        return self.command in ("ALL", command) and (PUBLIC in self.roles or set(roles) <= self.roles)


@dataclass(frozen=True)
class Routine:
    """A function or procedure that runs with the rights of its owner.

    Attributes:
        name: under which it is shown.
        sql: its name with its arguments.
        schema: the schema that holds it.
        owner: the role that owns it.
        fixed_path: it sets its own search path.
        runs_for: the roles that may call it.
        returns_rows: it returns rows, or documents with what is in rows, and no single values.
        definition: its text, which may hold values.
    """

    name: str
    sql: str
    schema: str
    owner: str
    fixed_path: bool
    runs_for: frozenset[str]
    returns_rows: bool = False
    definition: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PlainFunction:
    """The text of a function that row policies may call.

    Attributes:
        name: as row policies write it.
        is_readable: it is written in SQL or PL/pgSQL.
        is_definer: it runs with the rights of its owner.
        body: its text, which may hold values.
    """

    name: str
    is_readable: bool
    is_definer: bool
    body: str = field(repr=False)


@dataclass(frozen=True)
class Entrance:
    """A rule that lets clients in.

    `origin` is where they come from (`local`, `loopback`, `some`, `any`), `method` how they prove who they
    are, and `needs_tls` whether they must use TLS.
    """

    name: str
    origin: str
    method: str
    needs_tls: bool


@dataclass(frozen=True)
class Probed:
    """What a role sees of a table as one tenant: of that tenant's rows, and of the rows of all others."""

    own_visible: int
    own: int
    others_visible: int
    others: int


def is_loopback(host: str) -> bool:
    """Return whether an address or the name of a host means the machine itself.

    >>> [is_loopback(host) for host in ("localhost", "127.0.1.1", "::1", "10.0.0.7", "db.example.org", "")]
    [True, True, True, False, False, False]
    """
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.[\d%]+)+", host) is not None


def shown_names(names: Iterable[str], kind: str) -> dict[str, str]:
    """Return how roles, schemas or policies are shown: by their names, except a name that is itself a value.

    >>> shown_names(["app", "jane.roe@example.org"], "role")
    {'app': 'app', 'jane.roe@example.org': 'role 2'}
    """
    return {name: f"{kind} {n}" if kind_of_value(name) else name for n, name in enumerate(names, 1)}
