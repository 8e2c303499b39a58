from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
TENANTS = [{"id": t} for t in range(1, 5)]
USERS = [{"id": 10 + n, "tenant_id": 1 + n % 4, "email": f"u{n}@example.org"} for n in range(40)]
TICKETS = [{"id": 100 + n, "tenant_id": 1 + n % 4} for n in range(80)]
COMMENTS = [{"id": n, "ticket_id": 100 + n % 80, "author_id": 10 + n % 40} for n in range(240)]


def diamonds(source, comments, **more):
    data = source({"tenants": TENANTS, "users": USERS, "tickets": TICKETS, "comments": comments, **more})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=["tenancy-diamond"], strict=True)


def test_rows_whose_parents_share_a_tenant_pass(source):
    assert [(o.table, o.columns, o.of) for o in diamonds(source, COMMENTS).passed] == [
        ("comments", ("author_id", "ticket_id"), 240)
    ]


def test_rows_whose_parents_differ_are_found_until_corrected(source):
    wrong = [{"id": 900 + n, "ticket_id": 100, "author_id": 11 + n} for n in range(3)]
    (found,) = diamonds(source, COMMENTS + wrong).findings
    assert (found.table, found.rows, found.of, found.severity, found.detail["pairs"]) == (
        "comments",
        3,
        243,
        "high",
        3,
    )
    assert diamonds(source, COMMENTS + [{**w, "author_id": 10} for w in wrong]).findings == ()


def test_a_row_without_one_of_its_parents_counts_elsewhere(source):
    lost = [
        {"id": 900, "ticket_id": None, "author_id": 11},
        {"id": 901, "ticket_id": 55_555, "author_id": 11},
    ]
    assert diamonds(source, COMMENTS + lost).findings == ()


@on_one_engine
def test_who_is_a_member_of_the_other_tenant_too_is_at_home_there(source):
    """A consultant comments on tickets of both tenants that let them in, and of no third."""
    members = [{"user_id": u["id"], "tenant_id": u["tenant_id"]} for u in USERS] + [
        {"user_id": 10, "tenant_id": 2}
    ]
    let_in, outside = (
        {"id": 900, "ticket_id": 101, "author_id": 10},
        {"id": 901, "ticket_id": 102, "author_id": 10},
    )
    assert diamonds(source, [*COMMENTS, let_in], members=members).findings == ()
    (found,) = diamonds(source, [*COMMENTS, let_in, outside], members=members).findings
    assert found.rows == 1
