from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

TENANTS = [{"id": 1 + n} for n in range(3)]
PROJECTS = [{"id": 10 + n, "tenant_id": 1 + n % 3} for n in range(30)]


def task(id: int, project, tenant=1, parent=None) -> dict:
    return {"id": id, "tenant_id": tenant, "project_id": project, "parent_id": parent}


TASKS = [task(100 + n, 10 + n % 30, 1 + n % 3, 100 + n // 2 if n else None) for n in range(240)]
QUIET = [task(1, None), task(2, 0), task(3, 10, tenant=99), task(4, 10, tenant=None)]
LOST = [task(5, 777), task(6, 777), task(7, 10, parent=888)]


def orphans(source, tasks, references="project_id: projects.id"):
    data = source({"tenants": TENANTS, "projects": PROJECTS, "tasks": tasks})
    tables = f"tables: {{tasks: {{references: {{{references}}}}}}}" if references else "tables: {}"
    policy = f"{{version: 1, name: Desk, tenancy: {{root: tenants, key: tenant_id}}, {tables}}}"
    return auditkit.audit(data, auditkit.Policy.parse(policy), checks=["tenancy-orphan-parent"], strict=True)


def test_rows_whose_parents_are_there_and_rows_without_one_pass(source):
    audit = orphans(source, TASKS + QUIET)
    assert audit.findings == ()
    assert {(o.table, o.columns, o.of) for o in audit.passed} == {
        ("tasks", ("project_id",), 244),
        ("tasks", ("parent_id",), 244),
    }


def test_rows_whose_parent_is_gone_are_found_until_they_go_too(source):
    found = {f.columns: f for f in orphans(source, TASKS + QUIET + LOST).findings}
    assert {c: (f.rows, f.of, f.detail["values"]) for c, f in found.items()} == {
        ("project_id",): (2, 247, 1),
        ("parent_id",): (1, 247, 1),
    }
    assert {c: f.confidence for c, f in found.items()} == {("project_id",): "high", ("parent_id",): "medium"}
    assert orphans(source, TASKS + QUIET).findings == ()


@on_one_engine
def test_an_inferred_reference_with_too_many_orphans_has_low_confidence(source):
    (found,) = orphans(
        source, [*TASKS, *[task(1000 + n, 700 + n) for n in range(25)]], references=""
    ).findings
    assert (found.rows, found.confidence, found.severity) == (25, "low", "medium")


def test_text_keys_are_read_and_empty_text_names_nobody(source):
    projects = [{"id": f"p{n}", "tenant_id": 1} for n in range(30)]
    tasks = [{"id": n, "tenant_id": 1, "project_id": f"p{n % 30}"} for n in range(60)]
    data = lambda extra: source({"tenants": TENANTS, "projects": projects, "tasks": [*tasks, *extra]})
    policy = auditkit.Policy.parse("{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}")
    audit = lambda extra: auditkit.audit(data(extra), policy, checks=["tenancy-orphan-parent"], strict=True)
    assert audit([{"id": 99, "tenant_id": 1, "project_id": " "}]).findings == ()
    assert [f.rows for f in audit([{"id": 99, "tenant_id": 1, "project_id": "gone"}]).findings] == [1]
