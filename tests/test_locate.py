"""Every row about one data subject: found by identifiers, references and texts, told by labels, and never a
value.
"""

from __future__ import annotations

import io
import json
import logging
import os
import pickle
import pty
import re
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.cli import main
from auditkit.dataset import Dataset, SourceError
from auditkit.errors import UsageError
from auditkit.locate import identifiers, matching
from auditkit.locate.location import Level, Location, TableResult
from auditkit.locate.search import LocateError
from auditkit.outcome import Cause

AS_OF = "2026-01-01"
PEOPLE = 60


def shop() -> dict[str, list[dict]]:
    """Return a shop: customer 7 and customer 8 share a ticket; nothing declares how its tables hang
    together.
    """
    names = [f"{a}{b}" for a in "bdfghklmnp" for b in ("ara", "elo", "ine", "oru", "uma", "ysa")]
    customers = [
        {"id": n + 1, "email": f"{names[n].capitalize()}@mail.example", "phone": f"+41 79 555 {n // 10:02} {n % 100:02}",
         "full_name": f"{names[n].capitalize()} Roe", "member_code": f"MC-{n + 1:05}", "city": "Bern"}
        for n in range(PEOPLE)
    ]  # fmt: skip
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
    return {
        "customers": customers, "orders": orders, "items": items, "agents": agents, "tickets": tickets,
        "messages": messages, "notes": [{"id": 1, "body": "nothing here"}, {"id": 2, "body": "all is well"}],
    }  # fmt: skip


KEYS = [
    f"{t}: PRIMARY KEY (id)"
    for t in ("customers", "orders", "items", "agents", "tickets", "messages", "notes")
]
ROLES = (
    "{version: 1, name: Shop, tables: {tickets: {references: {requester_id: customers.id, assignee_id:"
    " agents.id}}, messages: {references: {sender_id: customers.id}}}}"
)


def sought(source, subject, policy=ROLES, **more) -> Location:
    return auditkit.locate(source, auditkit.Policy.parse(policy), subject=subject, as_of=AS_OF, **more)


def counts(found: Location) -> dict[str, tuple[int, int, int]]:
    return {t.table: (t.about, t.linked, t.mentioned) for t in found.found}


def table(found: Location, name: str) -> TableResult:
    return next(t for t in found.tables if t.table == name)


def paths(found: Location, name: str) -> dict[str, tuple[str, int]]:
    return {w.path: (w.level.value, w.rows) for w in table(found, name).ways}


SEVEN = {
    "customers": (1, 0, 0),
    "orders": (2, 0, 0),
    "items": (0, 4, 0),
    "tickets": (1, 0, 0),
    "messages": (1, 1, 0),
}


def test_a_subject_is_found_down_the_references_and_nobody_else(source):
    made = source(shop(), KEYS)
    email = shop()["customers"][6]["email"]
    found = sought(made, [f"  {email.upper()} "])
    assert counts(found) == SEVEN and found.exit_code == 0
    assert paths(found, "orders") == {"orders.customer_id -> customers.id": ("about", 2)}
    assert paths(found, "items") == {"items.order_id -> orders.id": ("linked", 4)}
    assert (
        table(found, "orders").ways[0].origin == "inferred"
        and table(found, "orders").ways[0].confidence == "medium"
    )
    assert (
        table(found, "tickets").ways[0].origin == "policy"
        and table(found, "tickets").ways[0].confidence == "high"
    )
    assert table(found, "messages").of_others == 1, "the answer of customer 8 in the ticket of customer 7"
    assert {t.table: t.of for t in found.tables}["items"] == 240 and len(found.tables) == 7, (
        "the denominator of every table"
    )
    assert [len(t.keys) for t in found.found] == [t.rows for t in found.found]


def test_who_shares_a_ticket_gets_the_own_message_and_not_the_ticket(source):
    found = sought(source(shop(), KEYS), [shop()["customers"][7]["email"]])
    assert counts(found) == {
        **SEVEN,
        "messages": (2, 0, 0),
    }, "customer 8 wrote in the own ticket and in that of customer 7"
    assert table(found, "messages").of_others == 0


@pytest.mark.parametrize(
    "given", ["MC-00007", "mc-00007", "+41795550006", "0041 79 555 00 06", "079/555 00 06", "customers.id=7"]
)
def test_every_kind_of_identifier_leads_to_the_same_rows(source, given):
    assert counts(sought(source(shop(), KEYS), [given])) == SEVEN


