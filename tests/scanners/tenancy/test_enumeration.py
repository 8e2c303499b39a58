from __future__ import annotations

import random
from datetime import datetime, timedelta

import auditkit
from tests.engines import on_one_engine

LOG = "table: log, at: at, user: user_id, route: route, object: object_id, status: status"
USERS = [
    {"id": 5 + n, "tenant_id": 1, "email": f"u{n}@example.org", "role": "support" if n == 9 else "agent"}
    for n in range(10)
]
EIGHT = datetime(2026, 3, 20, 8)
STAFF = 14


def request(user, number, minute: float, *, status=200, route="/tickets/{id}") -> dict:
    return {
        "at": EIGHT + timedelta(minutes=minute),
        "user_id": user,
        "route": route,
        "object_id": number,
        "status": status,
    }


_RNG = random.Random(4)
RIGHT = [request(5 + n % 9, _RNG.randint(1, 3000), n) for n in range(900)]
QUIET = [
    *[request(5, 9000 + n, n) for n in range(20)],  # a page of a list
    *[request(6, 9100 + n, 60 * n) for n in range(30)],  # one an hour
    *[
        request(7, 9200 + n, n / 2, route="/a" if n % 2 else "/b") for n in range(50)
    ],  # every second, on two routes
    *[request(STAFF, 9300 + n, n / 2) for n in range(50)],
    *[request(8, 9400, n / 2) for n in range(50)],  # the same again and again
]


def enumerated(source, log, declared=LOG):
    policy = (
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id, staff: \"role = 'support'\"},"
        f" access_log: {{{declared}}}}}"
    )
    tables = {"tenants": [{"id": 1}, {"id": 2}], "users": USERS, "log": log}
    return auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["tenancy-enumeration"], strict=True
    )


def test_pages_of_lists_slow_readers_and_staff_pass(source):
    audit = enumerated(source, RIGHT + QUIET)
    assert audit.findings == ()
    assert [(o.table, o.columns) for o in audit.passed] == [("log", ("object_id",))]


def test_a_caller_who_enumerates_numbers_is_found_until_stopped(source):
    tried = [request(9, 5000 + n, n / 2, status=200 if n % 4 == 0 else 404) for n in range(80)]
    (found,) = enumerated(source, RIGHT + QUIET + tried).findings
    assert (found.rows, found.severity, found.confidence) == (1, "low", "medium")
    assert (found.detail["longest"], found.detail["usual"]) == (80, 20)
    assert enumerated(source, RIGHT + QUIET + tried[:20]).findings == ()


@on_one_engine
def test_the_severity_is_higher_where_most_was_answered(source):
    (found,) = enumerated(source, RIGHT + [request(9, 5000 + n, n / 2) for n in range(80)]).findings
    assert found.severity == "medium"
    assert found.detail["answered"] == found.detail["requests"]


def test_numbers_kept_as_text_are_read_and_other_keys_are_ignored(source):
    log = [
        {**r, "object_id": str(r["object_id"])}
        for r in [*RIGHT, *[request(9, 5000 + n, n / 2) for n in range(80)]]
    ]
    log += [{**request(9, 0, n / 2), "object_id": f"9f{n:04d}-c"} for n in range(80)]
    (found,) = enumerated(source, log).findings
    assert found.detail["longest"] == 80
