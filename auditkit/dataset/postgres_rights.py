"""Who may do what on a PostgreSQL server, by its catalogue; what only a superuser may see is unseen, by
name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from auditkit.dataset.errors import SourceError
from auditkit.dataset.names import shown_columns
from auditkit.dataset.rights import (
    PROVIDERS,
    PUBLIC,
    DefaultGrant,
    Entrance,
    Grant,
    GuardedRelation,
    Rights,
    Role,
    RoleMembership,
    Routine,
    RowPolicy,
    SchemaGrant,
    is_loopback,
    shown_names,
)
from auditkit.dataset.sql import identifier
from auditkit.outcome import Cause, Missing

Run = Callable[[str], list[tuple[Any, ...]]]

_OWN = r"n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'"
_GRANTEE = "CASE g.grantee WHEN 0 THEN NULL ELSE g.grantee::regrole::oid::bigint END"
_BROUGHT = (
    "EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = {0}.tableoid AND d.objid = {0}.oid AND"
    " d.deptype = 'e')"
)
_ROLES = """
    SELECT r.oid::bigint, r.rolname, r.rolcanlogin, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.oid < 16384,
           CASE WHEN r.rolvaliduntil < 'infinity' THEN r.rolvaliduntil::date::text END,
           EXISTS (SELECT 1 FROM pg_catalog.pg_shdepend d
                   WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype IN ('a', 'o', 'r')),
           r.rolname = current_user
    FROM pg_catalog.pg_roles r ORDER BY r.rolname"""
_MEMBERS = """
    SELECT m.roleid::bigint, m.member::bigint, coalesce((to_jsonb(m)->>'inherit_option')::boolean, r.rolinherit),
           coalesce((to_jsonb(m)->>'set_option')::boolean, true)
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member"""
_TABLES = f"""
    SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relowner::bigint, c.relrowsecurity, c.relforcerowsecurity,
           EXISTS (SELECT 1 FROM pg_catalog.pg_options_to_table(c.reloptions) o
                   WHERE o.option_name = 'security_invoker' AND o.option_value::boolean),
           c.relispartition, {_BROUGHT.format("c")}, CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OWN} ORDER BY n.nspname <> 'public', n.nspname, c.relname"""
_COLUMNS = f"""
    SELECT a.attrelid::bigint, a.attname, pg_catalog.format_type(a.atttypid, NULL), a.attnotnull
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {_OWN} ORDER BY a.attrelid, a.attnum"""
_GRANTS = f"""
    SELECT c.oid::bigint, NULL::text, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
         pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) g
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OWN}
    UNION ALL
    SELECT c.oid::bigint, a.attname, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.aclexplode(a.attacl) g
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT a.attisdropped AND {_OWN}"""
_SCHEMAS = f"""
    SELECT n.nspname, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_namespace n, pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) g
    WHERE {_OWN} ORDER BY 1"""
_DEFAULTS = f"""
    SELECT d.defaclrole::bigint, n.nspname, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace,
         pg_catalog.aclexplode(d.defaclacl) g
    WHERE d.defaclobjtype = 'r' AND g.grantee <> d.defaclrole ORDER BY 2, 1, 4"""
_POLICIES = """
    SELECT p.polrelid::bigint, p.polname, p.polcmd::text, p.polpermissive, p.polroles::bigint[],
           pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_catalog.pg_policy p ORDER BY p.polrelid, p.polname"""
_VIEWS = f"""
    SELECT DISTINCT c.oid::bigint, d.refobjid::bigint
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_depend d ON d.objid = r.oid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
                               AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid
    WHERE c.relkind IN ('v', 'm') AND {_OWN}"""
_CHILDREN = "SELECT i.inhparent::bigint, i.inhrelid::bigint FROM pg_catalog.pg_inherits i"
_ROUTINES = f"""
    SELECT p.oid::bigint, n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), p.proowner::bigint,
           EXISTS (SELECT 1 FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%'), {_GRANTEE}
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace,
         pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) g
    WHERE p.prosecdef AND {_OWN} AND NOT {_BROUGHT.format("p")} ORDER BY n.nspname, p.proname, p.oid"""
_SETTINGS = """
    SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN
    ('password_encryption', 'log_connections', 'log_statement', 'log_min_duration_statement', 'log_parameter_max_length',
     'log_parameter_max_length_on_error', 'pgaudit.log', 'pgaudit.log_parameter')"""
_PASSWORDS = """
    SELECT oid::bigint, CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
                             WHEN rolpassword LIKE 'md5%' THEN 'md5' ELSE 'unknown' END FROM pg_catalog.pg_authid"""
_SESSIONS = """
    SELECT usesysid::bigint, application_name FROM pg_catalog.pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"""
_SEES_SESSIONS = "SELECT pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')"
_ENTRANCES = """
    SELECT line_number, type, address, netmask, auth_method FROM pg_catalog.pg_hba_file_rules
    WHERE error IS NULL AND auth_method <> 'reject' ORDER BY line_number"""
_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialised view", "f": "foreign table"}
_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
_HANDS = re.compile(
    r"psql|pgadmin|dbeaver|datagrip|tableplus|heidisql|beekeeper|dbvisualizer|navicat|postico|azure data"
    r" studio",
    re.I,
)
"""How the programs call themselves at which a person sits."""


@dataclass(frozen=True)
class _Known:
    """What the catalogue's numbers mean: roles, and relations with the names of their columns."""

    roles: Mapping[int, str]
    relations: Mapping[int, GuardedRelation]
    columns: Mapping[int, Mapping[str, str]]

    def grantee(self, number: int | None) -> str:
        return PUBLIC if not number else self.roles.get(number, "a role that is gone")


