from __future__ import annotations

import copy
import json
from datetime import date

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from auditkit.outcome import Waiver
from auditkit.policy import Period, Policy, PolicyError
from tools.policy_page import pages

WHOLE = """\
version: 1
name: Helpdesk
language: en
proposed: true
reviewed: {by: P. Owner, role: process owner, at: 2026-11-01}
controller: {name: Example SA, contact: privacy@example.org}
dpo: {name: A. Officer, contact: dpo@example.org}
processors:
- {name: HostCo, tasks: hosting, contract: DPA-1, country: CH, transfer: adequacy decision,
   subprocessors: [Other]}
processing: {id: R-7, version: "2.1", launched: 2024-01-01, ends: when the contract ends}
purposes:
  support: {text: Answer customers, legal_basis: contract, article9: explicit_consent, reason: the contract}
tenancy:
  root: tenants
  key: tenant_id
  shared: [plans]
  null_is_shared: [templates]
  tokens: [slug, domain]
  ended: closed_at
  ended_grace: P90D
  staff: "role = 'support'"
  membership: [{table: members, user: user_id, tenant: tenant_id}]
tables:
  users:
    subject: {type: customer, key: id, inactive: P3Y}
    purposes: [support]
    columns: {email: user.contact.email, full_name: user.name, code: {category: none, reason: product code}}
    retention: {start: last_seen_at, max: P3Y, min: P6M, grace: P30D, hold: legal_hold, deleted: deleted_at,
      open: "status <> 'closed'", basis: the contract, calendar: end_of_year, residence: P2Y,
      tenant_override: tenants.retention, anonymised: anonymised_at, action: delete}
    references: {manager_id: users.id}
    tenant_key: org_id
    quasi_identifiers: [postal_code, birth_date, gender]
    sensitive: [diagnosis]
    k: 5
    l: 2
    anonymous: false
    copy_of: people
  orders:
    retention:
    - {name: de, where: "country = 'DE'", start: closed_at, max: P10Y, priority: 2}
    - {name: rest, start: closed_at, max: P3Y}
    columns:
      address: {category: user.contact.address.street, precision: exact, snapshot: invoices must not change}
  comments:
    retention: {via: ticket_id}
  api_keys:
    credentials: {created: created_at, rotated: rotated_at, used: used_at, expires: ends_at, active: enabled,
      unused: P30D, rotation: P1Y}
access_log: {table: access_log, at: at, tenant: tenant_id, user: user_id, status: status, route: route,
  object: object_id, objects: {"/tickets/{id}": tickets.id}, resource_tenant: r, session: s, header_tenant: h,
  token_tenant: t, public_routes: [/health]}
roles: {application: [app], low_trust: [anon], administrator: [dba]}
erasure_ledger: {table: erasures, subject_hmac: h, identifier: users.email}
withdrawals: {table: withdrawals, subject: user_id, at: at}
deletions: {table: deletion_log, of: table_name, key: row_id, at: at, start: started_at}
holds: {table: legal_holds, subject: subject_id, placed: placed_at, released: released_at, review_every: P1Y}
credentials: {unused: P90D, rotation: P2Y}
probe: {role: app, setting: app.tenant_id}
population: {table: register, columns: {postal_code: plz}}
environments: {production: [shop], test: [copy]}
detection:
  allow:
  - {entity: EMAIL_ADDRESS, values: [info@example.org], pattern: ".*@bots[.]example",
     reason: nobody owns them}
  deny: [{entity: PERSON, category: user.name, values: [Ana Kovac]}]
  recognizers:
  - {name: Badge, entity: NATIONAL_ID, category: user.unique_id, patterns: "BX-[0-9]{4}", context: [badge],
     check: luhn, score: 0.9}
smallest_count: 5
exclude: [{tables: "django_*", reason: framework}]
waivers: [{fingerprint: 3F9C0A12, reason: known, owner: A. Owner, until: 2026-12-31}]
measures:
- {id: M1, title: Encryption, articles: ["32(1)(a)"], risks: [access], effect: {likelihood: 1, severity: 0},
   status: implemented, evidence: wiki, check: access-tls-off, by: J. Doe, role: owner, at: 2026-01-01,
   until: 2027-01-01}
attestations:
- {field: necessity, text: It is., by: J. Doe, role: owner, at: 2026-01-01, until: 2027-01-01, evidence: w,
   text_sha256: 3F0A377BA0A4A460ECB616F6507CE0D8CFA3E704025D4FDA3ED0C5CA05468728, signature: U1NIU0lH}
- {field: criterion.monitoring, text: It is not., answer: no}
- {field: acceptance, text: Above it the board decides., level: medium}
- {field: risk.loss, text: Backups., inherent: {severity: 3, likelihood: 2},
   residual: {severity: 3, likelihood: 1}, target: {severity: 2, likelihood: 1}}
- {field: dpo_advice, text: Go on., run: {id: r1, manifest_sha256:
   3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728}}
actions:
- {id: A1, text: Fix it, risks: [access], owner: dba, due: 2027-01-31, status: open, closes_when: pii-secret}
decision: {outcome: conditionally_approved, conditions: [A1], reason: r, by: C. Eo, role: CEO,
  at: 2026-11-01, until: 2027-11-01, residual_accepted_by: C. Eo, run: {id: r1, manifest_sha256:
  3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728}}
review: {next: 2027-05-22, every: P1Y, triggers: [new_source],
  history: [{version: "1", at: 2026-01-01, by: J. Doe, text: first}]}
"""
TREE = yaml.safe_load(WHOLE)


