from __future__ import annotations

from datetime import datetime

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  customers: {{retention: {{name: customer, start: seen_at, max: P3Y, basis: contract}}}}
  orders:
    references: {{customer_id: customers.id, packed_by: customers.id}}
    retention: {rules}
"""
DAY = datetime(2025, 5, 1)
CUSTOMERS = [{"id": n, "seen_at": DAY} for n in (1, 2)]
ORDERS = [
    {"id": n, "customer_id": c, "packed_by": 1, "country": country, "closed_at": DAY, "sent_at": DAY}
    for n, (c, country) in enumerate([(1, "DE"), (1, "FR"), (2, "DE"), (None, "DE"), (9, "IT")])
]


def conflicts(source, rules):
    return auditkit.audit(
        source({"customers": CUSTOMERS, "orders": ORDERS}),
        auditkit.Policy.parse(POLICY.format(rules=rules)),
        checks=["retention-conflict"],
        as_of="2026-01-01",
        strict=True,
    )


def one(audit):
    (found,) = audit.findings
    return found


def test_rules_for_other_rows_or_of_the_same_terms_agree(source):
    audit = conflicts(
        source,
        "[{start: closed_at, max: P3Y, where: country <> 'DE', basis: b}, {start: closed_at, max: P2Y, where:"
        " country = 'DE', basis: b}, {start: closed_at, max: P2Y, hold: packed_by, where: country = 'DE',"
        " basis: b}]",
    )
    assert audit.findings == ()
    assert {o.table for o in audit.passed} == {"customers", "orders"}


RULES = (
    "[{{name: claims, start: closed_at, max: P3Y{rest}, basis: b}},"
    " {{name: tax, start: closed_at, max: P1Y, where: country = 'DE'{tax}, basis: b}}]"
)


def test_two_rules_for_the_same_rows_are_found_until_one_is_narrowed_or_takes_precedence(source):
    found = one(conflicts(source, RULES.format(rest="", tax="")))
    assert (found.table, found.rows, found.of, found.target, found.severity) == (
        "orders",
        3,
        5,
        "claims | tax",
        "medium",
    )
    assert found.detail == {
        "kind": "two rules for one row",
        "period": "P3Y from closed_at",
        "other_period": "P1Y from closed_at",
    }
    assert conflicts(source, RULES.format(rest=", where: country <> 'DE'", tax="")).findings == ()
    assert conflicts(source, RULES.format(rest="", tax=", priority: 1")).findings == ()


@on_one_engine
def test_a_rule_that_another_one_covers_completely_is_found(source):
    found = one(conflicts(source, RULES.format(rest=", priority: 1", tax="")))
    assert (found.target, found.detail["kind"], found.detail["period"]) == (
        "tax | claims",
        "a rule that never applies",
        "P1Y from closed_at",
    )


@on_one_engine
def test_a_row_is_compared_with_the_rule_that_decides_on_the_row_it_belongs_to(source):
    policy = auditkit.Policy.parse(
        "{version: 1, name: Shop, tables: {customers: {retention: [{name: all, start: seen_at, max: P1Y},"
        " {name: first, start: seen_at, max: P9Y, where: id = 1, priority: 1}]}, orders: {references:"
        " {customer_id: customers.id}, retention: {start: closed_at, max: P5Y}}}}"
    )
    tables = source({"customers": CUSTOMERS, "orders": ORDERS})
    audit = auditkit.audit(tables, policy, checks=["retention-conflict"], as_of="2026-01-01", strict=True)
    assert [(f.table, f.target, f.rows) for f in audit.findings] == [
        ("orders", "closed_at | customers: all", 1)
    ]


@on_one_engine
def test_a_row_that_outlasts_the_row_it_belongs_to_is_found(source):
    found = one(conflicts(source, "{start: closed_at, max: P10Y, where: country = 'DE', basis: tax law}"))
    assert (found.columns, found.rows, found.of, found.confidence, found.severity) == (
        ("customer_id",),
        2,
        5,
        "medium",
        "low",
    )
    assert found.detail["kind"] == "longer than the row it belongs to"
    assert found.detail["other_period"] == "P3Y from seen_at"
    assert conflicts(source, "{start: closed_at, max: P3Y, basis: tax law}").findings == ()


@on_one_engine
def test_a_period_of_its_own_beside_an_inherited_one_is_a_contradiction_for_sure(source):
    found = one(conflicts(source, "{via: customer_id, max: P5Y}"))
    assert (found.rows, found.confidence, found.severity, found.detail["period"]) == (
        3,
        "high",
        "medium",
        "P5Y via customer_id",
    )
    assert conflicts(source, "{via: customer_id}").findings == ()


@on_one_engine
def test_the_rule_of_higher_priority_decides_what_is_overdue(source):
    rules = (
        "[{name: claims, start: closed_at, max: P1M}, {name: tax, start: closed_at, max: P6Y, where: country"
        " = 'DE', priority: 1}]"
    )
    tables = source({"customers": CUSTOMERS, "orders": ORDERS})
    audit = auditkit.audit(
        tables,
        auditkit.Policy.parse(POLICY.format(rules=rules)),
        checks=["retention-overdue"],
        as_of="2026-01-01",
    )
    assert [(f.table, f.target, f.rows, f.of) for f in audit.findings] == [("orders", "claims", 2, 2)]
