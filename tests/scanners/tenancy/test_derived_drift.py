from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
SLUGS = ["acme", "globex", "initech"]
TENANTS = [{"id": 1 + n, "slug": s} for n, s in enumerate(SLUGS)]
PROJECTS = [{"id": 100 + n, "tenant_id": 1 + n % 3} for n in range(12)]
BOARDS = [{"id": 200 + n, "tenant_id": 1 + n % 3, "project_id": 100 + n % 12} for n in range(60)]
CARDS = [
    {"id": 1000 + n, "tenant_id": 1 + n % 3, "tenant_slug": SLUGS[n % 3], "board_id": 200 + n % 60}
    for n in range(240)
]
LOST = {"id": 300, "tenant_id": None, "project_id": 101}
"""A board that lost its tenant; its project is of tenant 2."""


def drifted(source, cards=CARDS, boards=BOARDS, tenants=TENANTS, checks=("tenancy-derived-drift",)):
    data = source({"tenants": tenants, "projects": PROJECTS, "boards": boards, "cards": cards})
    return auditkit.audit(data, auditkit.Policy.parse(POLICY), checks=checks, strict=True)


def card(id, tenant, board, slug=None):
    return {"id": id, "tenant_id": tenant, "tenant_slug": slug or SLUGS[tenant - 1], "board_id": board}


def test_rows_that_their_ancestors_agree_with_pass(source):
    assert {(o.table, o.columns, o.of) for o in drifted(source).passed} == {
        ("cards", ("board_id",), 240),
        ("cards", ("tenant_slug",), 240),
    }


def test_behind_a_parent_without_a_tenant_the_next_one_decides(source):
    quiet, wrong = card(1, 2, 300), [card(2, 1, 300), card(3, 3, 300)]
    assert drifted(source, [*CARDS, quiet], [*BOARDS, LOST]).findings == ()
    (found,) = drifted(source, [*CARDS, quiet, *wrong], [*BOARDS, LOST]).findings
    assert (found.table, found.columns, found.target, found.rows, found.of) == (
        "cards",
        ("board_id",),
        "boards>projects",
        2,
        243,
    )
    assert (
        drifted(
            source,
            [*CARDS, quiet, *[{**w, "tenant_id": 2, "tenant_slug": "globex"} for w in wrong]],
            [*BOARDS, LOST],
        ).findings
        == ()
    )


@on_one_engine
def test_a_parent_with_a_tenant_is_left_to_cross_reference(source):
    audit = drifted(
        source, [*CARDS, card(1, 1, 201)], checks=("tenancy-derived-drift", "tenancy-cross-reference")
    )
    assert [(f.check, f.rows) for f in audit.findings] == [("tenancy-cross-reference", 1)]


def test_a_copied_name_of_another_tenant_is_found_until_corrected(source):
    wrong = card(1, 1, 200, "globex")
    (found,) = drifted(source, [*CARDS, wrong]).findings
    assert (found.columns, found.target, found.rows, found.detail["pairs"]) == (
        ("tenant_slug",),
        "tenants.slug",
        1,
        1,
    )
    assert drifted(source, [*CARDS, {**wrong, "tenant_slug": " Acme "}]).findings == ()


@on_one_engine
def test_a_name_that_nobody_has_any_more_and_one_of_two_tenants_are_out_of_date_only(source):
    stale = [card(1, 1, 200, "acme-old"), card(2, 1, 200, "twin")]
    twins = [{"id": 8, "slug": "twin"}, {"id": 9, "slug": "twin"}]
    assert drifted(source, [*CARDS, *stale], tenants=[*TENANTS, *twins]).findings == ()


@on_one_engine
def test_a_tenant_that_was_merged_into_another_keeps_its_name_and_its_rows(source):
    merged = [{**t, "merged_into_id": None} for t in TENANTS] + [
        {"id": 4, "slug": "hooli", "merged_into_id": 2}
    ]
    old = [card(1, 2, 201, "hooli"), {**card(2, 2, 201), "tenant_id": 4}]
    assert drifted(source, [*CARDS, *old], tenants=merged).findings == ()
    (found,) = drifted(source, [*CARDS, *old, card(3, 1, 200, "hooli")], tenants=merged).findings
    assert found.rows == 1
