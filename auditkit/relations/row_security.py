"""The row policy that keeps a tenant's rows to its own sessions, as the statements that make it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from auditkit.dataset.rights import Rights, RowPolicy
from auditkit.dataset.sql import identifier, literal
from auditkit.policy import Policy
from auditkit.relations.references import Boundary, Origin, Reference, Relations, Scope, ScopeKind

SETTING = "app.tenant_id"
"""The setting that tells the tenant where nothing says which."""
_SETTING = re.compile(
    r"(?<!string_to_array\()current_setting\('([a-z_]\w*(?:\.\w+)+)'(?!(?:::text)?(?:, \w+)?\)+::[\w ]+\[\])",
    re.IGNORECASE,
)
"""A setting that a policy reads; one that is a list of tenants is none that says the tenant."""
_NAMES_TENANT = re.compile(r"tenant|org|account|workspace|company|team|customer", re.IGNORECASE)
_TEXT = frozenset({"text", "character varying", "character", "citext", "name"})


def strangers(rights: Rights, policy: Policy, table: str | None = None) -> tuple[str, ...]:
    """Return the roles against whom a table is guarded: the application's and those of low trust, or every
    ordinary one.
    """
    return rights.strangers(*_named(policy), table)


def connecting(rights: Rights, policy: Policy) -> tuple[str, ...]:
    """Return those of these roles that connect by themselves."""
    return rights.connecting(*_named(policy))


def declares_strangers(rights: Rights, policy: Policy) -> bool:
    """Return whether the policy says which roles these are."""
    return bool(rights.called(_named(policy)[0]))


def _named(policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the roles that a policy distrusts, and those that it trusts."""
    told = policy.roles
    return ((*told.application, *told.low_trust), tuple(told.administrator)) if told is not None else ((), ())


def by_catalogue(rights: Rights, policy: Policy, relations: Relations | None) -> Relations:
    """Return relations with the tenant scope, by the names of its columns, of each table that cannot be read;
    None: none can.
    """
    tenancy = policy.tenancy
    known = relations or Relations((), {}, (), None)
    boundary = known.boundary
    if (
        relations is None
        and tenancy is not None
        and tenancy.root is not None
        and tenancy.root in rights.relations
    ):
        types = rights.relations[tenancy.root].types
        boundary = Boundary(
            tenancy.root, next((c for c in ("id", "uuid") if c in types), ""), tenancy.key, Origin.POLICY
        )
    if boundary is None:
        return known
    told = {
        name: s for name in rights.relations if (s := _by_columns(rights, policy, boundary, name)) is not None
    }
    return replace(known, scopes={**told, **known.scopes}, boundary=boundary)


def _by_columns(rights: Rights, policy: Policy, boundary: Boundary, name: str) -> Scope | None:
    """Return the scope that a table's own columns give it, or None."""
    tenancy, declared, types = policy.tenancy, policy.table(name), rights.relations[name].types
    if tenancy is not None and name in tenancy.shared:
        return Scope(ScopeKind.GLOBAL, "declared as belonging to no tenant")
    if name == boundary.root:
        return Scope(ScopeKind.ROOT, "its rows are the tenants", boundary.root_key or None)
    column = (declared.tenant_key if declared is not None else None) or boundary.key
    if column not in types:
        return None
    shared = tenancy is not None and name in tenancy.null_is_shared
    return Scope(ScopeKind.DIRECT, f"{column} carries the tenant", column, null_is_shared=shared)


def setting_of(declared: str | None, policies: Iterable[RowPolicy]) -> str:
    """Return the setting by which a session says its tenant: the declared one, else the one that most row
    policies read.
    """
    found = Counter(
        name for p in policies for text in (p.using, p.check) if text for name in _SETTING.findall(text)
    )
    tenant = [name for name, _ in found.most_common() if _NAMES_TENANT.search(name.partition(".")[2])]
    return declared or next(iter(tenant), SETTING)


def condition(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the condition, as PostgreSQL's SQL, that holds of the rows of a session's tenant; None where no
    column tells it.

    Without the setting it raises: a session that has not said its tenant gets an error, not every row and not
    none.
    """
    scope = relations.scopes.get(table)
    if scope is None or not scope.is_tenant:
        return None
    if scope.kind is ScopeKind.DERIVED:
        return _through(rights, relations, scope.paths[0], setting)
    return _own(rights, table, scope.column, setting, prefix="") if scope.column is not None else None


def _own(rights: Rights, table: str, column: str, setting: str, prefix: str) -> str:
    kind = rights.relations[table].types.get(column, "text")
    cast = "" if kind in _TEXT else f"::{kind}"
    return f"{prefix}{identifier(column)} = (SELECT current_setting({literal(setting)}){cast})"


def _through(rights: Rights, relations: Relations, path: tuple[Reference, ...], setting: str) -> str:
    """Return that there is a row to which a row's references lead that is the tenant's own."""
    first, *rest = path
    child, parent = rights.relations[first.table].sql, rights.relations[first.parent]
    keys = [
        f"{parent.sql}.{identifier(key)} = {child}.{identifier(column)}"
        for column, key in zip(first.columns, first.parent_columns, strict=True)
    ]
    column = relations.scopes[first.parent].column
    if rest:
        keys.append(_through(rights, relations, tuple(rest), setting))
    elif column is not None:
        keys.append(_own(rights, first.parent, column, setting, f"{parent.sql}."))
    return f"EXISTS (SELECT 1 FROM {parent.sql} WHERE {' AND '.join(keys)})"


def secured(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the statements that put a table without row-level security under it; policies that it has
    already are left as they are.
    """
    at = rights.relations[table].sql
    on = f"ALTER TABLE {at} ENABLE ROW LEVEL SECURITY; ALTER TABLE {at} FORCE ROW LEVEL SECURITY"
    if rights.policies_of(table):
        return on
    told = _clauses(relations, rights, table, setting)
    return f"{on}; CREATE POLICY tenant_isolation ON {at} {told}" if told is not None else None


def floor(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the statement that narrows every policy of a table to the tenant, whatever they say; None where
    no column tells it.
    """
    told, at = _clauses(relations, rights, table, setting), rights.relations[table].sql
    return (
        f"DROP POLICY IF EXISTS tenant_floor ON {at}; CREATE POLICY tenant_floor ON {at} AS RESTRICTIVE"
        f" {told}"
        if told is not None
        else None
    )


def _clauses(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    told, scope = condition(relations, rights, table, setting), relations.scopes.get(table)
    if told is None or scope is None:
        return None
    seen = (
        f"{told} OR {identifier(scope.column)} IS NULL"
        if scope.null_is_shared and scope.column is not None
        else told
    )
    return f"USING ({seen}) WITH CHECK ({told})"
