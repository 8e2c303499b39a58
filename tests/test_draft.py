from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit import dataset
from auditkit.cli import main
from auditkit.detection.verdict import ColumnVerdict
from auditkit.draft import Policy, draft
from auditkit.draft.clocks import end_of
from auditkit.draft.words import SENTENCES
from auditkit.policy.assessment import fields
from auditkit.policy.checked import Comparison
from auditkit.policy.practices import practices
from auditkit.policy.scalar import scalar
from auditkit.relations import Relations
from auditkit.report.say import ENGLISH, LANGUAGES

NOTHING = Relations((), {}, (), None)
STRUCTURE = {"columns", "subject", "retention", "references", "tenant_key"}
HOSTILE = [
    "no", "null", "1", "a: b", "a\nb", "'", '"', "#", "- x", "{", "é", "日本", "\ud800", "\u2028", "", " ",
    "<<", "*a", "&a", "x" * 1500, "?", "~", "\\",
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A profile with verdicts of its own."""

    columns: tuple[ColumnVerdict, ...]
    failed: dict[str, Any] = field(default_factory=dict)


def verdict(table, column, entity="EMAIL_ADDRESS", category="user.contact.email", word="certain", **more):
    return ColumnVerdict(table, column, entity, category, word, 0.99, 10, 0, 10, 10, **more)


@pytest.fixture
def shop(tmp_path):
    """A shop of two companies: customers, their orders, and products that are about nobody."""
    file = tmp_path / "shop.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript("""
            CREATE TABLE tenants (id INTEGER PRIMARY KEY, title TEXT);
            CREATE TABLE customers (
                id INTEGER PRIMARY KEY, tenant_id INTEGER, email TEXT, born DATE, closed_at TIMESTAMP,
                at TIMESTAMP
            );
            CREATE TABLE orders (id INTEGER PRIMARY KEY, tenant_id INTEGER, customer_id INTEGER, amount REAL);
            INSERT INTO tenants VALUES (1, 'north'), (2, 'south');
        """)
        rows = [
            (i, 1 + i % 2, f"person{i}@example.org", "1980-01-01", None, "2025-01-01 00:00:00")
            for i in range(1, 81)
        ]
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?)", [(i, 1 + i % 2, i, i / 10) for i in range(1, 81)]
        )
    connection.close()
    return file


def test_a_draft_of_a_real_source_loads_and_promises_nothing(shop):
    text = Policy.draft(shop)
    policy = Policy.parse(text)
    assert policy.table("customers").columns["email"].category == "user.contact.email"
    assert policy.name == "shop.sqlite"
    stated = policy.model_dump(exclude_defaults=True)
    assert stated.keys() == {"version", "name", "tenancy", "tables", "attestations", "proposed", "processing"}
    assert stated["processing"] == {} and policy.proposes("customers", date(2100, 1, 1))
    assert all(table.keys() <= STRUCTURE for table in stated["tables"].values())
    assert all(rule.max is None for table in policy.tables.values() for rule in table.retention)
    assert all(attestation.text is None for attestation in policy.attestations)


def test_a_draft_asks_for_every_field_of_the_list_and_states_none(shop):
    text = Policy.draft(shop)
    drafted = {a.field for a in Policy.parse(text).attestations}
    assert drafted == {f.id for f in fields().values() if f.is_statement} | {p.field for p in practices()}
    for key in (f for f in fields().values() if not f.is_statement):
        *_, last = key.id.split(".")
        assert f"{last}:" in text or key.id == "review.history", key.id


def test_what_people_state_is_null_and_says_who_states_it(shop):
    lines = Policy.draft(shop).splitlines()
    null = [line for line in lines if ": null" in line and not line.lstrip().startswith("#")]
    assert null
    assert all("# to be stated by the" in line for line in null)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != ENGLISH])
def test_a_draft_in_another_language_declares_the_same(shop, capsys, code):
    assert main(["init", str(shop), "--language", code]) == 0
    text = capsys.readouterr().out
    translated, english = Policy.parse(text), Policy.parse(Policy.draft(shop))
    assert translated.language == code
    assert translated.model_dump(exclude={"language"}) == english.model_dump(exclude={"language"})
    comments = "\n".join(line.partition("# ")[2] for line in text.splitlines())
    long = [sentence for sentence in SENTENCES.values() if len(sentence.split()) > 4 and "{" not in sentence]
    asked = [field.question for field in fields().values() if field.is_statement]
    assert not [sentence for sentence in [*long, *asked] if sentence in comments]


def test_a_draft_says_what_names_references_and_values_show(shop):
    policy, text = Policy.parse(Policy.draft(shop)), Policy.draft(shop)
    assert (policy.tenancy.root, policy.tenancy.key) == ("tenants", "tenant_id")
    assert "root: tenants  # 2 tables refer to tenants, 2 of them by tenant_id" in text
    customers, orders = policy.table("customers"), policy.table("orders")
    assert (customers.subject.key, orders.subject.key) == ("id", "customer_id")
    assert str(customers.retention[0].start) == "closed_at"
    assert orders.retention[0].via == "customer_id"
    assert orders.references["customer_id"] == "customers.id"
    assert "customer_id: customers.id  # 80 of 80 values are keys there" in text


def test_periods_and_quasi_identifiers_are_comments_with_what_they_would_find():
    people = pd.DataFrame({
        "id": range(1, 41),
        "email": [f"person{n}@example.org" for n in range(40)],
        "postal_code": [str(8000 + n % 20) for n in range(40)],
        "gender": ["f", "m"] * 10 + ["f"] * 20,
        "last_seen_at": pd.to_datetime(["2015-01-01"] * 10 + ["2100-01-01"] * 30),
    })  # fmt: skip
    text = Policy.draft({"users": people})
    assert "      # max: P3Y  # 25% of rows, 10 of 40, would be overdue" in text
    (line,) = [line for line in text.splitlines() if "quasi_identifiers" in line]
    assert line.startswith("    # quasi_identifiers: [") and line.endswith("# k = 1 for 50% of rows")
    assert Policy.parse(text).table("users").quasi_identifiers == ()


@pytest.mark.parametrize(
    ("columns", "start"),
    [
        ("next_retry_at last_dunning_at synced_at imported_at closed_at", "closed_at"),
        ("created_at last_login password_changed_at", "last_login"),
        ("expires_at closed_on", "closed_on"),
        ("deleted_at updated_at", "deleted_at"),
        ("born trial_ended_at current_period_end", None),
        ("sender recommended_at", None),
        ("Eintrittsdatum Austrittsdatum", "Austrittsdatum"),
        ("Erstellt_am Letzter_Kauf Nächste_Wartung", "Letzter_Kauf"),
        ("Geburtsdatum Kündigung_zum", "Kündigung_zum"),
        ("date_de_naissance créé_le dernière_connexion", "dernière_connexion"),
    ],
)
def test_a_period_starts_with_the_end_of_something(columns, start):
    names = columns.split()
    rows = ibis.table(dict.fromkeys(names, "timestamp"), name="t")
    assert end_of(rows) == start


def test_rows_are_about_the_customer_they_name_and_not_about_the_employee_who_helped():
    tables = {
        "customers": pd.DataFrame({"id": [1], "first_name": ["Ana"], "last_name": ["Kovac"], "rep_id": [1]}),
        "employees": pd.DataFrame({"id": [1], "first_name": ["Ben"], "last_name": ["Weber"]}),
        "orders": pd.DataFrame({"id": [1], "employee_id": [1], "customer_id": [1]}),
        "order_lines": pd.DataFrame({"id": [1], "order_id": [1], "quantity": [2]}),
        "colours": pd.DataFrame({"id": [1], "title": ["red"]}),
    }
    names = [("customers", "first_name"), ("customers", "last_name"), ("employees", "first_name")]
    found = Found(tuple(verdict(t, c, "PERSON", "user.name") for t, c in names))
    with dataset.open(tables) as opened:
        policy = Policy.parse(draft(opened, found))
    subjects = {name: table.subject.key for name, table in policy.tables.items() if table.subject}
    assert subjects == {"customers": "id", "employees": "id", "orders": "customer_id"}
    assert policy.table("order_lines").retention[0].via == "order_id", "reached by its foreign key alone"
    assert policy.table("colours") is None


def test_of_several_organisations_the_one_that_most_tables_refer_to_is_the_root_and_others_are_named():
    rows = {"id": [1], "account_id": [1]}
    tables = {
        "accounts": pd.DataFrame({"id": [1]}),
        "teams": pd.DataFrame({"id": [1], "account_id": [1]}),
        **{name: pd.DataFrame(rows) for name in ("projects", "invoices")},
        "boards": pd.DataFrame({"id": [1], "team_id": [1], "account_id": [1]}),
        "cards": pd.DataFrame({"id": [1], "team_id": [1], "owner_account_id": [1]}),
    }
    text = Policy.draft(tables)
    assert Policy.parse(text).tenancy.root == "accounts"
    assert "# tenancy: {root: teams, key: team_id}  # if its rows are separate organisations: 2 " in text


NAMES = st.sampled_from(
    "id user_id customer_id tenant_id order_id email first_name closed_at created_at last_login postal_code"
    " amount owner_id born".split()
)
TABLES = st.sampled_from("users customers tenants orders order_lines logs organizations auth_user".split())


@settings(max_examples=20)
@given(st.dictionaries(TABLES, st.sets(NAMES, min_size=1), min_size=1, max_size=5), st.sampled_from([0, 3]))
def test_every_draft_loads_and_meets_its_own_source(schema, rows):
    tables = {
        name: pd.DataFrame({column: cells(column, rows) for column in sorted(columns)})
        for name, columns in schema.items()
    }
    personal = ("email", "first_name", "postal_code", "born")
    entities = dict(zip(personal, ("EMAIL_ADDRESS", "PERSON", "POSTAL_CODE", "DATE_OF_BIRTH"), strict=True))
    found = Found(
        tuple(
            verdict(name, column, entities[column], "user.contact")
            for name, columns in schema.items()
            for column in sorted(columns & entities.keys())
        )
    )
    with dataset.open(tables) as opened:
        policy = Policy.parse(draft(opened, found))
        compared = Comparison(policy, opened.relations)
        assert compared.problems == compared.absent == ()


def cells(column, rows):
    if column in ("closed_at", "created_at", "last_login", "born"):
        return pd.to_datetime(pd.Series(["2020-01-01"] * rows))
    return pd.Series(range(1, rows + 1) if column.endswith("id") else [f"x{n}" for n in range(rows)])


def test_a_table_that_several_refer_to_alike_is_asked_about_unless_its_rows_are_people():
    rows = pd.DataFrame({"id": [1, 2], "hospital_id": [1, 2], "patient_id": [1, 2]})
    places = {"hospitals": pd.DataFrame({"id": [1, 2]}), "patients": pd.DataFrame({"id": [1, 2]})}
    assert "# tenancy: {root: hospitals, key: hospital_id}  # if " in Policy.draft(
        {**places, "wards": rows, "beds": rows}
    )
    assert "# tenancy:" not in Policy.draft({**places, "wards": rows})


def test_an_open_dataset_stays_open(shop):
    with dataset.open(shop) as opened:
        Policy.draft(opened)
        assert opened.fetch(opened.tables["tenants"].count().as_table())


def test_what_is_doubtful_is_a_comment_and_a_text_counts_only_for_what_is_in_it():
    found = Found((
        verdict("t", "mail"),
        verdict("t", "name", "PERSON", "user.name", "review"),
        verdict("t", "fax", "PHONE_NUMBER", "user.contact.phone_number", "empty"),
        verdict("t", "note", "FREE_TEXT", "user.content"),
        verdict("t", "body", "FREE_TEXT", "user.content", contains={"EMAIL_ADDRESS": 3}),
        verdict("t", "n", None, None, "none"),
        verdict("u", "who", "PERSON", "user.name", "review"),
    ))  # fmt: skip
    with dataset.open({"t": pd.DataFrame({"mail": ["a"]}), "u": pd.DataFrame({"who": ["b"]})}) as opened:
        text = draft(opened, found, NOTHING)
    policy = Policy.parse(text)
    assert set(policy.table("t").columns) == {"mail", "body"}
    assert policy.table("u") is None
    for comment in (
        "# name: user.name  # to review, perhaps: name of a person",
        "# fax: user.contact.phone_number  # empty, but named like: phone number",
        "body: user.content  # certain: free text, with e-mail address in it",
        "# u: who: user.name  # to review, perhaps: name of a person",
    ):
        assert comment in text


def test_nothing_found_is_a_policy_too():
    with dataset.open(pd.DataFrame({"n": [1]})) as opened:
        text = draft(opened, Found((verdict("data", "n", None, None, "none"),)), NOTHING)
    assert "no personal data was found" in text
    assert Policy.parse(text).tables == {}


def names_survive(table, column):
    found = Found(
        (
            verdict(table, column),
            verdict(table, column + "?", word="review"),
            verdict(table + "!", column, word="review"),
        ),
        {table: None},
    )
    with dataset.open(pd.DataFrame({"n": [1]})) as opened:
        policy = Policy.parse(draft(opened, found, NOTHING))
    assert list(policy.tables) == [table]
    assert list(policy.table(table).columns) == [column]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_written_so_that_it_is_read_back(name):
    names_survive(name, name)


@given(st.text(), st.text())
def test_any_name_is_written_so_that_it_is_read_back(table, column):
    text = (
        f"version: 1\nname: X\ntables:\n  {scalar(table)}:\n    columns:\n      {scalar(column)}: user.name "
        f" # {scalar(table)}\n"
    )
    policy = Policy.parse(text)
    assert [list(policy.tables), list(policy.table(table).columns)] == [[table], [column]]


@pytest.mark.parametrize(
    ("cells", "is_start"),
    [
        (["Dinner", "Lunch", "Dinner"], False),
        (["2020-01-01", "2021-01-01", "unknown"], True),
        (["12", "7", "3"], False),
    ],
)
@pytest.mark.parametrize("column", ["time", "closed_on"])
def test_a_draft_proposes_no_start_that_its_own_audit_refuses(column, cells, is_start):
    frame = pd.DataFrame({column: cells, "email": [f"a{n}@mail.example" for n in range(3)]})
    found = auditkit.explore(frame, name="visits", as_of="2026-11-22")
    assert bool(found.ages) == is_start


def test_a_foreign_key_of_several_columns_leads_to_the_person_that_its_parent_names(tmp_path):
    with sqlite3.connect(tmp_path / "shop.sqlite") as database:
        database.executescript(
            "create table users (id integer primary key, username text);"
            "create table seats (room integer, user_id integer references users,"
            " primary key (room, user_id));"
            "create table bookings (id integer primary key, room integer, user_id integer, day date,"
            " foreign key (room, user_id) references seats (room, user_id));"
            "insert into users values (1, 'ana'), (2, 'ben'); insert into seats values (7, 1), (7, 2);"
            "insert into bookings values (1, 7, 1, '2026-01-01')"
        )
    with dataset.open(tmp_path / "shop.sqlite") as opened:
        policy = Policy.parse(draft(opened, Found(())))
    subjects = {name: table.subject.key for name, table in policy.tables.items() if table.subject}
    assert subjects == {"users": "id", "seats": "user_id", "bookings": "user_id"}
