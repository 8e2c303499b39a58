"""A shop, and short ways to search it for one of its customers."""

from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from auditkit.locate.location import Location, TableResult
from tests import servers

AS_OF = "2026-01-01"
PEOPLE = 60

_ENGINES = ["sqlite", "duckdb", "postgres", *(["mariadb"] if servers.MARIADB else [])]
on_every_engine = pytest.mark.parametrize("source", _ENGINES, indirect=True)
"""For stories that can differ between engines; DataFrames are left out, because DuckDB reads them."""


def shop() -> dict[str, list[dict]]:
    """Return the tables of a shop in which customers 7 and 8 share a ticket. No foreign key is declared."""
    starts, ends = "b d f g h k l m n p".split(), "ara elo ine oru uma ysa".split()
    names = [start + end for start in starts for end in ends]
    customers = [
        {
            "id": n + 1,
            "email": f"{name.capitalize()}@mail.example",
            "phone": f"+41 79 555 {n // 10:02} {n % 100:02}",
            "full_name": f"{name.capitalize()} Roe",
            "member_code": f"MC-{n + 1:05}",
            "city": "Bern",
        }
        for n, name in enumerate(names)
    ]
    orders = [
        {"id": 500 + n, "customer_id": n % PEOPLE + 1, "total": 9.5, "paid_at": datetime(2016 + n % 10, 5, 1)}
        for n in range(120)
    ]
    items = [{"id": 9000 + n, "order_id": 500 + n % 120, "sku": f"s{n % 9}"} for n in range(240)]
    agents = [
        {"id": n + 1, "email": f"agent{n}@shop.example", "first_name": "Al", "last_name": "Bo"}
        for n in range(20)
    ]
    tickets = [
        {"id": 3000 + n, "requester_id": n % PEOPLE + 1, "assignee_id": n % 20 + 1, "subject": "late"}
        for n in range(60)
    ]
    messages = [
        {"id": n, "ticket_id": 3000 + n % 60, "sender_id": n % PEOPLE + 1, "body": "where is it"}
        for n in range(60)
    ]
    messages.append({"id": 900, "ticket_id": 3006, "sender_id": 8, "body": "I wait too"})
    notes = [{"id": 1, "body": "nothing here"}, {"id": 2, "body": "all is well"}]
    return {
        "customers": customers,
        "orders": orders,
        "items": items,
        "agents": agents,
        "tickets": tickets,
        "messages": messages,
        "notes": notes,
    }


KEYS = [f"{t}: PRIMARY KEY (id)" for t in "customers orders items agents tickets messages notes".split()]
NOTHING_DECLARED = "{version: 1, name: Shop}"
ROLES = (
    "{version: 1, name: Shop, tables: {tickets: {references: {requester_id: customers.id, assignee_id:"
    " agents.id}}, messages: {references: {sender_id: customers.id}}}}"
)

CUSTOMER_7 = {
    "customers": (1, 0, 0),
    "orders": (2, 0, 0),
    "items": (0, 4, 0),
    "tickets": (1, 0, 0),
    "messages": (1, 1, 0),
}
"""What `counts` returns for customer 7."""


def locate(source, subject, policy=ROLES, **options) -> Location:
    """Return where the rows of a subject are, on a fixed day."""
    return auditkit.locate(source, auditkit.Policy.parse(policy), subject=subject, as_of=AS_OF, **options)


def counts(found: Location) -> dict[str, tuple[int, int, int]]:
    """Return how many rows are about the subject, linked to them, and mention them, by table."""
    return {t.table: (t.about, t.linked, t.mentioned) for t in found.found}


def table(found: Location, name: str) -> TableResult:
    """Return what was found in one table."""
    return next(t for t in found.tables if t.table == name)


def paths(found: Location, name: str) -> dict[str, tuple[str, int]]:
    """Return the level and the number of rows of each way to a table, by its path."""
    return {way.path: (way.level.value, way.rows) for way in table(found, name).ways}
