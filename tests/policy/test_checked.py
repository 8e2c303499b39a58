"""The policy against the catalogue: no key that names something in the source is forgotten."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator

import ibis
import pytest
import yaml
from pydantic import BaseModel
from pydantic.types import StringConstraints

from auditkit.dataset.relation import Relation
from auditkit.policy import Policy
from auditkit.policy.checked import Comparison
from auditkit.policy.names import Keys, Kind, Mention, Names, Of, mentions
from auditkit.policy.predicate import columns_of

EVERY_KEY = """\
version: 1
name: Helpdesk
tenancy:
  root: tenants
  key: tenant_id
  shared: [plans]
  null_is_shared: [templates]
  tokens: [slug]
  ended: closed_at
  staff: "role = 'support'"
  membership: [{table: members, user: user_id, tenant: tenant_id, from: begins, until: ends}]
tables:
  users:
    subject: {key: id, activity: [last_login]}
    columns: {code: {category: none, reason: product code}, pin: {category: user.unique_id,
      retention: {start: pin_at, max: pin_days, where: "pin = 'x'", hold: "pin = 'x'", open: "pin = 'x'"}}}
    retention: {start: last_seen_at, max: keep_days, where: "kind = 'a'", hold: legal_hold,
      deleted: deleted_at,
      open: "status <> 'closed'", tenant_override: tenants.retention, anonymised: anonymised_at}
    references: {manager_id: people.id}
    tenant_key: org_id
    quasi_identifiers: [postal_code]
    sensitive: [diagnosis]
    copy_of: people
    disclosure:
      cells: {count: n, by: [canton], compare: totals}
      trajectory: {place: [cell], at: seen_at}
  comments:
    retention: {via: ticket_id}
  papers:
    retention: {start: at, review_every: P1Y, reviewed: looked_at}
  versions:
    retention: {start: at, keep: 3, per: [object_id]}
  api_keys:
    credentials: {created: created_at, rotated: rotated_at, used: used_at, expires: ends_at,
      active: "enabled = 'yes'"}
access_log: {table: access_log, at: at, tenant: tenant, user: user_id, status: status, route: route,
  object: object_id, objects: {"/tickets/{id}": tickets.id}, resource_tenant: r, session: s, header_tenant: h,
  token_tenant: t}
