"""Faults that logs show: sessions that change hands, wrong hosts, numbers tried in a row, and queries."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk
from auditkit.demo.people import ip_address
from auditkit.demo.schema import Row


def is_account_page(entry: Row) -> bool:
    """Return whether a log entry is an answered request for the page of the user's account."""
    return bool(entry["route"] == "/account" and entry["status"] == 200)


def ask_for(desk: Helpdesk, rng: random.Random, count: int) -> None:
    """Let a customer ask for tickets with consecutive numbers; those of other tenants are not found."""
    log, tickets = desk.tables["access_log"], desk.tables["tickets"]
    tenant = int(rng.choice(desk.tables["projects"])["tenant_id"])
    user, first = desk.anyone(tenant, rng), rng.randrange(len(tickets) - count)
    start = AS_OF - timedelta(days=rng.randint(1, 80), hours=rng.randint(1, 12))
    session = f"{rng.getrandbits(64):016x}"
    pattern = {
        **log[-1], "tenant_id": tenant, "user_id": user, "header_tenant": tenant, "token_tenant": tenant,
        "session": session, "ip_address": ip_address(rng), "route": "/tickets/{id}",
    }  # fmt: skip
    for n, ticket in enumerate(tickets[first : first + count]):
        at, status = start + timedelta(seconds=40 * n), 200 if ticket["tenant_id"] == tenant else 404
        log.append({**pattern, "id": len(log) + 1, "at": at, "object_id": ticket["id"], "status": status})


def plant_enumeration(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A customer who tries forty-five numbers in half an hour."""
    numbers = 45
    ask_for(desk, rng, numbers)
    why, detail = "one customer tried forty-five numbers in a row", {"requests": numbers, "longest": numbers}
    yield Expected("tenancy-enumeration", "access_log", ("object_id",), 1, why, detail)


def plant_sessions_of_strangers(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Sessions that a user of another tenant continues."""
    log, sessions = desk.tables["access_log"], 3
    for entry in desk.take("access_log", sessions, rng, is_account_page):
        other = desk.another(entry["tenant_id"], rng)
        stranger = {
            "tenant_id": other, "user_id": desk.anyone(other, rng), "header_tenant": other,
            "token_tenant": other,
        }  # fmt: skip
        at, address = entry["at"] + timedelta(seconds=90), ip_address(rng)
        log.append({**entry, **stranger, "id": len(log) + 1, "at": at, "ip_address": address})
    why, detail = "a user of another tenant continued them", {"sessions": sessions}
    yield Expected("tenancy-session-flip", "access_log", ("session",), sessions, why, detail)


def plant_hosts_of_others(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Requests to the host of another tenant that were answered, with the token of the user's own tenant."""
    entries = desk.take("access_log", 4, rng, is_account_page)
    for entry in entries:
        entry["header_tenant"] = desk.another(entry["tenant_id"], rng)
    why = "they were answered under the host of another tenant"
    detail = {"refused": 3}  # planted in `quiet`
    yield Expected("tenancy-header-mismatch", "access_log", ("header_tenant",), len(entries), why, detail)


def plant_queries_without_tenant(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Queries of the application that read tickets by their key alone."""
    log = desk.tables["query_log"]
    queries = ("SELECT * FROM tickets WHERE id = ?", "SELECT t.body FROM tickets t WHERE t.id IN (?, ?, ?)")
    for query in queries:
        log.append({"id": len(log) + 1, "role": "app", "query": query, "calls": rng.randint(200, 900)})
    why = "the application reads tickets by their key, without the tenant"
    yield Expected("tenancy-unscoped-query", "query_log", ("query",), len(queries), why, {"by_key": 1})
