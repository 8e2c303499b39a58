from __future__ import annotations

from datetime import datetime, timedelta

import auditkit
from tests.engines import on_one_engine

LOG = "table: log, at: at, tenant: tenant_id, user: user_id, route: route, session: session"
USERS = [
    {"id": 5, "tenant_id": 1, "email": "a@example.org", "role": "agent"},
    {"id": 6, "tenant_id": 1, "email": "b@example.org", "role": "support"},
]
EIGHT = datetime(2026, 3, 20, 8)


def request(session, minute: float, tenant, *, user=5, route="/tickets") -> dict:
    return {
        "session": session,
        "at": EIGHT + timedelta(minutes=minute),
        "tenant_id": tenant,
        "user_id": user,
        "route": route,
    }


RIGHT = [request(f"s{n % 7}", n, 1 + n % 7 % 2) for n in range(60)]
QUIET = [
    request("late", 0, 1), request("late", 6, 2), request("switch", 0, 1),
    request("switch", 1, 2, route="/tenants/switch"), request("back", 0, 1, route="/login"),
    request("back", 1, 2), request("staff", 0, 1, user=6), request("staff", 1, 2, user=6),
    request(None, 0, 1), request(None, 1, 2), request("open", 0, 1), request("open", 1, None),
    request("open", 2, 1),
]  # fmt: skip


def flips(source, log, declared=LOG):
    policy = (
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id, staff: \"role = 'support'\"},"
        f" access_log: {{{declared}}}}}"
    )
    tables = {"tenants": [{"id": 1}, {"id": 2}], "users": USERS, "log": log}
    return auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["tenancy-session-flip"], strict=True
    )


def test_sessions_of_one_tenant_switches_logins_and_staff_pass(source):
    audit = flips(source, RIGHT + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns, o.of) for o in audit.passed] == [("log", ("session",), 68)]


def test_a_session_that_goes_on_in_another_tenant_is_found_until_it_ends(source):
    mixed = [
        request("m", 0, 1),
        request("m", 1, 2),
        request("m", 2, 1),
        request("n", 0, 1),
        request("n", 5, 2),
    ]
    (found,) = flips(source, RIGHT + QUIET + mixed).findings
    assert (found.table, found.rows, found.of, found.severity, found.detail["sessions"]) == (
        "log",
        3,
        73,
        "high",
        2,
    )
    assert (
        flips(
            source, RIGHT + QUIET + [{**r, "session": f"{r['session']}{i}"} for i, r in enumerate(mixed)]
        ).findings
        == ()
    )


@on_one_engine
def test_without_sessions_in_the_log_nothing_is_assessed(source):
    (lost,) = flips(source, RIGHT, LOG.replace(", session: session", "")).not_assessed
    assert (lost.table, lost.cause.value) == ("log", "undeclared")
