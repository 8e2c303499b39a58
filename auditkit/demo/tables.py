"""The rows of every table as they should be.

Every row belongs to its tenant, no row is kept too long, and no personal data stands where it should not. The
faults are planted afterwards, in `faults`. Rows that only look like faults are planted in `faults.quiet`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from auditkit.demo import people, records, texts
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before, having
from auditkit.demo.schema import Row

PLANS = (("Free", 0.0), ("Team", 9.0), ("Pro", 29.0), ("Enterprise", 79.0))
OPERATOR = "Lanternworks Support"
"""The tenant of the company that runs the helpdesk. Its staff may act for every tenant."""
COMPANIES = (
    OPERATOR, "Brightwater Legal", "Nordlys Clinics", "Casa Verde Hotels", "Kestrel Logistics",
    "Maple Row Bakeries", "Orchard Insurance", "Quarry Street Studios", "Silverbirch Schools",
    "Tidewater Energy", "Umbra Software", "Wolkenstein Machines",
)  # fmt: skip
OWN_PERIODS = {"Nordlys Clinics": "P6M", "Silverbirch Schools": "P1Y"}
"""Retention periods for surveys, of the two tenants that have agreed a shorter one."""
OWN_DAYS = {"P6M": 180, "P1Y": 360}
PROJECTS = (
    "Website relaunch", "Warehouse rollout", "Billing migration", "Customer portal", "Office move",
    "Mobile app", "Service desk",
)  # fmt: skip
AGE_BANDS = ("18-29", "30-44", "45-59", "60-74")
GENDERS = ("female", "male")
REGIONS = ("north", "south", "east", "west", "centre")


def build(seed: int, tickets: int) -> Helpdesk:
    """Return a helpdesk without faults."""
    desk = Helpdesk(seed)
    makers: dict[str, Callable[[Helpdesk, random.Random], Iterator[Row]]] = {
        "schema_migrations": _migrations, "plans": _plans, "tenants": _tenants, "users": _users,
        "memberships": _memberships, "projects": _projects, "tickets": lambda d, r: _tickets(d, r, tickets),
        "comments": _comments, "attachments": _attachments, "api_keys": _api_keys, "access_log": _access_log,
        "templates": _templates, "surveys": _surveys, **records.MAKERS,
    }  # fmt: skip
    for table, make in makers.items():
        desk.tables[table] = list(make(desk, desk.rng(table)))
    for tenant in desk.tables["tenants"]:
        tenant["ticket_count"] = len(desk.of_tenant("tickets", tenant["id"]))
    return desk


def _migrations(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    for n in range(14):
        yield {"id": 20_210_000 + n, "applied_at": AS_OF - timedelta(days=2000 - 90 * n)}


def _plans(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    for n, (name, price) in enumerate(PLANS, 1):
        yield {"id": n, "name": name, "monthly_price": price}


def _tenants(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    for n, name in enumerate(COMPANIES):
        slug = name.lower().replace(" ", "-")
        yield {
            "id": 101 + n, "plan_id": rng.randint(1, len(PLANS)), "name": name, "slug": slug,
            "domain": f"{slug}.example", "status": "active", "survey_retention": OWN_PERIODS.get(name),
            "canary": f"lantern-{rng.getrandbits(32):08x}", "ticket_count": None,
            "created_at": days_before(rng, 1500, 2400), "closed_at": None,
        }  # fmt: skip


def _users(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    user_id, mailboxes = 1000, set[str]()
    for tenant in desk.tables["tenants"]:
        operator = tenant["name"] == OPERATOR
        roles = ["support"] * 12 if operator else ["agent"] * 7 + ["customer"] * rng.randint(38, 58)
        manager = None
        for role in roles:
            user_id += 1
            name = people.full_name(rng)
            domain = rng.choice(people.MAIL_DOMAINS) if role == "customer" else tenant["domain"]
            address = f"{people.mailbox(name)}@{domain}"
            if address in mailboxes:
                address = f"{people.mailbox(name)}{user_id % 100}@{domain}"
            mailboxes.add(address)
            home = people.residence(rng)
            created = days_before(rng, 920, 1500)
            yield {
                "id": user_id, "tenant_id": tenant["id"], "role": role, "email": address,
                "email_verified": rng.random() < 0.9, "full_name": name, "phone": home["phone"],
                "fax_number": None, "street": home["street"], "postal_code": home["postal_code"],
                "city": home["city"], "country": home["country"], "birth_date": None, "disability": None,
                "password_hash": None, "manager_id": None if role == "customer" else manager,
                "created_at": created, "last_seen_at": days_before(rng, 1, 900), "deleted_at": None,
            }  # fmt: skip
            manager = manager or user_id


def _memberships(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    for n, user in enumerate(desk.tables["users"], 1):
        yield {
            "id": n, "tenant_id": user["tenant_id"], "user_id": user["id"], "role": user["role"],
            "started_at": user["created_at"], "ended_at": None,
        }  # fmt: skip


def _projects(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    project_id = 100  # the keys of projects look like those of tenants, on purpose
    for tenant in desk.tables["tenants"][1:]:
        for name in rng.sample(PROJECTS, rng.randint(4, 6)):
            project_id += 1
            owner = desk.anyone(tenant["id"], rng, role="agent")
            yield {
                "id": project_id, "tenant_id": tenant["id"], "name": name, "owner_id": owner,
                "created_at": days_before(rng, 1000, 1450),
            }  # fmt: skip


def _tickets(desk: Helpdesk, rng: random.Random, count: int) -> Iterator[Row]:
    for n in range(count):
        project = rng.choice(desk.tables["projects"])
        tenant, closed, created = project["tenant_id"], rng.random() < 0.8, days_before(rng, 3, 1000)
        subject, body = texts.ticket(rng)
        yield {
            "id": 50_001 + n, "tenant_id": tenant, "project_id": project["id"],
            "requester_id": desk.anyone(tenant, rng), "assignee_id": desk.anyone(tenant, rng, role="agent"),
            "subject": subject, "body": body, "contact_email": None, "status": "closed" if closed else "open",
            "legal_hold": False, "created_at": created,
            "closed_at": _between(rng, created) if closed else None,
        }  # fmt: skip


def _between(rng: random.Random, start: datetime) -> datetime:
    """Return a moment after a start, within forty days and before the audit."""
    return (start + min(timedelta(days=40), AS_OF - start) * rng.uniform(0.05, 0.95)).replace(microsecond=0)


def _comments(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    comment_id = 0
    staff = [user["id"] for user in desk.rows("users", having("role", "support"))]
    for ticket in desk.tables["tickets"]:
        for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 2))):
            comment_id += 1
            authors = (ticket["requester_id"], ticket["assignee_id"], rng.choice(staff))
            (author,) = rng.choices(authors, (55, 40, 5))
            body = texts.reply("requester" if author == ticket["requester_id"] else "agent", rng)
            yield {
                "id": comment_id, "ticket_id": ticket["id"], "author_id": author, "body": body,
                "source_ip": None, "created_at": _between(rng, ticket["created_at"]),
            }  # fmt: skip


def _attachments(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    kinds = (
        ("screenshot", "png", "image/png"), ("scan", "pdf", "application/pdf"), ("export", "csv", "text/csv"),
    )  # fmt: skip
    slugs = {tenant["id"]: tenant["slug"] for tenant in desk.tables["tenants"]}
    attachment_id = 0
    for ticket in desk.tables["tickets"]:
        if rng.random() < 0.3:
            attachment_id += 1
            word, suffix, content_type = rng.choice(kinds)
            folder = f"uploads/{slugs[ticket['tenant_id']]}/{ticket['created_at'].year}"
            yield {
                "id": attachment_id, "tenant_id": ticket["tenant_id"], "ticket_id": ticket["id"],
                "object_key": f"{folder}/{word}-{attachment_id:05d}.{suffix}",
                "content_type": content_type, "size_bytes": rng.randint(12_000, 4_000_000),
                "created_at": ticket["created_at"],
            }  # fmt: skip


def _api_keys(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    labels = ("nightly export", "shop integration", "status page", "data warehouse", "chat bot")
    key_id = 0
    for tenant in desk.tables["tenants"][1:]:
        for label in rng.sample(labels, 3):
            key_id += 1
            yield {
                "id": key_id, "tenant_id": tenant["id"],
                "user_id": desk.anyone(tenant["id"], rng, role="agent"), "label": label,
                "secret_hash": f"{rng.getrandbits(256):064x}", "created_at": days_before(rng, 200, 700),
                "last_used_at": days_before(rng, 0, 20), "revoked_at": None,
            }  # fmt: skip


def _access_log(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    users = desk.rows("users", lambda user: user["role"] != "support")
    tables = {"/tickets/{id}": "tickets", "/projects/{id}": "projects", "/account": None}
    for n in range(1, 2001):
        user = rng.choice(users)
        (route,) = rng.choices(tuple(tables), (60, 25, 15))
        table = tables[route]
        mine = desk.of_tenant(table, user["tenant_id"]) if table is not None else []
        yield {
            "id": n, "at": days_before(rng, 0, 90), "tenant_id": user["tenant_id"], "user_id": user["id"],
            "ip_address": None, "method": "GET", "route": route,
            "object_id": rng.choice(mine)["id"] if mine else None, "status": 200, "error": None,
            "session": f"{rng.getrandbits(64):016x}", "header_tenant": None, "token_tenant": None,
        }  # fmt: skip


def _templates(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    template_id = 0
    for tenant in desk.tables["tenants"][1:]:
        for template in rng.sample(texts.templates(), 2):
            template_id += 1
            yield {"id": template_id, "tenant_id": tenant["id"], **template}


def _surveys(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    crowds = [(age, gender, region) for age in AGE_BANDS for gender in GENDERS for region in REGIONS]
    for n in range(880):
        age, gender, region = crowds[n % len(crowds)]  # twenty-two of each, so that nobody stands out
        tenant = rng.choice(desk.tables["tenants"][1:])
        longest = OWN_DAYS.get(tenant["survey_retention"], 600)
        yield {
            "id": n + 1, "tenant_id": tenant["id"], "submitted_at": days_before(rng, 2, longest),
            "age_band": age, "gender": gender, "region": region,
            "score": rng.choice((1, 2, 3, 3, 4, 4, 4, 5, 5, 5)),
        }  # fmt: skip
