"""Who may act in which tenant: the tables that the policy names, else those that are named like one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditkit.policy import Policy
from auditkit.relations import names
from auditkit.relations.infer import Tables
from auditkit.relations.references import Membership, Origin, Reference, Scope, ScopeKind


def is_membership(tables: Tables, name: str, references: Iterable[Reference], root: str) -> bool:
    """Return whether a table with a tenant is clearly one of memberships.

    It is called so, or by the tenant and the people it joins (`tenant_users`), and it refers to a table of
    people other than itself.
    """
    called = {names.singular(word) for word in names.words(name).split("_")}
    tenant = names.singular(root)
    told = any("member" in word for word in called) or (
        tenant in called and bool((called - {tenant}) & names.PEOPLE)
    )
    return told and any(
        r.table == name and not r.is_self and names.is_people(r.parent, tables.all[r.parent].columns)
        for r in references
    )


def memberships_of(
    policy: Policy, tables: Tables, references: Iterable[Reference], scopes: Mapping[str, Scope]
) -> Iterator[Membership]:
    """Yield the memberships that are declared, else those that are clear from names; one whose people cannot
    be told is none.

    Raises:
        PolicyError: a declared table has no such column.
    """
    by_place = {(r.table, r.columns): r for r in references}
    declared = policy.tenancy.membership if policy.tenancy is not None else ()
    for i, m in enumerate(declared):
        if m.table not in tables.all:
            continue
        for key, column in (("user", m.user), ("tenant", m.tenant), ("from", m.since), ("until", m.until)):
            if column is not None:
                tables.require(policy, m.table, column, ("tenancy", "membership", i, key))
        if (r := by_place.get((m.table, (m.user,)))) is not None:
            yield Membership(
                m.table, m.user, m.tenant, r.parent, r.parent_columns[0], Origin.POLICY, m.since, m.until
            )
    if declared:
        return
    for name, scope in scopes.items():
        if scope.kind is not ScopeKind.MEMBERSHIP or scope.column is None:
            continue
        people = [
            r
            for (table, columns), r in by_place.items()
            if table == name
            and len(columns) == 1
            and not r.is_self
            and names.is_people(r.parent, tables.all[r.parent].columns)
        ]
        if (chosen := _who(people)) is not None:
            yield Membership(
                name,
                chosen.columns[0],
                scope.column,
                chosen.parent,
                chosen.parent_columns[0],
                Origin.INFERRED,
            )


def _who(people: list[Reference]) -> Reference | None:
    """Return the reference to the member, not to whoever invited him."""
    plain = [r for r in people if not names.is_role(names.stem(r.columns[0]) or r.columns[0])]
    return plain[0] if len(plain) == 1 else people[0] if len(people) == 1 else None
