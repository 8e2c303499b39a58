"""What is collected and need not be: for nearly nobody, for no purpose, twice, exacter than needed, or read
by nobody.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before
from auditkit.demo.schema import Row

QUERIES = (
    ("SELECT id, role, email_verified, password_hash FROM users WHERE tenant_id = ? AND email = ?", 30_113),
    (
        (
            "SELECT full_name, phone, street, postal_code, city, country FROM users WHERE tenant_id = ? AND"
            " id = ?"
        ),
        5_604,
    ),
    ("SELECT id, full_name, manager_id FROM users WHERE tenant_id = ? AND role = ?", 2_218),
    ("UPDATE users SET last_seen_at = ?, birth_date = ? WHERE tenant_id = ? AND id = ?", 29_870),
)
"""What the application asks of its users; of three columns it never asks."""
CONTACTS, INVITED = 120, 90


def plant_fax_numbers(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A column that is collected for nine people out of some six hundred."""
    filled = rng.sample(desk.rows("users", lambda row: row["full_name"] is not None), 9)
    for user in filled:
        user["fax_number"] = people.phone(rng)
    empty = {"empty": len(desk.tables["users"]) - len(filled)}
    return (
        Expected(
            "minimisation-empty-column",
            "users",
            ("fax_number",),
            None,
            "nine users have a fax: is the column needed at all?",
            empty,
        ),
    )


def plant_contacts_of_fairs(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """People whose cards were collected at fairs, known by their address, and asked for a number until a year
    and a half ago.
    """
    rows, used = list[Row](), set[str]()
    while len(rows) < CONTACTS:
        name, address = people.full_name(rng), people.email(rng)
        first, _, last = name.partition(" ")
        if address not in used:
            used.add(address)
            imported = days_before(rng, 550, 1000) if len(rows) % 2 else days_before(rng, 100, 360)
            number = people.phone(rng) if len(rows) % 2 and rng.random() < 0.8 else None
            whole = {
                "email": address,
                "first_name": first,
                "last_name": last,
                "full_name": name,
                "mobile": number,
            }
            rows.append({**whole, "imported_at": imported})
    desk.tables["contacts"] = rows
    filled = {"filled": sum(row["mobile"] is not None for row in rows), "newer_rows": CONTACTS // 2}
    by_address = "whoever changes an address loses the invitations"
    return (
        Expected(
            "minimisation-no-purpose",
            "contacts",
            (),
            None,
            "nobody has said what the contacts are for",
            {"columns_declared": 5},
        ),
        Expected("minimisation-identifier-as-key", "contacts", ("email",), None, by_address, {"tables": 1}),
        Expected(
            "minimisation-derivable",
            "contacts",
            ("full_name",),
            CONTACTS,
            "it is the first name and the last name",
        ),
        Expected(
            "minimisation-stale-collection",
            "contacts",
            ("mobile",),
            None,
            "nobody is asked for a number any more",
            filled,
        ),
    )


def plant_answers_of_the_mail_provider(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Invitations to most of the contacts, each with what the provider of mail answered, address and all."""
    invited = rng.sample(desk.tables["contacts"], INVITED)
    desk.tables["invitations"] = [
        {
            "id": n, "contact_email": contact["email"],
            "provider_response": json.dumps({"event": "delivered", "queue": f"{rng.getrandbits(40):010x}", "to": contact["email"]}),
            "sent_at": min(contact["imported_at"] + timedelta(days=rng.randint(2, 90)), AS_OF - timedelta(days=1)),
        }
        for n, contact in enumerate(invited, 1)
    ]  # fmt: skip
    raw = "what the provider answered is kept as it came"
    return (
        Expected(
            "minimisation-raw-payload",
            "invitations",
            ("provider_response",),
            INVITED,
            raw,
            {"personal": INVITED, "kinds": 1},
        ),
        Expected(
            "pii-free-text", "invitations", ("provider_response",), INVITED, raw, {"EMAIL_ADDRESS": INVITED}
        ),
        Expected(
            "minimisation-bystander",
            "contacts",
            (),
            CONTACTS - INVITED,
            "contacts whom nobody has ever written to",
        ),
    )


def log_queries_for_half_a_year(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A log of every query of the last two hundred days, in which nobody reads three columns."""
    log = desk.tables["query_log"]
    log += [
        {"id": len(log) + n, "role": "app", "query": query, "calls": calls}
        for n, (query, calls) in enumerate(QUERIES, 1)
    ]
    for entry in log:
        entry["logged_at"] = days_before(rng, 1, 199)
    log[0]["logged_at"] = AS_OF - timedelta(days=200)
    unread = {
        "fax_number": "no page shows it",
        "birth_date": "it is written and never read",
        "disability": "nobody ever looks at it",
    }
    detail = {"queries": len(QUERIES) + 1, "days": 200}
    return tuple(
        Expected("minimisation-never-read", "users", (column,), None, why, detail)
        for column, why in unread.items()
    )


def keep_what_was_there(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Mailings repeat the address of the user they refer to, and comments keep whole IP addresses that no
    purpose needs.
    """
    users = {user["id"]: user for user in desk.tables["users"]}
    copies = desk.rows(
        "mailings",
        lambda row: row["recipient"] is not None and row["recipient"] == users[row["user_id"]]["email"],
    )
    whole = len(desk.tables["comments"])
    return (
        Expected(
            "minimisation-redundant-copy",
            "mailings",
            ("recipient",),
            len(copies),
            "the address stands in users, too",
        ),
        Expected(
            "minimisation-excess-precision",
            "comments",
            ("source_ip",),
            whole,
            "the network would show misuse as well",
        ),
    )
