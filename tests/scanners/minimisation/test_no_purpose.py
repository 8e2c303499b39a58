from __future__ import annotations

import auditkit
from auditkit.outcome import Cause
from tests.engines import on_one_engine

CHECK = "minimisation-no-purpose"
POLICY = """
version: 1
name: Shop
purposes: {orders: {text: Deliver}, news: {text: Tell}}
tables:
  users: {purposes: [orders, news], subject: {key: id}, columns: {email: user.contact.email}}
  visits: {VISITS}
  plans: {columns: {name: {category: none, reason: names of plans}}}
exclude: [{tables: old_*, reason: gone}]
"""


def tables() -> dict[str, list[dict]]:
    return {
        "users": [{"id": n, "email": f"p{n}@example.org"} for n in range(60)],
        "visits": [{"id": n, "user_id": n, "phone": f"+44 20 7946 0{n:03d}"} for n in range(60)],
        "plans": [{"id": 1, "name": "Pro"}],
        "old_users": [{"id": n, "email": f"p{n}@example.org"} for n in range(60)],
    }


def aims(source, visits, policy=POLICY):
    return auditkit.audit(
        source(tables()), auditkit.Policy.parse(policy.replace("VISITS", visits)), checks=[CHECK], strict=True
    )


def test_data_with_a_purpose_passes(source):
    audit = aims(source, "purposes: [orders]")
    assert audit.findings == ()
    assert {(o.table, o.target) for o in audit.passed} == {
        ("users", None),
        ("visits", None),
        (None, "orders"),
        (None, "news"),
    }
    assert {(o.table, o.cause) for o in audit.not_assessed} == {
        ("plans", Cause.NOT_APPLICABLE),
        ("old_users", Cause.EXCLUDED),
    }


def test_a_table_without_a_purpose_is_found_until_it_has_one(source):
    (found,) = aims(source, "purposes: null").findings
    assert (found.table, found.severity, found.confidence) == (
        "visits",
        "low",
        "medium",
    ), "found, and not declared"
    assert found.detail == {"lacks": "a purpose", "columns_personal": 1, "columns_declared": 0}
    (stated,) = aims(source, "columns: {user_id: user.unique_id, phone: user.contact.phone_number}").findings
    assert (stated.severity, stated.confidence, stated.detail["columns_declared"]) == ("medium", "high", 2)
    assert aims(source, "purposes: [news]").findings == ()


@on_one_engine
def test_a_purpose_without_a_table_is_found_until_one_serves_it(source):
    (found,) = aims(source, "purposes: [orders]", POLICY.replace("[orders, news]", "[orders]")).findings
    assert (found.table, found.target, found.severity) == (None, "news", "low")
    assert aims(source, "purposes: [news]", POLICY.replace("[orders, news]", "[orders]")).findings == ()


@on_one_engine
def test_health_data_without_a_purpose_weighs_more(source):
    (found,) = aims(source, "columns: {user_id: user.unique_id, phone: user.health_and_medical}").findings
    assert (found.table, found.severity) == ("visits", "high")


@on_one_engine
def test_nothing_is_said_where_no_purpose_is_stated(source):
    bare = auditkit.audit(source(tables()), checks=[CHECK], strict=True)
    silent = aims(source, "", "{version: 1, name: Shop}")
    for audit in (bare, silent):
        assert audit.findings == ()
        assert {o.cause for o in audit.not_assessed} == {Cause.UNDECLARED}
