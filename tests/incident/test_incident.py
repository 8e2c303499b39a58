"""Incidents: what Art. 33(3) asks for is exact and the same on every engine, and tenants have labels."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

import auditkit
from auditkit import project_key
from auditkit.audit.audit import Audit
from auditkit.budget import Budget
from auditkit.catalogue import chosen
from auditkit.examine import Examined, examine
from auditkit.incident import incidents
from auditkit.options import RunOptions
from auditkit.scanners import tenancy

AS_OF = "2026-11-22"
POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id, tokens: [slug]}
tables:
  tenants: {columns: {slug: {category: none, reason: the name of a company}}}
  tickets:
    subject: {type: customer, key: customer}
    columns: {customer: user.unique_id, body: user.content}
    references: {project_id: projects.id}
    retention: {start: closed_at, max: P3Y, basis: law}
  projects: {columns: {owner: user.name}}
access_log: {table: requests, at: at, tenant: tenant_id, status: status, resource_tenant: of_tenant}
"""
SLUGS = {1: "acme-corp", 2: "globex-ag", 3: "initech-llc"}


def story():
    """Return tables of three tenants in which nothing is wrong."""
    start = datetime(2025, 6, 1, 12)
    tickets = [
        {
            "id": i,
            "tenant_id": i % 3 + 1,
            "project_id": i % 3 + 1,
            "customer": f"c{i % 7}",
            "closed_at": start + timedelta(days=200 + i),
            "created_at": start + timedelta(days=i),
            "body": f"Nothing works since {SLUGS[i % 3 + 1]}.",
            "settings": f'{{"project_id": {i % 3 + 1}}}',
            "file": f"uploads/{SLUGS[i % 3 + 1]}/{i}.pdf",
        }
        for i in range(1, 31)
    ]
    return {
        "tenants": [{"id": i, "slug": slug} for i, slug in SLUGS.items()],
        "projects": [{"id": i, "tenant_id": i, "owner": f"Owner {i}"} for i in SLUGS],
        "tickets": tickets,
        "keys": [
            {
                "id": i,
                "tenant_id": i % 3 + 1,
                "api_secret": f"sk_live_{i:032x}",
                "issued_on": date(2026, 1, i),
            }
            for i in range(1, 10)
        ],
        "requests": [
            {
                "id": i,
                "tenant_id": i % 3 + 1,
                "of_tenant": i % 3 + 1,
                "status": 200,
                "at": datetime(2026, 11, 1) + timedelta(hours=i),
            }
            for i in range(1, 31)
        ],
    }


def leaked(source, tables, check, policy=POLICY):
    """Return the incidents of one check."""
    audit = auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=[check], as_of=AS_OF, strict=True
    )
    return list(audit.incidents)


def pairs(incident):
    """Return the pairs of an incident by the tenants' own keys, and their rows."""
    keys = {project_key.label("tenant", i): i for i in SLUGS}
    assert incident.key == project_key.key().id
    return {(keys[p.tenant], keys.get(p.other)): p.rows for p in incident.pairs}


def test_nothing_wrong_is_no_incident(source):
    checks = [
        "tenancy-cross-reference",
        "tenancy-shared-credential",
        "tenancy-response-tenant",
        "tenancy-embedded-identifier",
    ]
    audit = auditkit.audit(
        source(story()), auditkit.Policy.parse(POLICY), checks=checks, as_of=AS_OF, strict=True
    )
    assert audit.incidents == () and audit.to_dict()["incidents"] == []


def test_rows_that_refer_to_another_tenant_are_counted_exactly(source):
    tables = story()
    for i, project, made in (
        (4, 1, datetime(2026, 1, 5, 23, 59)),
        (7, 1, datetime(2026, 11, 10)),
        (9, 3, None),
    ):
        tables["tickets"][i - 1] |= {"project_id": project, "created_at": made}
    (found,) = leaked(source, tables, "tenancy-cross-reference")
    assert (found.table, found.tables, found.rows) == ("tickets", ("tickets", "projects"), 3)
    assert pairs(found) == {(2, 1): 2, (1, 3): 1} and found.more_pairs == 0
    assert (found.clock, found.first, found.last) == (
        "created_at",
        "2026-01-05",
        "2026-11-10",
    ), "not closed_at: a leak begins earlier"
    assert (found.recent, found.undated, found.goes_on) == (1, 1, True)
    assert found.subjects == len({tables["tickets"][i - 1]["customer"] for i in (4, 7, 9)})
    assert found.categories == ("user.content", "user.name", "user.unique_id")


