from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  invoices: {retention: {start: paid_at, min: P6Y, max: P10Y, calendar: end_of_year, basis: tax law}}
  lines: {retention: {via: invoice_id, basis: as the invoice}, references: {invoice_id: invoices.id}}
deletions: {table: deletion_log, of: table_name, key: row_id, at: at, start: started_at}
"""
INVOICES = [{"id": 1, "paid_at": datetime(2025, 1, 1)}]
LINES = [{"id": 1, "invoice_id": 1}]


def deletion(of: str, started_at: datetime | None, at: datetime) -> dict:
    return {"table_name": of, "row_id": 7, "started_at": started_at, "at": at}


RIGHT = [
    deletion("invoices", datetime(2018, 5, 1), datetime(2025, 1, 1)),
    deletion("invoices", None, datetime(2025, 1, 1)),
    deletion("lines", datetime(2010, 5, 1), datetime(2025, 1, 1)),
    deletion("sessions", datetime(2025, 5, 1), datetime(2025, 5, 2)),
]  # fmt: skip
EARLY = [
    deletion("invoices", datetime(2018, 5, 1), datetime(2024, 12, 31, 23, 59, 59)),
    deletion("lines", datetime(2024, 5, 1), datetime(2025, 1, 1)),
]


def premature(source, log, policy=POLICY):
    return auditkit.audit(
        source({"invoices": INVOICES, "lines": LINES, "deletion_log": log}),
        auditkit.Policy.parse(policy),
        checks=["retention-premature"],
        as_of="2026-01-01",
        strict=True,
    )


def test_what_was_deleted_after_its_minimum_is_right(source):
    assert {(o.table, o.of) for o in premature(source, RIGHT).passed} == {("invoices", 2), ("lines", 1)}


def test_what_was_deleted_before_is_found_for_each_table(source):
    found = {f.table: f for f in premature(source, RIGHT + EARLY).findings}
    assert {t: (f.rows, f.of, f.severity) for t, f in found.items()} == {
        "invoices": (1, 3, "high"),
        "lines": (1, 2, "high"),
    }
    assert found["invoices"].detail == {"min": "P6Y", "undated": 1, "justified": 0}
    assert premature(source, RIGHT + EARLY, POLICY.replace("P6Y", "P6M")).findings[0].table == "lines"


@on_one_engine
def test_what_the_person_asked_for_is_right_and_what_nobody_did_is_not(source):
    policy = POLICY.replace(
        "start: started_at", "start: started_at, reason: \"why IN ('erasure request', 'refund')\""
    )
    log = [
        {**d, "why": why}
        for d, why in zip([*EARLY, *EARLY], ["erasure request", "refund", "job", None], strict=True)
    ]
    found = {f.table: f for f in premature(source, log, policy).findings}
    assert {t: (f.rows, f.of, f.detail["justified"]) for t, f in found.items()} == {
        "invoices": (1, 2, 1),
        "lines": (1, 2, 1),
    }
    assert premature(source, log[:2], policy).findings == ()
    assert {f.rows for f in premature(source, log[:2]).findings if f.table == "invoices"} == {1}, (
        "without the reason it is early"
    )


@pytest.mark.parametrize("away", [", start: started_at", "min: P6Y, "])
@on_one_engine
def test_without_a_log_of_starts_or_a_minimum_it_is_not_assessed(source, away):
    outcomes = premature(source, RIGHT, POLICY.replace(away, "")).not_assessed
    assert {o.cause.value for o in outcomes if o.table == "invoices"} == {"undeclared"}


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match="started_on"):
        premature(source, RIGHT, POLICY.replace("start: started_at", "start: started_on"))
