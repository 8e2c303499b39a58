from __future__ import annotations

import sqlite3
from contextlib import closing

import auditkit
from auditkit.outcome import Cause
from tests.engines import on_one_engine

CHECK = "minimisation-redundant-copy"
CITIES = ["Wien", "Graz", "Linz", "Salzburg", "Innsbruck", "Bregenz", "Villach", "Wels"]


def users(of: int = 120) -> list[dict]:
    return [
        {"id": n, "email": f"p{n}@example.org", "city": CITIES[n % 8], "country": "Austria"}
        for n in range(of)
    ]


def orders(other: int, of: int = 1200) -> list[dict]:
    """Orders that repeat the address of their user, but for so many."""
    return [
        {
            "id": n,
            "user_id": n % 120,
            "contact_email": f" P{n % 120}@example.org" if n >= other else f"other{n}@example.org",
            "city": CITIES[n % 8] if n % 2 else CITIES[n // 2 % 8],
            "country": "Austria",
        }
        for n in range(of)
    ]


def copies(source, rows, policy=None, table="tickets"):
    return auditkit.audit(source({"users": users(), table: rows}), policy, checks=[CHECK], strict=True)


def test_an_address_of_their_own_passes(source):
    audit = copies(source, orders(30))
    assert audit.findings == ()
    assert (("contact_email",), "users") in {(o.columns, o.target) for o in audit.passed}


def test_a_copy_is_found_until_it_is_dropped(source):
    (found,) = copies(source, orders(12)).findings
    assert (found.table, found.columns, found.target, found.rows, found.of) == (
        "tickets",
        ("contact_email",),
        "users",
        1188,
        1200,
    )
    assert (found.severity, found.confidence) == ("low", "medium"), "the reference is inferred"
    assert {k: found.detail[k] for k in ("original", "through", "share", "compared")} == {
        "original": "email", "through": "user_id", "share": 0.99, "compared": 1200,
    }  # fmt: skip
    assert (
        copies(source, [{k: v for k, v in r.items() if k != "contact_email"} for r in orders(12)]).findings
        == ()
    )


@on_one_engine
def test_one_country_for_everybody_is_no_copy(source):
    assert ("country",) not in {f.columns for f in copies(source, orders(0)).findings}


def test_empty_cells_are_not_compared_and_few_tell_nothing(source):
    sparse = [
        {**r, "contact_email": r["contact_email"] if r["id"] < 40 else ("" if r["id"] % 2 else None)}
        for r in orders(0)
    ]
    assert copies(source, sparse).findings == ()


DECLARED = """
version: 1
name: Shop
tables:
  users: {columns: {email: user.contact.email}}
  invoices:
    references: {user_id: users.id}
    columns: {contact_email: {category: user.contact.email, snapshot: SNAPSHOT}}
"""


@on_one_engine
def test_a_copy_that_must_stay_is_declared_with_its_reason(source):
    (found,) = copies(
        source, orders(0), auditkit.Policy.parse(DECLARED.replace("SNAPSHOT", "null")), "invoices"
    ).findings
    assert (found.severity, found.confidence) == ("low", "high")
    audit = copies(source, orders(0), auditkit.Policy.parse(DECLARED.replace("SNAPSHOT", "law")), "invoices")
    assert audit.findings == ()
    (kept,) = [o for o in audit.not_assessed if o.columns == ("contact_email",)]
    assert (kept.cause, "law" in kept.reason) == (Cause.EXCLUDED, True)


@on_one_engine
def test_the_better_of_two_references_tells(source):
    both = [{**r, "other_user_id": (r["id"] + 7) % 120} for r in orders(0)]
    (found,) = copies(source, both).findings
    assert (found.detail["through"], found.rows) == ("user_id", 1200)


def test_a_view_that_joins_the_address_is_no_copy(tmp_path):
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as shop, shop:
        shop.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)")
        shop.executemany("INSERT INTO users VALUES (?, ?)", [(u["id"], u["email"]) for u in users()])
        shop.execute("CREATE TABLE tickets (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id))")
        shop.executemany("INSERT INTO tickets VALUES (?, ?)", [(n, n % 120) for n in range(600)])
        joined = "tickets.id, user_id, email AS user_email FROM tickets JOIN users ON users.id = user_id"
        shop.execute(f"CREATE VIEW ticket_overview AS SELECT {joined}")
        shop.execute("CREATE VIEW letters AS SELECT id, user_email FROM ticket_overview")
    audit = auditkit.audit(path, checks=[CHECK, "minimisation-identifier-as-key"], strict=True)
    assert audit.findings == ()
    assert {(o.table, o.cause) for o in audit.not_assessed} >= {("ticket_overview", Cause.NOT_APPLICABLE)}
