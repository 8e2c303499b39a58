from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from auditkit.outcome import Cause
from tests.engines import on_one_engine

CHECK = "minimisation-bystander"


def contacts(of: int = 200, **more) -> list[dict]:
    return [{"id": n, "email": f"p{n}@example.org", "full_name": "Ana Kovac", **more} for n in range(of)]


def deals(people: int, of: int = 600) -> list[dict]:
    return [{"id": n, "contact_id": n % people} for n in range(of)]


def alone(source, people, others, policy=None, name="contacts"):
    return auditkit.audit(
        source({name: people, "deals": others}), policy, checks=[CHECK], as_of="2026-11-22", strict=True
    )


def test_people_with_whom_there_is_business_pass(source):
    audit = alone(source, contacts(), deals(200))
    assert audit.findings == ()
    assert [(o.table, o.of) for o in audit.passed] == [("contacts", 200)]


def test_people_to_whom_nothing_refers_are_counted_until_they_are_gone(source):
    (found,) = alone(source, contacts(), deals(170)).findings
    assert (found.table, found.rows, found.of, found.severity, found.confidence) == (
        "contacts",
        30,
        200,
        "low",
        "medium",
    )
    assert alone(source, contacts()[:170], deals(170)).findings == ()


@pytest.mark.parametrize(
    "tie",
    [
        {"last_seen_at": datetime(2020, 1, 1)},
        {"password_hash": "$2b$12$abcdefghijklmnopqrstuv"},
        {"created_at": datetime(2026, 11, 1)},
        {"referred_by_contact_id": 3},
    ],
    ids=["a visit", "an account", "new", "brought by another"],
)
@on_one_engine
def test_whoever_shows_up_is_no_bystander(source, tie):
    assert alone(source, contacts(**tie), deals(170)).findings == ()


@on_one_engine
def test_people_of_the_house_are_no_bystanders(source):
    visits = [{"id": n, "employee_id": n % 170} for n in range(600)]
    assert alone(source, contacts(), visits, name="employees").findings == ()


@on_one_engine
def test_where_hardly_anybody_is_referred_to_nothing_is_said(source):
    audit = alone(source, contacts(), deals(12))
    assert {o.cause for o in audit.not_assessed if o.table == "contacts"} == {Cause.NOT_APPLICABLE}


@on_one_engine
def test_a_declared_subject_makes_a_table_one_of_people(source):
    policy = auditkit.Policy.parse(
        "{version: 1, name: D, tables: {entries: {subject: {type: guest, key: id}}}}"
    )
    rows = [{"id": n, "nick": f"nick {n}"} for n in range(200)]
    others = [{"id": n, "entry_id": n % 150} for n in range(600)]
    (found,) = alone(source, rows, others, policy, "entries").findings
    assert (found.rows, found.subjects) == (50, 50)
