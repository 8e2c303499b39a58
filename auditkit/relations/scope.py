"""The tenant scope of every table: declared in the policy, or proposed from names and references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditkit.dataset import SourceError
from auditkit.policy import Policy, PolicyError
from auditkit.relations import names
from auditkit.relations.membership import is_membership
from auditkit.relations.references import CARRIES, Boundary, Origin, Reference, Scope, ScopeKind
from auditkit.relations.tables import Tables, usual_key
from auditkit.vocabulary import did_you_mean

ROOTS = ("tenant", "organization", "organisation", "org", "workspace", "company", "team", "account")
"""Names of tables whose rows may be tenants, the likeliest first."""
LONGEST_PATH = 4
"""How many references a path to a tenant may have."""


def boundary_of(policy: Policy, tables: Tables) -> Boundary | None:
    """Return what separates tenants: what the policy declares, else what names propose, else None.

    A table is proposed as the root where at least two other tables have a column that names it.

    Raises:
        PolicyError: the declared root is not a table, or has no key of one column.
        SourceError: the declared root cannot be read.
    """
    tenancy = policy.tenancy
    if tenancy is None or not tenancy.root:
        return _proposed(tables)
    tables.require_readable(tenancy.root, policy)
    place = ("tenancy", "root")
    if tenancy.root not in tables.all:
        hint = did_you_mean(tenancy.root, tables.all)
        raise PolicyError.at(policy, place, f"there is no table {tenancy.root!r}.{hint}")
    key = usual_key(tenancy.root, tables.unique(tenancy.root))
    if key is None:
        raise PolicyError.at(
            policy,
            place,
            f"{tenancy.root} has no key of one column: declare one in the database, or name another table",
        )
    return Boundary(tenancy.root, key, tenancy.key, Origin.POLICY)


def _proposed(tables: Tables) -> Boundary | None:
    for noun in ROOTS:
        for root in tables.all:
            if names.singular(root) != noun or (key := tables.key(root)) is None:
                continue
            columns = [
                column
                for name, table in tables.all.items()
                if name != root
                for column in table.columns
                if names.stem(column) == noun
            ]
            if len(columns) >= 2:
                most_common = max(sorted(set(columns)), key=columns.count)
                return Boundary(root, key, most_common, Origin.INFERRED)
    return None


def scopes_of(
    policy: Policy, tables: Tables, references: Iterable[Reference], boundary: Boundary | None
) -> dict[str, Scope]:
    """Return the scope of every table; without a boundary every scope is unknown."""
    if boundary is None:
        evidence = "neither the policy nor the data says what a tenant is"
        return {name: Scope(ScopeKind.UNKNOWN, evidence) for name in tables.all}
    of: dict[str, list[Reference]] = {name: [] for name in tables.all}
    for reference in references:
        of[reference.table].append(reference)
    own = {name: _own_scope(policy, tables, name, of[name], boundary) for name in tables.all}
    scopes = {name: scope for name, scope in own.items() if scope is not None}
    return {name: scopes[name] if name in scopes else _derived_scope(name, of, scopes) for name in tables.all}


def _derived_scope(name: str, of: Mapping[str, list[Reference]], scopes: Mapping[str, Scope]) -> Scope:
    """Return the scope that its references give to a table without a tenant of its own.

    Args:
        name: the table.
        of: the references of every table.
        scopes: the tables that have a scope of their own.
    """
    paths = tuple(sorted(_paths(name, of, scopes), key=_preference))
    if not paths:
        return Scope(ScopeKind.UNKNOWN, "no column and no reference leads to a tenant")
    return Scope(ScopeKind.DERIVED, f"through {paths[0][0]}", paths=paths)


def _preference(path: tuple[Reference, ...]) -> tuple[int, int, int]:
    """Return the rank of a path, the best first.

    What a row is a part of comes before the people who acted on it, and a short path before a long one.
    """
    people = sum(names.is_role(names.stem(column) or column) for r in path for column in r.columns)
    return people, len(path), sum(r.origin is Origin.INFERRED for r in path)


def _own_scope(
    policy: Policy, tables: Tables, name: str, references: Sequence[Reference], boundary: Boundary
) -> Scope | None:
    """Return the scope that the policy or a column gives to a table, or None where only references can."""
    tenancy = policy.tenancy
    if name == boundary.root:
        return Scope(ScopeKind.ROOT, "its rows are the tenants", boundary.root_key)
    if tenancy is not None and name in tenancy.shared:
        return Scope(ScopeKind.GLOBAL, "declared as belonging to no tenant")
    column = _tenant_column(policy, tables, name, references, boundary)
    declared = policy.table(name)
    is_stated = (declared is not None and declared.tenant_key) or (tenancy and name in tenancy.null_is_shared)
    if column is None or (not is_stated and _is_optional(tables, name, column, references, boundary)):
        return None
    if tenancy is not None and tenancy.membership:
        member = name in {m.table for m in tenancy.membership}
    else:
        member = is_membership(tables, name, references, boundary.root)
    return Scope(
        ScopeKind.MEMBERSHIP if member else ScopeKind.DIRECT,
        f"{column} carries the tenant",
        column,
        null_is_shared=tenancy is not None and name in tenancy.null_is_shared,
    )


def _tenant_column(
    policy: Policy, tables: Tables, name: str, references: Sequence[Reference], boundary: Boundary
) -> str | None:
    """Return the column that carries the tenant: by its name, else its only reference to the root."""
    declared = policy.table(name)
    own_key = declared.tenant_key if declared is not None else None
    if own_key:
        tables.require(policy, name, own_key, ("tables", name, "tenant_key"))
    column = own_key or boundary.key
    if column is not None and column in tables.all[name].columns:
        return column
    to_root = [r.columns[0] for r in references if r.parent == boundary.root and len(r.columns) == 1]
    return to_root[0] if len(to_root) == 1 else None


def _is_optional(
    tables: Tables, name: str, column: str, references: Iterable[Reference], boundary: Boundary
) -> bool:
    """Return whether a column names another tenant than the row's own, such as `accepted_in_id`.

    Its name does not say the tenant, some rows have none, and the row belongs to something else too.
    """
    noun = names.stem(column) or column
    says_tenant = (
        column == boundary.key or names.fits(noun, boundary.root) or noun == names.stem(boundary.key or "")
    )
    if says_tenant or not any(
        r.table == name and r.columns != (column,) and not r.is_self for r in references
    ):
        return False
    try:
        counts = tables.counts(name, column)
    except SourceError:  # whoever reads the table says so
        return False
    return counts.filled < counts.rows


def _paths(
    name: str, of: Mapping[str, list[Reference]], scopes: Mapping[str, Scope]
) -> Iterator[tuple[Reference, ...]]:
    """Yield every path of references from a table to one that carries its tenant.

    A parent with a tenant of its own ends a path. A reference to the same table is not followed.
    """
    unfinished: list[tuple[Reference, ...]] = [(r,) for r in of[name] if not r.is_self]
    while unfinished:
        path = unfinished.pop(0)
        end = path[-1].parent
        if end in scopes:
            if scopes[end].kind in (ScopeKind.ROOT, *CARRIES):
                yield path
        elif len(path) < LONGEST_PATH:
            seen = {r.table for r in path}
            unfinished += [(*path, r) for r in of[end] if r.parent not in seen]
