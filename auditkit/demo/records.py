"""Records that a helpdesk keeps besides tickets.

They are mailings, withdrawals of consent, legal holds, logs, automations, the index of the search, and an old
copy of the users.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from auditkit.demo.helpdesk import AS_OF, Helpdesk, days_before, having
from auditkit.demo.schema import Row

CAMPAIGNS = ("New in spring", "Tips for the portal", "Season's greetings", "What is new in 8.0")
QUERIES = (
    ("SELECT id, subject, status FROM tickets WHERE tenant_id = ? ORDER BY created_at DESC LIMIT 50", 91_204),
    ("SELECT * FROM tickets WHERE tenant_id = ? AND id = ?", 88_310),
    ("SELECT full_name, email FROM users WHERE tenant_id = ? AND id = ?", 40_077),
    (
        "SELECT t.id, p.name FROM tickets t JOIN projects p ON p.id = t.project_id WHERE t.tenant_id = ?",
        12_650,
    ),
    ("UPDATE tickets SET status = ?, closed_at = ? WHERE tenant_id = ? AND id = ?", 9_412),
    ("SELECT object_key FROM attachments WHERE tenant_id = ? AND ticket_id = ?", 7_300),
    ("SELECT name, monthly_price FROM plans", 611),
)
"""Queries of the application with their numbers of calls, as its log keeps them: without values."""


def _mailings(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    customers = desk.rows("users", having("role", "customer"))
    for n, user in enumerate(rng.choices(customers, k=150), 1):
        yield {
            "id": n, "user_id": user["id"], "campaign": rng.choice(CAMPAIGNS), "recipient": user["email"],
            "sent_at": days_before(rng, 8, 300),
        }  # fmt: skip


def _withdrawals(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    mailed = sorted({mailing["user_id"] for mailing in desk.tables["mailings"]})
    for n, user_id in enumerate(rng.sample(mailed, 14), 1):
        yield {"id": n, "user_id": user_id, "at": days_before(rng, 1, 7), "regiven_at": None}


def _legal_holds(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    customers = [user["id"] for user in desk.rows("users", having("role", "customer"))]
    for n, user_id in enumerate(rng.sample(customers, 8), 1):
        placed = days_before(rng, 500, 900)
        yield {
            "id": n, "user_id": user_id, "matter": f"matter {2024 + n % 2}/{n:03d}", "placed_at": placed,
            "reviewed_at": days_before(rng, 20, 300), "released_at": None,
        }  # fmt: skip


def _deletion_log(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    for n in range(1, 37):
        deleted = days_before(rng, 1, 360)
        yield {
            "id": n, "table_name": "tickets", "row_key": 40_000 + n,
            "period_start": deleted - timedelta(days=rng.randint(1100, 1125)), "deleted_at": deleted,
            "reason": "end of period",
        }  # fmt: skip


def _automations(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    words = ("invoice", "password", "delivery", "printer", "contract")
    number = 0
    for tenant in desk.tables["tenants"][1:]:
        for project in rng.sample(desk.of_tenant("projects", tenant["id"]), 3):
            number += 1
            word = rng.choice(words)
            action = {
                "when": "ticket.created",
                "if": {"subject_contains": word},
                "then": {"project_id": project["id"], "tag": word},
            }
            yield {
                "id": number, "tenant_id": tenant["id"], "name": f"Sort by {word}",
                "action": json.dumps(action), "created_at": days_before(rng, 10, 800),
            }  # fmt: skip


def _article_vectors(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    number = 0
    for tenant in desk.tables["tenants"][1:]:
        space = f"kb-{rng.getrandbits(32):08x}"
        for namespace in [space] * 12 + [None]:  # the search of every tenant looks into the handbook too
            number += 1
            embedding = json.dumps([round(rng.uniform(-1, 1), 3) for _ in range(8)])
            yield {
                "id": number, "tenant_id": tenant["id"], "namespace": namespace, "embedding": embedding,
            }  # fmt: skip


def _query_log(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    for n, (query, calls) in enumerate(QUERIES, 1):
        yield {"id": n, "role": "app", "query": query, "calls": calls}


def _copied_users(desk: Helpdesk, rng: random.Random) -> Iterator[Row]:
    """Yield customers as they were when the copy was made, about a year and a half ago."""
    copied_at = AS_OF - timedelta(days=530)
    customers = rng.sample(desk.rows("users", having("role", "customer")), 40)
    for user in sorted(customers, key=lambda user: user["id"]):
        seen = min(user["last_seen_at"], copied_at - timedelta(days=rng.randint(1, 300)))
        copied = {column: user[column] for column in ("id", "tenant_id", "email", "full_name")}
        yield {**copied, "last_seen_at": seen}


MAKERS: Mapping[str, Callable[[Helpdesk, random.Random], Iterator[Row]]] = {
    "mailings": _mailings, "withdrawals": _withdrawals, "legal_holds": _legal_holds,
    "deletion_log": _deletion_log, "automations": _automations, "article_vectors": _article_vectors,
    "query_log": _query_log, "users_2025_06": _copied_users,
}  # fmt: skip
