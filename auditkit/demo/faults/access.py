"""Faults of access control that a file shows: leaking errors, keys in links, and weak or old credentials."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, days_before, having

ERRORS = (
    "sqlite3.IntegrityError: UNIQUE constraint failed: users.email",
    "sqlite3.OperationalError: no such column: body in SELECT id, body FROM ticket_drafts"
    " WHERE tenant_id = ?",
    "Traceback (most recent call last): KeyError in tickets/views.py, line 218, in update",
)


def plant_leaking_errors(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Answers with an error that shows SQL or a stack trace."""
    entries = desk.take("access_log", 4, rng, having("status", 200))
    for n, entry in enumerate(entries):
        entry["status"], entry["error"] = 500, ERRORS[n % len(ERRORS)]
    why, detail = "the answers show SQL or a stack trace", {"sql": 3, "stack": 1, "identifiers": 0}
    yield Expected("access-error-leak", "access_log", ("error",), len(entries), why, detail)


def plant_keys_in_links(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Automations that call the system of another company, with its key in the address."""
    automations = desk.take("automations", 3, rng)
    for automation in automations:
        action = json.loads(automation["action"])
        action["then"]["call"] = f"POST /connectors/stockroom/in?token={rng.getrandbits(96):024x}"
        automation["action"] = json.dumps(action)
    why = "the address that is called holds the key to the system of another company"
    number = len(automations)
    yield Expected("access-secret-in-url", "automations", ("action",), number, why, {"token": number})


def plant_hashes_without_salt(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Password hashes: those of users from the old portal are still MD5, all others are bcrypt."""
    alphabet = "./" + string.ascii_letters + string.digits
    is_active = lambda row: row["full_name"] is not None and row["deleted_at"] is None
    for user in desk.rows("users", is_active):
        user["password_hash"] = "$2b$12$" + "".join(rng.choices(alphabet, k=53))
    old = desk.take("users", 6, rng, is_active)
    for user in old:
        user["password_hash"] = f"{rng.getrandbits(128):032x}"
    why, detail = (
        "passwords from the old portal are MD5 without a salt",
        {"readable": 0, "unsalted_md5": len(old)},
    )
    yield Expected("access-plaintext-credential", "users", ("password_hash",), len(old), why, detail)


def plant_keys_that_should_be_gone(desk: Helpdesk, rng: random.Random) -> Iterator[Expected]:
    """Valid keys that nobody has used for months, and valid keys that are older than two years."""
    is_valid = lambda row: row["revoked_at"] is None
    unused, old = desk.take("api_keys", 4, rng, is_valid), desk.take("api_keys", 2, rng, is_valid)
    for key in unused:
        key["last_used_at"] = days_before(rng, 100, 190)
    for key in old:
        key["created_at"] = days_before(rng, 760, 1100)
    why = "nobody has used these keys for ninety days"
    yield Expected("access-stale-credential", "api_keys", ("last_used_at",), len(unused), why)
    why = "these keys never expire, and are older than two years"
    yield Expected("access-stale-credential", "api_keys", ("created_at",), len(old), why)
