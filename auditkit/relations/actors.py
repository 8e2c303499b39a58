"""Who acts on the rows of a tenant, and whether they are a member of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.dataset.clock import clock
from auditkit.relations import names
from auditkit.relations.key_text import same_key
from auditkit.relations.moments import creation_column
from auditkit.relations.references import (
    OF_A_TENANT,
    Membership,
    Origin,
    Reference,
    Relations,
    ScopeKind,
    weakest,
)
from auditkit.relations.row_tenants import (
    PARENT_TENANT,
    TENANT,
    membership_pairs,
    membership_spans,
    with_tenant,
)

OUTSIDER = "auditkit_outsider"
_HISTORY = frozenset(
    "created created_by updated updated_by modified modified_by deleted_by uploaded_by imported_by".split()
)
"""Names of columns that record who once changed a row: people leave, and the row stays."""


@dataclass(frozen=True)
class ActorReference(Item):
    """A reference from a row of a tenant to a person, with the memberships that say where they may act."""

    reference: Reference
    memberships: tuple[Membership, ...]

    @property
    def origin(self) -> Origin:
        """The least certain origin of the reference and the memberships."""
        return weakest([self.reference.origin, *(m.origin for m in self.memberships)])

    @property
    def is_history(self) -> bool:
        """Whether the reference only records who once created or changed the row."""
        return (names.stem(self.reference.columns[0]) or "") in _HISTORY

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it adds to the place of an outcome."""
        return self.reference.locus

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return self.reference.reaches


def actor_references_of(relations: Relations, table: str) -> Iterator[ActorReference]:
    """Yield the references by which people act on the rows of a tenant's table.

    References between people, such as to a manager, are left out.
    """
    if relations.scopes[table].kind not in OF_A_TENANT:
        return
    for reference in relations.of(table):
        memberships = relations.members_of(reference.parent, reference.parent_columns)
        if memberships and not reference.is_self and table not in {m.table for m in memberships}:
            yield ActorReference(reference, memberships)


def with_actor_tenants(
    tables: Mapping[str, ir.Table], relations: Relations, actor: ActorReference
) -> ir.Table:
    """Return rows with their tenant, the tenant of the person they refer to, and whether that is an outsider.

    `PARENT_TENANT` is the row's own tenant where the person is a member of it, else another tenant of the
    person. `OUTSIDER` is true where the person exists and is not a member of the row's tenant. The tenant of
    the person's own row counts as a membership. Staff are never outsiders.

    Where the begin or the end of memberships and the creation of rows are known, the membership must have
    been valid when the row was created. Else any membership counts.
    """
    (column,) = actor.reference.columns
    rows = with_tenant(tables, relations, actor.reference.table)
    pairs = membership_pairs(tables, relations, actor.memberships)
    people = _people_without_staff(tables, relations, actor.reference, pairs)
    joined = rows.left_join(people, same_key(rows[column], people.auditkit_person))
    joined = _with_membership(tables, relations, actor, joined, column, pairs)
    is_member = joined.auditkit_in.notnull() | (joined.auditkit_own == joined[TENANT]).fill_null(False)
    is_outsider = joined[TENANT].notnull() & joined.auditkit_person.notnull() & ~is_member
    return joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        joined[TENANT],
        **{PARENT_TENANT: is_member.ifelse(joined[TENANT], joined.auditkit_home), OUTSIDER: is_outsider},
    )


def _people_without_staff(
    tables: Mapping[str, ir.Table], relations: Relations, reference: Reference, pairs: ir.Table
) -> ir.Table:
    """Return the people whom a reference can mean, except staff, with their tenants.

    The columns are `auditkit_person`, the key; `auditkit_own`, the tenant of the person's own row, or null;
    and `auditkit_home`, that tenant, else the first tenant that the person is a member of.
    """
    (key,) = reference.parent_columns
    people, staff = tables[reference.parent], relations.staff.get(reference.parent)
    if staff is not None:
        people = people.filter(~staff.fill_null(False))
    first = pairs.group_by("auditkit_user").aggregate(auditkit_in=pairs.auditkit_in.min())
    known = people.select(auditkit_person=people[key])
    homes = known.left_join(first, same_key(known.auditkit_person, first.auditkit_user))
    homes = homes.select(
        "auditkit_person", auditkit_home=homes.auditkit_in, auditkit_own=ibis.null(homes.auditkit_in.type())
    )
    if relations.scopes[reference.parent].kind is not ScopeKind.DIRECT:
        return homes
    own = with_tenant(tables, relations, reference.parent)
    own = own.select(auditkit_key=own[key], auditkit_of=own[TENANT])
    joined = homes.left_join(own, same_key(homes.auditkit_person, own.auditkit_key))
    return joined.select(
        joined.auditkit_person,
        auditkit_home=ibis.coalesce(joined.auditkit_of, joined.auditkit_home),
        auditkit_own=joined.auditkit_of,
    )


def _with_membership(
    tables: Mapping[str, ir.Table],
    relations: Relations,
    actor: ActorReference,
    rows: ir.Table,
    column: str,
    pairs: ir.Table,
) -> ir.Table:
    """Return rows with `auditkit_in`: the row's tenant where the person was a member of it, else null."""
    has_spans = any(m.since is not None or m.until is not None for m in actor.memberships)
    created = creation_column(tables[actor.reference.table]) if has_spans else None
    if created is None:
        return _with_any_membership(rows, column, pairs)
    dated = rows.mutate(auditkit_begun=clock(rows[created]).moment)
    valid = _valid_acts(dated, column, membership_spans(tables, relations, actor.memberships))
    ever = _with_any_membership(dated, column, pairs)
    same_act = [
        ever[column] == valid.auditkit_who,
        ever[TENANT] == valid.auditkit_where,
        ever.auditkit_begun == valid.auditkit_when,
    ]
    joined = ever.left_join(valid, same_act)
    was_member = joined.auditkit_begun.isnull() | joined.auditkit_who.notnull()
    return joined.select(
        *[joined[c] for c in rows.columns], auditkit_in=was_member.ifelse(joined.auditkit_in, None)
    )


def _with_any_membership(rows: ir.Table, column: str, pairs: ir.Table) -> ir.Table:
    """Return rows with `auditkit_in`: the row's tenant where the person ever was a member of it."""
    is_same = same_key(rows[column], pairs.auditkit_user)
    joined = rows.left_join(pairs, [is_same, rows[TENANT] == pairs.auditkit_in])
    return joined.select(*[joined[c] for c in rows.columns], joined.auditkit_in)


def _valid_acts(dated: ir.Table, column: str, spans: ir.Table) -> ir.Table:
    """Return who acted where and when, as far as they were a member there at that time."""
    acts = dated.select(
        auditkit_who=dated[column], auditkit_where=dated[TENANT], auditkit_when=dated.auditkit_begun
    ).distinct()
    is_same = same_key(acts.auditkit_who, spans.auditkit_user)
    met = acts.join(spans, [is_same, acts.auditkit_where == spans.auditkit_in])
    has_begun = met.auditkit_since.isnull() | (met.auditkit_since <= met.auditkit_when)
    has_not_ended = met.auditkit_until.isnull() | (met.auditkit_when < met.auditkit_until)
    valid = met.filter(has_begun & has_not_ended)
    return valid.select("auditkit_who", "auditkit_where", "auditkit_when").distinct()
