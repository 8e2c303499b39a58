"""The tenant scopes of tables that the audit cannot read: the catalogue shows the names of their columns."""

from __future__ import annotations

from dataclasses import replace

from auditkit.dataset.rights import Rights
from auditkit.policy import Policy
from auditkit.relations.references import Boundary, Origin, Relations, Scope, ScopeKind


def with_catalogue_scopes(rights: Rights, policy: Policy, relations: Relations | None) -> Relations:
    """Return relations in which tables that cannot be read have a scope too, by the names of their columns.

    Args:
        rights: the catalogue of the server.
        policy: what is declared.
        relations: what is known from the tables; None where no table can be read.
    """
    known = relations or Relations((), {}, (), None)
    boundary = known.boundary or (_boundary_in_catalogue(rights, policy) if relations is None else None)
    if boundary is None:
        return known
    scopes = {}
    for name in rights.relations:
        scope = _scope_in_catalogue(rights, policy, boundary, name)
        if scope is not None:
            scopes[name] = scope
    return replace(known, scopes={**scopes, **known.scopes}, boundary=boundary)


def _boundary_in_catalogue(rights: Rights, policy: Policy) -> Boundary | None:
    """Return the boundary that the policy declares, where the catalogue has its root."""
    tenancy = policy.tenancy
    if tenancy is None or tenancy.root is None or tenancy.root not in rights.relations:
        return None
    types = rights.relations[tenancy.root].types
    key = next((column for column in ("id", "uuid") if column in types), "")
    return Boundary(tenancy.root, key, tenancy.key, Origin.POLICY)


def _scope_in_catalogue(rights: Rights, policy: Policy, boundary: Boundary, name: str) -> Scope | None:
    """Return the scope that the policy or a column gives to a table, or None."""
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
