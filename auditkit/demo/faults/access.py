"""What a file shows of access: errors that tell too much."""

from __future__ import annotations

import random

from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk

ERRORS = (
    "sqlite3.IntegrityError: UNIQUE constraint failed: users.email",
    "sqlite3.OperationalError: no such column: body in SELECT id, body FROM ticket_drafts WHERE tenant_id = ?",
    "Traceback (most recent call last): KeyError in tickets/views.py, line 218, in update",
)


def plant_leaking_errors(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """Errors that show SQL or a stack trace to whoever asked."""
    entries = desk.take("access_log", 4, rng, lambda row: row["status"] == 200)
    for n, entry in enumerate(entries):
        entry["status"], entry["error"] = 500, ERRORS[n % len(ERRORS)]
    return (Expected("access-error-leak", "access_log", ("error",), len(entries), "answers carry SQL or a stack trace"),)
