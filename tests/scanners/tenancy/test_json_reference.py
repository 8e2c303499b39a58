from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.relations.documents import Meanings, read_documents
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id, shared: [plans]}}"
TENANTS = [{"id": 101 + n} for n in range(3)]
INBOXES = [{"id": 10 + n, "tenant_id": 101 + n % 3} for n in range(12)]
TEAMS = [{"id": 10 + n, "tenant_id": 101 + (n + 1) % 3} for n in range(12)]
PLANS = [{"id": n} for n in range(10, 20)]


def rule(id: int, tenant, action) -> dict:
    return {
        "id": id,
        "tenant_id": tenant,
        "action": action if isinstance(action, str | None) else json.dumps(action),
    }


RULES = [
    rule(
        n,
        101 + n % 3,
        {"if": "open", "then": [{"inbox_ids": [10 + n % 12]}, {"team_id": str(10 + (n + 2) % 12)}]},
    )
    for n in range(60)
]
QUIET = [
    rule(100, 101, {"plan_id": 11, "id": 11, "external_id": 11, "count": 11}),
    rule(101, 101, {"inbox_id": 999}), rule(102, None, {"inbox_id": 11}), rule(103, 101, None),
    rule(104, 101, "just text, inbox_id: 11"), rule(105, 101, {"inbox_id": None}),
    rule(106, 101, {"inbox_id": True}),
]  # fmt: skip


def naming(source, rules):
    data = source({"tenants": TENANTS, "inboxes": INBOXES, "teams": TEAMS, "plans": PLANS, "rules": rules})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=["tenancy-json-reference"], strict=True)


def test_keys_of_own_rows_of_shared_ones_and_of_nobody_pass(source):
    audit = naming(source, RULES + QUIET)
    assert audit.findings == ()
    assert "rules" in {o.table for o in audit.passed}


def test_keys_of_another_tenants_rows_are_found_until_corrected(source):
    wrong = [
        rule(200, 101, {"a": [{"b": {"inboxIds": [10, 11]}}]}),
        rule(201, 101, [{"inbox_id": "11"}]),
        rule(202, 101, {"assigned_team_id": 10}),
    ]
    found = {f.target: f for f in naming(source, RULES + QUIET + wrong).findings}
    assert {t: (f.table, f.columns, f.rows, f.severity, f.confidence) for t, f in found.items()} == {
        "inboxes": ("rules", ("action",), 2, "medium", "medium"),
        "teams": ("rules", ("action",), 1, "medium", "medium"),
    }
    assert naming(source, RULES + QUIET + [rule(200, 101, {"inbox_ids": [10]})]).findings == ()


@on_one_engine
def test_text_that_looks_like_json_and_cannot_be_read_is_counted(source):
    (found,) = naming(
        source,
        [*RULES, rule(200, 101, {"inbox_id": 11}), rule(201, 101, "{broken"), rule(202, 101, "[" * 5000)],
    ).findings
    assert (found.rows, found.detail["not_json"]) == (1, 2)


@on_one_engine
def test_documents_that_name_everybody_are_no_boundary(source):
    (found,) = naming(source, [rule(n, 101, {"inbox_id": 10 + n % 12}) for n in range(300)]).findings
    assert (found.confidence, found.severity) == ("low", "medium")


@on_one_engine
def test_objects_that_stand_for_rows_are_read_too(source):
    own = [
        rule(200, 101, {"inbox": {"id": 10}, "teams": [{"id": 12}, {"id": "15"}], "tenant": {"id": 101}}),
        rule(201, 101, {"inbox": {"name": "x", "plan": {"id": 11}}, "ticket": {"id": 11}}),
    ]
    assert naming(source, RULES + own).findings == ()
    wrong = [
        rule(202, 101, {"inbox": {"id": 11}, "tenant": {"id": 102}}),  # the row says it; one fault, not two
        rule(203, 101, {"a": {"teams": [{"id": 12}, {"id": 10}]}}),
        rule(204, 101, {"tenant": {"id": 103}}),
    ]
    found = {f.target: f.rows for f in naming(source, RULES + own + wrong).findings}
    assert found == {"inboxes": 1, "teams": 1, "tenants": 1}


OWNERS = {"inboxes": {"10": "1", "20": "2"}}
CELLS = st.sampled_from(
    ['{"inbox_id": 10}', '{"inbox_ids": [10, 20]}', '[{"inbox_id": "20"}]', "{", "x", "", None]
)
ROWS = st.lists(st.tuples(st.sampled_from(["1", "2", None]), CELLS))


@given(ROWS, ROWS)
def test_the_counts_of_two_parts_add_up_to_those_of_the_whole(a, b):
    of = lambda rows: read_documents(
        [t for t, _ in rows], [c for _, c in rows], Meanings(("inboxes",)), OWNERS.__getitem__
    )
    assert of(a) + of(b) == of(a + b)
