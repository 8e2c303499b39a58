from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id, null_is_shared: [templates]}}"
TENANTS = [{"id": 1}, {"id": 2}]
FILES = [{"id": n, "tenant_id": 1 + n % 2} for n in range(6)]
TEMPLATES = [{"id": 1, "tenant_id": 1}, {"id": 2, "tenant_id": None}]


def orphans(source, files, templates=TEMPLATES):
    data = source({"tenants": TENANTS, "files": files, "templates": templates})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=["tenancy-orphan-tenant"], strict=True)


def test_rows_of_tenants_that_exist_and_shared_rows_pass(source):
    assert {(o.table, o.of) for o in orphans(source, FILES).passed} == {("files", 6), ("templates", 2)}


def test_rows_of_a_tenant_that_does_not_exist_are_found_until_erased(source):
    lost = [{"id": 10 + n, "tenant_id": 99} for n in range(3)]
    (found,) = orphans(source, FILES + lost).findings
    assert (found.table, found.columns, found.rows, found.of, found.detail["tenants"]) == (
        "files",
        ("tenant_id",),
        3,
        9,
        1,
    )
    assert orphans(source, FILES).findings == ()


@on_one_engine
def test_a_shared_table_is_looked_at_too(source):
    (found,) = orphans(source, FILES, [*TEMPLATES, {"id": 3, "tenant_id": 77}]).findings
    assert (found.table, found.rows) == ("templates", 1)
