"""A database with every fault that a suite can find, and the policy that it breaks."""

from __future__ import annotations

import sqlite3
import sys
from datetime import datetime, timedelta

import pandas as pd
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite as dialect

import auditkit

AS_OF = "2024-03-31"  # February before it, and a leap day
CANARY = "zanzibar-heron-7731"

POLICY = r"""
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id}
tables:
  users:
    subject: {type: user, key: id}
    columns:
      email: user.contact.email
      fax: user.contact.phone_number
      nick: user.name
      country: user.contact.address
    references: {manager_id: users.id}
    quasi_identifiers: [nick]
    k: 3
  tickets:
    subject: {type: user, key: user_id}
    columns: {note: user.content}
    retention:
      - name: long
        start: closed_at
        max: P1M
        hold: hold_until
        open: "note = '{open} at 10:30' OR note LIKE '%\":x%'"
        basis: contract
      - name: year
        start: closed_at
        max: P1Y
        calendar: end_of_year
        where: "status = 'kept: {1}'"
        basis: contract
    references: {user_id: users.id}
  comments:
    retention: {via: ticket_id, basis: contract}
    references: {ticket_id: tickets.id}
  'odd {1}: */ name':
    retention: {start: 'at: {2}', max: P2M, grace: P3D, basis: contract}
"""


def policy():
    return auditkit.Policy.parse(POLICY)


def tables(faults=True):
    """Return the rows: months of tickets around every month end, with planted faults or without."""
    start = datetime(2024, 1, 27)
    days = 40 if faults else 0
    tickets = [
        {
            "id": n,
            "tenant_id": 1 + n % 2,
            "user_id": 2 - n % 2,
            "closed_at": start + timedelta(hours=12 * n),
            "hold_until": None,
            "status": "closed",
            "note": f"n{n}",
        }
        for n in range(2 * days)
    ]
    fresh = {
        "id": 900,
        "tenant_id": 1,
        "user_id": 2,
        "closed_at": datetime(2024, 3, 30),
        "hold_until": None,
        "status": "closed",
        "note": CANARY,
    }
    tickets.append(fresh)
    if faults:
        tickets[3]["note"], tickets[5]["note"] = "{open} at 10:30", 'a ":x b'
        tickets[8]["hold_until"], tickets[9]["hold_until"] = datetime(2024, 4, 1), datetime(2024, 3, 31)
        tickets[10]["user_id"] = 1
        tickets[11]["tenant_id"], tickets[12]["tenant_id"], tickets[13]["closed_at"] = 9, None, None
        tickets += [
            {**fresh, "id": 901 + n, "status": "kept: {1}", "closed_at": datetime(2022 + n, 12, 31, 23)}
            for n in range(2)
        ]
    users = [
        {
            "id": n,
            "tenant_id": 1 + n % 2,
            "manager_id": 1 + (n + 1) % 2,
            "email": f"p{n}@example.org",
            "nick": ("Ana", "Ben")[n % 2],
            "fax": f"+4420794600{n % 100:02}",
            "country": ("AT", "CH")[n % 2],
        }
        for n in range(1, 601)
    ]
    if faults:
        users[1]["manager_id"] = 1
        for user in users:
            user["country"] = "AT"
        users[2]["nick"] = CANARY
        for user in users[20:]:
            user["fax"] = None
    return {
        "tenants": [{"id": 1, "slug": "alpha"}, {"id": 2, "slug": "betagamma"}],
        "users": users,
        "tickets": tickets,
        "comments": [{"id": n, "ticket_id": t["id"], "body": f"{CANARY} {n}"} for n, t in enumerate(tickets)],
        "odd {1}: */ name": (
            [
                {"id": n, "at: {2}": start + timedelta(days=n - 30)}
                for n in range(days or 1)
                if faults or n > 40
            ]
            or [{"id": 1, "at: {2}": datetime(2024, 3, 30)}]
        ),
    }


KEYS = ("tenants: PRIMARY KEY (id)", "users: PRIMARY KEY (id)", "tickets: PRIMARY KEY (id)")


def counts(audit):
    """Return what an audit counted, by fingerprint: rows, or 1 for a broken limit."""
    found = {o.fingerprint: 0 for o in audit.outcomes if o.verdict == "passed"}
    return found | {f.fingerprint: 1 if f.rows is None else f.rows for f in audit.findings}


NOW = {"sqlite": "'now'", "postgres": "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"}


def sent(expectation):
    """Return the query of an expectation as Great Expectations sends it."""
    return str(
        text(expectation["kwargs"]["unexpected_rows_query"].format(batch="t")).compile(
            dialect=dialect.dialect()
        )
    )


def counted(where, suites, day=None):
    """Return what a plain client counts with the queries of suites, by fingerprint.

    Args:
        where: the database.
        suites: the suites.
        day: a day in place of today.
    """
    url = str(where).startswith("postgres")
    today = {"sqlite": f"'{day}'", "postgres": f"TIMESTAMP '{day}'"}
    found = {}
    with psycopg.connect(where) if url else sqlite3.connect(where) as connection:
        for suite in suites:
            for expectation in suite.expectations:
                query = sent(expectation)
                query = query.replace(NOW[suite.dialect], today[suite.dialect]) if day else query
                rows = connection.execute(query).fetchall()
                assert set(rows) <= {(1,)}
                found[expectation["meta"]["fingerprint"]] = len(rows)
    return found


def sqlite(folder):
    """Return a SQLite file with the faults."""
    path = folder / "desk.sqlite"
    with sqlite3.connect(path) as connection:
        for name, rows in tables().items():
            pd.DataFrame(rows).to_sql(name, connection, index=False)
    connection.close()
    return path


@pytest.fixture(scope="session")
def scenario():
    """Return this module."""
    return sys.modules[__name__]