def rights_of(
    run: Run, called: Callable[[str, str], str | None], columns_of: Callable[[str], Mapping[str, str]]
) -> Rights:
    """Return who may do what.

    Args:
        run: reads the catalogue; raises SourceError where this role may not.
        called: the name under which a relation of a schema is shown, or None for one that is not listed (a
            partition).
        columns_of: by real name the shown names of the columns of a listed relation, as far as they can be
            read.
    """
    unseen: dict[str, Missing] = {}

    def seen(part: str, query: str, needed: str) -> list[tuple[Any, ...]]:
        try:
            return run(query)
        except SourceError as error:
            unseen[part] = Missing(error.missing.cause, f"this role may not see {needed}")
            return []

    passwords: dict[int, str] = dict(
        seen("passwords", _PASSWORDS, "how passwords are kept (pg_authid): only a superuser may")
    )
    told = run(_ROLES)
    names = shown_names([name for _, name, *_ in told], "role")
    use = _use(run, unseen)
    roles = {
        number: Role(
            names[name],
            name,
            logs_in,
            admin,
            bypasses,
            creates,
            (built_in and not logs_in) or PROVIDERS.fullmatch(name) is not None,
            until,
            passwords.get(number),
            *use(number),
            engaged=engaged,
        )
        for number, name, logs_in, admin, bypasses, creates, built_in, until, engaged, _ in told
    }
    schemas = run(_SCHEMAS)
    shown = shown_names(dict.fromkeys(schema for schema, *_ in schemas), "schema")
    known = _relations(run, called, columns_of, {n: r.name for n, r in roles.items()}, shown)
    return Rights(
        server="PostgreSQL",
        dialect="postgres",
        role=next(names[name] for _, name, *_, own in told if own),
        roles={r.name: r for r in roles.values()},
        memberships=tuple(
            RoleMembership(known.grantee(r), known.grantee(m), i, s) for r, m, i, s in run(_MEMBERS)
        ),
        relations={r.name: r for r in known.relations.values()},
        grants=tuple(_grants(run, known)),
        schema_grants=tuple(
            SchemaGrant(known.grantee(to), privilege, shown[schema]) for schema, to, privilege in schemas
        ),
        default_grants=tuple(
            DefaultGrant(known.grantee(o), s and shown[s], known.grantee(g), p)
            for o, s, g, p in run(_DEFAULTS)
        ),
        policies=tuple(_policies(run, known)),
        views=_views(run, known),
        children=tuple(
            (known.relations[parent].name, known.relations[child].name)
            for parent, child in run(_CHILDREN)
            if parent in known.relations and child in known.relations
        ),
        routines=tuple(_routines(run, known, shown)),
        entrances=tuple(
            _entrances(
                seen("entrances", _ENTRANCES, "who is let in (pg_hba_file_rules): only a superuser may")
            )
        ),
        settings=dict(run(_SETTINGS)),
        unseen=unseen,
    )


def _use(run: Run, unseen: dict[str, Missing]) -> Callable[[int], tuple[int | None, int | None]]:
    """Return how many programs, and how many of people, are connected as a role now; what they call
    themselves goes no further.
    """
    ((sees,),) = run(_SEES_SESSIONS)
    if not sees:
        unseen["sessions"] = Missing(
            Cause.NO_RIGHT, "this role may not see who is connected: GRANT pg_read_all_stats to it"
        )
        return lambda _: (None, None)
    programs: dict[int, set[str]] = defaultdict(set)
    for number, name in run(_SESSIONS):
        if name != "auditkit":
            programs[number].add(
                "person" if _HANDS.search(name) else re.split(r"[\s\d:/@#-]", name.strip().lower())[0]
            )
    return lambda number: (len(programs[number]), int("person" in programs[number]))


