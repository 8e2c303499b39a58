from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

CODES = [f"P-{n * 7919 % 10007:05d}" for n in range(40)]
POLICY = """
version: 1
name: Study
tenancy: {root: tenants, key: tenant_id}
purposes: {research: {}, billing: {}}
tables:
  answers: {purposes: [research], subject: {key: code}, disclosure: {pseudonymised: true}}
  bills: {purposes: [billing], subject: {key: code}, disclosure: {pseudonymised: true}}
"""


def rows(codes, tenant=1):
    return [{"id": n, "tenant_id": tenant, "code": c} for n, c in enumerate(codes, 1)]


def linked(source, answers, bills, policy=POLICY):
    tables = {"tenants": [{"id": 1}, {"id": 2}], "answers": answers, "bills": bills}
    return auditkit.audit(
        source(tables),
        auditkit.Policy.parse(policy),
        checks=["reidentification-linkable-pseudonym"],
        strict=True,
    )


def test_pseudonyms_of_their_own_pass(source):
    audit = linked(source, rows(CODES[:20]), rows(CODES[20:]))
    assert [(o.table, o.columns) for o in audit.passed] == [("answers", ("code",)), ("bills", ("code",))]


def test_one_pseudonym_for_two_purposes_is_found_until_replaced(source):
    (found,) = linked(source, rows(CODES[:20]), rows(CODES[5:])).findings
    assert (found.table, found.target, found.rows, found.of, found.severity.value) == (
        "answers",
        "bills",
        15,
        20,
        "medium",
    )
    assert dict(found.detail) == {"shared": 15, "through": "code", "between": "purposes"}
    assert linked(source, rows(CODES[:20]), rows([c.replace("P", "Q") for c in CODES[5:]])).findings == ()


@on_one_engine
def test_tables_of_one_purpose_may_be_linked(source):
    assert (
        linked(source, rows(CODES), rows(CODES), POLICY.replace("[billing]", "[research, billing]")).findings
        == ()
    )


def test_one_pseudonym_for_two_tenants_is_found(source):
    (found,) = linked(source, rows(CODES[:20]) + rows(CODES[8:20], tenant=2), rows(CODES[20:])).findings
    assert (found.table, found.target, found.rows, found.detail["shared"], found.detail["between"]) == (
        "answers",
        "answers",
        24,
        12,
        "tenants",
    )


@on_one_engine
def test_few_are_a_coincidence(source):
    assert linked(source, rows(CODES[:20]), rows(CODES[17:])).findings == ()
