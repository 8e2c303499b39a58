"""What a file shows of access: errors that tell too much, links that carry a key, and credentials that are
kept badly or too long.
"""

from __future__ import annotations

import json
import random
import string

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk, days_before

ERRORS = (
    "sqlite3.IntegrityError: UNIQUE constraint failed: users.email",
    (
        "sqlite3.OperationalError: no such column: body in SELECT id, body FROM ticket_drafts WHERE"
        " tenant_id = ?"
    ),
    "Traceback (most recent call last): KeyError in tickets/views.py, line 218, in update",
)


def plant_leaking_errors(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Errors that show SQL or a stack trace to whoever asked."""
    entries = desk.take("access_log", 4, rng, lambda row: row["status"] == 200)
    for n, entry in enumerate(entries):
        entry["status"], entry["error"] = 500, ERRORS[n % len(ERRORS)]
    detail = {"sql": 3, "stack": 1, "identifiers": 0}
    return (
        Expected(
            "access-error-leak",
            "access_log",
            ("error",),
            len(entries),
            "answers carry SQL or a stack trace",
            detail,
        ),
    )


def plant_keys_in_links(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Automations that call a connector to another company's system, with its key in the address."""
    automations = desk.take("automations", 3, rng)
    for automation in automations:
        action = json.loads(automation["action"])
        action["then"]["call"] = f"POST /connectors/stockroom/in?token={rng.getrandbits(96):024x}"
        automation["action"] = json.dumps(action)
    why = "the key to another company's system stands in the address that is called"
    return (
        Expected(
            "access-secret-in-url",
            "automations",
            ("action",),
            len(automations),
            why,
            {"token": len(automations)},
        ),
    )


def plant_hashes_without_salt(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Everybody's password is hashed with bcrypt; those of people who came from the old portal still with
    MD5.
    """
    living = lambda row: row["full_name"] is not None and row["deleted_at"] is None
    for user in desk.rows("users", living):
        user["password_hash"] = "$2b$12$" + "".join(
            rng.choices("./" + string.ascii_letters + string.digits, k=53)
        )
    old = desk.take("users", 6, rng, living)
    for user in old:
        user["password_hash"] = f"{rng.getrandbits(128):032x}"
    why = "passwords from the old portal are MD5 hashes without a salt"
    detail = {"readable": 0, "unsalted_md5": len(old)}
    return (Expected("access-plaintext-credential", "users", ("password_hash",), len(old), why, detail),)


def plant_keys_that_should_be_gone(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Keys that nobody has used for months, and keys that are older than two years; the revoked ones are none
    of them.
    """
    valid = lambda row: row["revoked_at"] is None
    unused, old = desk.take("api_keys", 4, rng, valid), desk.take("api_keys", 2, rng, valid)
    for key in unused:
        key["last_used_at"] = days_before(rng, 100, 190)
    for key in old:
        key["created_at"] = days_before(rng, 760, 1100)
    return (
        Expected(
            "access-stale-credential",
            "api_keys",
            ("last_used_at",),
            len(unused),
            "keys that nobody has used for ninety days",
        ),
        Expected(
            "access-stale-credential",
            "api_keys",
            ("created_at",),
            len(old),
            "keys without an end that are older than two years",
        ),
    )
