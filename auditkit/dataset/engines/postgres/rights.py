"""Who may do what on a PostgreSQL server, by its catalogue; what only a superuser may see is unseen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from auditkit.dataset.engines.postgres import rights_queries as queries
from auditkit.dataset.engines.postgres.catalogue import KINDS, qualified
from auditkit.dataset.engines.postgres.statements import PostgresStatements
from auditkit.dataset.errors import SourceError
from auditkit.dataset.rights import (
    PROVIDERS,
    PUBLIC,
    READS,
    WRITES,
    DefaultGrant,
    Entrance,
    Grant,
    GuardedRelation,
    PlainFunction,
    Rights,
    Role,
    RoleMembership,
    Routine,
    RowPolicy,
    SchemaGrant,
    is_loopback,
    shown_names,
)
from auditkit.dataset.sql import Run, identifier
from auditkit.naming.names import shown_columns
from auditkit.outcome import Cause, Missing

_DATA_ROLES = {"pg_read_all_data": READS, "pg_write_all_data": WRITES - {"TRUNCATE"}}
_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
_INTERACTIVE = re.compile(
    r"psql|pgadmin|dbeaver|datagrip|tableplus|heidisql|beekeeper|dbvisualizer|navicat|postico|azure data"
    r" studio",
    re.I,
)
"""The names of programs that a person works with."""
_GONE = "a role that is gone"


@dataclass(frozen=True)
class _Numbers:
    """What the numbers in the catalogue mean: roles, and relations with the names of their columns."""

    roles: Mapping[int, str]
    relations: Mapping[int, GuardedRelation]
    columns: Mapping[int, Mapping[str, str]]

    def grantee(self, number: int | None) -> str:
        return self.roles.get(number, _GONE) if number else PUBLIC


class _Reader:
    """Reads the catalogue, and notes what this role may not see."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.unseen: dict[str, Missing] = {}

    def restricted(self, part: str, query: str, needed: str) -> list[tuple[Any, ...]]:
        """Return what only some roles may see, or nothing where this role may not."""
        try:
            return self.run(query)
        except SourceError as error:
            self.unseen[part] = Missing(error.missing.cause, f"this role may not see {needed}")
            return []


def rights_of(
    run: Run, shown: Callable[[str, str], str | None], columns_of: Callable[[str], Mapping[str, str]]
) -> Rights:
    """Return who may do what.

    Args:
        run: reads the catalogue; raises SourceError where this role may not.
        shown: the shown name of a relation by its schema and name; None where it is not listed (a partition).
        columns_of: the shown names of the columns of a listed relation, by real name, as far as they can be
            read.
    """
    reader = _Reader(run)
    roles, own = _roles(reader)
    schema_grants = run(queries.SCHEMAS)
    schemas = shown_names(dict.fromkeys(schema for schema, *_ in schema_grants), "schema")
    numbers = _relations(run, shown, columns_of, {n: r.name for n, r in roles.items()}, schemas)
    entrances = reader.restricted(
        "entrances", queries.ENTRANCES, "who is let in (pg_hba_file_rules): only a superuser may"
    )
    grantee, relations = numbers.grantee, numbers.relations
    return Rights(
        server="PostgreSQL",
        role=own,
        statements=PostgresStatements(),
        has_row_security=True,
        roles={role.name: role for role in roles.values()},
        memberships=tuple(
            RoleMembership(grantee(role), grantee(member), inherits, becomes)
            for role, member, inherits, becomes in run(queries.MEMBERS)
        ),
        relations={relation.name: relation for relation in relations.values()},
        grants=tuple(_grants(run, numbers)),
        schema_grants=tuple(
            SchemaGrant(grantee(to), privilege, schemas[schema]) for schema, to, privilege in schema_grants
        ),
        default_grants=tuple(
            DefaultGrant(grantee(owner), schema and schemas[schema], grantee(to), privilege)
            for owner, schema, to, privilege in run(queries.DEFAULTS)
        ),
        data_roles=_DATA_ROLES,
        policies=tuple(_policies(run, numbers)),
        views=_views(run, numbers),
        children=tuple(
            (relations[parent].name, relations[child].name)
            for parent, child in run(queries.CHILDREN)
            if parent in relations and child in relations
        ),
        routines=tuple(_routines(run, numbers, schemas)),
        functions=tuple(_functions(run)),
        entrances=tuple(_entrances(entrances)),
        settings=dict(run(queries.SETTINGS)),
        unseen=reader.unseen,
    )