def test_an_incident_without_rows_of_the_last_days_is_over(source):
    tables = story()
    tables["tickets"][3] |= {"project_id": 1, "created_at": datetime(2026, 10, 22, 23)}
    (found,) = leaked(source, tables, "tenancy-cross-reference")
    assert (found.first, found.recent, found.goes_on) == ("2026-10-22", 0, False)
    tables["tickets"][3] |= {"created_at": datetime(2026, 10, 23)}
    (found,) = leaked(source, tables, "tenancy-cross-reference")
    assert (found.first, found.recent, found.goes_on) == ("2026-10-23", 1, True)


def test_times_that_cannot_be_meant_are_none(source):
    tables = story()
    for i, made in (
        (3, datetime(1900, 1, 1)),
        (6, datetime(1970, 1, 1)),
        (9, datetime(2999, 1, 1)),
        (12, datetime(2026, 3, 4)),
    ):
        tables["tickets"][i - 1] |= {"project_id": 2, "created_at": made}
    (found,) = leaked(source, tables, "tenancy-cross-reference")
    assert (found.rows, found.first, found.last, found.undated) == (4, "2026-03-04", "2026-03-04", 3)


def test_without_a_clock_the_days_are_unknown(source):
    tables = story()
    tables["tickets"][3] |= {"project_id": 1}
    tables["tickets"] = [
        {k: v for k, v in row.items() if k not in ("created_at", "closed_at")} for row in tables["tickets"]
    ]
    (found,) = leaked(
        source,
        tables,
        "tenancy-cross-reference",
        POLICY.replace("    retention: {start: closed_at, max: P3Y, basis: law}\n", ""),
    )
    assert (found.clock, found.first, found.last, found.recent, found.goes_on) == (
        None,
        None,
        None,
        None,
        None,
    )


def test_the_start_of_the_retention_is_a_clock_where_there_is_no_better(source):
    tables = story()
    tables["tickets"][3] |= {"project_id": 1, "closed_at": datetime(2026, 2, 3)}
    tables["tickets"] = [{k: v for k, v in row.items() if k != "created_at"} for row in tables["tickets"]]
    (found,) = leaked(source, tables, "tenancy-cross-reference")
    assert (found.clock, found.first) == ("closed_at", "2026-02-03")


def test_a_credential_of_several_tenants_sets_each_beside_the_others(source):
    tables = story()
    for i in (1, 2, 4, 5):  # of tenants 2, 3, 2 and 3
        tables["keys"][i - 1]["api_secret"] = "sk_live_" + "f" * 32
    (found,) = leaked(source, tables, "tenancy-shared-credential")
    assert pairs(found) == {(2, 3): 2, (3, 2): 2}
    assert (found.rows, found.clock, found.first, found.last) == (4, "issued_on", "2026-01-01", "2026-01-05")
    assert found.subjects is None, "nobody has declared whose they are"


def test_requests_are_counted_from_the_log(source):
    tables = story()
    for i, other in ((3, 2), (6, 2), (8, 1)):
        tables["requests"][i - 1]["of_tenant"] = other
    tables["requests"][8] |= {"of_tenant": 3, "status": 403}
    (found,) = leaked(source, tables, "tenancy-response-tenant")
    assert pairs(found) == {(1, 2): 2, (3, 1): 1}
    assert (found.clock, found.first, found.last, found.goes_on) == ("at", "2026-11-01", "2026-11-01", True)


