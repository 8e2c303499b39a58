"""The ways past row-level security: memberships, views, functions, copies and parts of a table that it does
not bind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from auditkit.dataset.rights import PUBLIC, READS, WRITES, GuardedRelation, Rights
from auditkit.dataset.sql import identifier
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.relations.queries import reads_of
from auditkit.relations.references import Relations, ScopeKind
from auditkit.relations.row_security import connecting, strangers


@dataclass(frozen=True)
class Bypass:
    """A way past the row-level security of a table (None: of any): what it leads through, who may go it, and
    what closes it.
    """

    path: str
    table: str | None
    target: str
    roles: tuple[str, ...]
    severity: Severity
    ddl: str | None


def bypasses_of(rights: Rights, policy: Policy, relations: Relations) -> Iterator[Bypass]:
    """Yield every way past row-level security that somebody else than owners and administrators may go."""
    secured = frozenset(n for n, r in rights.relations.items() if r.secured and policy.exclusion(n) is None)
    yield from _memberships(rights, policy, secured)
    yield from _views(rights, policy, relations, secured)
    yield from _parts(rights, policy, secured)
    yield from _foreign(rights, policy, relations)
    yield from _routines(rights, policy, secured)


def _memberships(rights: Rights, policy: Policy, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the roles that may act as one whom row-level security does not bind, or as the owner of a table,
    who can turn it off.
    """
    owners = {rights.relations[t].owner for t in secured}
    for role in connecting(rights, policy):
        if rights.roles[role].administers or rights.roles[role].bypasses:
            continue
        for strong in sorted(rights.becomes(role) - {role}):
            known = rights.roles.get(strong)
            if known is None or not (known.administers or known.bypasses or strong in owners):
                continue
            first = next(
                m.role for m in rights.memberships if m.member == role and strong in rights.becomes(m.role)
            )
            path = (
                "owner"
                if not (known.administers or known.bypasses)
                else "superuser"
                if known.administers
                else "BYPASSRLS"
            )
            ddl = f"REVOKE {identifier(first)} FROM {identifier(role)}"
            yield Bypass(f"member of {path}", None, f"{role} > {strong}", (role,), Severity.HIGH, ddl)


def _views(rights: Rights, policy: Policy, relations: Relations, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the views that read a table as somebody whom its row-level security does not bind, and the copies
    of it.
    """
    for name, view in rights.relations.items():
        if (
            view.kind not in ("view", "materialised view")
            or view.of_extension
            or policy.exclusion(name) is not None
        ):
            continue
        who = _readers(rights, policy, name)
        if not who:
            continue
        for table in sorted(_read_past(rights, name, None if view.invoker else view.owner, secured)):
            if view.kind == "view" and not _is_bound(rights, relations, view, table):
                ddl = f"ALTER VIEW {view.sql} SET (security_invoker = true)"
                yield Bypass("view", table, name, who, Severity.HIGH, ddl)
            elif view.kind == "materialised view":
                told = ", ".join(sorted({g.grantee for r in who for g in rights.through(r, READS, name)}))
                yield Bypass(
                    "materialised view",
                    table,
                    name,
                    who,
                    Severity.HIGH,
                    f"REVOKE SELECT ON {view.sql} FROM {told}" if told else None,
                )


def _read_past(rights: Rights, name: str, reader: str | None, secured: frozenset[str]) -> set[str]:
    """Return the tables that a view reads as somebody whom their row-level security does not bind; a copy is
    bound by none.

    A reader None is whoever asks: he needs a right to what the view reads, and that is told of by itself.
    """
    found = set[str]()
    met = {(name, reader, rights.relations[name].kind == "materialised view")}
    ahead = list(met)
    while ahead:  # views may read each other in a circle: PostgreSQL refuses only to run them
        at, whom, copied = ahead.pop()
        if whom is None and not copied:
            continue
        for read in rights.views.get(at, ()):
            inner = rights.relations[read]
            if read in secured and (copied or (whom is not None and rights.escapes(whom, read))):
                found.add(read)
            elif inner.kind in ("view", "materialised view"):
                step = (
                    read,
                    whom if inner.invoker else inner.owner,
                    copied or inner.kind == "materialised view",
                )
                ahead += [step] if step not in met else []
                met.add(step)
    return found


def _is_bound(rights: Rights, relations: Relations, view: GuardedRelation, table: str) -> bool:
    """Return whether a view asks for the rows of one tenant itself, so that it is one of the guards."""
    scope = relations.scopes.get(table)
    if (
        scope is None
        or scope.column is None
        or view.definition is None
        or "current_setting(" not in view.definition
    ):
        return False
    reads = [
        r
        for r in reads_of(view.definition.strip(), "postgres", {table.lower(): scope.column}) or ()
        if r.table == table.lower()
    ]
    return bool(reads) and all(r.bound for r in reads)


def _parts(rights: Rights, policy: Policy, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the partitions and children of a table that are read by themselves, past the policies of the
    table.
    """
    for parent, child in _descents(rights, secured):
        part = rights.relations[child]
        if not part.secured and (who := _readers(rights, policy, child)):
            path = "partition" if part.is_part else "child table"
            ddl = (
                f"ALTER TABLE {part.sql} ENABLE ROW LEVEL SECURITY; ALTER TABLE {part.sql} FORCE ROW LEVEL"
                " SECURITY"
            )
            yield Bypass(path, parent, child, who, Severity.HIGH, ddl)


def _descents(rights: Rights, secured: frozenset[str]) -> list[tuple[str, str]]:
    """Return each table under row-level security with its parts, and theirs down to the next one under it."""
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


def _foreign(rights: Rights, policy: Policy, relations: Relations) -> Iterator[Bypass]:
    """Yield the foreign tables with rows of tenants: they cannot be put under row-level security."""
    for name, relation in rights.relations.items():
        scope = relations.scopes.get(name) if relation.kind == "foreign table" else None
        if (
            scope is not None
            and scope.kind in (ScopeKind.DIRECT, ScopeKind.DERIVED)
            and policy.exclusion(name) is None
        ):
            who = _readers(rights, policy, name)
            told = ", ".join(
                sorted({g.grantee for r in who for g in rights.through(r, READS | WRITES, name)})
            )
            if who:
                yield Bypass(
                    "foreign table",
                    None,
                    name,
                    who,
                    Severity.MEDIUM,
                    f"REVOKE ALL ON {relation.sql} FROM {told}" if told else None,
                )


def _routines(rights: Rights, policy: Policy, secured: frozenset[str]) -> Iterator[Bypass]:
    """Yield the functions that run as somebody whom row-level security does not bind, and look up names where
    their caller says.
    """
    for routine in rights.routines:
        if (
            routine.fixed_path
            or routine.owner not in rights.roles
            or not any(rights.escapes(routine.owner, t) for t in secured)
        ):
            continue
        able = [
            r for r in strangers(rights, policy) if r != routine.owner and rights.holds(r) & routine.runs_for
        ]
        if who := [r for r in able if rights.enters(r, routine.schema)]:
            ddl = (
                f"ALTER ROUTINE {routine.sql} SET search_path = pg_catalog, {identifier(routine.schema)},"
                " pg_temp"
            )
            yield Bypass("definer's function", None, routine.name, tuple(who), Severity.HIGH, ddl)


def _readers(rights: Rights, policy: Policy, name: str) -> tuple[str, ...]:
    """Return who may read a relation without being bound by row-level security on what is behind it."""
    may = (r for r in strangers(rights, policy, name) if rights.may(r, READS, name))
    return tuple(
        r for r in may if r == PUBLIC or not (rights.roles[r].administers or rights.roles[r].bypasses)
    )
