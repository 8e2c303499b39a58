"""Rows that only look like faults. An audit that reports them raises a false alarm."""

from __future__ import annotations

import random
from datetime import date, timedelta

from auditkit.demo import texts
from auditkit.demo.faults.requests import ask_for, is_account_page
from auditkit.demo.faults.retention import LATEST_OVERDUE, close
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before, having


def keep_tickets_on_hold(desk: Helpdesk, rng: random.Random) -> None:
    """Old tickets under a legal hold may stay, and so may their comments."""
    commented = {comment["ticket_id"] for comment in desk.tables["comments"]}
    may_be_held = lambda row: row["status"] == "closed" and row["id"] in commented
    for ticket in desk.take("tickets", 5, rng, may_be_held):
        close(desk, ticket, days_before(rng, 1300, 1400))
        ticket["legal_hold"] = True


def keep_a_ticket_one_second_short_of_overdue(desk: Helpdesk, rng: random.Random) -> None:
    """The retention period of one ticket ends one second after the audit."""
    unreferenced = desk.unreferenced()
    may_be_moved = lambda row: row["status"] == "closed" and unreferenced(row)
    for ticket in desk.take("tickets", 1, rng, may_be_moved):
        close(desk, ticket, LATEST_OVERDUE + timedelta(seconds=1))


def let_staff_read_everywhere(desk: Helpdesk, rng: random.Random) -> None:
    """The operator's staff open tickets of every tenant, because that is their work."""
    staff = desk.rows("users", having("role", "support"))
    for entry in desk.take("access_log", 60, rng, having("route", "/tickets/{id}")):
        person = rng.choice(staff)
        entry["tenant_id"], entry["user_id"] = person["tenant_id"], person["id"]


def refuse_requests_across_tenants(desk: Helpdesk, rng: random.Random) -> None:
    """Users ask for tickets of another tenant, and are refused."""
    for entry in desk.take("access_log", 5, rng, having("route", "/tickets/{id}")):
        entry["tenant_id"], entry["status"] = desk.another(entry["tenant_id"], rng), 403
        entry["user_id"] = desk.anyone(entry["tenant_id"], rng)


def share_templates(desk: Helpdesk, rng: random.Random) -> None:
    """Templates without a tenant belong to everybody, as the policy declares."""
    first = max(row["id"] for row in desk.tables["templates"]) + 1
    desk.tables["templates"] += [
        {"id": first + n, "tenant_id": None, **template} for n, template in enumerate(texts.templates())
    ]


def let_consultants_work_for_two_tenants(desk: Helpdesk, rng: random.Random) -> None:
    """A person may be a member of two tenants."""
    memberships = desk.tables["memberships"]
    first = len(memberships) + 1
    for n, user in enumerate(desk.take("users", 5, rng, having("role", "agent"))):
        membership = next(row for row in memberships if row["user_id"] == user["id"])
        other = desk.another(user["tenant_id"], rng)
        memberships.append({**membership, "id": first + n, "tenant_id": other})


def end_memberships_and_keys(desk: Helpdesk, rng: random.Random) -> None:
    """Ended memberships and revoked keys stay for as long as their retention periods allow."""
    for membership in desk.take("memberships", 40, rng):
        membership["ended_at"] = days_before(rng, 10, 360)
    for key in desk.take("api_keys", 3, rng):
        key["revoked_at"] = days_before(rng, 10, 150)


def erase_users_properly(desk: Helpdesk, rng: random.Random) -> None:
    """Erased users keep their key and nothing else; users who left last week may still come back."""
    identifying = "email full_name phone fax_number street postal_code city birth_date disability".split()
    erased = desk.take("users", 8, rng, having("role", "customer"))
    for user in erased:
        user.update(dict.fromkeys(identifying), deleted_at=days_before(rng, 60, 200))
    erased_ids = {user["id"] for user in erased}
    for table, key in (("mailings", "user_id"), ("users_2025_06", "id")):
        desk.tables[table] = [row for row in desk.tables[table] if row[key] not in erased_ids]
    for user in desk.take("users", 4, rng, having("role", "customer")):
        user["deleted_at"] = days_before(rng, 1, 20)


def leave_birth_dates_that_are_no_childrens(desk: Helpdesk, rng: random.Random) -> None:
    """One customer turns sixteen on the day of the audit, and some birth dates are placeholders."""
    is_dated = lambda row: row["role"] == "customer" and row["birth_date"] is not None
    for user in desk.take("users", 1, rng, is_dated):
        user["birth_date"] = AS_OF.replace(year=AS_OF.year - 16).date()
    for user in desk.take("users", 3, rng, is_dated):
        user["birth_date"] = date(1900, 1, 1)


