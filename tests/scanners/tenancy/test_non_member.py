from __future__ import annotations

from datetime import datetime

import pytest

import auditkit
from tests.engines import on_one_engine

MEMBERSHIP = "membership: [{table: grants, user: who, tenant: tenant_id}]"
TENANTS = [{"id": 1 + n} for n in range(4)]
USERS = [{"id": 10 + n, "email": f"u{n}@example.org", "role": "agent" if n else "support"} for n in range(41)]
GRANTS = [{"who": 10 + n, "tenant_id": 1 + n % 4} for n in range(1, 41)]
PEOPLE = {"tables": "{grants: {references: {who: users.id}}}"}


def ticket(id: int, tenant: int, user: int | None) -> dict:
    return {"id": id, "tenant_id": tenant, "assignee_id": user, "created_by": 11 + (tenant - 2) % 4}


TICKETS = [ticket(1000 + n, 1 + (n + 1) % 4, 11 + n % 40) for n in range(240)]
OUTSIDE = ticket(1, 1, 11)
"""User 11 is a member of tenant 2 alone."""


def acting(
    source,
    tickets,
    *,
    users=USERS,
    grants=GRANTS,
    membership=MEMBERSHIP,
    table="grants",
    checks=("tenancy-non-member",),
    **more,
):
    policy = (
        "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id, staff: \"role = 'support'\","
        f" {membership}}}, " + (f"tables: {PEOPLE['tables']}}}" if table == "grants" else "tables: {}}")
    )
    data = source({"tenants": TENANTS, "users": users, table: grants, "tickets": tickets, **more})
    return auditkit.audit(data, auditkit.Policy.parse(policy), checks=checks, strict=True)


def test_members_staff_and_nobody_pass(source):
    quiet = [ticket(1, 2, 10), ticket(2, 2, None), ticket(3, 2, 999)]
    audit = acting(source, TICKETS + quiet)
    assert audit.findings == ()
    assert {(o.table, o.columns, o.of) for o in audit.passed} == {
        ("tickets", ("assignee_id",), 243),
        ("tickets", ("created_by",), 243),
    }


@on_one_engine
def test_who_belongs_to_two_tenants_acts_in_both_and_in_no_third(source):
    grants = [*GRANTS, {"who": 11, "tenant_id": 1}]
    assert acting(source, [*TICKETS, OUTSIDE], grants=grants).findings == ()
    (found,) = acting(source, [*TICKETS, OUTSIDE, ticket(3, 4, 11)], grants=grants).findings
    assert found.rows == 1


def test_an_outsider_is_found_until_made_a_member(source):
    (found,) = acting(source, [*TICKETS, OUTSIDE, ticket(2, 4, 12)]).findings
    assert (found.table, found.columns, found.target, found.rows, found.of) == (
        "tickets",
        ("assignee_id",),
        "users",
        2,
        242,
    )
    assert (found.detail["members_of_none"], found.detail["pairs"]) == (0, 2)
    let_in = [*GRANTS, {"who": 11, "tenant_id": 1}, {"who": 12, "tenant_id": 4}]
    assert acting(source, [*TICKETS, OUTSIDE, ticket(2, 4, 12)], grants=let_in).findings == ()


