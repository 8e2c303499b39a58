from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import auditkit
from tests.engines import on_one_engine

AS_OF = datetime(2026, 11, 22)


def ago(days):
    return AS_OF - timedelta(days=days)


def key(n, **cells):
    return {
        "id": n,
        "secret_hash": f"{n:064x}",
        "created_at": ago(300),
        "last_used_at": ago(3),
        "expires_at": ago(-60),
        "revoked_at": None,
        **cells,
    }


def stale(source, rows, policy="{version: 1, name: Desk}", table="api_keys"):
    audit = auditkit.audit(
        source({table: rows}),
        auditkit.Policy.parse(policy),
        checks=["access-stale-credential"],
        as_of=AS_OF.date(),
        strict=True,
    )
    return {o.target: o for o in audit.outcomes}


def test_unused_and_old_keys_are_counted_until_they_are_revoked(source):
    keys = [key(n) for n in range(8)] + [key(8, revoked_at=ago(40), last_used_at=ago(200))]
    assert {k: o.verdict for k, o in stale(source, keys).items()} == {
        "expired": "passed",
        "unused": "passed",
        "unrotated": "passed",
    }
    keys[0]["last_used_at"], keys[1]["last_used_at"] = ago(91), None  # never used, and issued long ago
    keys[2]["last_used_at"] = ago(89)
    keys[3] |= {"created_at": ago(800), "expires_at": None}
    keys[4] |= {"created_at": ago(800)}  # has an end
    found = stale(source, keys)
    assert (found["unused"].columns, found["unused"].rows, found["unused"].of) == (("last_used_at",), 2, 8)
    assert (found["unrotated"].columns, found["unrotated"].rows, found["unrotated"].of) == (
        ("created_at",),
        1,
        8,
    )
    assert {(o.severity, o.confidence) for k, o in found.items() if k != "expired"} == {("low", "medium")}
    for n in (0, 1, 3):
        keys[n]["revoked_at"] = ago(1)
    assert {o.verdict for o in stale(source, keys).values()} == {"passed"}


@on_one_engine
def test_the_policy_gives_other_periods(source):
    keys = [key(n, last_used_at=ago(40), expires_at=None if n else ago(-9)) for n in range(4)]
    assert {o.verdict for o in stale(source, keys).values()} == {"passed"}
    general = "{version: 1, name: Desk, credentials: {unused: P30D, rotation: P90D}}"
    found = stale(source, keys, general)
    graded = {k: (o.rows, o.severity, o.confidence) for k, o in found.items() if k != "expired"}
    assert graded == {"unused": (4, "medium", "high"), "unrotated": (3, "medium", "high")}
    own = general[:-1] + ", tables: {api_keys: {credentials: {unused: P60D, active: id = 1}}}}"
    found = stale(source, keys, own)
    assert (found["unused"].verdict, found["unrotated"].rows, found["unrotated"].of) == ("passed", 1, 1)


def test_what_is_used_after_its_expiry_is_still_accepted(source):
    keys = [key(n) for n in range(3)] + [
        key(3, expires_at=ago(30), last_used_at=ago(31)),
        key(4, expires_at=ago(30), last_used_at=ago(2)),
    ]
    found = stale(source, keys)["expired"]
    assert (found.columns, found.rows, found.detail["used_after_expiry"], found.severity) == (
        ("expires_at",),
        1,
        1,
        "high",
    )


@on_one_engine
def test_what_is_expired_and_marked_as_active(source):
    states = [("active", 10), ("expired", 10), ("active", -10)]
    rows = [
        {"id": n, "token": f"t{n}", "status": status, "expires_at": ago(days)}
        for n, (status, days) in enumerate(states)
    ]
    found = stale(source, rows, table="access_tokens")
    assert (found["expired"].rows, found["expired"].severity) == (1, "medium")
    assert {found[k].cause for k in ("unused", "unrotated")} == {"undeclared"}


@on_one_engine
def test_that_a_row_is_there_does_not_say_that_it_is_accepted(source):
    rows = [{"id": 1, "token": "a", "expires_at": ago(10), "revoked_at": None}]
    found = stale(source, rows, table="access_tokens")["expired"]
    assert (found.verdict, found.cause) == ("not_assessed", "undeclared")
    stated = "{version: 1, name: Desk, tables: {access_tokens: {credentials: {active: revoked_at IS NULL}}}}"
    assert stale(source, rows, stated, table="access_tokens")["expired"].rows == 1


@on_one_engine
def test_sessions_pass_and_people_are_no_keys(source):
    rows = [{"id": 1, "session_token": "a", "created_at": ago(900), "last_activity_at": ago(900)}]
    assert {o.cause for k, o in stale(source, rows, table="sessions").items() if k != "expired"} == {
        "not_applicable"
    }
    people = [
        {"id": 1, "email": "eva@mail.example", "password_hash": "x", "api_key": "y", "created_at": ago(900)}
    ]
    assert [o.cause for o in stale(source, people, table="users").values()] == ["not_applicable"]


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match="last_used"):
        stale(
            source,
            [key(1)],
            "{version: 1, name: Desk, tables: {api_keys: {credentials: {used: last_use_at}}}}",
        )
