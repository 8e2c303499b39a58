"""Ways around row-level security: roles, views, functions, copies and partitions that it does not bind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from auditkit.dataset.rights import PUBLIC, READS, WRITES, GuardedRelation, Rights, Role, Routine
from auditkit.dataset.sql import identifier
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.relations.references import OF_A_TENANT, Relations
from auditkit.row_security.guards import rows_shown, surroundings_of
from auditkit.row_security.roles import connecting, strangers, visitors
from auditkit.row_security.routine_reads import handed_out, shown_by_view
from auditkit.row_security.statements import revoking_ddl
from auditkit.row_security.surroundings import Surroundings

_VIEW, _COPY = "view", "materialised view"


@dataclass(frozen=True)
class Bypass:
    """A way around the row-level security of a table.

    Attributes:
        path: the kind of way.
        table: the table; None where the way leads around the row-level security of every table.
        target: the object through which the way leads.
        roles: the roles that can use it.
        severity: how bad it is.
        ddl: the SQL statement that closes it, or None.
    """

    path: str
    table: str | None
    target: str
    roles: tuple[str, ...]
    severity: Severity
    ddl: str | None


def bypasses_of(
    rights: Rights, policy: Policy, relations: Relations, people: frozenset[str]
) -> Iterator[Bypass]:
    """Yield every way around row-level security that roles other than owners and administrators can use.

    Args:
        rights: the catalogue of the server.
        policy: what is declared.
        relations: the tenants of the tables.
        people: the tables that hold people.
    """
    of_tenants = {name for name, scope in relations.scopes.items() if scope.is_tenant}
    guarded = frozenset(
        n for n in of_tenants | people if n in rights.relations and policy.exclusion(n) is None
    )
    secured = frozenset(n for n, r in rights.relations.items() if r.secured and policy.exclusion(n) is None)
    yield from _memberships(rights, policy, secured)
    around = surroundings_of(rights, policy, relations)
    yield from _views(rights, policy, around, secured)
    yield from _open_views(rights, policy, around, guarded, people)
    yield from _parts(rights, policy, secured)
    yield from _foreign_tables(rights, policy, relations)
    yield from _routines(rights, policy, secured, around, guarded)


def _memberships(rights: Rights, policy: Policy, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the roles that can act as a role which row-level security does not bind.

    The owner of a table counts as well: an owner can disable row-level security.
    """
    owners = {rights.relations[table].owner for table in secured}
    for role in connecting(rights, policy):
        if _is_unbound(rights.roles[role]):
            continue
        for strong in sorted(rights.becomes(role) - {role}):
            known = rights.roles.get(strong)
            if known is None or not (_is_unbound(known) or strong in owners):
                continue
            first = next(
                m.role for m in rights.memberships if m.member == role and strong in rights.becomes(m.role)
            )
            ddl = f"REVOKE {identifier(first)} FROM {identifier(role)}"
            path, target = f"member of {_power(known)}", f"{role} > {strong}"
            yield Bypass(path, None, target, (role,), Severity.HIGH, ddl)


def _is_unbound(role: Role) -> bool:
    """Return whether row-level security never binds a role."""
    return role.administers or role.bypasses


def _power(role: Role) -> str:
    """Return why row-level security does not bind a role."""
    if role.administers:
        return "superuser"
    return "BYPASSRLS" if role.bypasses else "owner"