roles: {application: [app], low_trust: [anon], administrator: [dba]}
erasure_ledger: {table: erasures, subject_hmac: h, identifier: people.email, at: at}
withdrawals: {table: withdrawals, subject: user_id, at: at, regiven: again_at}
deletions: {table: deletion_log, of: table_name, key: row_id, at: at, start: started_at, reason: "why = 'x'"}
holds: {table: legal_holds, subject: subject_id, placed: placed_at, released: freed_at, reviewed: seen_at}
probe: {role: app, setting: app.tenant_id}
population: {table: register, columns: {postal_code: plz}, count: people}
environments: {production: [users], test: [people]}
exclude: [{tables: legacy, reason: old}]
"""
POLICY = Policy.parse(EVERY_KEY)
ELSEWHERE = (Kind.ROLE, Kind.INVENTORY)
"""What is looked for by a check, and is no error of the policy."""
MENTIONS = [m for m in mentions(POLICY) if m.names.kind not in ELSEWHERE]


def catalogue_of(found: list[Mention]) -> dict[str, Relation]:
    """Return a catalogue that has everything that is named, and nothing else."""
    tables: dict[str, dict[str, str]] = {}
    for mention in found:
        owner = {Of.ROOT: "tenants", Of.PEOPLE: "people", Of.ANY: "anything"}.get(
            mention.names.of, mention.table
        )
        columns = tables.setdefault(owner or mention.word, {})
        match mention.names.kind:
            case Kind.TABLE | Kind.TABLES | Kind.PATTERN | Kind.SOURCE:
                tables.setdefault(mention.word, {})
            case Kind.TARGET:
                table, _, column = mention.word.rpartition(".")
                tables.setdefault(table, {})[column] = "string"
            case Kind.CONDITION:
                columns |= {column: "string" for column in columns_of(mention.word) if column not in columns}
            case Kind.MOMENT:
                columns[mention.word] = "timestamp"
            case _:
                columns.setdefault(mention.word, "string")
    return {
        name: Relation(name, "table", ibis.table({"filler": "int64", **columns}, name=name))
        for name, columns in tables.items()
    }


def renamed(mention: Mention) -> Policy:
    """Return the policy with another name at the place of a mention."""
    target = f"{mention.word.rpartition('.')[0]}.no_such_thing"
    other = {Kind.TARGET: target, Kind.CONDITION: "no_such_thing = 'x'"}
    word = other.get(mention.names.kind, "no_such_thing")
    tree = yaml.safe_load(EVERY_KEY)
    block = tree
    for key in mention.path[:-1]:
        block = block[key] if isinstance(block, list) or not isinstance(key, int) else block  # a lone block
    last = mention.path[-1]
    if isinstance(block[last], str) and block[last] == mention.word:
        block[last] = word
    else:  # the key itself is the name
        block[word] = block.pop(last)
    return Policy.parse(yaml.safe_dump(tree))


def test_a_policy_meets_the_catalogue_of_what_it_names():
    compared = Comparison(POLICY, catalogue_of(MENTIONS))
    assert compared.problems == compared.absent == ()


@pytest.mark.parametrize("mention", MENTIONS, ids=lambda m: f"{'.'.join(map(str, m.path))}:{m.names.kind}")
def test_what_is_not_there_is_shown_at_its_place(mention):
    policy = renamed(mention)
    compared = Comparison(policy, catalogue_of(MENTIONS))
    shown = [*compared.problems, *(table.problem for table in compared.absent)]
    assert any("no_such" in str(p) or p.line == policy.line(*mention.path) for p in shown)
    assert all(problem.line for problem in shown)


def is_block(part: object) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)


def models(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    if model not in seen:
        seen.add(model)
        yield model
        for field in model.model_fields.values():
            for inner in parts(field.annotation):
                if is_block(inner):
                    yield from models(inner, seen)


def parts(annotation: object) -> Iterator[object]:
    """Yield every type and every mark inside a type."""
    yield annotation
    for inner in typing.get_args(annotation):
        yield from parts(inner)


FIELDS = {
    (model.__name__, name): (str(field.description), [*field.metadata, *parts(field.annotation)])
    for model in models(Policy, set())
    for name, field in model.model_fields.items()
}
MARKED = {place for place, (_, inside) in FIELDS.items() if any(isinstance(p, Names | Keys) for p in inside)}


def test_every_field_with_a_name_says_what_it_names():
    """A bare `Name` has no mark, and what is described as a column or a table must have one."""
    blocks = {p for p, (_, inside) in FIELDS.items() if any(map(is_block, inside))}
    bare = {p for p, (_, inside) in FIELDS.items() if any(map(is_name, inside))}
    described = {p for p, (text, _) in FIELDS.items() if re.match("(The )?(column|table)s? ", text, re.I)}
    assert (bare | described) - blocks - MARKED == set()


def is_name(part: object) -> bool:
    return isinstance(part, StringConstraints) and not part.strip_whitespace and not part.pattern


def test_every_field_with_a_mark_is_in_the_policy_above():
    written = {field_at(mention.path) for mention in mentions(POLICY)}
    assert MARKED - written == set()


def field_at(path: tuple[str | int, ...]) -> tuple[str, str]:
    """Return the model and the field that a path leads to."""
    model: type[BaseModel] | None = Policy
    found, is_key = ("", ""), False
    for key in (key for key in path if isinstance(key, str)):
        if is_key or model is None:
            is_key = False
            continue
        name, field = next((n, f) for n, f in model.model_fields.items() if key in (n, f.alias))
        found = (model.__name__, name)
        inner = list(parts(field.annotation))
        is_key = any(isinstance(part, Keys) for part in field.metadata)
        model = next(filter(is_block, inner), None)
    return found


def test_every_problem_is_shown_at_once_with_its_line_and_the_nearest_name():
    policy = Policy.parse(
        "version: 1\nname: X\ntables:\n"
        "  users:\n    subject: {key: idd}\n    retention: {start: photo, max: P3Y, open: 'stat IS NULL'}\n"
        "    references: {boss: usrs.id}\n  custmers: {}\n"
    )
    columns = {"id": "int64", "photo": "binary", "status": "string", "boss": "int64"}
    relations = {
        name: Relation(name, "table", ibis.table(columns, name=name)) for name in ("users", "customers")
    }
    assert [(p.line, str(p)) for p in Comparison(policy, relations).problems] == [
        (5, "tables.users.subject.key: users has no column 'idd'. Did you mean 'id'?"),
        (
            6,
            "tables.users.retention.start: users.photo holds no days and no times: it is of the type binary",
        ),
        (6, "tables.users.retention.open: there is no column 'stat' (character 1). Did you mean 'status'?"),
        (7, "tables.users.references.boss: there is no table 'usrs'. Did you mean 'users'?"),
    ]
    assert [(t.table, str(t.problem)) for t in Comparison(policy, relations).absent] == [
        ("custmers", "tables.custmers: the source has no table 'custmers'. Did you mean 'customers'?")
    ]


RULE = "{{version: 1, name: X, tables: {{tickets: {{{}, references: {{boss: users.id}}}}}}}}"
TICKETS = {
    name: Relation(name, "table", ibis.table(dict.fromkeys(columns.split(), "timestamp"), name=name))
    for name, columns in {
        "tickets": "id boss closed_at user_id",
        "users": "id left_at",
        "holds": "of at",
    }.items()
}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("start: closed_at", None),
        ("start: {latest: [closed_at, users.left_at, boss.left_at, user_id.anything]}", None),
        (
            "start: 'GREATEST(closed_at + P1Y, users.gone_at)'",
            "users has no column 'gone_at'.",
        ),
        ("start: boss.left", "users has no column 'left'. Did you mean 'left_at'?"),
        ("start: usrs.left_at", "there is no table 'usrs'. Did you mean 'users'?"),
        ("start: id, hold: users.left_at IS NULL", None),
        (
            "start: id, hold: users.lft_at IS NULL",
            "there is no column 'lft_at' (character 1). Did you mean 'left_at'?",
        ),
        ("start: id, hold: hold.at IS NULL", "there is no table 'hold' (character 1)."),
        ("start: id, hold: EXISTS (SELECT 1 FROM holds WHERE holds.of = tickets.id)", None),
        ("start: id, hold: EXISTS (SELECT 1 FROM holds h WHERE h.of = id AND at < today - P1Y)", None),
        (
            "start: id, hold: id IN (SELECT off FROM holds)",
            "there is no column 'off' (character 15). Did you mean 'of'?",
        ),
        (
            "start: id, hold: EXISTS (SELECT 1 FROM hold WHERE of = id)",
            "there is no table 'hold' (character 23)",
        ),
    ],
)
def test_clocks_and_conditions_over_other_tables(keys, problem):
    found = [
        p.message
        for p in Comparison(Policy.parse(RULE.format(f"retention: {{max: P1Y, {keys}}}")), TICKETS).problems
    ]
    assert found == ([problem] if problem else [])


def test_a_pattern_is_right_where_one_of_its_tables_has_the_column():
    policy = Policy.parse("{version: 1, name: X, tables: {'*': {sensitive: [note, notes]}, 'app_*': {}}}")
    relations = {
        name: Relation(name, "table", ibis.table({column: "string"}, name=name))
        for name, column in (("users", "name"), ("visits", "note"))
    }
    assert [p.message for p in Comparison(policy, relations).problems] == [
        "no table that fits '*' has a column 'notes'. Did you mean 'note'?"
    ]
    assert [table.table for table in Comparison(policy, relations).absent] == ["app_*"]


def test_a_column_that_this_role_may_not_read_is_no_problem():
    policy = Policy.parse("{version: 1, name: X, tables: {users: {subject: {key: id}, sensitive: [note]}}}")
    closed = Relation("users", "table", ibis.table({"id": "int64"}, name="users"), closed_columns=1)
    assert Comparison(policy, {"users": closed}).problems == ()
    assert Comparison(policy, {"users": Relation("users", "table")}).problems == ()


@pytest.mark.parametrize(
    ("tables", "is_whole"),
    [
        ("tenants tickets notes plans", True),
        ("tenants tickets plans", True),
        ("tenants notes plans", False),
        ("tenants tickets notes", False),
        ("tenants", False),
    ],
)
def test_a_column_may_be_in_a_table_that_this_source_lacks(tables, is_whole):
    policy = Policy.parse(
        "{version: 1, name: X, tenancy: {root: tenants, key: tenant_id, shared: [plans], staff: rol = 'x'},"
        " tables: {tickets: {}}}"
    )
    source = catalogue(tables, "tenantid role")
    assert [problem.message for problem in Comparison(policy, source).problems] == (
        [
            "no table has a column 'tenant_id'. Did you mean 'tenantid'?",
            "no table has a column 'rol'. Did you mean 'role'?",
        ]
        if is_whole
        else []
    )


@pytest.mark.parametrize(("tables", "is_wrong"), [("tenants plans", False), ("tenants plans notes", True)])
def test_a_source_without_rows_of_tenants_needs_no_tenant_column(tables, is_wrong):
    policy = Policy.parse("{version: 1, name: X, tenancy: {root: tenants, key: tenant_id, shared: [plans]}}")
    assert bool(Comparison(policy, catalogue(tables, "id")).problems) is is_wrong


def catalogue(tables: str, columns: str) -> dict[str, Relation]:
    kinds = dict.fromkeys(columns.split(), "string")
    return {name: Relation(name, "table", ibis.table(kinds, name=name)) for name in tables.split()}
