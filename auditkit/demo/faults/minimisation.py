"""Data that the helpdesk need not collect.

Some of it is empty, copied, never read or without a purpose, and some is more precise than its purpose needs.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before
from auditkit.demo.schema import Row

QUERIES = (
    ("SELECT id, role, email_verified, password_hash FROM users WHERE tenant_id = ? AND email = ?", 30_113),
    ("SELECT full_name, phone, street, postal_code, city, country FROM users"
     " WHERE tenant_id = ? AND id = ?", 5_604),
    ("SELECT id, full_name, manager_id FROM users WHERE tenant_id = ? AND role = ?", 2_218),
    ("UPDATE users SET last_seen_at = ?, birth_date = ? WHERE tenant_id = ? AND id = ?", 29_870),
)  # fmt: skip
"""Queries of the application for its users, with their numbers of calls. They never read three columns."""
CONTACTS, INVITED = 120, 90


def plant_fax_numbers(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A column that is filled for nine of about six hundred users."""
    filled = rng.sample(desk.rows("users", lambda row: row["full_name"] is not None), 9)
    for user in filled:
        user["fax_number"] = people.phone(rng)
    why, detail = "only nine users have a fax number", {"empty": len(desk.tables["users"]) - len(filled)}
    yield Expected("minimisation-empty-column", "users", ("fax_number",), None, why, detail)


def plant_contacts_of_fairs(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """People whose business cards were collected at fairs, with their e-mail address as the key.

    They were asked for a phone number until a year and a half ago.
    """
    contacts = _contacts(rng)
    desk.tables["contacts"] = contacts
    why, detail = "the policy names no purpose for the contacts", {"columns_declared": 5}
    yield Expected("minimisation-no-purpose", "contacts", (), None, why, detail)
    why = "a contact with a new address loses its invitations"
    yield Expected("minimisation-identifier-as-key", "contacts", ("email",), None, why, {"tables": 1})
    why = "it is the first name and the last name"
    yield Expected("minimisation-derivable", "contacts", ("full_name",), CONTACTS, why)
    why = "contacts are not asked for a phone number any more"
    detail = {"filled": sum(row["mobile"] is not None for row in contacts), "newer_rows": CONTACTS // 2}
    yield Expected("minimisation-stale-collection", "contacts", ("mobile",), None, why, detail)


def _contacts(rng: random.Random) -> list[Row]:
    rows, used = list[Row](), set[str]()
    while len(rows) < CONTACTS:
        name, address = people.full_name(rng), people.email(rng)
        if address in used:
            continue
        used.add(address)
        is_old = len(rows) % 2 == 1
        imported = days_before(rng, 550, 1000) if is_old else days_before(rng, 100, 360)
        number = people.phone(rng) if is_old and rng.random() < 0.8 else None
        first, _, last = name.partition(" ")
        rows.append({
            "email": address, "first_name": first, "last_name": last, "full_name": name, "mobile": number,
            "imported_at": imported,
        })  # fmt: skip
    return rows


def plant_answers_of_the_mail_provider(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Invitations to most of the contacts, each with the whole answer of the mail provider."""
    invited = rng.sample(desk.tables["contacts"], INVITED)
    desk.tables["invitations"] = [_invitation(n, contact, rng) for n, contact in enumerate(invited, 1)]
    where = ("invitations", ("provider_response",), INVITED)
    why = "the answer of the mail provider is kept whole, with the address"
    yield Expected("minimisation-raw-payload", *where, why, {"personal": INVITED, "kinds": 1})
    yield Expected("pii-free-text", *where, why, {"EMAIL_ADDRESS": INVITED})
    why = "nobody has ever written to these contacts"
    yield Expected("minimisation-bystander", "contacts", (), CONTACTS - INVITED, why)


def _invitation(number: int, contact: Row, rng: random.Random) -> Row:
    answer = {"event": "delivered", "queue": f"{rng.getrandbits(40):010x}", "to": contact["email"]}
    sent = contact["imported_at"] + timedelta(days=rng.randint(2, 90))
    return {
        "id": number, "contact_email": contact["email"], "provider_response": json.dumps(answer),
        "sent_at": min(sent, AS_OF - timedelta(days=1)),
    }  # fmt: skip


def log_queries_for_half_a_year(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """A log of the queries of the last two hundred days, none of which reads three columns."""
    log = desk.tables["query_log"]
    log += [
        {"id": len(log) + n, "role": "app", "query": query, "calls": calls}
        for n, (query, calls) in enumerate(QUERIES, 1)
    ]
    for entry in log:
        entry["logged_at"] = days_before(rng, 1, 199)
    log[0]["logged_at"] = AS_OF - timedelta(days=200)
    detail = {"queries": len(QUERIES) + 1, "days": 200}
    for column, why in (
        ("fax_number", "no page shows it"),
        ("birth_date", "it is written and never read"),
        ("disability", "no query reads it"),
    ):
        yield Expected("minimisation-never-read", "users", (column,), None, why, detail)


def keep_what_was_there(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Copies of the address in mailings, and whole IP addresses in comments. Nothing is planted for these."""
    emails = {user["id"]: user["email"] for user in desk.tables["users"]}
    is_copy = lambda row: row["recipient"] is not None and row["recipient"] == emails[row["user_id"]]
    copies = len(desk.rows("mailings", is_copy))
    why = "the address also stands in users"
    yield Expected("minimisation-redundant-copy", "mailings", ("recipient",), copies, why)
    comments = len(desk.tables["comments"])
    why = "the network alone would be enough to recognise misuse"
    yield Expected("minimisation-excess-precision", "comments", ("source_ip",), comments, why)
