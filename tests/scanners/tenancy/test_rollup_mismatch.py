from __future__ import annotations

import pandas as pd
import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
TICKETS = [
    {"id": 100 * t + n, "tenant_id": t, "amount": 2.5 * n, "deleted_at": "2026-01-01" if n % 7 == 6 else None}
    for t in range(1, 13)
    for n in range(3 + t)
]


def live(tickets, tenant):
    return [x for x in tickets if x["tenant_id"] == tenant and x["deleted_at"] is None]


def counted(tickets):
    """The tenants with totals of the rows that are not deleted, and with a limit that is not a total."""
    return [
        {
            "id": t,
            "ticket_count": len(live(tickets, t)),
            "total_amount": sum(x["amount"] for x in live(tickets, t)),
            "max_tickets": 50,
        }
        for t in range(1, 13)
    ]


def moved(tickets, *, ids, to):
    return [{**x, "tenant_id": to} if x["id"] in ids else x for x in tickets]


def mismatches(source, tenants, tickets, **others):
    data = source({"tenants": tenants, "tickets": tickets, **others})
    return auditkit.audit(
        data, auditkit.Policy.parse(POLICY), checks=["tenancy-rollup-mismatch"], strict=True
    )


def test_totals_that_agree_with_the_rows_that_are_not_deleted_pass(source):
    audit = mismatches(source, counted(TICKETS), TICKETS)
    assert audit.findings == ()
    assert {(o.table, o.columns, o.target) for o in audit.passed} == {
        ("tenants", ("ticket_count",), "tickets"),
        ("tenants", ("total_amount",), "tickets"),
    }, "a limit is no total"


def test_rows_that_moved_after_the_count_are_found_until_they_are_given_back(source):
    wrong = moved(TICKETS, ids={900, 901, 902}, to=3)
    found = {f.columns: f for f in mismatches(source, counted(TICKETS), wrong).findings}
    assert {c: (f.table, f.target, f.rows, f.of, f.detail["moved"]) for c, f in found.items()} == {
        ("ticket_count",): ("tenants", "tickets", 2, 12, 3),
        ("total_amount",): ("tenants", "tickets", 2, 12, 7.5),
    }
    assert {(f.confidence, f.severity) for f in found.values()} == {("medium", "low")}
    assert mismatches(source, counted(wrong), wrong).findings == (), "counted anew"


@on_one_engine
def test_totals_of_each_day_add_up(source):
    days = [
        {
            "id": 1000 * t + day,
            "tenant_id": t,
            "day": day,
            "tickets": len([x for x in TICKETS if x["tenant_id"] == t and x["id"] % 3 == day]),
        }
        for t in range(1, 13)
        for day in range(3)
    ]
    tenants = [{"id": t} for t in range(1, 13)]
    assert mismatches(source, tenants, TICKETS, usage_daily=days).findings == ()
    (found,) = mismatches(source, tenants, moved(TICKETS, ids={1000}, to=2), usage_daily=days).findings
    assert (found.table, found.columns, found.rows, found.detail["moved"]) == (
        "usage_daily",
        ("tickets",),
        2,
        1,
    )


def fresh(tenant, n):
    return [
        {"id": 9000 + 10 * tenant + i, "tenant_id": tenant, "amount": 1.25, "deleted_at": None}
        for i in range(n)
    ]


TWO_WENT = [x for x in TICKETS if x["id"] not in (803, 804)]
LATE = {
    "rows of this morning": (counted(TICKETS), [*TICKETS, *fresh(4, 2)]),
    "rows that were purged": (counted(TICKETS), TWO_WENT),
    "as many came as went, for other amounts": (counted(TICKETS), [*TWO_WENT, *fresh(4, 2)]),
    "one tenant went into another": (
        counted(TICKETS),
        [{**x, "tenant_id": 2} if x["tenant_id"] == 5 else x for x in TICKETS],
    ),
    "another currency": (
        [{**t, "total_amount": t["total_amount"] * (1.1 if t["id"] % 2 else 1)} for t in counted(TICKETS)],
        TICKETS,
    ),
    "of all times": (
        [{"id": t["id"], "ticket_count": t["ticket_count"] + t["id"]} for t in counted(TICKETS)],
        TICKETS,
    ),
    "too few tenants": (
        counted(TICKETS)[:6],
        moved([x for x in TICKETS if x["tenant_id"] < 7], ids={500}, to=2),
    ),
    "seats that were bought": ([{"id": t, "ticket_count": 5} for t in range(1, 13)], TICKETS),
}


@pytest.mark.parametrize("trap", LATE)
def test_totals_that_are_late_or_of_something_else_are_no_finding(trap):
    tenants, tickets = LATE[trap]
    audit = mismatches(
        lambda tables: {name: pd.DataFrame(rows) for name, rows in tables.items()}, tenants, tickets
    )
    assert audit.findings == ()
    missing = {o.columns: o for o in audit.not_assessed if o.table == "tenants"}
    assert missing and {o.cause.value for o in missing.values()} == {"not_applicable"}, (
        "and no pass: it was not seen to be right"
    )


@on_one_engine
def test_a_tenant_that_says_into_which_it_was_merged_is_that_one(source):
    tenants = [{**t, "merged_into": 2 if t["id"] == 5 else None} for t in counted(TICKETS)]
    tickets = [{**x, "tenant_id": 2} if x["tenant_id"] == 5 else x for x in TICKETS]
    audit = mismatches(source, tenants, tickets)
    assert audit.findings == () and len(audit.passed) == 2
