"""Rows that are kept too long, or for ever."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, days_before, having
from auditkit.demo.people import ip_address
from auditkit.demo.schema import Row

LATEST_OVERDUE = datetime(2023, 10, 23)  # noqa: DTZ001  SQLite has no time zones
"""The latest closing of an overdue ticket: tickets are kept for three years, with thirty days of grace."""


def close(desk: Helpdesk, ticket: Row, at: datetime) -> None:
    """Close a ticket at a moment in the past, and move its opening, comments and attachments before it."""
    ticket["created_at"], ticket["closed_at"] = at - timedelta(days=21), at
    for table in ("comments", "attachments"):
        for child in desk.rows(table, having("ticket_id", ticket["id"])):
            child["created_at"] = at - timedelta(days=14)


def plant_overdue_tickets(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets whose retention period has ended, some with comments and attachments.

    The period of one of them ends at the very second of the audit.
    """
    unreferenced = desk.unreferenced()
    commented = {comment["ticket_id"] for comment in desk.tables["comments"]}
    attached = {attachment["ticket_id"] for attachment in desk.tables["attachments"]}
    parents_of_both = commented & attached
    is_closed = having("status", "closed")
    alone = desk.take("tickets", 9, rng, lambda row: is_closed(row) and unreferenced(row))
    parents = desk.take("tickets", 4, rng, lambda row: is_closed(row) and row["id"] in parents_of_both)
    for ticket in alone + parents:
        close(desk, ticket, days_before(rng, 1130, 1400))
    close(desk, alone[0], LATEST_OVERDUE)
    why = "they were closed more than three years and thirty days ago"
    yield Expected("retention-overdue", "tickets", ("closed_at",), len(alone + parents), why)
    overdue = {ticket["id"] for ticket in parents}
    for table in ("comments", "attachments"):
        children = desk.rows(table, lambda row: row["ticket_id"] in overdue)
        why = "they belong to overdue tickets and inherit their period"
        yield Expected("retention-overdue", table, ("ticket_id",), len(children), why)


def plant_undated_tickets(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Closed tickets without a date of closing, so that their retention period never starts."""
    unreferenced, is_closed = desk.unreferenced(), having("status", "closed")
    tickets = desk.take("tickets", 6, rng, lambda row: is_closed(row) and unreferenced(row))
    for ticket in tickets:
        ticket["closed_at"] = None
    why = "they are closed without a date of closing, so they never expire"
    yield Expected("retention-undated", "tickets", ("closed_at",), len(tickets), why)


def plant_log_without_rule(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """An access log with IP addresses, for which the policy declares no retention period."""
    for entry in desk.tables["access_log"]:
        entry["ip_address"] = ip_address(rng)
    why = "it holds IP addresses, and the policy declares no retention period for it"
    yield Expected("retention-undeclared", "access_log", (), None, why)


def plant_soft_delete_residue(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Users who were marked as deleted and never erased."""
    users = desk.take("users", 5, rng, having("role", "customer"))
    for user in users:
        user["deleted_at"] = days_before(rng, 60, 200)
    why = "they were marked as deleted months ago, and name and address are still there"
    yield Expected("retention-soft-delete-residue", "users", ("deleted_at",), len(users), why)


def plant_sentinel_clocks(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Users with a date that stands for "never"."""
    users = desk.take("users", 3, rng, having("role", "customer"))
    for user in users:
        user["last_seen_at"] = datetime(9999, 12, 31)  # noqa: DTZ001  SQLite has no time zones
    why = "they were last seen in the year 9999, so they never expire"
    yield Expected("retention-sentinel-clock", "users", ("last_seen_at",), len(users), why)
