"""Who may do what on a MySQL or MariaDB server, by its catalogue; of the accounts of others only who may read
`mysql` sees anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditkit.dataset.errors import SourceError
from auditkit.dataset.mysql_catalogue import like, quoted
from auditkit.dataset.names import kind_of_value
from auditkit.dataset.rights import (
    PROVIDERS,
    PUBLIC,
    Entrance,
    Grant,
    GuardedRelation,
    Rights,
    Role,
    RoleMembership,
    is_loopback,
)
from auditkit.outcome import Cause, Missing

Run = Callable[[str], list[tuple[Any, ...]]]

_USER = """
    SELECT u.User, u.Host, {is_role}, u.Super_priv = 'Y', u.Create_user_priv = 'Y', u.plugin, {secret}, {locked}, u.ssl_type <> '',
           {expires}
    FROM mysql.user u {beside} ORDER BY u.User, u.Host"""
_MARIADB = {
    "is_role": "u.is_role = 'Y'",
    "secret": "coalesce(json_value(p.Priv, '$.authentication_string'), '') <> ''",
    "locked": "coalesce(json_value(p.Priv, '$.account_locked'), 'false') IN ('true', '1')",
    "expires": (
        "CASE WHEN coalesce(json_value(p.Priv, '$.password_lifetime'), @@default_password_lifetime) > 0 THEN"
        " date_format(from_unixtime(json_value(p.Priv, '$.password_last_changed')) + INTERVAL"
        " coalesce(json_value(p.Priv, '$.password_lifetime'), @@default_password_lifetime) DAY,"
        " '%Y-%m-%d') END"
    ),
    "beside": "LEFT JOIN mysql.global_priv p ON p.User = u.User AND p.Host = u.Host",
}
_MYSQL = {
    "is_role": "u.account_locked = 'Y' AND u.authentication_string = ''",
    "secret": "u.authentication_string <> ''",
    "locked": "u.account_locked = 'Y'",
    "expires": (
        "CASE WHEN coalesce(u.password_lifetime, @@default_password_lifetime) > 0 THEN"
        " date_format(u.password_last_changed + INTERVAL coalesce(u.password_lifetime,"
        " @@default_password_lifetime) DAY, '%Y-%m-%d') END"
    ),
    "beside": "",
}
_MEMBERS = "SELECT Role, '', User, Host FROM mysql.roles_mapping"
_EDGES = "SELECT FROM_USER, FROM_HOST, TO_USER, TO_HOST FROM mysql.role_edges"
_GLOBAL = "SELECT grantee, privilege_type FROM information_schema.user_privileges"
_SCHEMA = "SELECT grantee, privilege_type, table_schema FROM information_schema.schema_privileges"
_TABLE = "SELECT grantee, privilege_type, table_schema, table_name FROM information_schema.table_privileges"
_COLUMN = (
    "SELECT grantee, privilege_type, table_schema, table_name, column_name FROM"
    " information_schema.column_privileges"
)
_SETTINGS = """
    SHOW GLOBAL VARIABLES WHERE variable_name IN ('general_log', 'slow_query_log', 'server_audit_logging', 'audit_log_policy',
    'require_secure_transport', 'old_passwords', 'server_audit_events')"""
_SYSTEM = frozenset({"mariadb.sys", "mysql.sys", "mysql.session", "mysql.infoschema"})
_GRANTEE = re.compile(r"'(.*)'@'(.*)'", re.DOTALL)
_NO_RIGHT = "this role may not see the accounts of others: GRANT SELECT ON mysql.* to it"
_MEANS = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "ALTER", "DROP", "GRANT OPTION", "CREATE USER", "SUPER", "FILE"}
)


@dataclass(frozen=True)
class Place:
    """Where a listed relation is, by real names; `columns` are the shown names of its columns by the real
    ones.
    """

    name: str
    kind: str
    schema: str
    table: str
    columns: Mapping[str, str]


def rights_of(run: Run, places: list[Place], *, is_mariadb: bool, user: str) -> Rights:
    """Return who may do what.

    Args:
        run: reads the catalogue; raises SourceError where this user may not.
        places: the relations that are listed.
        is_mariadb: whether the server is MariaDB; its catalogue differs.
        user: the audit's own account, as `user@host`.
    """
    server = "MariaDB" if is_mariadb else "MySQL"
    relations = {
        p.name: GuardedRelation(
            p.name,
            p.kind,
            "",
            None,
            f"{quoted(p.schema)}.{quoted(p.table)}",
            types=dict.fromkeys(p.columns.values(), ""),
        )
        for p in places
    }
    settings = {str(name).lower(): str(value) for name, value in run(_SETTINGS)}
    try:
        told = run(_USER.format(**(_MARIADB if is_mariadb else _MYSQL)))
    except SourceError as error:
        missing = Missing(error.missing.cause, _NO_RIGHT)
        unseen = dict.fromkeys(("grants", "passwords", "sessions", "entrances"), missing)
        return Rights(server, "mysql", "this role", relations=relations, settings=settings, unseen=unseen)
    engaged = {
        _grantee(g)
        for query in (_GLOBAL, _SCHEMA, _TABLE, _COLUMN)
        for g, privilege, *_ in run(query)
        if privilege != "USAGE"
    }
    roles = {
        r.name: replace(r, engaged=r.name in engaged)
        for r in (_role(*row) for row in told if row[0] != PUBLIC)
    }
    members = run(_MEMBERS if is_mariadb else _EDGES)
    own, _, at = user.rpartition("@")
    return Rights(
        server=server,
        dialect="mysql",
        role=shown_account(own, at),
        roles=roles,
        memberships=tuple(
            RoleMembership(shown_account(r, h), shown_account(u, at)) for r, h, u, at in members
        ),
        relations=relations,
        grants=tuple(_grants(run, places, relations)),
        entrances=tuple(_entrances(roles, settings)),
        settings=settings,
        unseen={
            "sessions": Missing(Cause.NOT_APPLICABLE, f"{server} does not say which programs are connected")
        },
    )


def shown_account(user: str, host: str) -> str:
    """Return how an account is shown: as MySQL writes it, a role by its name; an address or a name that is a
    value is not shown.

    >>> shown_account("app", "%"), shown_account("desk", ""), shown_account("app", "10.0.0.7"), shown_account("jane@example.org", "%")
    ("'app'@'%'", 'desk', "'app'@'(address)'", "'(value)'@'%'")
    """
    name = "(value)" if kind_of_value(user) else user
    place = host if host in ("%", "localhost", "") else "(address)"
    return f"'{name}'@'{place}'" if place else name


def _role(
    user: str,
    host: str,
    is_role: int,
    administers: int,
    creates: int,
    plugin: str | None,
    has_secret: int,
    locked: int,
    needs_tls: int,
    expires: str | None,
) -> Role:
    by_socket = plugin in ("unix_socket", "auth_socket")
    password = "peer" if by_socket else "none" if not has_secret else plugin or "mysql_native_password"
    origin = "local" if is_loopback(host) else "any" if host in ("%", "%.%", "0.0.0.0/0.0.0.0") else "some"
    return Role(
        shown_account(user, host), user, not is_role and not locked, bool(administers), False, bool(creates),
        user in _SYSTEM or PROVIDERS.fullmatch(user) is not None, expires, password, None, None, origin,
        bool(needs_tls),
    )  # fmt: skip


def _entrances(roles: Mapping[str, Role], settings: Mapping[str, str]) -> Iterator[Entrance]:
    """Yield how each account is let in: every account is a rule."""
    always = settings.get("require_secure_transport") == "ON"
    for role in roles.values():
        if role.logs_in and not role.built_in:
            method = (
                "anonymous" if not role.user else "trust" if role.password == "none" else str(role.password)
            )
            yield Entrance(role.name, role.host, method, always or role.needs_tls or role.host == "local")


def _grants(run: Run, places: list[Place], relations: Mapping[str, GuardedRelation]) -> Iterator[Grant]:
    """Yield what is granted on each relation: by itself, by its columns, by its schema, or with
    everything.
    """
    for grantee, privilege in run(_GLOBAL):
        if privilege in _MEANS:
            yield from (Grant(_grantee(grantee), privilege, p.name, "*.*") for p in places)
    for grantee, privilege, schema in run(_SCHEMA):
        here = [p for p in places if like(schema, p.schema)]
        yield from (Grant(_grantee(grantee), privilege, p.name, f"{quoted(schema)}.*") for p in here)
    at = {(p.schema, p.table): p for p in places}
    for grantee, privilege, schema, table in run(_TABLE):
        if (place := at.get((schema, table))) is not None:
            yield Grant(_grantee(grantee), privilege, place.name, relations[place.name].sql)
    columns: dict[tuple[str, str, Any, Any], list[str]] = defaultdict(list)
    for grantee, privilege, schema, table, column in run(_COLUMN):
        columns[_grantee(grantee), privilege, schema, table].append(column)
    for (grantee, privilege, schema, table), named in columns.items():
        if (place := at.get((schema, table))) is not None:
            told = tuple(place.columns[c] for c in named if c in place.columns)
            if told:
                yield Grant(grantee, privilege, place.name, relations[place.name].sql, told)


def _grantee(text: str) -> str:
    found = _GRANTEE.fullmatch(text)
    user, host = found.groups() if found else (text, "")
    return PUBLIC if (user, host) == (PUBLIC, "") else shown_account(user, host)
