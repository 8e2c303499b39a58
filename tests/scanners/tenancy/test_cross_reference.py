from __future__ import annotations

import random

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id, shared: [plans]}}"
TENANTS = [{"id": t, "name": f"tenant {t}"} for t in range(1, 6)]
PROJECTS = [{"id": 100 * t + n, "tenant_id": t} for t in range(1, 6) for n in range(4)]
PLANS = [{"id": 1}, {"id": 2}]


def task(id: int, tenant: int | None, project: int | None) -> dict:
    return {"id": id, "tenant_id": tenant, "project_id": project, "plan_id": 1}


def tasks(n: int = 300) -> list[dict]:
    return [task(1000 + i, i % 5 + 1, 100 * (i % 5 + 1) + i % 4) for i in range(n)]


def crossing(source, rows, policy=POLICY, keys=(), **more):
    tables = {"tenants": TENANTS, "projects": PROJECTS, "plans": PLANS, "tasks": rows, **more}
    return auditkit.audit(
        source(tables, keys),
        auditkit.Policy.parse(policy),
        checks=["tenancy-cross-reference"],
        as_of="2026-01-01",
        strict=True,
    )


DECLARED = [
    "tenants: PRIMARY KEY (id)",
    "projects: PRIMARY KEY (id)",
    "tasks: FOREIGN KEY (project_id) REFERENCES projects (id)",
]


def test_rows_that_refer_to_their_own_tenant_pass(source):
    audit = crossing(source, tasks())
    assert audit.findings == ()
    assert ("tasks", ("project_id",), 300) in [(o.table, o.columns, o.of) for o in audit.passed]


def test_rows_that_refer_to_another_tenant_are_found_until_corrected(source):
    rows = [*tasks(), task(1, 1, 200), task(2, 1, 201), task(3, 2, 100)]
    (found,) = crossing(source, rows).findings
    assert (found.table, found.columns, found.target) == ("tasks", ("project_id",), "projects")
    assert (found.rows, found.of, found.detail["pairs"]) == (3, 303, 2)
    assert crossing(source, rows[:-3]).findings == ()


def test_a_declared_reference_is_surer_than_an_inferred_one(source):
    rows = [*tasks(), task(1, 1, 200)]
    (found,) = crossing(source, rows, keys=DECLARED).findings
    declared = found.detail["reference"] == "declared"
    assert (found.severity, found.confidence) == (("critical", "high") if declared else ("high", "medium"))


def test_a_row_without_a_tenant_or_without_a_parent_counts_elsewhere(source):
    assert (
        crossing(source, [*tasks(), task(1, None, 100), task(2, 1, None), task(3, 1, 99999)]).findings == ()
    )


@on_one_engine
def test_where_half_of_all_rows_differ_the_tenant_is_no_boundary_and_that_is_reported_once(source):
    rng = random.Random(7)
    rows = [task(i, rng.randint(1, 5), rng.choice(PROJECTS)["id"]) for i in range(400)]
    (found,) = crossing(source, rows).findings
    assert (found.severity, found.confidence, found.detail["boundary"]) == ("low", "low", "does not hold")


@on_one_engine
def test_a_parent_that_has_its_tenant_from_its_own_parent_is_followed(source):
    boards = [{"id": 5000 + p["id"], "project_id": p["id"]} for p in PROJECTS]
    cards = [{"id": i, "tenant_id": i % 5 + 1, "board_id": 5000 + 100 * (i % 5 + 1)} for i in range(250)]
    assert crossing(source, tasks(), boards=boards, cards=cards).findings == ()
    leak = {"id": 9999, "tenant_id": 1, "board_id": 5300}
    (found,) = crossing(source, tasks(), boards=boards, cards=[*cards, leak]).findings
    assert (found.table, found.target, found.rows) == ("cards", "boards", 1)


@on_one_engine
def test_a_membership_is_there_to_cross_tenants(source):
    members = [{"id": i, "tenant_id": 1 + i % 5, "user_id": 10 + i % 3} for i in range(15)]
    users = [{"id": 10 + i, "tenant_id": 1, "email": f"u{i}@example.org"} for i in range(3)]
    assert crossing(source, tasks(), members=members, users=users).findings == ()


@on_one_engine
def test_without_a_tenancy_in_the_policy_one_is_proposed_with_medium_confidence(source):
    (found,) = crossing(source, [*tasks(), task(1, 1, 200)], policy="{version: 1, name: Demo}").findings
    assert (found.rows, found.confidence) == (1, "medium")


@on_one_engine
def test_rows_of_a_tenant_that_was_merged_into_another_belong_to_that_one(source):
    merged = [{**t, "merged_into_id": {5: 4, 4: 3}.get(t["id"])} for t in TENANTS]
    data = lambda rows: source({"tenants": merged, "projects": PROJECTS, "plans": PLANS, "tasks": rows}, ())
    found = lambda rows: (
        auditkit.audit(
            data(rows), auditkit.Policy.parse(POLICY), checks=["tenancy-cross-reference"], strict=True
        ).findings
    )
    assert found([*tasks(), task(1, 3, 400), task(2, 5, 300), task(3, 4, 500)]) == ()
    (leak,) = found([*tasks(), task(1, 3, 400), task(2, 2, 500)])
    assert leak.rows == 1


@on_one_engine
def test_keys_that_collide_with_those_of_tenants_are_not_taken_for_them(source):
    projects = [{"id": n, "tenant_id": 1 + n % 5} for n in range(1, 41)]
    rows = [task(1000 + i, 1 + (1 + i % 40) % 5, 1 + i % 40) for i in range(300)]
    data = lambda rows: source({"tenants": TENANTS, "projects": projects, "plans": PLANS, "tasks": rows}, ())
    found = lambda rows: (
        auditkit.audit(
            data(rows), auditkit.Policy.parse(POLICY), checks=["tenancy-cross-reference"], strict=True
        ).findings
    )
    assert found(rows) == ()
    assert [f.rows for f in found([*rows, task(1, 3, 3)])] == [1]


def test_rows_of_a_tenant_that_does_not_exist_are_one_finding_and_no_leaks(source):
    orphans = [task(5000 + n, 77, 100 * (n % 5 + 1)) for n in range(12)]
    data = source({"tenants": TENANTS, "projects": PROJECTS, "plans": PLANS, "tasks": [*tasks(), *orphans]})
    checks = ["tenancy-cross-reference", "tenancy-orphan-tenant"]
    audit = auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=checks, strict=True)
    assert [(f.check, f.table, f.rows) for f in audit.findings] == [("tenancy-orphan-tenant", "tasks", 12)]


def test_a_declared_membership_switches_nothing_off(source):
    members = [{"id": 900 + i, "tenant_id": 1 + i % 5, "user_id": 10 + i % 3} for i in range(15)]
    users = [{"id": 10 + i, "tenant_id": 1, "email": f"u{i}@example.org"} for i in range(3)]
    exports = [{"id": i, "tenant_id": 1 + i % 5, "member_id": 900 + i} for i in range(15)]
    exports[0]["tenant_id"] = 3
    shared = "membership: {table: members, user: user_id, tenant: tenant_id}, shared: [plans]"
    policy = f"{{version: 1, name: X, tenancy: {{root: tenants, key: tenant_id, {shared}}}}}"
    found = crossing(source, tasks(), members=members, users=users, exports=exports, policy=policy).findings
    assert [(f.table, f.target, f.rows) for f in found] == [("exports", "members", 1)]