def test_what_the_own_row_holds_is_looked_for_in_texts_and_documents(source):
    tables = shop()
    email, phone = tables["customers"][6]["email"], "079 555 00 06"
    bodies = [
        f"write to {email.upper()}.", f"<{email}>", f"x{email}", f"{email}.uk", f"first.{email}",
        f"call {phone}, please", f"call 9{phone}", "tel. (+41) 79-555-00-06", "member MC-00007, gold",
        "member MC-000071", json.dumps({"to": [{"mail": email}], "text": f"hi\n{email}\n"}),
        f"https://shop.example/?m={email.replace('@', '%40')}&x=1", None, "",
    ]  # fmt: skip
    tables["notes"] = [{"id": n, "body": body} for n, body in enumerate(bodies)]
    found = sought(source(tables, KEYS), ["customers.id=7"])
    assert counts(found) == {**SEVEN, "notes": (0, 0, 7)}
    assert paths(found, "notes") == {"text of notes.body": ("mentioned", 7)}


def test_an_address_that_fills_a_cell_is_about_the_subject_wherever_it_stands(source):
    tables = shop() | {"outbox": [{"id": n, "target": f"c{n}"} for n in range(9)]}
    tables["outbox"][3]["target"] = tables["customers"][6]["email"].lower()
    tables["outbox"][4]["target"] = f"Roe <{tables['customers'][6]['email']}>"
    assert counts(sought(source(tables, KEYS), ["customers.id=7"]))["outbox"] == (1, 0, 1)


def test_letters_beyond_ascii_fold_alike_on_every_engine(source):
    tables = shop()
    tables["customers"][6]["email"] = "Jörg.ÄRMEL@mail.example"
    tables["notes"] = [
        {"id": 1, "body": "JÖRG.ärmel@mail.example schrieb"},
        {"id": 2, "body": json.dumps("jörg.ärmel@mail.example")},
    ]
    assert counts(sought(source(tables, KEYS), ["jörg.ärmel@MAIL.example"])) == {**SEVEN, "notes": (0, 0, 2)}


def test_a_subject_that_is_not_there_is_nothing_in_so_many_rows(source):
    found = sought(source(shop(), KEYS), ["nobody@mail.example"])
    assert found.rows == 0 and found.found == () and found.exit_code == 0 and found.subject[0].tables == 0
    assert "7 of 7 tables searched, 563 rows" in found.summary


def test_an_identifier_that_others_have_too_is_not_followed(source):
    tables = shop()
    for n in (6, 7, 8):
        tables["customers"][n]["phone"] = "+41 31 555 77 77"
    found = sought(source(tables, KEYS), [tables["customers"][6]["email"]])
    assert counts(found) == SEVEN and any("other people's too" in n for n in found.notes)
    given = sought(source(tables, KEYS), ["+41 31 555 77 77"])
    assert counts(given)["customers"] == (3, 0, 0) and any(
        "3 rows of customers are taken" in n for n in given.notes
    )


def test_an_account_leads_to_its_person_where_they_are_one_to_one(source):
    tables = shop() | {
        "logins": [
            {"id": 70_000 + n, "customer_id": n + 1, "email": f"login{n}@web.example"} for n in range(PEOPLE)
        ]
    }
    tables |= {"visits": [{"id": n, "login_id": 70_000 + n % PEOPLE} for n in range(180)]}
    stated = (
        "{version: 1, name: S, tables: {logins: {subject: {type: login, key: id}}, "
        + ROLES.partition("tables: {")[2]
    )
    found = sought(source(tables, KEYS), ["LOGIN6@web.example"], stated)
    assert counts(found) == {**SEVEN, "logins": (1, 0, 0), "visits": (3, 0, 0)}
    tables["logins"][3]["customer_id"] = 7
    shared = sought(source(tables, KEYS), ["login6@web.example"], stated)
    assert counts(shared) == {
        "logins": (1, 0, 0),
        "visits": (3, 0, 0),
    }, "two logins, one customer: perhaps two people"