def test_a_membership_holds_from_its_beginning_until_its_end(source):
    spans = "membership: [{table: grants, user: who, tenant: tenant_id, from: began_at, until: ended_at}]"
    always = {"began_at": None, "ended_at": None}
    once = [datetime(2025, 3, 1), datetime(2025, 6, 1)]
    grants = [{**g, **always} for g in GRANTS]
    grants += [
        {"who": 11, "tenant_id": 1, "began_at": b, "ended_at": e}
        for b, e in [(*once,), (datetime(2025, 5, 1), once[1])]
    ]
    inside = [datetime(2025, 3, 1), datetime(2025, 5, 31, 23, 59, 59), None]
    outside = [datetime(2025, 2, 28, 23), datetime(2025, 6, 1), datetime(2026, 1, 1)]
    tickets = [{**t, "created_at": datetime(2024, 1, 1)} for t in TICKETS]
    right = [*tickets, *[{**OUTSIDE, "created_by": 10, "created_at": moment} for moment in inside]]
    wrong = [{**OUTSIDE, "created_by": 10, "created_at": moment} for moment in outside]
    assert acting(source, right, grants=grants, membership=spans).findings == ()
    (found,) = acting(source, [*right, *wrong], grants=grants, membership=spans).findings
    assert (found.columns, found.rows, found.of) == (("assignee_id",), 3, 246)
    assert acting(source, [*right, *wrong], grants=grants).findings == (), (
        "without the columns whoever was a member is one"
    )


@on_one_engine
def test_without_a_time_of_creation_any_membership_counts(source):
    spans = "membership: [{table: grants, user: who, tenant: tenant_id, until: ended_at}]"
    grants = [{**g, "ended_at": datetime(2020, 1, 1)} for g in GRANTS]
    assert acting(source, TICKETS, grants=grants, membership=spans).findings == ()


@on_one_engine
def test_a_user_without_any_membership_is_counted_in_the_details(source):
    (found,) = acting(
        source,
        [*TICKETS, ticket(1, 1, 88)],
        users=[*USERS, {"id": 88, "email": "x@example.org", "role": "agent"}],
    ).findings
    assert (found.rows, found.detail["members_of_none"]) == (1, 1)


@on_one_engine
def test_a_column_that_records_history_gives_a_lower_severity(source):
    (found,) = acting(source, [*TICKETS, {**ticket(1, 2, 11), "created_by": 13}]).findings
    assert (found.columns, found.severity) == (("created_by",), "low")


@pytest.mark.parametrize("table", ["members", "user_tenants"])
@on_one_engine
def test_a_table_that_is_clearly_one_of_memberships_is_enough(source, table):
    grants = [{"user_id": g["who"], "tenant_id": g["tenant_id"]} for g in GRANTS]
    assert acting(source, TICKETS, grants=grants, membership="", table=table).findings == ()
    (found,) = acting(source, [*TICKETS, OUTSIDE], grants=grants, membership="", table=table).findings
    assert (found.rows, found.confidence) == (1, "medium")


@on_one_engine
def test_a_table_of_settings_that_a_user_changed_is_no_membership(source):
    settings = [{"id": n, "tenant_id": 1 + n % 4, "user_id": 10 + n} for n in range(40)]
    audit = acting(source, TICKETS, grants=settings, membership="", table="tenant_settings")
    assert {o.cause.value for o in audit.not_assessed} == {"not_applicable"}


@on_one_engine
def test_a_member_with_a_tenant_of_their_own_crosses_nothing(source):
    """A consultant's own row belongs to one tenant; what they do in the other, which let them in, is no
    leak.
    """
    users = [{**u, "tenant_id": 1 + n % 4} for n, u in enumerate(USERS)]
    grants = [*GRANTS, {"who": 11, "tenant_id": 1}]
    both = ("tenancy-non-member", "tenancy-cross-reference")
    assert acting(source, [*TICKETS, OUTSIDE], users=users, grants=grants, checks=both).findings == ()
    crossing = acting(source, [*TICKETS, ticket(1, 3, 11)], users=users, grants=grants, checks=both).findings
    assert {(f.check, f.rows) for f in crossing} == {
        ("tenancy-cross-reference", 1),
        ("tenancy-non-member", 1),
    }


@on_one_engine
def test_without_memberships_nothing_is_claimed(source):
    audit = acting(
        source,
        TICKETS,
        users=[{**u, "tenant_id": 1 + n % 4} for n, u in enumerate(USERS)],
        membership="",
        table="notes",
    )
    assert {o.cause.value for o in audit.not_assessed} == {"not_applicable"}
    assert audit.passed == ()
