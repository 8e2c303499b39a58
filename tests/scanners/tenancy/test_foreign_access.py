from __future__ import annotations

import pandas as pd
import pytest

import auditkit
from auditkit.dataset import beside as beside_files
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id, staff: "role = 'support'"}
access_log:
  table: log
  tenant: tenant_id
  user: user_id
  status: status
  route: route
  object: object_id
  objects: {"/tickets/{id}": tickets.id}
"""
TENANTS = [{"id": 1}, {"id": 2}]
USERS = [
    {"id": 5, "tenant_id": 1, "email": "a@example.org", "role": "agent"},
    {"id": 6, "tenant_id": 1, "email": "b@example.org", "role": "support"},
]
TICKETS = [{"id": 10 + n, "tenant_id": 1 + n % 2} for n in range(20)]


def request(
    id: int, tenant: int, thing, *, status: int = 200, route: str = "/tickets/{id}", user: int = 5
) -> dict:
    return {
        "id": id,
        "tenant_id": tenant,
        "user_id": user,
        "route": route,
        "object_id": thing,
        "status": status,
    }


RIGHT = [request(n, 1 + n % 2, 10 + n) for n in range(20)]
QUIET = [
    request(100, 1, 11, status=403),
    request(101, 1, 11, route="/plans/{id}"),
    request(102, 1, 11, user=6),
    request(103, 1, 99_999),
]
LEAKS = [request(200, 1, 11), request(201, 2, 10, status=206)]


def accessed(source, log, policy=POLICY):
    data = source({"tenants": TENANTS, "users": USERS, "tickets": TICKETS, "log": log})
    return auditkit.audit(data, auditkit.Policy.parse(policy), checks=["tenancy-foreign-access"], strict=True)


def test_own_rows_refusals_other_routes_staff_and_rows_that_are_gone_are_no_leak(source):
    audit = accessed(source, RIGHT + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("log", ("object_id",), 22)]


def test_an_answer_with_another_tenants_row_is_found_until_the_route_filters(source):
    (found,) = accessed(source, RIGHT + QUIET + LEAKS).findings
    assert (found.table, found.rows, found.of, found.severity) == ("log", 2, 24, "critical")
    assert (found.detail["refused"], found.detail["pairs"]) == (1, 2)
    assert accessed(source, RIGHT + QUIET + [{**r, "status": 404} for r in LEAKS]).findings == ()


def test_a_log_that_keeps_numbers_as_text_is_read_too(source):
    as_text = [{**r, "object_id": str(r["object_id"])} for r in RIGHT + LEAKS]
    (found,) = accessed(source, as_text).findings
    assert found.rows == 2


@on_one_engine
def test_a_column_that_the_log_lacks_is_an_error_with_the_nearest_name(source):
    with pytest.raises(auditkit.PolicyError, match="Did you mean 'status'"):
        accessed(source, RIGHT, POLICY.replace("status: status", "status: statu"))


@on_one_engine
def test_without_an_access_log_nothing_is_assessed(source):
    audit = accessed(source, RIGHT, "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}")
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [(None, "undeclared")]


def beside(source, folder, log, *, kind="jsonl", more=(), policy=POLICY):
    """Audit a log that is a file beside the tables."""
    frame = pd.DataFrame(log)
    path = folder / f"access.{kind}"
    path.write_text(
        frame.to_json(orient="records", lines=True) if kind == "jsonl" else frame.to_csv(index=False),
        encoding="utf-8",
    )
    (folder / "privacy.yaml").write_text(
        policy.replace("table: log", f"table: log\n  file: access.{kind}"), encoding="utf-8"
    )
    data = source({"tenants": TENANTS, "users": USERS, "tickets": [*TICKETS, *more]})
    checks = ["tenancy-foreign-access", "tenancy-orphan-tenant"]
    return auditkit.audit(data, folder / "privacy.yaml", checks=checks, strict=True)


def assert_a_file_gives_the_same(source, folder, kind):
    """Compare an audit of a log in a file with an audit of the same log in a table."""
    log = [*RIGHT, *QUIET, *LEAKS]
    (alone,) = accessed(source, log).findings
    (found,) = [
        f for f in beside(source, folder, log, kind=kind).findings if f.check == "tenancy-foreign-access"
    ]
    fields = ("table", "columns", "rows", "of", "severity", "detail", "fingerprint")
    assert [getattr(found, f) for f in fields] == [getattr(alone, f) for f in fields]
    assert {f.check for f in beside(source, folder, RIGHT + QUIET, kind=kind).findings} == set()
    (lost,) = beside(source, folder, [*RIGHT, request(300, 9, 10, status=403)], kind=kind).findings
    assert (lost.check, lost.table, lost.rows) == ("tenancy-orphan-tenant", "log", 1)


def test_a_log_that_is_a_file_beside_the_database_gives_the_same(source, tmp_path):
    assert_a_file_gives_the_same(source, tmp_path, "jsonl")


@on_one_engine
def test_a_log_in_a_file_of_another_kind_gives_the_same(source, tmp_path):
    assert_a_file_gives_the_same(source, tmp_path, "csv")


def test_keys_that_are_texts_are_brought_too(source, tmp_path):
    log = [{**r, "object_id": f"t-{r['object_id']}"} for r in (*RIGHT, *QUIET, *LEAKS)]
    policy = POLICY.replace("tickets.id", "tickets.code")
    tickets = [{**t, "code": f"t-{t['id']}"} for t in TICKETS]
    (folder := tmp_path / "log").mkdir()
    pd.DataFrame(log).to_csv(folder / "access.csv", index=False)
    (folder / "privacy.yaml").write_text(
        policy.replace("table: log", "table: log\n  file: access.csv"), encoding="utf-8"
    )
    data = source({"tenants": TENANTS, "users": USERS, "tickets": tickets})
    (found,) = auditkit.audit(
        data, folder / "privacy.yaml", checks=["tenancy-foreign-access"], strict=True
    ).findings
    assert (found.rows, found.of) == (2, 24)


@pytest.mark.parametrize("source", ["frames", "sqlite"], indirect=True)
def test_a_log_that_names_too_much_says_so(source, tmp_path, monkeypatch):
    monkeypatch.setattr(beside_files, "MOST", 5)
    (outcome,) = [
        o
        for o in beside(source, tmp_path, RIGHT).outcomes
        if o.check == "tenancy-foreign-access" and o.table == "log"
    ]
    if isinstance(source({"a": [{"b": 1}]}), dict):
        assert outcome.verdict == "passed", "frames and files share a database: nothing is brought"
    else:
        assert (outcome.cause.value, "load it into that database" in outcome.reason) == ("unseen", True)


@on_one_engine
def test_a_file_that_is_not_there_or_not_needed_is_reported(source, tmp_path):
    policy = auditkit.Policy.parse(
        POLICY.replace("table: log", "table: log\n  file: gone.jsonl"), folder=tmp_path
    )
    tables = {"tenants": TENANTS, "users": USERS, "tickets": TICKETS}
    (lost,) = auditkit.audit(source(tables), policy, checks=["tenancy-foreign-access"]).not_assessed
    assert lost.cause.value == "unseen"
    with pytest.raises(auditkit.PolicyError, match="already"):
        auditkit.audit(source({**tables, "log": RIGHT}), policy, checks=["tenancy-foreign-access"])
