from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.relations.canaries import Canaries
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
WORDS = ["kite-31f9ab", "wren.77a0@canary.example", "Owl 5512 (fake)"]
TENANTS = [{"id": 101 + n, "canary": word} for n, word in enumerate(WORDS)]
NOTES = [
    {"id": n, "tenant_id": 101 + n % 3, "body": f"all good, {WORDS[n % 3]}", "title": "note"}
    for n in range(30)
]


def sung(source, notes, tenants=TENANTS, **more):
    data = source({"tenants": tenants, "notes": notes, **more})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=["tenancy-canary"], strict=True)


def test_canaries_at_home_pass(source):
    audit = sung(source, [*NOTES, {"id": 90, "tenant_id": 101, "body": "a kite", "title": None}])
    assert audit.findings == ()
    assert "notes" in {o.table for o in audit.passed}


def test_a_canary_in_another_tenants_row_is_found_wherever_it_stands_until_it_goes(source):
    wrong = [
        {"id": 90, "tenant_id": 102, "body": "see KITE-31F9AB.", "title": "note"},
        {"id": 91, "tenant_id": 101, "body": "x", "title": '{"to": "wren.77a0@canary.example"}'},
        {"id": 92, "tenant_id": 101, "body": "owl 5512 (fake) and kite-31f9ab", "title": "note"},
    ]
    audit = sung(source, NOTES + wrong)
    assert {f.columns: (f.rows, f.of, f.severity) for f in audit.findings} == {
        ("body",): (2, 33, "critical"),
        ("title",): (1, 33, "critical"),
    }
    assert "31f9" not in audit.to_json().lower()
    assert sung(source, NOTES).findings == ()


@on_one_engine
def test_canaries_in_a_table_of_their_own_are_read_too(source):
    canaries = [{"tenant_id": t["id"], "token": t["canary"]} for t in TENANTS]
    plain = [{"id": t["id"], "name": "x"} for t in TENANTS]
    assert sung(source, NOTES, plain, canaries=canaries).findings == ()
    (found,) = sung(
        source, [*NOTES, {**NOTES[0], "id": 90, "tenant_id": 102}], plain, canaries=canaries
    ).findings
    assert (found.table, found.columns, found.rows) == ("notes", ("body",), 1)


@on_one_engine
def test_short_words_and_words_of_two_tenants_are_no_canaries(source):
    tenants = [
        {"id": 101, "canary": "kite"},
        {"id": 102, "canary": "wren-77a0"},
        {"id": 103, "canary": "wren-77a0"},
    ]
    audit = sung(source, NOTES, tenants)
    assert {o.cause.value for o in audit.not_assessed} == {"undeclared"}


@on_one_engine
def test_without_canaries_nothing_is_claimed(source):
    assert {o.cause.value for o in sung(source, NOTES, [{"id": t["id"]} for t in TENANTS]).not_assessed} == {
        "undeclared"
    }


CANARIES = Canaries.of([("1", "kite-31f9"), ("2", "wren-77a0")])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", None]), st.sampled_from(["kite-31f9", "a Wren-77a0!", "x", "", None])
    )
)


@given(ROWS, ROWS)
def test_the_counts_of_two_parts_add_up_to_that_of_the_whole(a, b):
    of = lambda rows: CANARIES.foreign([tenant for tenant, _ in rows], [cell for _, cell in rows])
    assert of(a) + of(b) == of(a + b)
