"""What the row policies of a server keep, table by table: where each stands, and which tables are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from auditkit.dataset.rights import PUBLIC, Rights, RowPolicy
from auditkit.policy import Policy
from auditkit.relations.queries import silenced_parser
from auditkit.relations.references import Relations, ScopeKind
from auditkit.row_security.blind_functions import blind_functions
from auditkit.row_security.roles import strangers, visitors
from auditkit.row_security.surroundings import OwnerColumns, Surroundings
from auditkit.row_security.weaknesses import Held, Place, is_readable, keeps, shows_every_row, weaknesses_of

_SERVICES = frozenset({"service_role", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin"})
"""Roles of a provider's own services, under which no user acts."""
_HARMLESS = {"no_check", "silent_setting"}
"""Weaknesses of a restrictive policy that still keeps every row to the tenant."""
_COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def owner_columns(rights: Rights, relations: Relations, table: str) -> OwnerColumns:
    """Return the columns of a table that say whose a row is."""
    scope, guarded = relations.scopes.get(table), rights.relations[table]
    key = frozenset({"id"}) & guarded.types.keys()
    references = frozenset(column for r in relations.of(table) for column in r.columns)
    if scope is None or not scope.is_tenant:
        return OwnerColumns(table, persons=references | key, required=guarded.required)
    tenant = frozenset(
        {scope.column} if scope.column is not None else {c for path in scope.paths for c in path[0].columns}
    )
    shared = scope.null_is_shared or scope.kind is ScopeKind.DERIVED
    return OwnerColumns(table, tenant, (references | key) - tenant, guarded.required, shared)


def trusted_roles(rights: Rights, policy: Policy) -> frozenset[str]:
    """Return the roles that may see every row: administrators, and the services of a provider."""
    trusted = {role.name for role in rights.roles.values() if role.administers or role.bypasses}
    roles = policy.roles
    if roles is None:
        return frozenset(trusted | _SERVICES)
    untrusted = rights.called((*roles.application, *roles.low_trust))
    return frozenset((trusted | _SERVICES - set(untrusted)) | set(rights.called(roles.administrator)))


def surroundings_of(rights: Rights, policy: Policy, relations: Relations) -> Surroundings:
    """Return which tables are kept to the session by policies of their own, and what else is known of them.

    A policy may rely on another table that is kept: it is read after that one.
    """
    tenanted = frozenset(
        name
        for name, scope in relations.scopes.items()
        if scope.is_tenant and scope.kind is not ScopeKind.ROOT
    )
    users = frozenset(role.lower() for role in (*strangers(rights, policy), *visitors(rights, policy)))
    known = Surroundings(tenanted=tenanted, views=_views(rights), blind=blind_functions(rights), users=users)
    trusted = trusted_roles(rights, policy)
    open_tables = {name for name, guarded in rights.relations.items() if guarded.secured}
    while True:
        new = {
            name
            for name in open_tables
            if _is_kept(rights, trusted, name, Place(owner_columns(rights, relations, name), known))
        }
        if not new:
            return known
        open_tables -= new
        known = replace(known, kept=known.kept | new)


def _is_kept(rights: Rights, trusted: frozenset[str], table: str, place: Place) -> bool:
    """Return whether the row policies of a table show a session no row of others."""
    reading = [
        p for p in rights.policies_of(table) if p.command in ("ALL", "SELECT") and not p.roles <= trusted
    ]
    if any(not other.permissive and keeps(other, place) and PUBLIC in other.roles for other in reading):
        return True
    permissive = [policy for policy in reading if policy.permissive]
    sound = [policy for policy in permissive if keeps(policy, place)]
    beside = Place(place.columns, place.around, is_beside=True)
    return bool(sound) and all(
        policy in sound or (is_readable(policy) and not set(weaknesses_of(policy, beside).found) - _HARMLESS)
        for policy in permissive
    )


def _views(rights: Rights) -> dict[str, exp.Query]:
    """Return the queries of the views that row policies read.

    A view that reads as its owner is not bound by the policies of the tables behind it.
    """
    texts = " ".join(text for policy in rights.policies for text in (policy.using, policy.check) if text)
    found = {}
    for name, guarded in rights.relations.items():
        short = name.rpartition(".")[2]
        if guarded.kind != "view" or guarded.definition is None or short not in texts:
            continue
        query = _parsed_view(guarded.definition)
        if query is not None:
            if not guarded.invoker:
                for table in query.find_all(exp.Table):
                    table.set("db", exp.to_identifier("read as the owner"))
            found[short] = query
    return found


def _parsed_view(text: str) -> exp.Query | None:
    try:
        with silenced_parser():
            query = sqlglot.parse_one(text, read="postgres")
    except (SqlglotError, RecursionError):
        return None
    return query if isinstance(query, exp.Query) else None


def place_of(
    rights: Rights, declared: RowPolicy, columns: OwnerColumns, around: Surroundings, held: Held | None
) -> Place:
    """Return where a row policy stands: the columns of its table, and the other policies beside it."""
    command = "SELECT" if declared.command == "ALL" else declared.command
    plain = Place(columns, around)
    is_beside = any(
        other.permissive
        and other != declared
        and other.concerns(command, declared.roles)
        and keeps(other, plain)
        for other in rights.policies_of(declared.table)
    )
    return Place(columns, around, is_beside, held)


def is_restricted(rights: Rights, declared: RowPolicy, place: Place) -> bool:
    """Return whether restrictive policies keep to the tenant everything that a policy allows."""
    roles = frozenset({PUBLIC}) if PUBLIC in declared.roles else declared.roles
    commands = _COMMANDS if declared.command == "ALL" else (declared.command,)
    sound = [
        other
        for other in rights.policies_of(declared.table)
        if place.columns.tenant
        and not other.permissive
        and other.name != declared.name
        and is_readable(other)
        and not set(weaknesses_of(other, place).found) - _HARMLESS
    ]
    return all(any(other.concerns(command, roles) for other in sound) for command in commands)


def rows_shown(rights: Rights, role: str, table: str) -> str | None:
    """Return which rows of a table a role sees: `all`, `filtered` by row policies, or none (None)."""
    filtered = rights.filtered(role, table)
    if not filtered:
        return None if filtered is None else "all"
    reading = [
        policy
        for policy in rights.policies_of(table)
        if policy.command in ("ALL", "SELECT") and policy.roles & rights.holds(role)
    ]
    return "all" if _show_every_row(reading, table) else "filtered"


def _show_every_row(policies: Collection[RowPolicy], table: str) -> bool:
    """Return whether policies together hide no row of a table."""
    shows: Iterable[bool] = (shows_every_row(p, table) for p in policies if p.permissive)
    hides = (not shows_every_row(p, table) for p in policies if not p.permissive)
    return any(shows) and not any(hides)