def leaves(tree, path=()):
    if isinstance(tree, dict | list) and tree:
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield (*path, key)
            yield from leaves(value, (*path, key))


def with_null(path):
    tree = copy.deepcopy(TREE)
    here = tree
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = None
    return json.dumps(tree, default=str)


def test_every_key_of_a_policy_is_read():
    policy = Policy.parse(WHOLE)
    assert policy.model_dump(exclude_unset=True).keys() == TREE.keys() == Policy.model_fields.keys()
    users, orders = policy.table("users"), policy.table("orders")
    assert users.retention[0].max == Period(years=3)
    assert [rule.name for rule in orders.retention] == ["de", "rest"]
    assert policy.table("comments").retention[0].via == "ticket_id"
    assert [users.columns[c].personal for c in ("email", "code")] == [True, False]
    assert users.columns["code"].category == "none"
    assert policy.table("nowhere") is None


@pytest.mark.parametrize(
    "path",
    [p for p in leaves(TREE) if p not in {("version",), ("name",)}],
    ids=lambda p: ".".join(map(str, p)),
)
def test_null_never_keeps_a_policy_from_loading(path):
    text = with_null(path)
    allowed = path[:2] == ("detection", "allow") and path[3:] in (("entity",), ("reason",))
    if (path[0] in ("waivers", "exclude") and len(path) == 3) or allowed:
        with pytest.raises(PolicyError, match="required"):
            Policy.parse(text)
    elif path[-2:] == ("code", "reason"):
        with pytest.raises(PolicyError, match="needs a reason"):
            Policy.parse(text)
    else:
        assert Policy.parse(text).name == "Helpdesk"


def test_a_name_without_statements_stays_and_a_block_without_its_table_is_undeclared():
    policy = Policy.parse(
        "{version: 1, name: X, purposes: {a: null}, tables: {t: null}, access_log: {table: null, at: at}}"
    )
    assert (list(policy.purposes), list(policy.tables), policy.access_log) == (["a"], ["t"], None)


@pytest.mark.parametrize("key", ["version", "name"])
def test_version_and_name_are_required(key):
    with pytest.raises(PolicyError, match=f"{key}: this key is required"):
        Policy.parse(with_null((key,)))


def test_a_policy_is_immutable_and_accepts_only_its_own_keys():
    policy = Policy.parse(WHOLE)
    with pytest.raises(ValidationError):
        policy.name = "Y"
    with pytest.raises(ValidationError):
        Policy(version=1, name="X", tabels={})


def test_a_waiver_is_the_one_that_a_finding_carries():
    expected = Waiver("3f9c0a12", "known", "A. Owner", date(2026, 12, 31))
    assert Policy.parse(WHOLE).waivers == (expected,)
    assert Policy(version=1, name="X", waivers=[expected]).waivers == (expected,)


def test_the_first_exclusion_that_fits_says_why():
    policy = Policy.parse(WHOLE)
    assert (policy.exclusion("django_session"), policy.exclusion("users")) == ("framework", None)


def test_it_is_read_back_from_its_own_dump():
    policy = Policy.parse(WHOLE)
    assert Policy.model_validate(policy.model_dump(mode="json")).model_dump() == policy.model_dump()


def test_the_json_schema_agrees_with_the_models():
    schema = Policy.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    editor = jsonschema.Draft202012Validator(schema)
    wrong = [
        "[]",
        "{version: 2, name: X}",
        "{version: 1}",
        "{version: 1, name: X, tabels: {}}",
        "{version: 1, name: X, purposes: {p: {legal_basis: c}}}",
    ]
    assert not list(editor.iter_errors(json.loads(json.dumps(TREE, default=str))))
    assert not list(
        editor.iter_errors(
            {"version": 1, "name": "X", "tables": {"t": None}, "tenancy": None, "waivers": None}
        )
    )
    for text in wrong:
        assert list(editor.iter_errors(yaml.safe_load(text))), text
        with pytest.raises(PolicyError):
            Policy.parse(text)


def test_every_key_is_described():
    schema, page = Policy.json_schema(), pages("docs")["docs/policy-keys.md"]
    for block in (schema, *schema["$defs"].values()):
        assert block["description"]
        for key, value in block["properties"].items():
            assert value["description"].endswith((".", ":")), key
            assert f"| `{key}` |" in page
