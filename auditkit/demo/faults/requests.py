"""What logs show of requests: sessions that change hands, hosts that say another tenant than the token,
numbers gone through, queries.
"""

from __future__ import annotations

import random
from datetime import timedelta

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk
from auditkit.demo.people import ip_address


def ask_for(desk: Helpdesk, rng: random.Random, count: int) -> None:
    """Let a customer ask for so many tickets by consecutive numbers within an hour; what is another tenant's
    is not found.
    """
    log, tickets = desk.tables["access_log"], desk.tables["tickets"]
    tenant = int(rng.choice(desk.tables["projects"])["tenant_id"])
    user, first = desk.anyone(tenant, rng), rng.randrange(len(tickets) - count)
    start = AS_OF - timedelta(days=rng.randint(1, 80), hours=rng.randint(1, 12))
    same = {
        "tenant_id": tenant,
        "user_id": user,
        "header_tenant": tenant,
        "token_tenant": tenant,
        "session": f"{rng.getrandbits(64):016x}",
    }
    pattern = {**log[-1], **same, "ip_address": ip_address(rng), "route": "/tickets/{id}"}
    for n, ticket in enumerate(tickets[first : first + count]):
        asked = {"id": len(log) + 1, "at": start + timedelta(seconds=40 * n), "object_id": ticket["id"]}
        log.append({**pattern, **asked, "status": 200 if ticket["tenant_id"] == tenant else 404})


def plant_enumeration(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A customer goes through forty-five numbers in half an hour."""
    numbers = 45
    ask_for(desk, rng, numbers)
    detail = {"requests": numbers, "longest": numbers}
    return (
        Expected(
            "tenancy-enumeration",
            "access_log",
            ("object_id",),
            1,
            "one customer tried forty-five numbers in a row",
            detail,
        ),
    )


def plant_sessions_of_strangers(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Sessions that went on as somebody of another tenant."""
    log, sessions = desk.tables["access_log"], 3
    for entry in desk.take(
        "access_log", sessions, rng, lambda row: row["route"] == "/account" and row["status"] == 200
    ):
        other = desk.another(entry["tenant_id"], rng)
        stranger = {
            "tenant_id": other,
            "user_id": desk.anyone(other, rng),
            "header_tenant": other,
            "token_tenant": other,
        }
        log.append(
            {
                **entry,
                **stranger,
                "id": len(log) + 1,
                "at": entry["at"] + timedelta(seconds=90),
                "ip_address": ip_address(rng),
            }
        )
    why = "sessions that went on as a user of another tenant"
    return (
        Expected("tenancy-session-flip", "access_log", ("session",), sessions, why, {"sessions": sessions}),
    )


def plant_hosts_of_others(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Requests to another tenant's host with the token of the own, that were answered."""
    entries = desk.take("access_log", 4, rng, lambda row: row["route"] == "/account" and row["status"] == 200)
    for entry in entries:
        entry["header_tenant"] = desk.another(entry["tenant_id"], rng)
    detail = {"refused": 3}  # those of `quiet`
    return (
        Expected(
            "tenancy-header-mismatch",
            "access_log",
            ("header_tenant",),
            len(entries),
            "answered under another host",
            detail,
        ),
    )


def plant_queries_without_tenant(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Queries of the application for tickets by their key alone."""
    log = desk.tables["query_log"]
    queries = ("SELECT * FROM tickets WHERE id = ?", "SELECT t.body FROM tickets t WHERE t.id IN (?, ?, ?)")
    for query in queries:
        log.append({"id": len(log) + 1, "role": "app", "query": query, "calls": rng.randint(200, 900)})
    why = "the application reads tickets by their key, without the tenant"
    return (Expected("tenancy-unscoped-query", "query_log", ("query",), len(queries), why, {"by_key": 1}),)
