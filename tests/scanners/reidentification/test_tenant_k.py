from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = """{version: 1, name: Survey, tenancy: {root: tenants, key: tenant_id},
    tables: {answers: {quasi_identifiers: [gender], disclosure: {tenant_k: 3}}}}"""
TENANTS = [{"id": 1}, {"id": 2}]


def inside(source, answers, policy=POLICY):
    rows = [{"id": n, "tenant_id": t, "gender": g} for n, (t, g) in enumerate(answers)]
    tables = {"tenants": TENANTS, "answers": rows}
    audit = auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["reidentification-tenant-k"], strict=True
    )
    return next(o for o in audit.outcomes if o.table == "answers")


LARGE = [(1, "f")] * 4 + [(1, "m")] * 3


def test_crowds_in_each_tenant_pass(source):
    assert inside(source, LARGE + [(2, "f")] * 3).verdict == "passed"


def test_a_small_tenant_is_found_until_its_rows_are_coarser(source):
    found = inside(source, LARGE + [(2, "f")] * 2)
    expected = {
        "k": 3,
        "smallest_class": 2,
        "tenants": 1,
        "hidden_in_the_crowd": 2,
        "quasi_identifiers": "gender",
    }
    assert (found.rows, found.of, dict(found.detail), found.severity.value) == (2, 9, expected, "high")
    assert inside(source, LARGE).verdict == "passed"


def test_a_tenant_that_is_not_there_does_not_count(source):
    assert inside(source, [*LARGE, (None, "f")]).of == 7


@on_one_engine
def test_without_a_stated_k_of_tenants_nothing_is_claimed(source):
    found = inside(source, LARGE, POLICY.replace(", disclosure: {tenant_k: 3}", ""))
    assert (found.verdict, found.cause) == ("not_assessed", "undeclared")
