from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = """
version: 1
name: Shop
tables:
  users: {subject: {type: customer, key: id}, columns: {email: user.contact.email}}
"""
EXPORT = POLICY + "  export: {copy_of: users, columns: {email: user.contact.email}}\n"


def people(*ids: int) -> list[dict]:
    return [{"id": n, "email": f"u{n}@example.org", "seen_at": datetime(2025, 1, 1)} for n in ids]


def copies(source, policy=POLICY, **tables):
    opened = source({"users": people(1, 2, 3, 4), **tables})
    return auditkit.audit(
        opened, auditkit.Policy.parse(policy), checks=["retention-copy"], as_of="2026-01-01", strict=True
    )


def test_copies_of_those_who_are_still_there_or_that_name_nobody_are_right(source):
    audit = copies(
        source,
        users_old=people(1, 2, 3),
        bak_users=[*people(1), {"id": 9, "email": None, "seen_at": datetime(2025, 1, 1)}],
    )
    assert audit.findings == ()
    assert {(o.table, o.target, o.of) for o in audit.passed} == {
        ("users_old", "users", 3),
        ("bak_users", "users", 2),
    }


def assert_found_by_its_name(source, name):
    (found,) = copies(source, **{name: people(3, 4, 5, 6)}).findings
    assert (found.table, found.rows, found.of, found.confidence, found.severity) == (
        name,
        2,
        4,
        "medium",
        "medium",
    )


def test_a_copy_that_outlives_the_original_is_found_until_it_is_dropped(source):
    assert_found_by_its_name(source, "users_old")
    assert copies(source).findings == ()


@pytest.mark.parametrize("name", "users_bak2 users_202401 users_2024_01_31 bak_users copy_of_users".split())
@on_one_engine
def test_a_copy_is_known_by_its_name(source, name):
    assert_found_by_its_name(source, name)


def test_a_declared_copy_is_sure_and_compared_by_what_identifies_where_it_has_no_key(source):
    (found,) = copies(source, EXPORT, export=[{"email": f" U{n}@Example.org"} for n in (1, 2, 7)]).findings
    assert (found.table, found.rows, found.of, found.confidence, found.severity) == (
        "export",
        1,
        3,
        "high",
        "high",
    )
    assert copies(source, EXPORT, export=[{"email": "u1@example.org"}]).findings == ()


def test_an_archive_with_a_rule_of_its_own_and_other_tables_are_no_copies(source):
    archive = POLICY + "  users_archive: {retention: {start: seen_at, max: P10Y, basis: tax law}}\n"
    assert copies(source, archive, users_archive=people(8, 9)).findings == ()
    audit = copies(source, users_settings=people(8, 9), holdings=people(8))
    assert audit.findings == () and audit.passed == ()
