from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
purposes: {news: {text: Send news, legal_basis: consent}, orders: {text: Deliver, legal_basis: contract}}
tables:
  mailings: {purposes: [news], references: {user_id: users.id}}
  orders: {purposes: [orders, news], references: {user_id: users.id}}
withdrawals: {table: withdrawals, subject: user_id, at: at}
"""
USERS = [{"id": n, "email": f"u{n}@example.org"} for n in (1, 2, 3)]
WITHDRAWALS = [
    {"user_id": 2, "at": datetime(2024, 1, 1)},
    {"user_id": 2, "at": datetime(2025, 3, 1)},
    {"user_id": None, "at": datetime(2020, 1, 1)},
]


def mailing(id: int, user: int | None, sent_at: datetime | None) -> dict:
    return {"id": id, "user_id": user, "sent_at": sent_at}


RIGHT = [
    mailing(1, 1, datetime(2025, 6, 1)), mailing(2, 2, datetime(2025, 2, 1)),
    mailing(3, 2, datetime(2025, 3, 1)), mailing(4, 2, None), mailing(5, None, datetime(2025, 6, 1)),
]  # fmt: skip
LATER = [mailing(6, 2, datetime(2025, 3, 1, 0, 0, 1)), mailing(7, 2, datetime(2025, 6, 1))]


def later(source, mailings, policy=POLICY, withdrawals=WITHDRAWALS):
    tables = {"users": USERS, "withdrawals": withdrawals, "mailings": mailings, "orders": LATER}
    return auditkit.audit(
        source(tables),
        auditkit.Policy.parse(policy),
        checks=["retention-after-withdrawal"],
        as_of="2026-01-01",
        strict=True,
    )


def test_what_was_sent_before_or_rests_on_a_contract_is_right(source):
    audit = later(source, RIGHT)
    assert [(o.table, o.of) for o in audit.passed] == [("mailings", 5)]
    assert {(o.table, o.cause.value) for o in audit.not_assessed} >= {
        ("orders", "not_applicable"),
        ("withdrawals", "undeclared"),
    }


def test_what_was_sent_after_the_last_withdrawal_is_found_until_it_is_gone(source):
    (found,) = later(source, RIGHT + LATER).findings
    assert (found.table, found.rows, found.of, found.severity, found.detail) == (
        "mailings",
        2,
        7,
        "high",
        {"clock": "sent_at"},
    )
    assert later(source, RIGHT).findings == ()


AGAIN = [
    {"user_id": 2, "at": datetime(2024, 1, 1), "regiven_at": datetime(2024, 6, 1)},
    {"user_id": 2, "at": datetime(2024, 1, 15), "regiven_at": datetime(2024, 6, 1)},
    {"user_id": 2, "at": datetime(2025, 3, 1), "regiven_at": None},
    {"user_id": 3, "at": datetime(2024, 1, 1), "regiven_at": datetime(2025, 1, 1)},
]


def test_consent_that_was_given_again_ends_the_withdrawal(source):
    policy = POLICY.replace("at: at}", "at: at, regiven: regiven_at}")
    between = [
        mailing(8, 2, datetime(2024, 3, 1)),
        mailing(9, 2, datetime(2024, 3, 1)),
        mailing(10, 3, datetime(2024, 12, 31)),
    ]
    right = [
        *RIGHT,
        mailing(11, 3, datetime(2025, 1, 1)),
        mailing(12, 2, datetime(2024, 6, 1)),
        mailing(13, 3, datetime(2025, 6, 1)),
    ]
    assert later(source, right, policy, AGAIN).findings == ()
    (found,) = later(source, [*right, *between, *LATER], policy, AGAIN).findings
    assert (found.rows, found.of) == (5, 13)
    assert later(source, right, withdrawals=AGAIN).findings[0].rows == 2, (
        "without the column nobody ever consents again"
    )


@on_one_engine
def test_an_inferred_reference_says_that_it_is(source):
    (found,) = later(
        source, RIGHT + LATER, POLICY.replace("[news], references: {user_id: users.id}", "[news]")
    ).findings
    assert (found.rows, found.confidence) == (2, "medium")


@on_one_engine
def test_without_withdrawals_in_the_policy_it_is_not_assessed(source):
    outcomes = later(source, RIGHT, POLICY.replace(", subject: user_id", "")).not_assessed
    assert {o.cause.value for o in outcomes} == {"undeclared"}


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match="user"):
        later(source, RIGHT, POLICY.replace("subject: user_id", "subject: user"))
