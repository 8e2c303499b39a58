"""The same seed gives the same rows, and independent queries count the planted faults."""

import hashlib
import json
import random
import re
import sqlite3
import tomllib
from collections import Counter
from contextlib import closing
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from auditkit import demo
from auditkit.demo import people, texts
from auditkit.demo.faults import FAULTS, pii
from auditkit.demo.helpdesk import Helpdesk
from auditkit.demo.tables import build
from auditkit.policy import Policy
from auditkit.policy.assessment import fields
from auditkit.policy.signing import Signed, standing

AS_OF = date(2026, 11, 22)
COUNTS = tomllib.loads(Path(__file__).with_name("demo_counts.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return demo.write(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def query(example):
    with closing(sqlite3.connect(f"file:{example.database}?mode=ro", uri=True)) as connection:
        connection.create_function(
            "sha256", 1, lambda text: hashlib.sha256((text or "").encode()).hexdigest(), deterministic=True
        )
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def expected(example):
    return json.loads(example.expected.read_text(encoding="utf-8"))


def test_the_same_seed_gives_the_same_bytes(example, tmp_path):
    again = demo.write(tmp_path)
    for name in ("database", "policy", "expected"):
        first, second = getattr(example, name).read_bytes(), getattr(again, name).read_bytes()
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest(), name


def test_another_seed_has_other_rows_and_as_many_kinds_of_fault(example, expected, tmp_path):
    other = demo.write(tmp_path, seed=7)
    assert other.database.read_bytes() != example.database.read_bytes()
    places = lambda entries: [(e["check"], e["table"], e["columns"]) for e in entries]
    assert places(json.loads(other.expected.read_text(encoding="utf-8"))) == places(expected)


def test_writing_again_replaces_the_files(example, tmp_path):
    demo.write(tmp_path, seed=7)
    again = demo.write(tmp_path)
    assert again.database.read_bytes() == example.database.read_bytes()


def test_the_packaged_list_is_fresh(example):
    """After a change on purpose, run `auditkit demo DIR` and copy DIR/expected.json into the package."""
    packaged = files("auditkit.demo").joinpath("expected.json").read_text(encoding="utf-8")
    assert packaged == example.expected.read_text(encoding="utf-8")


def test_size(query):
    tables = [name for (name,) in query("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: query(f"SELECT count(*) FROM {name}")[0][0] for name in tables}
    assert rows["tenants"] == 13
    assert 10_000 <= sum(rows.values()) <= 12_000
    assert min(rows.values()) > 0


def test_half_of_the_references_are_declared_and_none_of_these_is_broken(query):
    declared = query(
        'SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type ='
        " 'table'"
    )
    columns = query(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    )
    references = {
        place for place in columns if place[1].endswith("_id") and place != ("access_log", "object_id")
    }
    assert set(declared) < references
    assert 0.4 <= len(declared) / len(references) <= 0.6
    assert query("PRAGMA foreign_key_check") == [], "a crossing between tenants is invisible to the database"


def test_the_helpdesk_has_no_fault_before_any_is_planted():
    """The queries that find the planted faults find nothing in the helpdesk without faults."""
    desk = build(demo.SEED, demo.TICKETS)
    tenant_of = {
        table: {row["id"]: row.get("tenant_id") for row in rows} for table, rows in desk.tables.items()
    }
    for table, column, parent in (
        ("tickets", "project_id", "projects"), ("tickets", "requester_id", "users"),
        ("tickets", "assignee_id", "users"), ("projects", "owner_id", "users"),
        ("attachments", "ticket_id", "tickets"), ("api_keys", "user_id", "users"),
        ("access_log", "user_id", "users"), ("memberships", "user_id", "users"),
        ("users_2025_06", "id", "users"),
    ):  # fmt: skip
        assert all(row["tenant_id"] == tenant_of[parent][row[column]] for row in desk.tables[table]), (
            table,
            column,
        )
    assert all(row["tenant_id"] for row in desk.tables["attachments"])
    assert not any("@" in row["body"] for table in ("tickets", "comments") for row in desk.tables[table])
    assert (
        min(Counter((s["age_band"], s["gender"], s["region"]) for s in desk.tables["surveys"]).values()) >= 20
    )


def test_every_count_of_rows_has_its_query(expected):
    counted = {
        (e["check"], e["table"], *e["columns"][:1])
        for e in expected
        if e["rows"] is not None and e["check"] != "pii-free-text"
    }
    assert counted == {tuple(place.split()) for place in COUNTS["faults"]}


@pytest.mark.parametrize("place", COUNTS["faults"])
def test_the_database_holds_the_expected_rows(query, expected, place):
    (entry,) = [e for e in expected if " ".join([e["check"], e["table"], *e["columns"][:1]]) == place]
    assert entry["rows"] > 0
    assert query(f"SELECT count(*) FROM {COUNTS['faults'][place]}") == [(entry["rows"],)]


MENTIONS = {
    "EMAIL_ADDRESS": r"\S+@\S+\.example",
    "PHONE_NUMBER": r"\+(?:44 20 7946 0|1 202-555-01|49 30 23125|33 1 99 00|46 8 465 004)[\d ]*",
    "IBAN_CODE": "|".join(map(re.escape, pii.IBANS)),
    "CREDIT_CARD": "|".join(map(re.escape, pii.CARDS)),
}


@pytest.mark.parametrize("table", ["tickets", "comments"])
def test_mentions_inside_text(query, expected, table):
    (entry,) = [e for e in expected if (e["check"], e["table"]) == ("pii-free-text", table)]
    bodies = [body for (body,) in query(f"SELECT body FROM {table}")]
    found = {
        entity: sum(bool(re.search(pattern, body)) for body in bodies) for entity, pattern in MENTIONS.items()
    }
    assert {entity: n for entity, n in found.items() if n} == entry["detail"]
    assert sum(entry["detail"].values()) == entry["rows"], "no cell holds two"


def test_a_column_that_nearly_nobody_fills(query, expected):
    (entry,) = [e for e in expected if e["check"] == "minimisation-empty-column"]
    ((rows, filled),) = query("SELECT count(*), count(fax_number) FROM users")
    assert rows >= 500
    assert entry["detail"]["empty"] == rows - filled >= 0.95 * rows


@pytest.mark.parametrize("sql", COUNTS["exactly"])
def test_rows_that_only_look_like_faults_are_there(query, sql):
    """They prove that an audit raises no false alarm only while they are in the database."""
    assert query(sql) == [(COUNTS["exactly"][sql],)]


@pytest.mark.parametrize("sql", COUNTS["more_than"])
def test_several_rows_that_only_look_like_faults_are_there(query, sql):
    ((count,),) = query(sql)
    assert count > COUNTS["more_than"][sql]


def test_every_fault_has_a_name_and_a_description():
    names = [fault.__name__ for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert all(fault.__doc__ for fault in FAULTS)


def test_no_address_or_number_can_reach_anybody(query):
    """Domains, phone numbers and IP addresses are all reserved for fiction or documentation."""
    fiction = re.compile(MENTIONS["PHONE_NUMBER"])
    for (email,) in query(
        "SELECT email FROM users WHERE email IS NOT NULL UNION SELECT contact_email FROM tickets WHERE"
        " contact_email IS NOT NULL UNION SELECT email FROM users_2025_06 UNION SELECT recipient FROM"
        " mailings UNION SELECT email FROM contacts"
    ):
        assert re.fullmatch(r"[a-z0-9.]+@[a-z0-9-]+\.example", email)
    for (number,) in query(
        "SELECT phone FROM users WHERE phone IS NOT NULL UNION SELECT fax_number FROM users WHERE fax_number"
        " IS NOT NULL"
    ):
        assert fiction.fullmatch(number)
    for (address,) in query("SELECT ip_address FROM access_log UNION SELECT source_ip FROM comments"):
        assert address.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"))


def test_texts_read_like_texts():
    rng = random.Random(1)
    written = [texts.ticket(rng) for _ in range(500)] + [("", texts.reply("agent", rng)) for _ in range(200)]
    assert not any("{" in text or "}" in text for pair in written for text in pair)
    assert len({body for _, body in written}) > 400


def test_names_of_all_cultures_have_mailboxes():
    rng = random.Random(1)
    names = {people.full_name(rng) for _ in range(3000)}
    assert len(names) > 1000
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", people.mailbox(name)) for name in names)


def test_take_never_gives_a_row_twice():
    desk = Helpdesk(1, {"t": [{"id": n} for n in range(10)]})
    chosen = [row["id"] for _ in range(5) for row in desk.take("t", 2, random.Random(3))]
    assert sorted(chosen) == list(range(10))
    with pytest.raises(ValueError, match="larger than population"):
        desk.take("t", 1, random.Random(3))


def test_the_policy_loads_and_declares_only_what_is_there(example, query):
    from auditkit.policy import Policy

    policy = Policy.load(example.policy)
    columns = {}
    for table, column in query(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    ):
        columns.setdefault(table, set()).add(column)
    assert set(policy.tables) <= set(columns)
    for name, table in policy.tables.items():
        gone = {"middle_name"} if name == "users" else set()  # one of the planted faults
        assert set(table.columns) - columns[name] == gone, name
        assert set(table.quasi_identifiers or ()) <= columns[name], name


def test_the_example_is_signed_but_for_what_is_made_on_a_run_and_what_has_expired(example):
    policy = Policy.load(example.policy)
    standings = {a.field: standing(a, AS_OF) for a in policy.attestations}
    open_ones = {field for field, found in standings.items() if not isinstance(found, Signed)}
    assert open_ones == {
        "dpo_advice", "dpo_advice_followed", "practice.security-audit-has-been-completed",
    }  # fmt: skip
    mandatory = {f.id for f in fields().values() if f.is_statement and f.mandatory}
    assert mandatory <= standings.keys(), "every mandatory question is answered or asked"
    assert all(isinstance(standing(m, AS_OF), Signed) for m in policy.measures)