def test_neither_colleagues_nor_the_whole_tenant_are_the_subject(source):
    tables = {
        "tenants": [{"id": n, "owner_id": 10 * n, "name": f"t{n}"} for n in range(1, 7)],
        "users": [
            {
                "id": n,
                "tenant_id": n // 10,
                "manager_id": n // 10 * 10,
                "email": f"u{n}@mail.example",
                "full_name": "A B",
            }
            for n in range(10, 70)
        ],
        "files": [
            {"id": n, "tenant_id": n % 6 + 1, "created_by": 10 + n % 60, "path": "x"} for n in range(120)
        ],
        "pages": [{"id": n, "file_id": n % 120} for n in range(240)],
    }
    policy = (
        "{version: 1, name: S, tenancy: {root: tenants, key: tenant_id}, tables: {users: {references:"
        " {manager_id: users.id}}}}"
    )
    found = sought(source(tables, [f"{t}: PRIMARY KEY (id)" for t in tables]), ["u20@mail.example"], policy)
    assert counts(found) == {"tenants": (1, 0, 0), "users": (1, 9, 0), "files": (0, 2, 0)}
    assert paths(found, "users")["users.manager_id -> users.id"] == (
        "linked",
        10,
    ), "the own manager is the own row: counted once"


def test_the_subject_key_of_the_policy_decides(source):
    tables = shop() | {
        "scores": [{"id": n, "who": n % PEOPLE + 1, "checked_by": (n + 1) % PEOPLE + 1} for n in range(60)]
    }
    policy = ROLES.replace(
        "tables: {",
        "tables: {customers: {subject: {type: customer, key: id}}, scores: {subject: {type: customer, key:"
        " who}, references: {checked_by: customers.id}}, ",
    )
    found = sought(source(tables, KEYS), ["MC-00007"], policy)
    assert counts(found)["scores"] == (1, 1, 0) and table(found, "scores").of_others == 2
    assert paths(found, "scores") == {
        "subject key scores.who": ("about", 1),
        "scores.checked_by -> customers.id": ("linked", 1),
    }


