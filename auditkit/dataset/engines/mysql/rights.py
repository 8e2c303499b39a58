"""Who may do what on a MySQL or MariaDB server, by its catalogue.

A user sees the accounts of others only with a right to read the database `mysql`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditkit.dataset.engines.mysql.grants import like
from auditkit.dataset.engines.mysql.statements import MySQLStatements
from auditkit.dataset.errors import SourceError
from auditkit.dataset.places import Place
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
from auditkit.dataset.sql import Run, backticked
from auditkit.naming.names import kind_of_value
from auditkit.outcome import Cause, Missing

_USER = """
    SELECT u.User, u.Host, {is_role}, u.Super_priv = 'Y', u.Create_user_priv = 'Y', u.plugin, {secret},
           {locked}, u.ssl_type <> '', {expires}
    FROM mysql.user u {joined} ORDER BY u.User, u.Host"""
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
    "joined": "LEFT JOIN mysql.global_priv p ON p.User = u.User AND p.Host = u.Host",
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
    "joined": "",
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
    SHOW GLOBAL VARIABLES WHERE variable_name IN
    ('general_log', 'slow_query_log', 'server_audit_logging', 'audit_log_policy', 'require_secure_transport',
     'old_passwords', 'server_audit_events')"""
_SYSTEM = frozenset({"mariadb.sys", "mysql.sys", "mysql.session", "mysql.infoschema"})
_GRANTEE = re.compile(r"'(.*)'@'(.*)'", re.DOTALL)
_NO_RIGHT = "this role may not see the accounts of others: GRANT SELECT ON mysql.* to it"
_ON_DATA = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "ALTER", "DROP", "GRANT OPTION", "CREATE USER", "SUPER", "FILE"}
)
"""The global privileges that say something about the data."""


@dataclass(frozen=True)
class Listed:
    """A listed relation: its shown name, its kind, and where it is."""

    shown: str
    kind: str
    place: Place

    @property
    def sql(self) -> str:
        """Its name as SQL."""
        return self.place.sql(backticked)


def rights_of(run: Run, listed: Sequence[Listed], *, is_mariadb: bool, user: str) -> Rights:
    """Return who may do what.

    Args:
        run: reads the catalogue; raises SourceError where this user may not.
        listed: the relations.
        is_mariadb: whether the server is MariaDB, whose catalogue differs.
        user: the audit's own account, as `user@host`.
    """
    server = "MariaDB" if is_mariadb else "MySQL"
    relations = {
        r.shown: GuardedRelation(
            r.shown, r.kind, owner="", schema=None, sql=r.sql, types=dict.fromkeys(r.place.columns, "")
        )
        for r in listed
    }
    seen = Rights(
        server,
        "this role",
        MySQLStatements(is_mariadb),
        relations=relations,
        settings={str(name).lower(): str(value) for name, value in run(_SETTINGS)},
    )
    try:
        accounts = run(_USER.format(**(_MARIADB if is_mariadb else _MYSQL)))
    except SourceError as error:
        missing = Missing(error.missing.cause, _NO_RIGHT)
        return replace(seen, unseen=dict.fromkeys(("grants", "passwords", "sessions", "entrances"), missing))
    engaged = _engaged(run)
    found = (_role(*account) for account in accounts if account[0] != PUBLIC)
    roles = {role.name: replace(role, engaged=role.name in engaged) for role in found}
    own_user, _, own_host = user.rpartition("@")
    memberships = tuple(
        RoleMembership(shown_account(role, role_host), shown_account(member, host))
        for role, role_host, member, host in run(_MEMBERS if is_mariadb else _EDGES)
    )
    no_sessions = Missing(Cause.NOT_APPLICABLE, f"{server} does not say which programs are connected")
    return replace(
        seen,
        role=shown_account(own_user, own_host),
        roles=roles,
        memberships=memberships,
        grants=tuple(_grants(run, listed)),
        entrances=tuple(_entrances(roles, seen.settings)),
        unseen={"sessions": no_sessions},
    )


def shown_account(user: str, host: str) -> str:
    """Return how an account is shown: as MySQL writes it, without addresses and names that are values.

    >>> shown_account("app", "%"), shown_account("desk", "")
    ("'app'@'%'", 'desk')
    >>> shown_account("app", "10.0.0.7"), shown_account("jane@example.org", "%")
    ("'app'@'(address)'", "'(value)'@'%'")
    """
    name = "(value)" if kind_of_value(user) else user
    place = host if host in ("%", "localhost", "") else "(address)"
    return f"'{name}'@'{place}'" if place else name


def _engaged(run: Run) -> set[str]:
    """Return the accounts that have a right to something."""
    queries = (_GLOBAL, _SCHEMA, _TABLE, _COLUMN)
    return {_grantee(to) for query in queries for to, privilege, *_ in run(query) if privilege != "USAGE"}


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
    from_anywhere = host in ("%", "%.%", "0.0.0.0/0.0.0.0")
    return Role(
        shown_account(user, host),
        user,
        logs_in=not is_role and not locked,
        administers=bool(administers),
        creates_roles=bool(creates),
        built_in=user in _SYSTEM or PROVIDERS.fullmatch(user) is not None,
        expires=expires,
        password=password,
        host="local" if is_loopback(host) else "any" if from_anywhere else "some",
        needs_tls=bool(needs_tls),
    )


def _entrances(roles: Mapping[str, Role], settings: Mapping[str, str]) -> Iterator[Entrance]:
    """Yield how each account is let in: every account is a rule."""
    always_tls = settings.get("require_secure_transport") == "ON"
    for role in roles.values():
        if role.logs_in and not role.built_in:
            method = "trust" if role.password == "none" else str(role.password)
            needs_tls = always_tls or role.needs_tls or role.host == "local"
            yield Entrance(role.name, role.host, method if role.user else "anonymous", needs_tls)


def _grants(run: Run, listed: Sequence[Listed]) -> Iterator[Grant]:
    """Yield what is granted on each relation, on its columns, on its schema, or on everything."""
    for to, privilege in run(_GLOBAL):
        if privilege in _ON_DATA:
            yield from (Grant(_grantee(to), privilege, r.shown, "*.*") for r in listed)
    for to, privilege, schema in run(_SCHEMA):
        on = f"{backticked(schema)}.*"
        here = [r for r in listed if like(schema, r.place.schema)]
        yield from (Grant(_grantee(to), privilege, r.shown, on) for r in here)
    by_place = {(r.place.schema, r.place.table): r for r in listed}
    for to, privilege, schema, table in run(_TABLE):
        if (relation := by_place.get((schema, table))) is not None:
            yield Grant(_grantee(to), privilege, relation.shown, relation.sql)
    columns: dict[tuple[str, str, Any, Any], list[str]] = defaultdict(list)
    for to, privilege, schema, table, column in run(_COLUMN):
        columns[_grantee(to), privilege, schema, table].append(column)
    for (to, privilege, schema, table), granted in columns.items():
        if (relation := by_place.get((schema, table))) is not None:
            shown = {real: new for new, real in relation.place.columns.items()}
            if names := tuple(shown[c] for c in granted if c in shown):
                yield Grant(to, privilege, relation.shown, relation.sql, names)


def _grantee(text: str) -> str:
    found = _GRANTEE.fullmatch(text)
    user, host = found.groups() if found else (text, "")
    return PUBLIC if (user, host) == (PUBLIC, "") else shown_account(user, host)
