from __future__ import annotations

import auditkit

POLICY = "{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id, null_is_shared: [templates]}}"
TENANTS = [{"id": 1}, {"id": 2}]
FILES = [{"id": n, "tenant_id": 1 + n % 2} for n in range(6)]
TEMPLATES = [{"id": 1, "tenant_id": 1}, {"id": 2, "tenant_id": None}]


def missing(source, files):
    data = source({"tenants": TENANTS, "files": files, "templates": TEMPLATES})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=["tenancy-missing-key"], strict=True)


def test_rows_that_all_have_a_tenant_pass_and_shared_ones_need_none(source):
    audit = missing(source, FILES)
    assert audit.findings == ()
    assert {o.table: o.cause.value for o in audit.not_assessed} == {
        "templates": "not_applicable",
        "tenants": "not_applicable",
    }


def test_rows_without_a_tenant_are_found_until_they_have_one(source):
    (found,) = missing(source, [*FILES, {"id": 7, "tenant_id": None}, {"id": 8, "tenant_id": None}]).findings
    assert (found.table, found.columns, found.rows, found.of, found.severity) == (
        "files",
        ("tenant_id",),
        2,
        8,
        "high",
    )
    assert missing(source, [*FILES, {"id": 7, "tenant_id": 1}]).findings == ()


def test_empty_text_is_no_tenant(source):
    data = source(
        {
            "tenants": [{"id": "a"}, {"id": "b"}],
            "files": [{"id": 1, "tenant_id": "a"}, {"id": 2, "tenant_id": " "}],
            "templates": [{"id": 1, "tenant_id": "a"}],
        }
    )
    (found,) = auditkit.audit(
        data, auditkit.Policy.parse(POLICY), checks=["tenancy-missing-key"], strict=True
    ).findings
    assert found.rows == 1
