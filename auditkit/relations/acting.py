"""Who acts on the rows of a tenant, and whether he is a member of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.dataset.clock import clock
from auditkit.relations import names
from auditkit.relations.moments import begun
from auditkit.relations.owner import PARENT_TENANT, TENANT, lasted, members, owned
from auditkit.relations.references import OF_A_TENANT, Membership, Origin, Reference, Relations, ScopeKind

OUTSIDER = "auditkit_outsider"
_HISTORY = frozenset(
    "created created_by updated updated_by modified modified_by deleted_by uploaded_by imported_by".split()
)
"""What is only kept to know who once touched a row: people leave, the row stays."""


@dataclass(frozen=True)
class Acting(Item):
    """A reference from a tenant's row to a person, and the memberships that say where the person may act."""

    reference: Reference
    memberships: tuple[Membership, ...]

    @property
    def origin(self) -> Origin:
        """The less sure of the reference and the memberships."""
        return max((self.reference.origin, *(m.origin for m in self.memberships)), key=list(Origin).index)

    @property
    def is_history(self) -> bool:
        """Whether it only says who once made or changed the row."""
        return (names.stem(self.reference.columns[0]) or "") in _HISTORY

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return self.reference.locus

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return self.reference.reaches


def acting_of(relations: Relations, table: str) -> Iterator[Acting]:
    """Yield the references by which people act on the rows of a tenant's table; a hierarchy of people is no
    act.
    """
    if relations.scopes[table].kind not in OF_A_TENANT:
        return
    for reference in relations.of(table):
        memberships = relations.members_of(reference.parent, reference.parent_columns)
        if memberships and not reference.is_self and table not in {m.table for m in memberships}:
            yield Acting(reference, memberships)


def acted(tables: Mapping[str, ir.Table], relations: Relations, acting: Acting) -> ir.Table:
    """Return rows with their tenant, that of the person (the row's, where he is a member of it), and whether
    he is an outsider.

    The tenant of the person's own row counts as a membership; staff and people who are no row of their table
    are left out. Where it is told from when to when a membership lasts, and when a row came to be, it must
    have lasted then; else any that ever was counts.
    """
    reference = acting.reference
    (column,), (key,) = reference.columns, reference.parent_columns
    rows = owned(tables, relations, reference.table)
    people, staff = tables[reference.parent], relations.staff.get(reference.parent)
    if staff is not None:
        people = people.filter(~staff.fill_null(False))
    may = members(tables, acting.memberships)
    first = may.group_by("auditkit_user").aggregate(auditkit_in=may.auditkit_in.min())
    known = people.select(auditkit_person=people[key])
    home = known.left_join(first, known.auditkit_person == first.auditkit_user)
    home = home.select(
        "auditkit_person", auditkit_home=home.auditkit_in, auditkit_own=ibis.null(home.auditkit_in.type())
    )
    if relations.scopes[reference.parent].kind is ScopeKind.DIRECT:
        own = owned(tables, relations, reference.parent)
        own = own.select(auditkit_key=own[key], auditkit_of=own[TENANT])
        beside = home.left_join(own, home.auditkit_person == own.auditkit_key)
        first_of_all = ibis.coalesce(beside.auditkit_of, beside.auditkit_home)
        home = beside.select(
            beside.auditkit_person, auditkit_home=first_of_all, auditkit_own=beside.auditkit_of
        )
    joined = rows.left_join(home, rows[column] == home.auditkit_person)
    joined = _let_in(tables, acting, joined, column, may)
    at_home = joined.auditkit_in.notnull() | (joined.auditkit_own == joined[TENANT]).fill_null(False)
    outsider = joined[TENANT].notnull() & joined.auditkit_person.notnull() & ~at_home
    own_columns = [joined[c] for c in rows.columns if c != TENANT]
    return joined.select(
        *own_columns,
        joined[TENANT],
        **{PARENT_TENANT: at_home.ifelse(joined[TENANT], joined.auditkit_home), OUTSIDER: outsider},
    )


def _let_in(
    tables: Mapping[str, ir.Table], acting: Acting, rows: ir.Table, column: str, may: ir.Table
) -> ir.Table:
    """Return rows with `auditkit_in`: the row's tenant where the person was a member of it, else null."""
    lasting = any(m.since is not None or m.until is not None for m in acting.memberships)
    began_at = begun(tables[acting.reference.table]) if lasting else None
    if began_at is None:
        joined = rows.left_join(may, [rows[column] == may.auditkit_user, rows[TENANT] == may.auditkit_in])
        return joined.select(*[joined[c] for c in rows.columns], joined.auditkit_in)
    dated = rows.mutate(auditkit_begun=clock(rows[began_at]).moment)
    acts = dated.select(
        auditkit_who=dated[column], auditkit_where=dated[TENANT], auditkit_when=dated.auditkit_begun
    ).distinct()
    spans = lasted(tables, acting.memberships)
    met = acts.join(
        spans, [acts.auditkit_who == spans.auditkit_user, acts.auditkit_where == spans.auditkit_in]
    )
    since = met.auditkit_since.isnull() | (met.auditkit_since <= met.auditkit_when)
    until = met.auditkit_until.isnull() | (met.auditkit_when < met.auditkit_until)
    then = met.filter(since & until).select("auditkit_who", "auditkit_where", "auditkit_when").distinct()
    ever = dated.left_join(may, [dated[column] == may.auditkit_user, dated[TENANT] == may.auditkit_in])
    ever = ever.select(*[ever[c] for c in dated.columns], ever.auditkit_in)
    matches = [
        ever[column] == then.auditkit_who,
        ever[TENANT] == then.auditkit_where,
        ever.auditkit_begun == then.auditkit_when,
    ]
    both = ever.left_join(then, matches)
    let_in = (both.auditkit_begun.isnull() | both.auditkit_who.notnull()).ifelse(both.auditkit_in, None)
    return both.select(*[both[c] for c in rows.columns], auditkit_in=let_in)