def test_a_parent_that_changes_from_row_to_row_is_followed(source):
    kinds = ("Order", "Ticket", "Customer")
    remarks = [
        {"id": n, "item_type": kinds[n % 3], "item_id": (506, 3006, 7)[n % 3] + n // 3} for n in range(30)
    ]
    found = sought(source(shop() | {"remarks": remarks}, KEYS), ["customers.id=7"])
    assert counts(found)["remarks"] == (1, 2, 0)


def test_a_circle_of_references_ends(source):
    tickets = [{"id": n, "customer_id": n % PEOPLE + 1, "parent_id": (n + 1) % 120} for n in range(120)]
    tables = {"customers": shop()["customers"], "tickets": tickets}
    found = sought(
        source(tables, ["customers: PRIMARY KEY (id)", "tickets: PRIMARY KEY (id)"]),
        ["customers.id=7"],
        "{version: 1, name: S}",
    )
    assert counts(found) == {
        "customers": (1, 0, 0),
        "tickets": (2, 2, 0),
    }, "what hangs on another customer's ticket is not looked at"


def test_more_keys_than_are_fetched_are_looked_up_where_they_are(source):
    tables = {
        "customers": shop()["customers"],
        "orders": [{"id": n, "customer_id": 7 if n < 1_500 else n % PEOPLE + 1} for n in range(3_000)],
        "items": [{"id": n, "order_id": n % 3_000} for n in range(3_000)],
    }
    found = sought(source(tables, KEYS[:3]), ["customers.id=7"], "{version: 1, name: S}", limit=5)
    assert counts(found) == {"customers": (1, 0, 0), "orders": (1_525, 0, 0), "items": (0, 1_525, 0)}
    assert len(table(found, "items").keys) == 5, "labels are bounded, counts are not"


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


def test_what_stands_against_erasure_is_counted(source):
    holds = [
        {"id": 1, "customer_id": 7, "placed_at": datetime(2024, 1, 1), "released_at": None},
        {"id": 2, "customer_id": 7, "placed_at": datetime(2023, 1, 1), "released_at": datetime(2024, 1, 1)},
        {"id": 3, "customer_id": 9, "placed_at": datetime(2024, 1, 1), "released_at": datetime(2025, 1, 1)},
    ]
    found = sought(source(shop() | {"holds": holds}, KEYS), ["MC-00007"], RETENTION)
    told = {t.table: [(k.held, k.within_minimum, k.minimum) for k in t.kept] for t in found.found if t.kept}
    assert told == {
        "orders": [(1, 2, "P6Y")],
        "items": [(2, 4, "P6Y")],
    }, "orders 506 and 566, both paid on 2022-05-01"
    assert any(n.startswith("1 legal holds on the data subject stand in holds") for n in found.notes)


def test_the_ledger_of_erased_subjects_tells_that_this_one_is_back(monkeypatch):
    import hmac

    monkeypatch.setenv("AUDITKIT_KEY", "an example of a key")
    gone = hmac.digest(b"an example of a key", b"bara@mail.example", "sha256").hex()
    tables = {name: pd.DataFrame(rows) for name, rows in shop().items()} | {
        "erasures": pd.DataFrame({"h": [gone]})
    }
    policy = "{version: 1, name: S, erasure_ledger: {table: erasures, subject_hmac: h}}"
    assert any("ledger of erased subjects" in n for n in sought(tables, ["Bara@mail.example"], policy).notes)
    assert not any(
        "ledger of erased subjects" in n for n in sought(tables, ["belo@mail.example"], policy).notes
    )


# What could not be searched


def test_what_is_excluded_or_bytes_is_said_to_be_unsearched(source):
    tables = shop() | {
        "scans": [{"id": 1, "customer_id": 7, "picture": b"\xff\xd8"}],
        "django_log": [{"id": 1, "t": "x"}],
    }
    found = sought(
        source(tables, KEYS),
        ["MC-00007"],
        "{version: 1, name: S, exclude: [{tables: 'django_*', reason: framework}]}",
    )
    told = {(n.table, n.columns): n.missing.cause for n in found.not_searched}
    assert (
        told == {("django_log", ()): Cause.EXCLUDED, ("scans", ("picture",)): Cause.UNSEEN}
        and found.exit_code == 3
    )
    assert "8 of 9 tables searched" in found.summary and counts(found)["scans"] == (1, 0, 0)


def test_a_table_without_the_right_to_read_it_is_named(postgres_server, request):
    import psycopg

    from tests.conftest import _postgres

    url = _postgres(postgres_server, shop(), KEYS)
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
    found = sought(re.sub(r"//[^@/]*@", "//seeker@", url), ["MC-00007"], "{version: 1, name: S}")
    assert [(n.table, n.missing.cause) for n in found.not_searched] == [("orders", Cause.NO_RIGHT)]
    assert (
        found.exit_code == 3
        and "6 of 7 tables searched" in found.summary
        and "orders: no_right" in found.to_text()
    )


def test_every_type_of_postgres_is_searched_or_named(postgres_server):
    import psycopg

    from tests.conftest import _postgres

    url = _postgres(postgres_server, {}, [])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "DROP TYPE IF EXISTS state; CREATE TYPE state AS ENUM ('open', 'closed');CREATE TABLE people (id"
            " uuid PRIMARY KEY, email text, ip inet, tags text[], meta jsonb, n numeric(12, 0), at"
            " timestamptz);CREATE TABLE visits (id serial PRIMARY KEY, person_id uuid REFERENCES people (id),"
            " now state, doc json, whose text, price money, bits bit(3), x xml);INSERT INTO people SELECT"
            " gen_random_uuid(), 'u' || i || '@mail.example', '10.0.0.1', ARRAY['u3@mail.example', 'b'],"
            " jsonb_build_object('m', 'u' || i || '@mail.example'), i, now() FROM generate_series(1, 5)"
            " i;INSERT INTO visits (person_id, now, doc, whose) SELECT id, 'open', json_build_object('x',"
            " email), id::text FROM people"
        )
    found = sought(url, ["U3@mail.example"], "{version: 1, name: S}")
    assert counts(found) == {"people": (1, 0, 4), "visits": (1, 0, 0)} and found.not_searched == ()
    assert paths(found, "visits") == {
        "visits.person_id -> people.id": ("about", 1),
        "text of visits.doc": ("mentioned", 1),
    }


def test_a_view_that_breaks_is_not_searched_and_the_rest_is(tmp_path):
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    connection.executescript(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO customers VALUES (1,"
        " 'ana@mail.example');CREATE TABLE gone (id INTEGER, t TEXT); CREATE VIEW broken AS SELECT id, t FROM"
        " gone; DROP TABLE gone;CREATE VIEW late AS SELECT id, abs(-9223372036854775808 + id - id) AS n,"
        " email FROM customers;"
    )
    connection.commit()
    connection.close()
    found = sought(tmp_path / "a.sqlite", ["ana@mail.example"], "{version: 1, name: S}")
    assert "broken" in {n.table for n in found.not_searched} and found.exit_code == 3
    assert counts(found)["customers"] == (1, 0, 0)


# How it is asked


@pytest.mark.parametrize(
    "subject", ["ana@mail.example", "env:ana@mail.example", "env:NOT_SET_ANYWHERE", "env:", ""]
)
def test_a_value_as_a_parameter_is_refused_without_being_repeated(subject):
    with pytest.raises(UsageError) as error:
        auditkit.locate({}, subject=subject)
    assert not subject or subject.removeprefix("env:") not in str(error.value) or subject == "env:"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "1 to 50"),
        (["x@y.example"] + [f"n{n}@y.example" for n in range(60)], "1 to 50"),
        (["Ana Roe"], "a name alone"),
    ],
)
def test_what_singles_nobody_out_is_refused(lines, words):
    with pytest.raises(UsageError, match=words):
        sought({"t": pd.DataFrame({"id": [1]})}, lines)


