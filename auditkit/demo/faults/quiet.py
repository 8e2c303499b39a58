"""What looks like a fault and is none: an audit that speaks of these cries wolf."""

from __future__ import annotations

import random
from datetime import date, timedelta

from auditkit.demo import texts
from auditkit.demo.expected import Expected
from auditkit.demo.faults.retention import LATEST_OVERDUE, close
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before

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
    desk.tables["templates"] += [{"id": first + n, "tenant_id": None, **template} for n, template in enumerate(texts.templates())]
    return NOTHING


def let_consultants_work_for_two_tenants(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A person may be a member of two tenants."""
    first = len(desk.tables["memberships"]) + 1
    for n, user in enumerate(desk.take("users", 5, rng, lambda row: row["role"] == "agent")):
        first_job = next(row for row in desk.tables["memberships"] if row["user_id"] == user["id"])
        desk.tables["memberships"].append({**first_job, "id": first + n, "tenant_id": desk.another(user["tenant_id"], rng)})
    return NOTHING


def end_memberships_and_keys(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Ended memberships and revoked keys within their periods."""
    for membership in desk.take("memberships", 40, rng):
        membership["ended_at"] = days_before(rng, 10, 800)
    for key in desk.take("api_keys", 3, rng):
        key["revoked_at"] = days_before(rng, 10, 150)
    return NOTHING


def erase_users_properly(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Erased users keep their key and nothing else; some who left last week may still come back."""
    identifying = ("email", "full_name", "phone", "fax_number", "street", "postal_code", "city", "birth_date", "disability")
    for user in desk.take("users", 8, rng, lambda row: row["role"] == "customer"):
        user.update(dict.fromkeys(identifying), deleted_at=days_before(rng, 60, 200))
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
