from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

NAMES = ("ana", "ben", "eva", "kim")
PEOPLE = [{"email": f"{name}@example.org", "joined_at": "2025-01-01"} for name in NAMES]
ARTICLES = [{"sku": f"A-{n}", "price": n} for n in range(9)]
RULE = "{{version: 1, name: Shop, tables: {{people: {{columns: {{email: user.contact.email}}{rule}}}}}}}"


def undeclared(source, rule: str):
    policy = auditkit.Policy.parse(RULE.format(rule=rule))
    return auditkit.audit(
        source({"people": PEOPLE, "articles": ARTICLES}),
        policy,
        checks=["retention-undeclared"],
        as_of="2026-01-01",
        strict=True,
    )


def test_a_table_with_a_rule_and_its_basis_and_one_without_people_are_right(source):
    assert undeclared(source, ", retention: {start: joined_at, max: P3Y, basis: contract}").findings == ()


def test_personal_data_without_a_rule_is_found_until_there_is_one(source):
    (found,) = undeclared(source, "").findings
    assert (found.table, found.columns, found.detail) == (
        "people",
        (),
        {"missing": "rule", "personal_columns": 1},
    )


@on_one_engine
def test_a_rule_without_a_basis_is_found(source):
    (found,) = undeclared(source, ", retention: {start: joined_at, max: P3Y}").findings
    assert found.detail["missing"] == "basis"


@on_one_engine
def test_a_column_declared_as_personal_counts_whatever_was_detected(source):
    policy = auditkit.Policy.parse(
        "{version: 1, name: S, tables: {articles: {columns: {sku: user.unique_id}}}}"
    )
    audit = auditkit.audit(
        source({"articles": ARTICLES}), policy, checks=["retention-undeclared"], strict=True
    )
    assert [f.table for f in audit.findings] == ["articles"]