def test_a_bare_number_that_is_a_key_of_two_kinds_of_people_is_refused():
    tables = {name: pd.DataFrame(rows) for name, rows in shop().items()}
    with pytest.raises(UsageError, match=r"agents\.id, customers\.id|customers\.id, agents\.id"):
        sought(tables, ["7"])


def test_a_name_is_only_ever_mentioned(source):
    tables = shop()
    tables["notes"] = [{"id": 1, "body": "Bara Roe came by"}]
    found = sought(source(tables, KEYS), ["Bara Roe", "MC-00007"])
    assert counts(found)["customers"] == (1, 0, 1) and counts(found)["notes"] == (
        0,
        0,
        1,
    ), "another person of that name"
    assert any("others may bear it" in n for n in found.notes)


# No value


CANARY = ["Canary.Quill@canarymail.example", "+1 202-555-0147", "CQ-77120-X", "Canary Quillfeather"]


def parts(values: list[str]) -> list[str]:
    return ["canary", "quill", "2025550147", "555-0147", "77120"]


@pytest.fixture
def caged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a database of one subject, whose row key is an identifier too, and a policy."""
    monkeypatch.setenv("AUDITKIT_KEY", "an example of a key")
    monkeypatch.setenv("SUBJECT", "\n".join(CANARY))
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    connection.executescript(
        "CREATE TABLE customers (email TEXT PRIMARY KEY, phone TEXT, member_code TEXT, full_name TEXT);CREATE"
        " TABLE orders (id INTEGER PRIMARY KEY, customer_email TEXT REFERENCES customers (email), remark"
        " TEXT);"
    )
    others = [(f"p{n}@mail.example", f"+1 202-555-01{n:02}", f"P-{n:05}", "A B") for n in range(20)]
    connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", [tuple(CANARY), *others])
    connection.executemany(
        "INSERT INTO orders VALUES (?, ?, ?)", [(n, CANARY[0], f"for {CANARY[3]}") for n in range(3)]
    )
    connection.commit()
    connection.close()
    (tmp_path / "privacy.yaml").write_text("{version: 1, name: Shop}")
    return tmp_path


def leaks(text: str) -> list[str]:
    plain = re.sub(r"(?<=\d)[ ().-]{1,2}(?=\d)", "", text.casefold())
    return [part for part in parts(CANARY) if part in plain or part in text.casefold()]


def test_leaks_are_seen():
    assert len(leaks(" ".join(CANARY))) >= 4 and leaks("nothing") == []


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_value_is_in_any_output_log_or_file(caged, capfd, caplog, form):
    before = {p: p.read_bytes() for p in caged.rglob("*")}
    with caplog.at_level(logging.DEBUG):
        code = main([
            "locate", str(caged / "shop.sqlite"), "-p", str(caged / "privacy.yaml"), "--subject",
            "env:SUBJECT", "--format", form, "--log", str(caged / "log"),
        ])  # fmt: skip
    out, err = capfd.readouterr()
    assert code == 0 and "R-" in out and not leaks(out + err + caplog.text)
    (line,) = [json.loads(text) for text in (caged / "log").read_text().splitlines()]
    assert (
        line["program"] == "auditkit locate"
        and len(line["subject"]) == 4
        and all(s.startswith("S-") for s in line["subject"])
    )
    assert line["counts"]["rows"] == 4 and line["exit_code"] == 0 and line["rows_shown"] == 0
    after = {p: p.read_bytes() for p in caged.rglob("*")}
    assert (
        not leaks((caged / "log").read_text())
        and {p: b for p, b in after.items() if p.name != "log"} == before
    )


def test_no_value_is_in_the_result(caged):
    found = auditkit.locate(caged / "shop.sqlite", subject="env:SUBJECT")
    shown = [
        repr(found),
        str(found),
        found._repr_html_(),
        found.to_text(),
        found.to_json(),
        found.to_pandas().to_csv(),
        repr(vars(found)),
    ]
    assert found.rows == 4 and not leaks("\n".join(shown)) and not leaks(repr(pickle.dumps(found)))
    assert json.loads(found.to_json())["tables"][0]["keys"][0]["label"].startswith("R-")
    assert not leaks(repr(identifiers.parse(CANARY, [])))


def test_no_value_is_in_an_error(caged, capfd):
    (caged / "shop.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(SourceError) as closed:
        auditkit.locate(caged / "shop.sqlite", subject="env:SUBJECT")
    assert not leaks(str(closed.value))

    class Failing(Dataset):
        def fetch(self, *_, **__):
            raise ValueError(CANARY[0])

    with auditkit.open({"customers": pd.DataFrame({"id": [1, 2], "email": CANARY[:1] * 2})}) as opened:
        failing = Failing(opened.name, opened.relations, opened._engines)
        with pytest.raises(LocateError) as fault:
            auditkit.locate(failing, subject="env:SUBJECT")
    assert (
        "ValueError at" in str(fault.value)
        and fault.value.__suppress_context__
        and not leaks(str(fault.value))
    )
    out, err = capfd.readouterr()
    assert not leaks(out + err)


def test_standard_input_gives_identifiers_and_a_wrong_use_repeats_none(caged, capfd, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\n{CANARY[0]}\n"))
    assert main(["locate", str(caged / "shop.sqlite"), "--subject", "-"]) == 0
    assert main(["locate", str(caged / "shop.sqlite"), "--subject", CANARY[0]]) == 2
    out, err = capfd.readouterr()
    assert "env:NAME" in err and "history" in err and not leaks(out + err)


def test_keys_are_revealed_on_a_terminal_only(caged, capfd):
    command = ["locate", str(caged / "shop.sqlite"), "--subject", "env:SUBJECT", "--reveal"]
    assert main(command) == 2 and main([*command, "--format", "json"]) == 2
    out, err = capfd.readouterr()
    assert out == "" and "on a terminal only" in err and not leaks(err)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "auditkit", *command],
        stdout=theirs,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        cwd=caged,
    )
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 65_536):
            seen += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0 and CANARY[0] in seen.decode() and not leaks(err.decode()), (
        "the key itself, where a person asked for it"
    )


# Laws


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_text_is_an_identifier_whose_repr_shows_nothing(text):
    found = identifiers.Identifier.of(text)
    assert (
        repr(found).count("'") == 2 and found == identifiers.Identifier.of(f" {text.upper()} ")
    ) or text.upper().lower() != text.lower()


@settings(max_examples=30)
@given(st.text("ab@.+*?()[]{}^$|\\'\"%-é/ ", min_size=6, max_size=14).filter(lambda t: t.strip() == t))
def test_an_identifier_of_any_signs_is_found_between_blanks_and_breaks_no_pattern(text):
    import ibis

    wanted = identifiers.Identifier.of(text)
    cells = ibis.memtable({"c": [f"so {text.upper()} so", "so so", None]})
    held = matching.holds_any(cells.c, [wanted]).name("h").execute().tolist()
    assert held == [bool(wanted.text_forms), False, False]


def test_levels_are_counted_once_by_the_nearest():
    rows = {
        "customers": pd.DataFrame([{"id": 1, "email": "ana@mail.example", "note": "ana@mail.example again"}])
    }
    (one,) = sought(rows, ["ana@mail.example"]).found
    assert (one.about, one.linked, one.mentioned, one.rows) == (1, 0, 0, 1) and {
        w.level for w in one.ways
    } == {
        Level.ABOUT,
        Level.MENTIONED,
    }


def test_a_note_on_short_identifiers_and_counts_of_one_are_in_english():
    frame = pd.DataFrame({"id": [4711], "code": ["C-17"], "body": ["nothing about anybody here"]})
    alone = auditkit.locate({"customers": frame}, subject=["customers.id=4711"])
    assert any("too short" in n and "no text was searched" in n for n in alone.notes), alone.notes
    both = auditkit.locate({"customers": frame}, subject=["customers.id=4711", "ana@example.org"])
    assert any(n.startswith("1 of the 2 identifiers given is too short") for n in both.notes), both.notes
    assert alone.summary.startswith("1 row in 1 table (")
    assert "1 of 1 table searched, 1 row" in alone.summary
