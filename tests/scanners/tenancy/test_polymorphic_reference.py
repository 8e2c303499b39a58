from __future__ import annotations

import random

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id, shared: [plans]}}"
TENANTS = [{"id": 1 + n} for n in range(3)]
TICKETS = [{"id": 1 + n, "tenant_id": 1 + n % 3} for n in range(60)]
INVOICES = [{"id": 1 + n, "tenant_id": 1 + (n + 1) % 3} for n in range(60)]
PLANS = [{"id": n} for n in range(1, 4)]
KINDS = ["Ticket", "App\\Models\\Invoice", "plan"]


def like(id: int, tenant: int, kind: str, thing: int, **more) -> dict:
    return {"id": id, "tenant_id": tenant, "item_type": kind, "item_id": thing, **more}


def right(kinds=KINDS) -> list[dict]:
    """Keys of all tables look alike, and like those of tenants: only the type says which row is meant."""
    tickets = [like(1000 + n, 1 + n % 3, kinds[0], 1 + n % 60) for n in range(240)]
    invoices = [like(2000 + n, 1 + (n + 1) % 3, kinds[1], 1 + n % 60) for n in range(240)]
    return tickets + invoices + [like(3000 + n, 1 + n % 3, kinds[2], 1 + n % 2) for n in range(30)]


def pointing(source, likes, **more):
    data = source(
        {"tenants": TENANTS, "tickets": TICKETS, "invoices": INVOICES, "plans": PLANS, "likes": likes, **more}
    )
    return auditkit.audit(
        data, auditkit.Policy.parse(POLICY), checks=["tenancy-polymorphic-reference"], strict=True
    )


def test_each_type_is_judged_by_its_own_table_and_shared_ones_not_at_all(source):
    passed = {(o.columns, o.target, o.of) for o in pointing(source, right()).passed}
    assert passed == {(("item_type", "item_id"), "tickets", 240), (("item_type", "item_id"), "invoices", 240)}


def test_a_row_of_another_tenant_is_found_until_corrected(source):
    wrong = [like(1, 1, "Ticket", 2), like(2, 1, "ticket", 3)]
    (found,) = pointing(source, right() + wrong).findings
    assert (found.table, found.target, found.rows, found.of, found.severity) == (
        "likes",
        "tickets",
        2,
        242,
        "medium",
    )
    assert found.detail["pairs"] == 2
    assert pointing(source, right() + [{**w, "item_id": 1} for w in wrong]).findings == ()


@on_one_engine
def test_types_of_no_table_are_counted_never_named_and_never_dropped(source):
    unknown = [like(1, 1, "Zebra", 2), like(2, 1, "Zebra", 3), like(3, 1, "Yak", 3)]
    audit = pointing(source, right() + unknown + [like(4, 1, "Ticket", 2)])
    (lost,) = [o for o in audit.not_assessed if o.target == "types of no table"]
    assert (lost.cause.value, "2 types in likes.item_type (3 rows)" in lost.reason) == ("undeclared", True)
    assert (audit.findings[0].detail["unknown_types"], audit.findings[0].detail["unknown_rows"]) == (2, 3)
    assert "zebra" not in audit.to_json().lower()


@on_one_engine
def test_what_stands_before_the_name_of_a_table_is_never_shown(source):
    """A type may hold anything before its last word; the rows are found all the same."""
    odd = ["Jane Roe, HIV positive/Ticket", "jane.roe@mail.example::tickets", "4111111111111111.Ticket"]
    wrong = [like(n, 1, kind, 2) for n, kind in enumerate([*odd, "Ticket Jane Roe", "Jane\u00e9Ticket"])]
    audit = pointing(source, right() + wrong)
    (found,) = audit.findings
    assert (found.target, found.rows, found.detail["unknown_rows"]) == ("tickets", 3, 2)
    assert not {word for word in ("jane", "hiv", "4111") if word in audit.to_json().casefold()}


def test_keys_that_are_kept_as_text_are_read_too(source):
    as_text = [{**r, "item_id": str(r["item_id"])} for r in [*right(), like(1, 1, "Ticket", 2)]]
    assert [(f.target, f.rows) for f in pointing(source, as_text).findings] == [("tickets", 1)]


@on_one_engine
def test_a_table_whose_tenant_comes_from_a_parent_is_judged_too(source):
    pins = [
        {"id": n, "ticket_id": 1 + n % 60, "item_type": "invoice", "item_id": 1 + (n + 2) % 60}
        for n in range(240)
    ]
    assert pointing(source, right(), pins=pins).findings == ()
    (found,) = pointing(
        source, right(), pins=[*pins, {"id": 999, "ticket_id": 1, "item_type": "invoice", "item_id": 1}]
    ).findings
    assert (found.table, found.rows) == ("pins", 1)


@on_one_engine
def test_rows_that_point_anywhere_show_that_there_is_no_boundary(source):
    rng = random.Random(3)
    (found,) = pointing(
        source, [like(n, rng.randint(1, 3), "Ticket", rng.randint(1, 60)) for n in range(300)]
    ).findings
    assert (found.confidence, found.detail["boundary"]) == ("low", "does not hold")
