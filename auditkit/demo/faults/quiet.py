"""What looks like a fault and is none: an audit that speaks of these cries wolf."""

from __future__ import annotations

import random
from datetime import date, timedelta

from auditkit.demo import texts
from auditkit.demo.expected import Expected
from auditkit.demo.faults.requests import ask_for
from auditkit.demo.faults.retention import LATEST_OVERDUE, close
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before, having

NOTHING: tuple[Expected, ...] = ()


def keep_tickets_on_hold(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Old tickets under a legal hold stay rightly, and so do their comments."""
    talked = {c["ticket_id"] for c in desk.tables["comments"]}
    for ticket in desk.take("tickets", 5, rng, lambda row: row["status"] == "closed" and row["id"] in talked):
        close(desk, ticket, days_before(rng, 1300, 1400))
        ticket["legal_hold"] = True
    return NOTHING


def keep_a_ticket_one_second_short_of_overdue(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """The period of this ticket ends one second after the audit."""
    lonely = desk.lonely()
    for ticket in desk.take("tickets", 1, rng, lambda row: row["status"] == "closed" and lonely(row)):
        close(desk, ticket, LATEST_OVERDUE + timedelta(seconds=1))
    return NOTHING


def let_staff_read_everywhere(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """The operator's staff opens tickets of every tenant: that is its work."""
    staff = desk.rows("users", lambda row: row["role"] == "support")
    for entry in desk.take("access_log", 60, rng, lambda row: row["route"] == "/tickets/{id}"):
        person = rng.choice(staff)
        entry["tenant_id"], entry["user_id"] = person["tenant_id"], person["id"]
    return NOTHING


def refuse_requests_across_tenants(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Somebody asked for another tenant's ticket and was refused: the boundary held."""
    for entry in desk.take("access_log", 5, rng, lambda row: row["route"] == "/tickets/{id}"):
        entry["tenant_id"], entry["status"] = desk.another(entry["tenant_id"], rng), 403
        entry["user_id"] = desk.anyone(entry["tenant_id"], rng)
    return NOTHING


def share_templates(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Templates without a tenant are everybody's; the policy says so."""
    first = max(row["id"] for row in desk.tables["templates"]) + 1
    desk.tables["templates"] += [
        {"id": first + n, "tenant_id": None, **template} for n, template in enumerate(texts.templates())
    ]
    return NOTHING


def let_consultants_work_for_two_tenants(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A person may be a member of two tenants."""
    first = len(desk.tables["memberships"]) + 1
    for n, user in enumerate(desk.take("users", 5, rng, lambda row: row["role"] == "agent")):
        first_job = next(row for row in desk.tables["memberships"] if row["user_id"] == user["id"])
        desk.tables["memberships"].append(
            {**first_job, "id": first + n, "tenant_id": desk.another(user["tenant_id"], rng)}
        )
    return NOTHING


def end_memberships_and_keys(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Ended memberships and revoked keys within their periods."""
    for membership in desk.take("memberships", 40, rng):
        membership["ended_at"] = days_before(rng, 10, 360)
    for key in desk.take("api_keys", 3, rng):
        key["revoked_at"] = days_before(rng, 10, 150)
    return NOTHING


def erase_users_properly(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Erased users keep their key and nothing else; some who left last week may still come back."""
    identifying = (
        "email",
        "full_name",
        "phone",
        "fax_number",
        "street",
        "postal_code",
        "city",
        "birth_date",
        "disability",
    )
    erased = desk.take("users", 8, rng, lambda row: row["role"] == "customer")
    for user in erased:
        user.update(dict.fromkeys(identifying), deleted_at=days_before(rng, 60, 200))
    gone = {user["id"] for user in erased}
    for table, key in (("mailings", "user_id"), ("users_2025_06", "id")):
        desk.tables[table] = [row for row in desk.tables[table] if row[key] not in gone]
    for user in desk.take("users", 4, rng, lambda row: row["role"] == "customer"):
        user["deleted_at"] = days_before(rng, 1, 20)
    return NOTHING


def leave_birth_dates_that_are_no_childrens(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Somebody turns sixteen on the day of the audit, and some birth dates are placeholders."""
    known = lambda row: row["role"] == "customer" and row["birth_date"] is not None
    for user in desk.take("users", 1, rng, known):
        user["birth_date"] = AS_OF.replace(year=AS_OF.year - 16).date()
    for user in desk.take("users", 3, rng, known):
        user["birth_date"] = date(1900, 1, 1)
    return NOTHING


def hear_of_people_through_their_tickets(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Customers who have not logged in for years, and who write tickets by e-mail: something was heard of
    them.
    """
    lately = {
        t["requester_id"]
        for t in desk.rows("tickets", lambda t: t["created_at"] > AS_OF - timedelta(days=600))
    }
    for user in desk.take("users", 4, rng, lambda row: row["role"] == "customer" and row["id"] in lately):
        user["created_at"], user["last_seen_at"] = days_before(rng, 1200, 1500), days_before(rng, 930, 1080)
    return NOTHING


def let_a_tenant_leave(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A tenant that left twelve days ago: its rows may stay for thirty days, until everything is handed
    over.
    """
    (tenant,) = desk.take("tenants", 1, rng, lambda row: row["name"] == "Quarry Street Studios")
    tenant["status"], tenant["closed_at"] = "closed", AS_OF - timedelta(days=12)
    return NOTHING


def release_holds(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Holds that were released, and that keep nothing any more, need no review."""
    for hold in desk.take("legal_holds", 2, rng):
        hold["reviewed_at"], hold["released_at"] = None, days_before(rng, 30, 300)
    return NOTHING


def delete_on_request(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets that were deleted after weeks because a person asked for it."""
    for entry in desk.take("deletion_log", 3, rng):
        entry["period_start"], entry["reason"] = (
            entry["deleted_at"] - timedelta(days=rng.randint(10, 60)),
            "erasure request",
        )
    return NOTHING


def let_people_consent_again(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Somebody wanted no more mailings, and then wanted them again."""
    for withdrawal in desk.take("withdrawals", 2, rng):
        withdrawal["at"], withdrawal["regiven_at"] = days_before(rng, 350, 400), days_before(rng, 305, 340)
    return NOTHING


def name_the_tenant_in_every_request(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Host and token of a request say the same; where they do not, it is refused."""
    for entry in desk.tables["access_log"]:
        entry["header_tenant"] = entry["token_tenant"] = entry["tenant_id"]
    for entry in desk.take(
        "access_log", 3, rng, lambda row: row["route"] == "/account" and row["status"] == 200
    ):
        entry["header_tenant"], entry["status"] = desk.another(entry["tenant_id"], rng), 403
    return NOTHING


def let_sessions_go_on(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Sessions have several requests; one goes on, at a shared computer, when somebody of another tenant has
    logged in.
    """
    log, first = desk.tables["access_log"], len(desk.tables["access_log"]) + 1
    entries = desk.take(
        "access_log", 12, rng, lambda row: row["route"] == "/account" and row["status"] == 200
    )
    for n, entry in enumerate(entries):
        log.append({**entry, "id": first + n, "at": entry["at"] + timedelta(minutes=2)})
    other = desk.another(log[-1]["tenant_id"], rng)
    there = {
        "tenant_id": other,
        "user_id": desk.anyone(other, rng),
        "header_tenant": other,
        "token_tenant": other,
    }
    log.append(
        {
            **log[-1],
            **there,
            "id": len(log) + 1,
            "at": log[-1]["at"] + timedelta(minutes=1),
            "method": "POST",
            "route": "/login",
        }
    )
    return NOTHING


def page_through_tickets(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Somebody looks at the tickets of one page of a list, one after the other."""
    ask_for(desk, rng, 12)
    return NOTHING


def plant_canaries_at_home(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Each tenant's canary stands in one of its own tickets, where it was put."""
    for tenant in desk.tables["tenants"][1:]:
        for ticket in desk.take("tickets", 1, rng, having("tenant_id", tenant["id"])):
            ticket["body"] += f"\n\nReference: {tenant['canary']}"
    return NOTHING


def welcome_everybody_alike(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """One guide is attached to a ticket of each of seven tenants: it is everybody's."""
    for tenant in rng.sample(desk.tables["tenants"][1:], 7):
        for attachment in desk.take("attachments", 1, rng, having("tenant_id", tenant["id"])):
            attachment["object_key"], attachment["content_type"] = (
                "assets/welcome/first-steps-in-the-portal.pdf",
                "application/pdf",
            )
    return NOTHING


def let_administrators_count(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """An administrator counts all tickets for the capacity plan."""
    query = "SELECT count(*) FROM tickets WHERE created_at > ?"
    desk.tables["query_log"].append(
        {"id": len(desk.tables["query_log"]) + 1, "role": "dba", "query": query, "calls": 12}
    )
    return NOTHING
