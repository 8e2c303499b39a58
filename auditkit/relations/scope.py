"""The tenant scope of every table: declared in the policy, or proposed from names and references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditkit.policy import Policy, PolicyError
from auditkit.relations import names
from auditkit.relations.infer import Tables, called_key
from auditkit.relations.membership import is_membership
from auditkit.relations.references import Boundary, Origin, Reference, Scope, ScopeKind
from auditkit.vocabulary import did_you_mean

ROOTS = ("tenant", "organization", "organisation", "org", "workspace", "company", "team", "account")
"""Names of tables whose rows may be tenants, the surest first."""
STEPS = 4


def boundary_of(policy: Policy, tables: Tables) -> Boundary | None:
    """Return what separates tenants: what the policy declares, else what the tables' names propose, else
    None.

    A root is proposed where at least two other tables carry a column that names it.

    Raises:
        PolicyError: the declared root is no table, or has no key of one column.
        SourceError: the declared root cannot be read.
    """
    tenancy = policy.tenancy
    if tenancy is None or not tenancy.root:
        return _proposed(tables)
    tables.readable(tenancy.root)
    if tenancy.root not in tables.all:
        raise PolicyError.at(
            policy,
            ("tenancy", "root"),
            f"there is no table {tenancy.root!r}.{did_you_mean(tenancy.root, tables.all)}",
        )
    key = called_key(tenancy.root, tables.unique(tenancy.root))
    if key is None:
        raise PolicyError.at(
            policy,
            ("tenancy", "root"),
            f"{tenancy.root} has no key of one column: declare it, or name the table whose rows are tenants",
        )
    return Boundary(tenancy.root, key, tenancy.key, Origin.POLICY)


def _proposed(tables: Tables) -> Boundary | None:
    for word in ROOTS:
        for root in tables.all:
            if names.singular(root) != word or (key := tables.key(root)) is None:
                continue
            columns = [
                c
                for name, table in tables.all.items()
                if name != root
                for c in table.columns
                if names.stem(c) == word
            ]
            if len(columns) >= 2:
                return Boundary(root, key, max(sorted(set(columns)), key=columns.count), Origin.INFERRED)
    return None


def scopes_of(
    policy: Policy, tables: Tables, references: Iterable[Reference], boundary: Boundary | None
) -> dict[str, Scope]:
    """Return the scope of every table; without a boundary all are unknown."""
    if boundary is None:
        return {name: Scope(ScopeKind.UNKNOWN, "nothing says what a tenant is") for name in tables.all}
    references = tuple(references)
    scopes = {
        name: s for name in tables.all if (s := _own(policy, tables, name, references, boundary)) is not None
    }
    derived = {}
    for name in tables.all:
        if name not in scopes:
            paths = sorted(_paths(name, references, scopes), key=_preference)
            told = f"through {paths[0][0]}" if paths else "no column and no reference leads to a tenant"
            derived[name] = Scope(ScopeKind.DERIVED if paths else ScopeKind.UNKNOWN, told, paths=tuple(paths))
    return {name: scopes.get(name) or derived[name] for name in tables.all}


def _preference(path: tuple[Reference, ...]) -> tuple[int, int, int]:
    """Return how well a path tells the tenant, the best first: what a row is part of before who acted on it,
    near before far.
    """
    acting = sum(names.is_role(names.stem(c) or c) for r in path for c in r.columns)
    return acting, len(path), sum(r.origin is Origin.INFERRED for r in path)


def _own(
    policy: Policy, tables: Tables, name: str, references: tuple[Reference, ...], boundary: Boundary
) -> Scope | None:
    """Return the scope that a table has by itself, or None where only its references can tell."""
    tenancy, declared = policy.tenancy, policy.table(name)
    if name == boundary.root:
        return Scope(ScopeKind.ROOT, "its rows are the tenants", boundary.root_key)
    if tenancy is not None and name in tenancy.shared:
        return Scope(ScopeKind.GLOBAL, "declared as belonging to no tenant")
    column = (declared.tenant_key if declared is not None else None) or boundary.key
    if declared is not None and declared.tenant_key:
        tables.require(policy, name, declared.tenant_key, ("tables", name, "tenant_key"))
    if column is None or column not in tables.all[name].columns:
        direct = [
            r.columns[0]
            for r in references
            if r.table == name and r.parent == boundary.root and len(r.columns) == 1
        ]
        column = direct[0] if len(direct) == 1 else None
    if column is None:
        return None
    member = (
        name in {m.table for m in tenancy.membership} if tenancy is not None and tenancy.membership else None
    )
    if member is None:
        member = is_membership(tables, name, references, boundary.root)
    shared = tenancy is not None and name in tenancy.null_is_shared
    kind = ScopeKind.MEMBERSHIP if member else ScopeKind.DIRECT
    return Scope(kind, f"{column} carries the tenant", column, null_is_shared=shared)


def _paths(
    name: str, references: tuple[Reference, ...], scopes: Mapping[str, Scope]
) -> Iterator[tuple[Reference, ...]]:
    """Yield every way from a table of no tenant of its own to one that has it, of at most four steps.

    A parent that has its own tenant ends a path; a self reference is no step of one.
    """
    open_paths: list[tuple[Reference, ...]] = [(r,) for r in references if r.table == name and not r.is_self]
    while open_paths:
        path = open_paths.pop(0)
        end = path[-1].parent
        if end in scopes:
            if scopes[end].kind in (ScopeKind.ROOT, ScopeKind.DIRECT):
                yield path
        elif len(path) < STEPS:
            seen = {r.table for r in path}
            open_paths += [(*path, r) for r in references if r.table == end and r.parent not in seen]
