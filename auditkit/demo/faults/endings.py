"""Things that have ended, while their rows stay.

A tenant left, a person lost interest, a consent was withdrawn, a hold was released, or a shorter period
ended.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, days_before, having

LEFT = "Amberfield Travel"


def plant_tenant_that_left(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A tenant that left a year ago.

    Its tickets and its users were erased, and its rows in two other tables were forgotten. Its total still
    says how many tickets there were.
    """
    tenants = desk.tables["tenants"]
    left = {
        **tenants[-1], "id": tenants[-1]["id"] + 1, "name": LEFT, "slug": "amberfield-travel",
        "domain": "amberfield-travel.example", "status": "closed", "survey_retention": None,
        "ticket_count": 61, "closed_at": days_before(rng, 330, 360),
        "canary": f"lantern-{rng.getrandbits(32):08x}",
    }  # fmt: skip
    tenants.append(left)
    surveys = desk.take("surveys", 9, rng)
    templates = desk.take("templates", 2, rng, lambda row: row["tenant_id"] is not None)
    for row in surveys + templates:
        row["tenant_id"] = left["id"]
    for survey in surveys:
        survey["submitted_at"] = days_before(rng, 370, 600)
    for table, rows in (("surveys", surveys), ("templates", templates)):
        why, detail = "they belong to a tenant that left a year ago", {"tenants": 1}
        yield Expected("retention-offboarded-tenant", table, (), len(rows), why, detail)


def plant_people_of_whom_nobody_heard(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Customers who registered once and were never active again, although they are not overdue yet."""
    users, memberships = desk.tables["users"], desk.tables["memberships"]
    pattern, silent = desk.rows("users", having("role", "customer"))[-1], 5
    for _ in range(silent):
        user_id, name = users[-1]["id"] + 1, people.full_name(rng)
        created = days_before(rng, 1090, 1120)
        seen = created + timedelta(days=rng.randint(1, 90))
        address = f"{people.mailbox(name)}{user_id % 100}@{people.MAIL_DOMAINS[0]}"
        users.append({
            **pattern, "id": user_id, "email": address, "full_name": name, **people.residence(rng),
            "created_at": created, "last_seen_at": seen,
        })  # fmt: skip
        memberships.append({
            "id": len(memberships) + 1, "tenant_id": pattern["tenant_id"], "user_id": user_id,
            "role": "customer", "started_at": created, "ended_at": None,
        })  # fmt: skip
        for table in ("users", "memberships"):
            desk.taken.setdefault(table, set()).add(desk.tables[table][-1]["id"])
    why = "they registered, and were not active for two and a half years"
    yield Expected("retention-inactive-subject", "users", (), silent, why)


def plant_memberships_to_archive(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Memberships that ended long ago, and that should be in the archive after a year."""
    memberships = desk.take("memberships", 7, rng)
    for membership in memberships:
        membership["ended_at"] = days_before(rng, 410, 800)
    why = "they ended more than a year ago, and are not archived"
    yield Expected("retention-residence", "memberships", ("ended_at",), len(memberships), why)


def plant_surveys_past_a_tenants_own_period(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Surveys of a clinic that has agreed six months instead of two years."""
    clinic = next(t["id"] for t in desk.tables["tenants"] if t["survey_retention"] == "P6M")
    surveys = desk.take("surveys", 6, rng, having("tenant_id", clinic))
    for survey in surveys:
        survey["submitted_at"] = days_before(rng, 230, 580)
    why, detail = "they are older than the six months that their tenant has agreed", {"tenants": 1}
    yield Expected("retention-tenant-override", "surveys", ("submitted_at",), len(surveys), why, detail)


def plant_neglected_holds(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Holds without a review for a year, a hold without a date, and tickets that a released hold blocks."""
    unreviewed, undated = desk.take("legal_holds", 2, rng), desk.take("legal_holds", 1, rng)
    for hold in unreviewed:
        hold["reviewed_at"] = days_before(rng, 380, 480)
    for hold in undated:
        hold["placed_at"] = None
    released = desk.take("legal_holds", 2, rng)
    tickets = desk.take("tickets", 2, rng, having("status", "closed"))
    for hold, ticket in zip(released, tickets, strict=True):
        hold["user_id"], hold["released_at"] = ticket["requester_id"], days_before(rng, 40, 120)
        ticket["legal_hold"] = True
    why = "two holds had no review for more than a year, and one has no date"
    detail = {"unreviewed": len(unreviewed), "undated": len(undated)}
    yield Expected("retention-hold-hygiene", "legal_holds", (), len(unreviewed + undated), why, detail)
    why, detail = "a released hold still blocks them", {"released": len(tickets)}
    yield Expected("retention-hold-hygiene", "tickets", (), len(tickets), why, detail)


def plant_hasty_deletions(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Tickets that a script deleted weeks after closing, although they must be kept for half a year."""
    entries = desk.take("deletion_log", 4, rng)
    for entry in entries:
        entry["period_start"] = entry["deleted_at"] - timedelta(days=rng.randint(20, 90))
        entry["reason"] = "clean-up script"
    why, detail = "they were deleted weeks after closing", {"justified": 3}  # planted in `quiet`
    yield Expected("retention-premature", "tickets", ("closed_at",), len(entries), why, detail)


def plant_mailings_after_withdrawal(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Mailings to people who had withdrawn their consent."""
    late, mailed = 0, {mailing["user_id"] for mailing in desk.tables["mailings"]}
    for withdrawal in desk.take("withdrawals", 3, rng, lambda row: row["user_id"] in mailed):
        mailings = desk.rows("mailings", having("user_id", withdrawal["user_id"]))
        first = min(mailing["sent_at"] for mailing in mailings)
        withdrawal["at"] = first - timedelta(days=rng.randint(5, 40))
        late += len(mailings)
    why = "they were sent to people who had withdrawn their consent"
    yield Expected("retention-after-withdrawal", "mailings", (), late, why)


def plant_erased_people_in_a_copy(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """People who were erased from the users, and who are still in an old copy of that table."""
    copied = desk.take("users_2025_06", 4, rng)
    for n, row in enumerate(copied):
        name = people.full_name(rng)
        row.update(id=901 + n, email=f"{people.mailbox(name)}@{people.MAIL_DOMAINS[0]}", full_name=name)
    why = "they were erased from users, and are still in its copy"
    yield Expected("retention-copy", "users_2025_06", (), len(copied), why)
