"""What limits an erasure is counted, and what could not be searched is named."""

from __future__ import annotations

import hmac
import re
import sqlite3
from datetime import datetime

import pandas as pd

from auditkit.outcome import Cause
from tests.engines import load_postgres
from tests.locate.shop import KEYS, NOTHING_DECLARED, counts, locate, on_every_engine, paths, shop

RETENTION = """
version: 1
name: Shop
tables:
  customers: {subject: {type: customer, key: id}}
  orders: {retention: {start: paid_at, max: P10Y, min: P6Y, hold: "id < 510", basis: tax law}}
  items: {retention: {via: order_id, basis: tax law}}
  holds: {references: {customer_id: customers.id}}
holds: {table: holds, subject: customer_id, placed: placed_at, released: released_at}
"""


@on_every_engine
def test_rows_that_must_be_kept_are_counted(source):
    holds = [
        {"id": 1, "customer_id": 7, "placed_at": datetime(2024, 1, 1), "released_at": None},
        {"id": 2, "customer_id": 7, "placed_at": datetime(2023, 1, 1), "released_at": datetime(2024, 1, 1)},
        {"id": 3, "customer_id": 9, "placed_at": datetime(2024, 1, 1), "released_at": datetime(2025, 1, 1)},
    ]
    found = locate(source(shop() | {"holds": holds}, KEYS), ["MC-00007"], RETENTION)
    kept = {t.table: [(k.held, k.within_minimum, k.minimum) for k in t.kept] for t in found.found if t.kept}
    assert kept == {"orders": [(2, 2, "P6Y")], "items": [(4, 4, "P6Y")]}, "the customer is under a hold"
    assert any(note.startswith("1 legal hold on the data subject in holds") for note in found.notes)


def test_a_subject_of_the_ledger_of_erased_subjects_is_reported(monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", "an example of a key")
    erased = hmac.digest(b"an example of a key", b"bara@mail.example", "sha256").hex()
    tables = {
        "customers": pd.DataFrame(shop()["customers"]),
        "erasures": pd.DataFrame({"h": [erased]}),
    }
    policy = "{version: 1, name: S, erasure_ledger: {table: erasures, subject_hmac: h}}"
    for email, is_erased in (("Bara@mail.example", True), ("belo@mail.example", False)):
        notes = locate(tables, [email], policy).notes
        assert any("ledger of erased subjects" in note for note in notes) is is_erased


# What could not be searched


@on_every_engine
def test_excluded_tables_and_columns_of_bytes_are_named_as_not_searched(source):
    tables = shop() | {
        "scans": [{"id": 1, "customer_id": 7, "picture": b"\xff\xd8"}],
        "django_log": [{"id": 1, "t": "x"}],
    }
    policy = "{version: 1, name: S, exclude: [{tables: 'django_*', reason: framework}]}"
    found = locate(source(tables, KEYS), ["MC-00007"], policy)
    causes = {(n.table, n.columns): n.missing.cause for n in found.not_searched}
    assert causes == {("django_log", ()): Cause.EXCLUDED, ("scans", ("picture",)): Cause.UNSEEN}
    assert found.exit_code == 3
    assert "8 of 9 tables searched" in found.summary
    assert counts(found)["scans"] == (1, 0, 0)


def test_a_table_that_the_role_may_not_read_is_named(postgres_server, request):
    import psycopg

    url = load_postgres(postgres_server, shop(), KEYS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS seeker")
        connection.execute("CREATE ROLE seeker LOGIN; GRANT USAGE ON SCHEMA public TO seeker")
        connection.execute(
            "GRANT SELECT ON customers, items, agents, tickets, messages, notes TO seeker; REVOKE ALL ON"
            " orders FROM seeker"
        )
        request.addfinalizer(
            lambda: psycopg.connect(url, autocommit=True).execute("DROP OWNED BY seeker; DROP ROLE seeker")
        )
    found = locate(re.sub(r"//[^@/]*@", "//seeker@", url), ["MC-00007"], NOTHING_DECLARED)
    assert [(n.table, n.missing.cause) for n in found.not_searched] == [("orders", Cause.NO_RIGHT)]
    assert found.exit_code == 3
    assert "6 of 7 tables searched" in found.summary
    assert "orders: no_right" in found.to_text()


def test_every_type_of_postgres_is_searched_or_named(postgres_server):
    import psycopg

    url = load_postgres(postgres_server, {}, [])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "DROP TYPE IF EXISTS state; CREATE TYPE state AS ENUM ('open', 'closed');"
            "CREATE TABLE people (id uuid PRIMARY KEY, email text, ip inet, tags text[], meta jsonb,"
            " n numeric(12, 0), at timestamptz);"
            "CREATE TABLE visits (id serial PRIMARY KEY, person_id uuid REFERENCES people (id), now state,"
            " doc json, whose text, price money, bits bit(3), x xml);"
            "INSERT INTO people SELECT gen_random_uuid(), 'u' || i || '@mail.example', '10.0.0.1',"
            " ARRAY['u3@mail.example', 'b'], jsonb_build_object('m', 'u' || i || '@mail.example'), i, now()"
            " FROM generate_series(1, 5) i;"
            "INSERT INTO visits (person_id, now, doc, whose)"
            " SELECT id, 'open', json_build_object('x', email), id::text FROM people"
        )
    found = locate(url, ["U3@mail.example"], NOTHING_DECLARED)
    assert counts(found) == {"people": (1, 0, 4), "visits": (1, 0, 0)}
    assert found.not_searched == ()
    assert paths(found, "visits") == {
        "visits.person_id -> people.id": ("about", 1),
        "text of visits.doc": ("mentioned", 1),
    }


def test_the_search_goes_on_after_a_view_that_fails(tmp_path):
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    connection.executescript(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT);"
        "INSERT INTO customers VALUES (1, 'ana@mail.example');"
        "CREATE TABLE gone (id INTEGER, t TEXT);"
        "CREATE VIEW broken AS SELECT id, t FROM gone;"
        "DROP TABLE gone;"
        "CREATE VIEW late AS SELECT id, abs(-9223372036854775808 + id - id) AS n, email FROM customers;"
    )
    connection.commit()
    connection.close()
    found = locate(tmp_path / "a.sqlite", ["ana@mail.example"], NOTHING_DECLARED)
    assert "broken" in {n.table for n in found.not_searched}
    assert found.exit_code == 3
    assert counts(found)["customers"] == (1, 0, 0)
