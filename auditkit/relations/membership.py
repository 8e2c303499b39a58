"""Who may act in which tenant: the tables that the policy declares, else those with a clear name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from auditkit.dataset import SourceError
from auditkit.policy import Policy
from auditkit.relations import names
from auditkit.relations.key_text import same_key
from auditkit.relations.references import Membership, Origin, Reference, Scope, ScopeKind
from auditkit.relations.tables import Tables

FEWEST = 20
"""With fewer memberships their share in other tenants says nothing."""
RARE = 0.05
"""Memberships in another tenant than the member's own are leaks where they are rarer than this."""


def is_membership(tables: Tables, name: str, references: Iterable[Reference], root: str) -> bool:
    """Return whether a table that carries a tenant is clearly a table of memberships.

    It is named so, or by the tenant and the people that it connects (`tenant_users`), and it refers to
    another table whose rows are people.

    Args:
        tables: the tables.
        name: the table.
        references: those of the table.
        root: the table of the tenants.
    """
    nouns = {names.singular(word) for word in names.words(name).split("_")}
    tenant = names.singular(root)
    is_named_so = any("member" in noun for noun in nouns)
    connects_people = tenant in nouns and bool((nouns - {tenant}) & names.PEOPLE)
    return (is_named_so or connects_people) and any(_refers_to_people(tables, r) for r in references)


def without_strays(
    policy: Policy, tables: Tables, references: Iterable[Reference], scopes: Mapping[str, Scope]
) -> dict[str, Scope]:
    """Return the scopes, without memberships that nearly always are in the member's own tenant.

    Where people have a tenant of their own, a table such as `class_members` only lists who is in a class.
    Then the few rows with a member of another tenant are leaks, and nobody may act in a tenant through them.
    What connects nothing but people and tenants is left as it is: to cross tenants is its purpose.
    """
    references = tuple(references)
    kept = dict(scopes)
    for m in memberships_of(policy, tables, references, scopes):
        person = scopes[m.people]
        if m.origin is Origin.POLICY or person.kind is not ScopeKind.DIRECT:
            continue
        parents = {r.parent for r in references if r.table == m.table and not _refers_to_people(tables, r)}
        lists_a_thing = any(scopes[parent].kind is not ScopeKind.ROOT for parent in parents)
        if lists_a_thing and _are_strays(tables, m, person):
            kept[m.table] = replace(scopes[m.table], kind=ScopeKind.DIRECT)
    return kept


def _are_strays(tables: Tables, membership: Membership, person: Scope) -> bool:
    """Return whether only a few memberships are in another tenant than the member's own."""
    if person.column is None or not tables.joinable(membership.table, membership.people):
        return False
    rows = tables.all[membership.table].select(user=membership.user, tenant=membership.tenant)
    people = tables.all[membership.people].select(member=membership.key, home=person.column)
    both = rows.join(people, same_key(rows.user, people.member))
    both = both.filter(both.tenant.notnull() & both.home.notnull())
    elsewhere = both.count(where=~same_key(both.tenant, both.home))
    try:
        (counted,) = tables.dataset.fetch(both.aggregate(n=both.count(), elsewhere=elsewhere))
    except SourceError:  # whoever reads the table says so
        return False
    n, strays = int(counted["n"]), int(counted["elsewhere"] or 0)
    return n >= FEWEST and 0 < strays < RARE * n


def memberships_of(
    policy: Policy, tables: Tables, references: Iterable[Reference], scopes: Mapping[str, Scope]
) -> Iterator[Membership]:
    """Yield the memberships that the policy declares, else those that are clear from names.

    A table of memberships is left out where it is unknown which of its columns is the member.

    Raises:
        PolicyError: a declared table does not have a declared column.
    """
    by_place = {(r.table, r.columns): r for r in references}
    if policy.tenancy is not None and policy.tenancy.membership:
        yield from _declared(policy, tables, by_place)
        return
    for table, scope in scopes.items():
        if scope.kind is not ScopeKind.MEMBERSHIP or scope.column is None:
            continue
        people = [
            r
            for r in by_place.values()
            if r.table == table and len(r.columns) == 1 and _refers_to_people(tables, r)
        ]
        if (member := _member(people)) is not None:
            (user,), (key,) = member.columns, member.parent_columns
            yield Membership(table, user, scope.column, member.parent, key, Origin.INFERRED)


def _declared(
    policy: Policy, tables: Tables, by_place: Mapping[tuple[str, tuple[str, ...]], Reference]
) -> Iterator[Membership]:
    assert policy.tenancy is not None
    for i, m in enumerate(policy.tenancy.membership):
        if m.table not in tables.all:
            continue
        for key, column in (("user", m.user), ("tenant", m.tenant), ("from", m.since), ("until", m.until)):
            if column is not None:
                tables.require(policy, m.table, column, ("tenancy", "membership", i, key))
        if (r := by_place.get((m.table, (m.user,)))) is not None:
            people_key = r.parent_columns[0]
            yield Membership(m.table, m.user, m.tenant, r.parent, people_key, Origin.POLICY, m.since, m.until)


def _refers_to_people(tables: Tables, reference: Reference) -> bool:
    people = names.is_people(reference.parent, tables.all[reference.parent].columns)
    return people and not reference.is_self


def _member(people: list[Reference]) -> Reference | None:
    """Return the reference to the member, and not to the person who invited the member."""
    without_role = [r for r in people if not names.is_role(names.stem(r.columns[0]) or r.columns[0])]
    if len(without_role) == 1:
        return without_role[0]
    return people[0] if len(people) == 1 else None