def hear_of_people_through_their_tickets(desk: Helpdesk, rng: random.Random) -> None:
    """Customers who have not logged in for years still write tickets by e-mail."""
    recent = desk.rows("tickets", lambda row: row["created_at"] > AS_OF - timedelta(days=600))
    requesters = {ticket["requester_id"] for ticket in recent}
    writes = lambda row: row["role"] == "customer" and row["id"] in requesters
    for user in desk.take("users", 4, rng, writes):
        user["created_at"] = days_before(rng, 1200, 1500)
        user["last_seen_at"] = days_before(rng, 930, 1080)


def let_a_tenant_leave(desk: Helpdesk, rng: random.Random) -> None:
    """A tenant left twelve days ago; its rows may stay for thirty days, until its data is handed over."""
    (tenant,) = desk.take("tenants", 1, rng, having("name", "Quarry Street Studios"))
    tenant["status"], tenant["closed_at"] = "closed", AS_OF - timedelta(days=12)


def release_holds(desk: Helpdesk, rng: random.Random) -> None:
    """Holds that were released, and that no row depends on, need no review."""
    for hold in desk.take("legal_holds", 2, rng):
        hold["reviewed_at"], hold["released_at"] = None, days_before(rng, 30, 300)


def delete_on_request(desk: Helpdesk, rng: random.Random) -> None:
    """Tickets were deleted after some weeks because the person asked for it."""
    for entry in desk.take("deletion_log", 3, rng):
        entry["period_start"] = entry["deleted_at"] - timedelta(days=rng.randint(10, 60))
        entry["reason"] = "erasure request"


def let_people_consent_again(desk: Helpdesk, rng: random.Random) -> None:
    """People withdrew their consent to mailings, and gave it again."""
    for withdrawal in desk.take("withdrawals", 2, rng):
        withdrawal["at"], withdrawal["regiven_at"] = days_before(rng, 350, 400), days_before(rng, 305, 340)


def name_the_tenant_in_every_request(desk: Helpdesk, rng: random.Random) -> None:
    """Host and token of a request name the same tenant; where they do not, the request is refused."""
    for entry in desk.tables["access_log"]:
        entry["header_tenant"] = entry["token_tenant"] = entry["tenant_id"]
    for entry in desk.take("access_log", 3, rng, is_account_page):
        entry["header_tenant"], entry["status"] = desk.another(entry["tenant_id"], rng), 403


def let_sessions_go_on(desk: Helpdesk, rng: random.Random) -> None:
    """Sessions have several requests.

    One session goes on at a shared computer, after a user of another tenant has logged in there.
    """
    log = desk.tables["access_log"]
    for entry in desk.take("access_log", 12, rng, is_account_page):
        log.append({**entry, "id": len(log) + 1, "at": entry["at"] + timedelta(minutes=2)})
    last, other = log[-1], desk.another(log[-1]["tenant_id"], rng)
    log.append({
        **last, "tenant_id": other, "user_id": desk.anyone(other, rng), "header_tenant": other,
        "token_tenant": other, "id": len(log) + 1, "at": last["at"] + timedelta(minutes=1), "method": "POST",
        "route": "/login",
    })  # fmt: skip


def page_through_tickets(desk: Helpdesk, rng: random.Random) -> None:
    """A customer opens the tickets of one page of a list, one after the other."""
    ask_for(desk, rng, 12)


def plant_canaries_at_home(desk: Helpdesk, rng: random.Random) -> None:
    """The canary of each tenant stands in one of its own tickets."""
    for tenant in desk.tables["tenants"][1:]:
        for ticket in desk.take("tickets", 1, rng, having("tenant_id", tenant["id"])):
            ticket["body"] += f"\n\nReference: {tenant['canary']}"


def welcome_everybody_alike(desk: Helpdesk, rng: random.Random) -> None:
    """One guide for everybody is attached to a ticket of each of seven tenants."""
    for tenant in rng.sample(desk.tables["tenants"][1:], 7):
        for attachment in desk.take("attachments", 1, rng, having("tenant_id", tenant["id"])):
            attachment["object_key"] = "assets/welcome/first-steps-in-the-portal.pdf"
            attachment["content_type"] = "application/pdf"


def let_administrators_count(desk: Helpdesk, rng: random.Random) -> None:
    """An administrator counts all tickets, to plan the capacity."""
    log, query = desk.tables["query_log"], "SELECT count(*) FROM tickets WHERE created_at > ?"
    log.append({"id": len(log) + 1, "role": "dba", "query": query, "calls": 12})