@pytest.mark.parametrize(
    ("check", "column", "value"),
    [
        ("tenancy-embedded-identifier", "body", "please ask globex-ag about it"),
        ("tenancy-object-key", "file", "uploads/globex-ag/x.pdf"),
        ("tenancy-json-reference", "settings", '{"project_id": 2}'),
    ],
)
def test_cells_that_name_another_tenant_are_counted_like_rows(source, check, column, value):
    tables = story()
    for i in (3, 6):  # of tenant 1
        tables["tickets"][i - 1] |= {column: value}
    (found,) = leaked(source, tables, check)
    assert pairs(found) == {(1, 2): 2}
    assert (found.rows, found.clock, found.first, found.last, found.undated) == (
        2,
        "created_at",
        "2025-06-04",
        "2025-06-07",
        0,
    )
    assert found.subjects == len({tables["tickets"][i - 1]["customer"] for i in (3, 6)})


def test_a_person_of_another_tenant_is_an_incident(source):
    tables = story()
    people = [{"id": i, "email": f"p{i}@example.org"} for i in range(1, 10)]
    tables |= {"users": people, "members": [{"user_id": i, "tenant_id": i % 3 + 1} for i in range(1, 10)]}
    tables["tickets"] = [row | {"assignee_id": row["id"] % 3 or 3} for row in tables["tickets"]]
    tables["tickets"][3] |= {"assignee_id": 2}
    policy = POLICY.replace(
        "tokens: [slug]", "tokens: [slug], membership: [{table: members, user: user_id, tenant: tenant_id}]"
    )
    policy = policy.replace(
        "references: {project_id: projects.id}",
        "references: {project_id: projects.id, assignee_id: users.id}",
    )
    (found,) = leaked(source, tables, "tenancy-non-member", policy)
    assert pairs(found) == {(2, 3): 1} and found.tables == ("tickets", "users")


def test_only_the_pairs_with_the_most_rows_are_named_and_the_rest_are_counted():
    tables = {
        "tenants": [{"id": i} for i in range(1, 41)],
        "projects": [{"id": i, "tenant_id": i} for i in range(1, 41)],
        "tickets": [{"id": i, "tenant_id": i % 40 + 1, "project_id": i % 40 + 1} for i in range(1, 4001)],
    }
    for i in range(1, 31):
        tables["tickets"][i - 1]["project_id"] = 40 if i != 39 else 1
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    policy = auditkit.Policy.parse("{version: 1, name: X, tenancy: {root: tenants, key: tenant_id}}")
    audit = auditkit.audit(frames, policy, checks=["tenancy-cross-reference"], as_of=AS_OF, strict=True)
    (found,) = list(audit.incidents)
    assert len(found.pairs) == 10 and found.more_pairs == 20 and found.rows == 30


# What holds of all of them


PEOPLE = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id}
tables:
  users: {subject: {type: user, key: id}}
  tickets: {references: {requester_id: users.id, agent_id: users.id, project_id: projects.id}}
  files: {references: {ticket_id: tickets.id, project_id: projects.id}}
