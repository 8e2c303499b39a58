from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

TENANTS = [
    {
        "id": 1 + n,
        "name": "Acme",
        "slug": f"t-{n}",
        "domain": f"t{n}.example",
        "closed_at": None,
        "merged_into": None,
    }
    for n in range(6)
]
FILES = [{"id": n, "tenant_id": 1 + n % 6} for n in range(12)]


def reused(source, tenants, tenancy="root: tenants, key: tenant_id"):
    policy = f"{{version: 1, name: Desk, tenancy: {{{tenancy}}}}}"
    data = source({"tenants": tenants, "files": FILES})
    return auditkit.audit(data, auditkit.Policy.parse(policy), checks=["tenancy-reused-key"], strict=True)


def test_names_of_one_tenant_each_pass_and_the_name_of_a_company_does_not_count(source):
    audit = reused(source, TENANTS)
    assert audit.findings == ()
    assert {(o.table, o.columns, o.of) for o in audit.passed} == {
        ("tenants", (c,), 6) for c in ("id", "slug", "domain")
    }


def test_a_name_of_two_tenants_is_found_in_any_case_until_one_is_renamed(source):
    again = {**TENANTS[0], "id": 90, "slug": " T-1", "domain": "T2.EXAMPLE"}
    found = {f.columns: (f.rows, f.of, f.severity) for f in reused(source, [*TENANTS, again]).findings}
    assert found == {("slug",): (2, 7, "high"), ("domain",): (2, 7, "high")}
    assert reused(source, [*TENANTS, {**again, "slug": "t-90", "domain": "t90.example"}]).findings == ()


@on_one_engine
def test_a_name_that_was_issued_again_after_its_tenant_left_is_found(source):
    left = {**TENANTS[0], "id": 90, "slug": "t-1", "domain": None, "closed_at": "2020-01-01"}
    (found,) = reused(source, [*TENANTS, left]).findings
    assert (found.columns, found.rows) == (("slug",), 2)


@on_one_engine
def test_a_tenant_that_was_merged_into_another_may_leave_it_its_names(source):
    merged = {**TENANTS[0], "id": 90, "slug": "t-90", "domain": "t1.example", "merged_into": 2}
    assert reused(source, [*TENANTS, merged]).findings == ()
    (found,) = reused(source, [*TENANTS, {**merged, "merged_into": 3}]).findings
    assert (found.columns, found.rows) == (("domain",), 2)


def test_no_name_and_two_tenants_without_one_are_no_fault(source):
    nameless = [{**TENANTS[0], "id": 90 + n, "slug": "", "domain": None} for n in range(2)]
    assert reused(source, [*TENANTS, *nameless]).findings == ()


@on_one_engine
def test_a_declared_token_counts_whatever_it_is_called(source):
    tenancy = "root: tenants, key: tenant_id, tokens: [name]"
    assert {f.columns: f.rows for f in reused(source, TENANTS, tenancy).findings} == {("name",): 6}
