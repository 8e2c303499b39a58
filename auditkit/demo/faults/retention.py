"""Rows that are kept too long, or for ever."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, days_before
from auditkit.demo.people import ip_address
from auditkit.demo.schema import Row

LATEST_OVERDUE = datetime(2023, 10, 23)  # noqa: DTZ001
"""Tickets are kept for three years and thirty days: one closed at this second is overdue on 22 November 2026,
a second later it is not.
"""


def close(desk: Helpdesk, ticket: Row, at: datetime) -> None:
    """Move a ticket, and what belongs to it, back in time: it was opened three weeks before."""
    ticket["created_at"], ticket["closed_at"] = at - timedelta(days=21), at
    for table in ("comments", "attachments"):
        for child in desk.rows(table, lambda row: row["ticket_id"] == ticket["id"]):
            child["created_at"] = at - timedelta(days=14)


def plant_overdue_tickets(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets whose period has ended, some with comments and attachments that end with them; one of them
    ended this very second.
    """
    lonely, talked = (
        desk.lonely(),
        {c["ticket_id"] for c in desk.tables["comments"]}
        & {a["ticket_id"] for a in desk.tables["attachments"]},
    )
    alone = desk.take("tickets", 9, rng, lambda row: row["status"] == "closed" and lonely(row))
    parents = desk.take("tickets", 4, rng, lambda row: row["status"] == "closed" and row["id"] in talked)
    for ticket in alone + parents:
        close(desk, ticket, days_before(rng, 1130, 1400))
    close(desk, alone[0], LATEST_OVERDUE)
    gone = {ticket["id"] for ticket in parents}
    children = {
        table: len(desk.rows(table, lambda row: row["ticket_id"] in gone))
        for table in ("comments", "attachments")
    }
    return (
        Expected(
            "retention-overdue",
            "tickets",
            ("closed_at",),
            len(alone) + len(parents),
            "closed more than three years and thirty days ago",
        ),
        Expected(
            "retention-overdue",
            "comments",
            ("ticket_id",),
            children["comments"],
            "belong to overdue tickets and inherit their clock",
        ),
        Expected(
            "retention-overdue",
            "attachments",
            ("ticket_id",),
            children["attachments"],
            "belong to overdue tickets and inherit their clock",
        ),
    )


def plant_undated_tickets(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Closed tickets without the moment of closing: the clock of their rule never starts."""
    lonely = desk.lonely()
    tickets = desk.take("tickets", 6, rng, lambda row: row["status"] == "closed" and lonely(row))
    for ticket in tickets:
        ticket["closed_at"] = None
    return (
        Expected(
            "retention-undated",
            "tickets",
            ("closed_at",),
            len(tickets),
            "closed, but nobody wrote down when: they never expire",
        ),
    )


def plant_log_without_rule(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """An access log with IP addresses, and no word in the policy on how long it stays."""
    for entry in desk.tables["access_log"]:
        entry["ip_address"] = ip_address(rng)
    return (
        Expected(
            "retention-undeclared",
            "access_log",
            (),
            None,
            "holds IP addresses, and the policy says nothing about how long",
        ),
    )


def plant_soft_delete_residue(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Users who were marked as deleted and never erased."""
    users = desk.take("users", 5, rng, lambda row: row["role"] == "customer")
    for user in users:
        user["deleted_at"] = days_before(rng, 60, 200)
    return (
        Expected(
            "retention-soft-delete-residue",
            "users",
            ("deleted_at",),
            len(users),
            "deleted months ago, with name and address still there",
        ),
    )


def plant_sentinel_clocks(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Users whose clock is a stand-in for "never"."""
    users = desk.take("users", 3, rng, lambda row: row["role"] == "customer")
    for user in users:
        user["last_seen_at"] = datetime(9999, 12, 31)  # noqa: DTZ001
    return (
        Expected(
            "retention-sentinel-clock",
            "users",
            ("last_seen_at",),
            len(users),
            "last seen in the year 9999: they never expire",
        ),
    )
