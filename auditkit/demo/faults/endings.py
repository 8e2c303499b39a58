"""What has ended and was not let go: a tenant, an interest, a consent, a hold, a copy, a period of one's
own.
"""

from __future__ import annotations

import random
from datetime import timedelta

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, days_before, having

LEFT = "Amberfield Travel"


def plant_tenant_that_left(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A tenant that left a year ago: its tickets and users were erased, and two tables were forgotten. Its
    total says what was there.
    """
    tenants = desk.tables["tenants"]
    gone = {
        "id": tenants[-1]["id"] + 1,
        "name": LEFT,
        "slug": "amberfield-travel",
        "domain": "amberfield-travel.example",
    }
    ended = {
        "status": "closed",
        "survey_retention": None,
        "ticket_count": 61,
        "closed_at": days_before(rng, 330, 360),
    }
    tenants.append({**tenants[-1], **gone, **ended, "canary": f"lantern-{rng.getrandbits(32):08x}"})
    surveys = desk.take("surveys", 9, rng)
    templates = desk.take("templates", 2, rng, lambda row: row["tenant_id"] is not None)
    for row in surveys + templates:
        row["tenant_id"] = gone["id"]
    for survey in surveys:
        survey["submitted_at"] = days_before(rng, 370, 600)
    why = "of a tenant that left a year ago"
    return (
        Expected(
            "retention-offboarded-tenant",
            "surveys",
            (),
            len(surveys),
            f"answers to surveys {why}",
            {"tenants": 1},
        ),
        Expected(
            "retention-offboarded-tenant",
            "templates",
            (),
            len(templates),
            f"standard answers {why}",
            {"tenants": 1},
        ),
    )


def plant_people_of_whom_nobody_heard(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Customers who registered once, and of whom nobody has heard since: not yet overdue, and known to
    nobody.
    """
    pattern, silent = desk.rows("users", lambda u: u["role"] == "customer")[-1], 5
    for _ in range(silent):
        user_id, name = desk.tables["users"][-1]["id"] + 1, people.full_name(rng)
        created = days_before(rng, 1090, 1120)
        seen = created + timedelta(days=rng.randint(1, 90))
        itself = {
            "id": user_id,
            "email": f"{people.mailbox(name)}{user_id % 100}@{people.MAIL_DOMAINS[0]}",
            "full_name": name,
        }
        desk.tables["users"].append(
            {**pattern, **itself, **people.residence(rng), "created_at": created, "last_seen_at": seen}
        )
        joined = {
            "id": len(desk.tables["memberships"]) + 1,
            "tenant_id": pattern["tenant_id"],
            "user_id": user_id,
            "role": "customer",
        }
        desk.tables["memberships"].append({**joined, "started_at": created, "ended_at": None})
        desk.taken.setdefault("users", set()).add(user_id)
        desk.taken.setdefault("memberships", set()).add(joined["id"])
    return (
        Expected(
            "retention-inactive-subject",
            "users",
            (),
            silent,
            "registered, and not heard of for two and a half years",
        ),
    )


def plant_memberships_to_archive(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Memberships that ended long ago, and should have gone to the archive after a year."""
    memberships = desk.take("memberships", 7, rng)
    for membership in memberships:
        membership["ended_at"] = days_before(rng, 410, 800)
    return (
        Expected(
            "retention-residence",
            "memberships",
            ("ended_at",),
            len(memberships),
            "ended over a year ago, and not archived",
        ),
    )


def plant_surveys_past_a_tenants_own_period(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Surveys of a clinic that has agreed six months instead of two years."""
    clinic = next(t["id"] for t in desk.tables["tenants"] if t["survey_retention"] == "P6M")
    surveys = desk.take("surveys", 6, rng, lambda row: row["tenant_id"] == clinic)
    for survey in surveys:
        survey["submitted_at"] = days_before(rng, 230, 580)
    why = "older than the six months that their tenant has agreed"
    return (
        Expected(
            "retention-tenant-override", "surveys", ("submitted_at",), len(surveys), why, {"tenants": 1}
        ),
    )


def plant_neglected_holds(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Holds that nobody has looked at for a year, one without a date, and tickets that a released one still
    blocks.
    """
    unreviewed, undated = desk.take("legal_holds", 2, rng), desk.take("legal_holds", 1, rng)
    for hold in unreviewed:
        hold["reviewed_at"] = days_before(rng, 380, 480)
    for hold in undated:
        hold["placed_at"] = None
    released, tickets = (
        desk.take("legal_holds", 2, rng),
        desk.take("tickets", 2, rng, lambda row: row["status"] == "closed"),
    )
    for hold, ticket in zip(released, tickets, strict=True):
        hold["user_id"], hold["released_at"], ticket["legal_hold"] = (
            ticket["requester_id"],
            days_before(rng, 40, 120),
            True,
        )
    return (
        Expected(
            "retention-hold-hygiene", "legal_holds", (), len(unreviewed + undated),
            "two holds without a review for over a year, and one without a date", {"unreviewed": len(unreviewed), "undated": len(undated)},
        ),
        Expected("retention-hold-hygiene", "tickets", (), len(tickets), "a released hold still blocks them", {"released": len(tickets)}),
    )  # fmt: skip


def plant_hasty_deletions(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Tickets that a script deleted weeks after they were closed, although they are kept for half a year at
    least.
    """
    entries = desk.take("deletion_log", 4, rng)
    for entry in entries:
        entry["period_start"], entry["reason"] = (
            entry["deleted_at"] - timedelta(days=rng.randint(20, 90)),
            "clean-up script",
        )
    detail = {"justified": 3}  # the requests of `quiet`
    return (
        Expected(
            "retention-premature",
            "tickets",
            ("closed_at",),
            len(entries),
            "deleted weeks after closing",
            detail,
        ),
    )


def plant_mailings_after_withdrawal(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """People who wanted no more mailings, and got more of them."""
    late, mailed = 0, {mailing["user_id"] for mailing in desk.tables["mailings"]}
    for withdrawal in desk.take("withdrawals", 3, rng, lambda row: row["user_id"] in mailed):
        theirs = desk.rows("mailings", having("user_id", withdrawal["user_id"]))
        withdrawal["at"] = min(mailing["sent_at"] for mailing in theirs) - timedelta(days=rng.randint(5, 40))
        late += len(theirs)
    return (
        Expected(
            "retention-after-withdrawal",
            "mailings",
            (),
            late,
            "sent to people who had withdrawn their consent",
        ),
    )


def plant_erased_people_in_a_copy(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """People whose rows were erased from the users, and stand in the copy that was made before the move."""
    copied = desk.take("users_2025_06", 4, rng)
    for n, row in enumerate(copied):
        name = people.full_name(rng)
        row.update(id=901 + n, email=f"{people.mailbox(name)}@{people.MAIL_DOMAINS[0]}", full_name=name)
    return (
        Expected(
            "retention-copy",
            "users_2025_06",
            (),
            len(copied),
            "were erased from users, and stand in its copy",
        ),
    )
