from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit import dataset
from auditkit.detection.verdict import ColumnVerdict
from auditkit.draft import Policy, draft
from auditkit.draft.text import quoted
from auditkit.relations import Relations

NOTHING = Relations((), {}, (), None)
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
    assert policy.model_dump(exclude_defaults=True).keys() == {"version", "name", "tables", "attestations"}
    assert all(
        table.model_dump(exclude_defaults=True).keys() <= {"columns"} for table in policy.tables.values()
    )
    assert all(attestation.value is None for attestation in policy.attestations)


def test_what_people_state_is_null_and_says_who_states_it(shop):
    lines = Policy.draft(shop).splitlines()
    null = [line for line in lines if ": null" in line and not line.lstrip().startswith("#")]
    assert null
    assert all("# to be stated by the" in line for line in null)


def test_guesses_are_comments(shop):
    text = Policy.draft(shop)
    assert "# tenancy: {root: tenants, key: tenant_id}" in text
    assert "such as {start: closed_at, max: P3Y" in text
    assert "such as {type: ..., key: id}" in text


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
        f"version: 1\nname: X\ntables:\n  {quoted(table)}:\n    columns:\n      {quoted(column)}: user.name "
        f" # {quoted(table)}\n"
    )
    policy = Policy.parse(text)
    assert [list(policy.tables), list(policy.table(table).columns)] == [[table], [column]]