"""


def test_people_are_counted_through_references(source):
    tables = {
        "tenants": [{"id": 1}, {"id": 2}],
        "users": [{"id": i, "tenant_id": 1} for i in range(1, 9)],
        "projects": [{"id": 1, "tenant_id": 1}, {"id": 2, "tenant_id": 2}],
        "tickets": [
            {
                "id": i,
                "tenant_id": 1,
                "project_id": 2 if i < 4 else 1,
                "requester_id": 1 + i % 2,
                "agent_id": 7,
            }
            for i in range(1, 9)
        ],
        "files": [
            {"id": i, "tenant_id": 1, "project_id": 2 if i == 1 else 1, "ticket_id": i} for i in range(1, 9)
        ],
    }
    found = {i.table: i for i in leaked(source, tables, "tenancy-cross-reference", PEOPLE)}
    assert found["tickets"].subjects == 3, "two people ask, and one answers"
    assert found["files"].subjects == 2, (
        found["files"].missing or "a file leads to its ticket, and that to its people"
    )


@pytest.fixture
def leaking():
    """Return frames with one leak."""
    tables = story()
    tables["tickets"][3] |= {"project_id": 1}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def test_an_audit_keeps_its_incidents_when_it_is_saved(leaking):
    audit = tenancy.scan(leaking, auditkit.Policy.parse(POLICY), as_of=AS_OF)
    again = Audit.from_dict(json.loads(audit.to_json()))
    assert again.incidents == audit.incidents != () and again.to_json() == audit.to_json()
    older = {k: v for k, v in audit.to_dict().items() if k not in ("incidents", "note")}
    assert Audit.from_dict(older).incidents == () and Audit.from_dict(older).names_model is None, (
        "an audit of an older version can be read"
    )


def test_the_same_input_and_key_give_the_same_bytes_and_another_key_other_labels(leaking, monkeypatch):
    def as_json():
        audit = tenancy.scan(leaking, auditkit.Policy.parse(POLICY), as_of=AS_OF)
        return replace(audit, run={}).to_json()

    monkeypatch.setenv(project_key.VARIABLE, "one key of a project")
    assert as_json() == as_json()
    first = as_json()
    monkeypatch.setenv(project_key.VARIABLE, "another key of a project")
    second = as_json()
    hidden = [re.sub(r"T-[0-9a-f]{12}|\"key\": \"[0-9a-f]{8}\"", "", text) for text in (first, second)]
    assert first != second and hidden[0] == hidden[1]


def test_where_there_is_no_key_pairs_are_counted_and_not_named(leaking, monkeypatch):
    monkeypatch.setenv(project_key.VARIABLE, "too short")
    audit = auditkit.audit(
        leaking, auditkit.Policy.parse(POLICY), checks=["tenancy-cross-reference"], as_of=AS_OF
    )
    (found,) = audit.incidents
    assert found.pairs == () and found.more_pairs == 1 and found.first is not None
    assert "no project key" in found.missing


def test_a_boundary_that_does_not_hold_is_no_incident():
    frames = {
        "shops": pd.DataFrame({"id": range(1, 11)}),
        "items": pd.DataFrame({"id": range(1, 401), "shop_id": [i % 10 + 1 for i in range(1, 401)]}),
        "sales": pd.DataFrame(
            {
                "id": range(1, 2001),
                "shop_id": [i * 7 % 10 + 1 for i in range(1, 2001)],
                "item_id": [i * 13 % 400 + 1 for i in range(1, 2001)],
            }
        ),
    }
    policy = (
        "{version: 1, name: X, tenancy: {root: shops, key: shop_id}, tables: {sales: {references: {item_id:"
        " items.id}}}}"
    )
    audit = auditkit.audit(
        frames, auditkit.Policy.parse(policy), checks=["tenancy-cross-reference"], as_of=AS_OF, strict=True
    )
    assert [f.detail["boundary"] for f in audit.findings] == ["does not hold"] and audit.incidents == ()


def within(examined: Examined, budget: Budget) -> Examined:
    """Return an examination whose run has this budget from now on."""
    examined.run.options = replace(examined.run.options, budget=budget)
    return examined


def test_an_incident_says_that_the_budget_is_used_up(leaking):
    checks, policy = chosen(None, ["tenancy-cross-reference"]), auditkit.Policy.parse(POLICY)
    with auditkit.open(leaking) as data:
        examined = examine(checks, data, policy, RunOptions(date(2026, 11, 22), strict=True))
        over = Budget(timedelta(seconds=1), clock=iter([0.0, *[9.0] * 9]).__next__)
        (found,) = incidents(within(examined, over))
    failures = examined.run.failures
    assert "budget" in found.missing and found.first is None and found.pairs == () and failures == []
    assert found.rows == 1, "what the finding counted is known all the same"


def test_a_statement_on_an_incident_may_take_no_more_than_the_budget_leaves(leaking):
    checks, policy = chosen(None, ["tenancy-cross-reference"]), auditkit.Policy.parse(POLICY)
    with auditkit.open(leaking) as data:
        before = [engine.statement_limit.seconds for engine in data._engines]
        examined = examine(checks, data, policy, RunOptions(date(2026, 11, 22), strict=True))
        # There is time to begin, and none for the count.
        ends = Budget(timedelta(seconds=1), clock=iter([0.0, 0.5, *[9.0] * 9]).__next__)
        (found,) = incidents(within(examined, ends))
        assert [engine.statement_limit.seconds for engine in data._engines] == before
    assert (
        "time allowed for one statement" in found.missing
        and found.first is None
        and examined.run.failures == []
    )
