"""Every row of one data subject is found, and no row of anybody else.

What an engine could do differently is tested on every engine; how the search goes from row to row, on SQLite.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

from auditkit.locate.location import Level
from tests.engines import on_one_engine
from tests.locate.shop import (
    CUSTOMER_7,
    KEYS,
    NOTHING_DECLARED,
    PEOPLE,
    ROLES,
    counts,
    locate,
    on_every_engine,
    paths,
    shop,
    table,
)

# On every engine


@on_every_engine
def test_a_subject_is_found_down_the_references_and_nobody_else(source):
    email = shop()["customers"][6]["email"]
    found = locate(source(shop(), KEYS), [f"  {email.upper()} "])
    assert counts(found) == CUSTOMER_7
    assert found.exit_code == 0
    assert paths(found, "orders") == {"orders.customer_id -> customers.id": ("about", 2)}
    assert paths(found, "items") == {"items.order_id -> orders.id": ("linked", 4)}
    inferred, declared = table(found, "orders").ways[0], table(found, "tickets").ways[0]
    assert (inferred.origin, inferred.confidence) == ("inferred", "medium")
    assert (declared.origin, declared.confidence) == ("policy", "high")
    assert table(found, "messages").of_others == 1, "the answer of customer 8 in the ticket of customer 7"
    assert table(found, "items").of == 240
    assert len(found.tables) == 7, "tables without a row are listed with their number of rows too"
    assert [len(t.keys) for t in found.found] == [t.rows for t in found.found]


@on_every_engine
def test_case_and_ways_to_write_a_number_do_not_matter_on_any_engine(source):
    found = locate(source(shop(), KEYS), ["mc-00007", "0041 79/555-00-06"])
    assert counts(found) == CUSTOMER_7
    assert [identifier.tables for identifier in found.subject] == [1, 1], "each is a cell of customers"


@on_every_engine
def test_identifiers_of_the_own_row_are_looked_for_in_texts_and_documents(source):
    tables = shop()
    email, phone = tables["customers"][6]["email"], "079 555 00 06"
    holding = [
        f"write to {email.upper()}.",
        f"<{email}>",
        f"call {phone}, please",
        "tel. (+41) 79-555-00-06",
        "member MC-00007, gold",
        json.dumps({"to": [{"mail": email}], "text": f"hi\n{email}\n"}),
        f"https://shop.example/?m={email.replace('@', '%40')}&x=1",
    ]
    others = [f"x{email}", f"{email}.uk", f"first.{email}", f"call 9{phone}", "member MC-000071", None, ""]
    tables["notes"] = [{"id": n, "body": body} for n, body in enumerate([*holding, *others])]
    found = locate(source(tables, KEYS), ["customers.id=7"])
    assert counts(found) == {**CUSTOMER_7, "notes": (0, 0, len(holding))}
    assert paths(found, "notes") == {"text of notes.body": ("mentioned", len(holding))}


@on_every_engine
def test_letters_beyond_ascii_are_compared_without_case_on_every_engine(source):
    tables = shop()
    tables["customers"][6]["email"] = "Jörg.ÄRMEL@mail.example"
    tables["notes"] = [
        {"id": 1, "body": "JÖRG.ärmel@mail.example schrieb"},
        {"id": 2, "body": json.dumps("jörg.ärmel@mail.example")},
    ]
    found = locate(source(tables, KEYS), ["jörg.ärmel@MAIL.example"])
    assert counts(found) == {**CUSTOMER_7, "notes": (0, 0, 2)}


@on_every_engine
def test_keys_that_are_too_many_to_be_fetched_are_looked_up_by_the_engine(source):
    tables = {
        "customers": shop()["customers"],
        "orders": [{"id": n, "customer_id": 7 if n < 1_500 else n % PEOPLE + 1} for n in range(3_000)],
        "items": [{"id": n, "order_id": n % 3_000} for n in range(3_000)],
    }
    found = locate(source(tables, KEYS[:3]), ["customers.id=7"], NOTHING_DECLARED, limit=5)
    assert counts(found) == {"customers": (1, 0, 0), "orders": (1_525, 0, 0), "items": (0, 1_525, 0)}
    assert len(table(found, "items").keys) == 5, "the limit bounds labels, and never counts"


# From row to row


@on_one_engine
@pytest.mark.parametrize("identifier", ["MC-00007", "+41795550006", "0041 79 555 00 06", "customers.id=7"])
def test_every_kind_of_identifier_leads_to_the_same_rows(source, identifier):
    assert counts(locate(source(shop(), KEYS), [identifier])) == CUSTOMER_7


@on_one_engine
def test_a_number_without_its_country_is_found_too(source):
    customers = {"customers": shop()["customers"]}
    found = locate(source(customers, KEYS[:1]), ["079/555 00 06"], NOTHING_DECLARED)
    assert counts(found) == {"customers": (1, 0, 0)}


@on_one_engine
def test_a_message_in_the_ticket_of_another_person_is_found_without_the_ticket(source):
    found = locate(source(shop(), KEYS), [shop()["customers"][7]["email"]])
    assert counts(found) == {**CUSTOMER_7, "messages": (2, 0, 0)}, "one in each of the two tickets"
    assert table(found, "messages").of_others == 0


@on_one_engine
def test_a_row_is_about_the_subject_where_an_address_fills_a_cell_of_any_table(source):
    tables = shop() | {"outbox": [{"id": n, "target": f"c{n}"} for n in range(9)]}
    tables["outbox"][3]["target"] = tables["customers"][6]["email"].lower()
    tables["outbox"][4]["target"] = f"Roe <{tables['customers'][6]['email']}>"
    assert counts(locate(source(tables, KEYS), ["customers.id=7"]))["outbox"] == (1, 0, 1)


@on_one_engine
def test_the_result_without_a_row_says_how_much_was_searched(source):
    found = locate(source(shop(), KEYS), ["nobody@mail.example"])
    assert (found.rows, found.found, found.exit_code, found.subject[0].tables) == (0, (), 0, 0)
    assert "7 of 7 tables searched, 563 rows" in found.summary


@on_one_engine
def test_an_identifier_that_other_people_have_too_is_not_followed(source):
    tables = shop()
    for n in (6, 7, 8):
        tables["customers"][n]["phone"] = "+41 31 555 77 77"
    shop_with_shared_phone = source(tables, KEYS)
    by_email = locate(shop_with_shared_phone, [tables["customers"][6]["email"]])
    assert counts(by_email) == CUSTOMER_7
    assert any("other people's too" in note for note in by_email.notes)
    by_phone = locate(shop_with_shared_phone, ["+41 31 555 77 77"])
    assert counts(by_phone)["customers"] == (3, 0, 0)
    assert any("3 rows of customers are taken" in note for note in by_phone.notes)


@on_one_engine
def test_an_account_leads_to_its_person_where_each_has_one_of_the_other(source):
    logins = [
        {"id": 70_000 + n, "customer_id": n + 1, "email": f"login{n}@web.example"} for n in range(PEOPLE)
    ]
    visits = [{"id": n, "login_id": 70_000 + n % PEOPLE} for n in range(180)]
    tables = shop() | {"logins": logins, "visits": visits}
    policy = ROLES.replace("tables: {", "tables: {logins: {subject: {type: login, key: id}}, ")
    found = locate(source(tables, KEYS), ["LOGIN6@web.example"], policy)
    assert counts(found) == {**CUSTOMER_7, "logins": (1, 0, 0), "visits": (3, 0, 0)}
    tables["logins"][3]["customer_id"] = 7
    shared = locate(source(tables, KEYS), ["login6@web.example"], policy)
    assert counts(shared) == {"logins": (1, 0, 0), "visits": (3, 0, 0)}, "two logins may be two people"


@on_one_engine
def test_neither_colleagues_nor_the_whole_tenant_are_the_subject(source):
    users = [
        {
            "id": n,
            "tenant_id": n // 10,
            "manager_id": n // 10 * 10,
            "email": f"u{n}@mail.example",
            "full_name": "A B",
        }
        for n in range(10, 70)
    ]
    files = [{"id": n, "tenant_id": n % 6 + 1, "created_by": 10 + n % 60, "path": "x"} for n in range(120)]
    tables = {
        "tenants": [{"id": n, "owner_id": 10 * n, "name": f"t{n}"} for n in range(1, 7)],
        "users": users,
        "files": files,
        "pages": [{"id": n, "file_id": n % 120} for n in range(240)],
    }
    policy = (
        "{version: 1, name: S, tenancy: {root: tenants, key: tenant_id}, tables: {users: {references:"
        " {manager_id: users.id}}}}"
    )
    found = locate(source(tables, [f"{t}: PRIMARY KEY (id)" for t in tables]), ["u20@mail.example"], policy)
    assert counts(found) == {"tenants": (1, 0, 0), "users": (1, 9, 0), "files": (0, 2, 0)}
    by_manager = paths(found, "users")["users.manager_id -> users.id"]
    assert by_manager == ("linked", 10), "the subject manages herself too; her row counts once, as about"


@on_one_engine
def test_the_subject_key_of_the_policy_decides(source):
    scores = [{"id": n, "who": n % PEOPLE + 1, "checked_by": (n + 1) % PEOPLE + 1} for n in range(60)]
    policy = ROLES.replace(
        "tables: {",
        "tables: {customers: {subject: {type: customer, key: id}}, scores: {subject: {type: customer, key:"
        " who}, references: {checked_by: customers.id}}, ",
    )
    found = locate(source(shop() | {"scores": scores}, KEYS), ["MC-00007"], policy)
    assert counts(found)["scores"] == (1, 1, 0)
    assert table(found, "scores").of_others == 2
    assert paths(found, "scores") == {
        "subject key scores.who": ("about", 1),
        "scores.checked_by -> customers.id": ("linked", 1),
    }


@on_one_engine
def test_a_reference_whose_parent_differs_from_row_to_row_is_followed(source):
    kinds, ids = ("Order", "Ticket", "Customer"), (506, 3006, 7)
    remarks = [{"id": n, "item_type": kinds[n % 3], "item_id": ids[n % 3] + n // 3} for n in range(30)]
    found = locate(source(shop() | {"remarks": remarks}, KEYS), ["customers.id=7"])
    assert counts(found)["remarks"] == (1, 2, 0)


@on_one_engine
def test_the_search_ends_in_a_circle_of_references(source):
    tickets = [{"id": n, "customer_id": n % PEOPLE + 1, "parent_id": (n + 1) % 120} for n in range(120)]
    tables = {"customers": shop()["customers"], "tickets": tickets}
    keys = ["customers: PRIMARY KEY (id)", "tickets: PRIMARY KEY (id)"]
    found = locate(source(tables, keys), ["customers.id=7"], NOTHING_DECLARED)
    assert counts(found) == {"customers": (1, 0, 0), "tickets": (2, 2, 0)}, (
        "no parent of another person's ticket"
    )


@on_one_engine
def test_a_name_is_only_looked_for_in_texts(source):
    tables = shop()
    tables["notes"] = [{"id": 1, "body": "Bara Roe came by"}]
    found = locate(source(tables, KEYS), ["Bara Roe", "MC-00007"])
    assert counts(found)["customers"] == (1, 0, 1), "another customer has that name"
    assert counts(found)["notes"] == (0, 0, 1)
    assert any("other people may have the same name" in note for note in found.notes)


def test_a_row_that_two_ways_reach_counts_once_at_the_nearest_level():
    rows = pd.DataFrame([{"id": 1, "email": "ana@mail.example", "note": "ana@mail.example again"}])
    (found,) = locate({"customers": rows}, ["ana@mail.example"]).found
    assert (found.about, found.linked, found.mentioned, found.rows) == (1, 0, 0, 1)
    assert {way.level for way in found.ways} == {Level.ABOUT, Level.MENTIONED}