def _relations(
    run: Run,
    called: Callable[[str, str], str | None],
    columns_of: Callable[[str], Mapping[str, str]],
    roles: Mapping[int, str],
    schemas: Mapping[str, str],
) -> _Known:
    columns = {number: list(some) for number, some in groupby(run(_COLUMNS), key=lambda row: row[0])}
    relations: dict[int, GuardedRelation] = {}
    shown: dict[int, Mapping[str, str]] = {}
    for number, schema, table, kind, owner, secured, forced, invoker, is_part, brought, definition in run(
        _TABLES
    ):
        listed = called(schema, table)
        name = listed or next(
            iter(shown_names([table if schema == "public" else f"{schema}.{table}"], "partition").values())
        )
        own = columns.get(number, [])
        every, _ = shown_columns([column for _, column, *_ in own])
        shown[number] = dict(zip((c for _, c, *_ in own), every, strict=True)) | dict(
            columns_of(listed) if listed else {}
        )
        relations[number] = GuardedRelation(
            name=name, kind=_KINDS[kind], owner=roles.get(owner, "a role that is gone"),
            schema=schemas.get(schema, schema),
            sql=_sql(schemas.get(schema, schema), shown_names([table], name)[table]), secured=secured,
            forced=forced, invoker=invoker, is_part=is_part, of_extension=brought, definition=definition,
            types={shown[number][c]: declared for _, c, declared, _ in own},
            required=frozenset(shown[number][c] for _, c, _, required in own if required),
        )  # fmt: skip
    return _Known(roles, relations, shown)


def _sql(schema: str, name: str) -> str:
    return identifier(name) if schema == "public" else f"{identifier(schema)}.{identifier(name)}"


def _grants(run: Run, known: _Known) -> Iterator[Grant]:
    """Yield what is granted on relations; what is granted on several columns is one grant."""
    by_column: dict[tuple[int, int | None, str], list[str]] = defaultdict(list)
    for number, column, to, privilege in run(_GRANTS):
        if number in known.relations:
            by_column[number, to, privilege if column is None else f"{privilege} of columns"] += (
                [] if column is None else [column]
            )
    for (number, to, privilege), columns in by_column.items():
        relation, named = known.relations[number], known.columns[number]
        told = tuple(named[c] for c in columns if c in named)
        yield Grant(
            known.grantee(to), privilege.removesuffix(" of columns"), relation.name, relation.sql, told
        )


def _policies(run: Run, known: _Known) -> Iterator[RowPolicy]:
    told = [row for row in run(_POLICIES) if row[0] in known.relations]
    shown = shown_names(dict.fromkeys(name for _, name, *_ in told), "policy")
    for number, name, command, permissive, roles, using, check in told:
        who = frozenset(known.grantee(role) for role in roles)
        yield RowPolicy(
            known.relations[number].name,
            shown[name],
            identifier(shown[name]),
            _COMMANDS[command],
            permissive,
            who,
            using,
            check,
        )


def _views(run: Run, known: _Known) -> dict[str, tuple[str, ...]]:
    read: dict[str, list[str]] = defaultdict(list)
    for view, relation in run(_VIEWS):
        if view in known.relations and relation in known.relations:
            read[known.relations[view].name].append(known.relations[relation].name)
    return {view: tuple(sorted(relations)) for view, relations in read.items()}


def _routines(run: Run, known: _Known, schemas: Mapping[str, str]) -> Iterator[Routine]:
    told = run(_ROUTINES)
    shown = shown_names(dict.fromkeys(name for _, _, name, *_ in told), "routine")
    for (_, schema, name, arguments, owner, fixed), some in groupby(told, key=lambda row: row[:6]):
        at = schemas[schema]
        called = shown[name] if at == "public" else f"{at}.{shown[name]}"
        sql = f"{_sql(at, shown[name])}({arguments})"
        yield Routine(
            called, sql, at, known.grantee(owner), fixed, frozenset(known.grantee(row[6]) for row in some)
        )


def _entrances(told: Sequence[tuple[Any, ...]]) -> Iterator[Entrance]:
    for line, kind, address, netmask, method in told:
        local = kind == "local"
        yield Entrance(
            f"line {line}",
            "local" if local else _origin(address, netmask),
            method,
            local or kind in ("hostssl", "hostgssenc"),
        )


def _origin(address: str | None, netmask: str | None) -> str:
    """Return from where an address lets clients in: `loopback`, `some`, or `any`; the address goes no
    further.

    >>> [_origin(*told) for told in (("127.0.0.1", "255.255.255.255"), ("::", "::"), ("0.0.0.0", "0.0.0.0"), ("10.1.0.0", "255.255.0.0"))]
    ['loopback', 'any', 'any', 'some']
    """
    if address in ("all", "::", "0.0.0.0") and (address == "all" or netmask in ("::", "0.0.0.0")):
        return "any"
    return "loopback" if address == "samehost" or is_loopback(str(address)) else "some"