def _views(rights: Rights, policy: Policy, around: Surroundings, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the views that read a table as a role which its row-level security does not bind."""
    for name, view in rights.relations.items():
        if view.kind not in (_VIEW, _COPY) or view.of_extension or policy.exclusion(name) is not None:
            continue
        readers = _readers(rights, policy, name)
        if not readers:
            continue
        for table in sorted(_tables_read_unbound(rights, name, secured)):
            if view.kind == _COPY:
                ddl = revoking_ddl(rights, readers, READS, name, "SELECT")
                yield Bypass(_COPY, table, name, readers, Severity.HIGH, ddl)
            elif not _keeps_to_reader(rights, view, around, table):
                ddl = f"ALTER VIEW {view.sql} SET (security_invoker = true)"
                yield Bypass(_VIEW, table, name, readers, Severity.HIGH, ddl)


def _tables_read_unbound(rights: Rights, name: str, secured: frozenset[str]) -> set[str]:
    """Return the tables that a view reads as a role which their row-level security does not bind.

    Row-level security never binds a copy. A view that reads with the rights of its caller is not followed:
    the caller needs a right to each table behind it.
    """
    view = rights.relations[name]
    start = (name, None if view.invoker else view.owner, view.kind == _COPY)
    found, seen, ahead = set[str](), {start}, [start]
    while ahead:  # views can read each other in a circle, though PostgreSQL refuses to run them
        current, reader, is_copied = ahead.pop()
        if reader is None and not is_copied:
            continue
        for read in rights.views.get(current, ()):
            inner = rights.relations[read]
            if read in secured and (is_copied or (reader is not None and rights.escapes(reader, read))):
                found.add(read)
            elif inner.kind in (_VIEW, _COPY):
                step = (read, reader if inner.invoker else inner.owner, is_copied or inner.kind == _COPY)
                if step not in seen:
                    ahead.append(step)
                seen.add(step)
    return found


def _keeps_to_reader(rights: Rights, view: GuardedRelation, around: Surroundings, table: str) -> bool:
    """Return whether a view selects the rows of the session's tenant, so that it protects the table.

    Views inside of the view are read with it.
    """
    shown = shown_by_view(view, rights, around)
    return shown is not None and table in rights.views.get(view.name, ()) and table not in shown


def _open_views(
    rights: Rights, policy: Policy, around: Surroundings, guarded: frozenset[str], people: frozenset[str]
) -> Iterator[Bypass]:
    """Yield the views that show visitors people of a table which they may not read, without row policies."""
    for name in sorted(people & rights.views.keys()):
        view = rights.relations[name]
        if view.of_extension or policy.exclusion(name) is not None or (view.invoker and view.kind == _VIEW):
            continue
        for table in rights.views[name]:
            if table not in guarded or rights.relations[table].secured:
                continue
            readers = tuple(
                role
                for role in visitors(rights, policy)
                if rights.may(role, READS, name) and not _sees_all(rights, role, table)
            )
            if readers and not _keeps_to_reader(rights, view, around, table):
                ddl = revoking_ddl(rights, readers, READS, name, "SELECT")
                yield Bypass(view.kind, table, name, readers, Severity.HIGH, ddl)


def _parts(rights: Rights, policy: Policy, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the partitions and children of a table that can be read without the policies of the table."""
    for parent, child in _descents(rights, secured):
        part = rights.relations[child]
        if not part.secured and (readers := _readers(rights, policy, child)):
            path = "partition" if part.is_part else "child table"
            ddl = (
                f"ALTER TABLE {part.sql} ENABLE ROW LEVEL SECURITY; ALTER TABLE {part.sql} FORCE ROW LEVEL"
                " SECURITY"
            )
            yield Bypass(path, parent, child, readers, Severity.HIGH, ddl)


def _descents(rights: Rights, secured: frozenset[str]) -> list[tuple[str, str]]:
    """Return each table under row-level security with its parts, and with the parts of these parts.

    A part that is under row-level security itself ends the search.
    """
    parts: dict[str, list[str]] = defaultdict(list)
    for parent, child in rights.children:
        parts[parent].append(child)
    found = {(table, child) for table in secured for child in parts.get(table, ())}
    ahead = list(found)
    while ahead:
        table, child = ahead.pop()
        new = {(table, part) for part in parts.get(child, ()) if child not in secured} - found
        found |= new
        ahead += new
    return sorted(found)


def _foreign_tables(rights: Rights, policy: Policy, relations: Relations) -> Iterator[Bypass]:
    """Yield the foreign tables with rows of tenants: row-level security is not possible on them."""
    for name, relation in rights.relations.items():
        scope = relations.scopes.get(name)
        if relation.kind != "foreign table" or scope is None or policy.exclusion(name) is not None:
            continue
        readers = _readers(rights, policy, name) if scope.kind in OF_A_TENANT else ()
        if readers:
            ddl = revoking_ddl(rights, readers, READS | WRITES, name, "ALL")
            yield Bypass("foreign table", None, name, readers, Severity.MEDIUM, ddl)


def _routines(
    rights: Rights, policy: Policy, secured: frozenset[str], around: Surroundings, guarded: frozenset[str]
) -> Iterator[Bypass]:
    """Yield the functions that run with the rights of their owner and go around row policies or rights.

    Where such a function does not fix its search path, the caller decides in which schema it looks up names,
    and so what it runs. Others hand out rows of `guarded` tables that their caller may not see.
    """
    for routine in rights.routines:
        if routine.owner not in rights.roles:
            continue
        callers = tuple(role for role in _untrusted(rights, policy) if _may_call(rights, role, routine))
        if not callers:
            continue
        if not routine.fixed_path and any(rights.escapes(routine.owner, table) for table in secured):
            path = f"pg_catalog, {identifier(routine.schema)}, pg_temp"
            ddl = f"ALTER ROUTINE {routine.sql} SET search_path = {path}"
            yield Bypass("definer's function", None, routine.name, callers, Severity.HIGH, ddl)
        for table in sorted(handed_out(routine, rights, around) & guarded):
            shown = tuple(role for role in callers if not _sees_all(rights, role, table))
            if shown and rights.may(routine.owner, READS, table) and _is_free(rights, routine.owner, table):
                grantees = sorted({to for role in shown for to in rights.holds(role) & routine.runs_for})
                ddl = f"REVOKE EXECUTE ON FUNCTION {routine.sql} FROM {', '.join(map(_grantee, grantees))}"
                yield Bypass("function that returns rows", table, routine.name, shown, Severity.HIGH, ddl)


def _untrusted(rights: Rights, policy: Policy) -> tuple[str, ...]:
    """Return the strangers and the visitors, everybody as the last one."""
    roles = dict.fromkeys((*strangers(rights, policy), *visitors(rights, policy)))
    return (*(role for role in roles if role != PUBLIC), PUBLIC)


def _may_call(rights: Rights, role: str, routine: Routine) -> bool:
    may_run = rights.holds(role) & routine.runs_for
    return role != routine.owner and bool(may_run) and rights.enters(role, routine.schema)


def _sees_all(rights: Rights, role: str, table: str) -> bool:
    """Return whether a role may see all rows of a table by itself."""
    return rights.may(role, READS, table) and rows_shown(rights, role, table) == "all"


def _is_free(rights: Rights, owner: str, table: str) -> bool:
    """Return whether a role sees the rows of a table that its row policies hide from others."""
    return not rights.relations[table].secured or rights.escapes(owner, table)


def _grantee(role: str) -> str:
    return role if role == PUBLIC else identifier(role)


def _readers(rights: Rights, policy: Policy, name: str) -> tuple[str, ...]:
    """Return the strangers that can read a relation, without those that are never bound."""
    return tuple(
        role
        for role in strangers(rights, policy, name)
        if rights.may(role, READS, name) and (role == PUBLIC or not _is_unbound(rights.roles[role]))
    )