def _roles(reader: _Reader) -> tuple[dict[int, Role], str]:
    """Return all roles by their numbers, and the name of the audit's own."""
    passwords: dict[int, str] = dict(
        reader.restricted(
            "passwords", queries.PASSWORDS, "how passwords are kept (pg_authid): only a superuser may"
        )
    )
    rows = reader.run(queries.ROLES)
    names = shown_names([name for _, name, *_ in rows], "role")
    programs = _programs(reader)
    roles = {}
    own = ""
    for number, name, logs_in, admin, bypasses, creates, built_in, until, engaged, is_own in rows:
        connected, interactive = programs(number)
        roles[number] = Role(
            names[name],
            name,
            logs_in,
            administers=admin,
            bypasses=bypasses,
            creates_roles=creates,
            built_in=(built_in and not logs_in) or PROVIDERS.fullmatch(name) is not None,
            expires=until,
            password=passwords.get(number),
            programs=connected,
            interactive=interactive,
            engaged=engaged,
        )
        own = names[name] if is_own else own
    return roles, own


def _programs(reader: _Reader) -> Callable[[int], tuple[int | None, int | None]]:
    """Return a function that counts the programs of a role that are connected now.

    The second number counts those that a person works with. The names of the programs go no further.
    """
    ((may_see,),) = reader.run(queries.SEES_SESSIONS)
    if not may_see:
        reader.unseen["sessions"] = Missing(
            Cause.NO_RIGHT, "this role may not see who is connected: GRANT pg_read_all_stats to it"
        )
        return lambda _: (None, None)
    programs: dict[int, set[str]] = defaultdict(set)
    for number, name in reader.run(queries.SESSIONS):
        if name != "auditkit":
            first_word = re.split(r"[\s\d:/@#-]", name.strip().lower())[0]
            programs[number].add("person" if _INTERACTIVE.search(name) else first_word)
    return lambda number: (len(programs[number]), int("person" in programs[number]))


def _relations(
    run: Run,
    shown: Callable[[str, str], str | None],
    columns_of: Callable[[str], Mapping[str, str]],
    roles: Mapping[int, str],
    schemas: Mapping[str, str],
) -> _Numbers:
    """Return all relations by their numbers, partitions too, with the shown names of their columns."""
    by_relation = {
        number: list(some) for number, some in groupby(run(queries.COLUMNS), key=lambda row: row[0])
    }
    relations: dict[int, GuardedRelation] = {}
    columns: dict[int, dict[str, str]] = {}
    for row in run(queries.TABLES):
        number, schema, table, kind, owner, secured, forced, invoker, is_part, of_extension, definition = row
        listed = shown(schema, table)
        real = qualified(schema, table)
        name = listed or shown_names([real], "partition")[real]
        own = by_relation.get(number, [])
        names, _ = shown_columns([column for _, column, *_ in own])
        columns[number] = dict(zip((column for _, column, *_ in own), names, strict=True))
        columns[number] |= columns_of(listed) if listed else {}
        shown_schema = schemas.get(schema, schema)
        relations[number] = GuardedRelation(
            name=name,
            kind=KINDS[kind],
            owner=roles.get(owner, _GONE),
            schema=shown_schema,
            sql=_sql(shown_schema, shown_names([table], name)[table]),
            secured=secured,
            forced=forced,
            invoker=invoker,
            is_part=is_part,
            of_extension=of_extension,
            definition=definition,
            types={columns[number][column]: declared for _, column, declared, _ in own},
            required=frozenset(columns[number][column] for _, column, _, required in own if required),
        )
    return _Numbers(roles, relations, columns)


def _sql(schema: str, name: str) -> str:
    return identifier(name) if schema == "public" else f"{identifier(schema)}.{identifier(name)}"


def _grants(run: Run, numbers: _Numbers) -> Iterator[Grant]:
    """Yield what is granted on relations; a right on several columns is one grant."""
    whole: dict[tuple[int, int | None, str, bool], list[str]] = {}
    for number, column, to, privilege in run(queries.GRANTS):
        if number in numbers.relations:
            columns = whole.setdefault((number, to, privilege, column is not None), [])
            columns += [] if column is None else [column]
    for (number, to, privilege, _), names in whole.items():
        relation, shown = numbers.relations[number], numbers.columns[number]
        granted = tuple(shown[name] for name in names if name in shown)
        yield Grant(numbers.grantee(to), privilege, relation.name, relation.sql, granted)


def _policies(run: Run, numbers: _Numbers) -> Iterator[RowPolicy]:
    rows = [row for row in run(queries.POLICIES) if row[0] in numbers.relations]
    shown = shown_names(dict.fromkeys(name for _, name, *_ in rows), "policy")
    for number, name, command, permissive, roles, using, check in rows:
        yield RowPolicy(
            numbers.relations[number].name,
            shown[name],
            identifier(shown[name]),
            _COMMANDS[command],
            permissive,
            frozenset(map(numbers.grantee, roles)),
            using,
            check,
        )


def _views(run: Run, numbers: _Numbers) -> dict[str, tuple[str, ...]]:
    """Return the relations that each view reads."""
    read: dict[str, list[str]] = defaultdict(list)
    for view, relation in run(queries.VIEWS):
        if view in numbers.relations and relation in numbers.relations:
            read[numbers.relations[view].name].append(numbers.relations[relation].name)
    return {view: tuple(sorted(relations)) for view, relations in read.items()}


def _routines(run: Run, numbers: _Numbers, schemas: Mapping[str, str]) -> Iterator[Routine]:
    rows = run(queries.ROUTINES)
    shown = shown_names(dict.fromkeys(name for _, _, name, *_ in rows), "routine")
    for (_, schema, name, arguments, owner, fixed), some in groupby(rows, key=lambda row: row[:6]):
        where, granted = schemas[schema], list(some)
        yield Routine(
            shown[name] if where == "public" else f"{where}.{shown[name]}",
            f"{_sql(where, shown[name])}({arguments})",
            where,
            numbers.grantee(owner),
            fixed,
            frozenset(numbers.grantee(row[6]) for row in granted),
            returns_rows=granted[0][7],
            definition=granted[0][8],
        )


def _functions(run: Run) -> Iterator[PlainFunction]:
    for schema, name, is_readable, is_definer, definition in run(queries.FUNCTIONS):
        *_, body = re.split(r"\bAS \$\w*\$|\n(?=RETURN\b|BEGIN ATOMIC\b| RETURN\b)", definition, maxsplit=1)
        written = name if schema == "public" else f"{schema}.{name}"
        yield PlainFunction(written, is_readable, is_definer, body)


def _entrances(rules: Sequence[tuple[Any, ...]]) -> Iterator[Entrance]:
    for line, kind, address, netmask, method in rules:
        on_socket = kind == "local"
        origin = "local" if on_socket else _origin(address, netmask)
        yield Entrance(f"line {line}", origin, method, on_socket or kind in ("hostssl", "hostgssenc"))


def _origin(address: str | None, netmask: str | None) -> str:
    """Return from where a rule lets clients in: `loopback`, `some` or `any`; the address goes no further.

    >>> _origin("127.0.0.1", "255.255.255.255"), _origin("::", "::"), _origin("10.1.0.0", "255.255.0.0")
    ('loopback', 'any', 'some')
    """
    if address in ("all", "::", "0.0.0.0") and (address == "all" or netmask in ("::", "0.0.0.0")):
        return "any"
    return "loopback" if address == "samehost" or is_loopback(str(address)) else "some"
