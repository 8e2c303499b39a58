"""Retention schedules as organisations write them: each counts what its SQL counts, on every engine."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

import auditkit
from tests import schedules
from tests.schedules import AS_OF, KEYS, SCHEDULES


def counts(dataset, name):
    schedule = SCHEDULES[name]
    policy = auditkit.Policy.parse(schedule.policy)
    audit = auditkit.audit(dataset, policy, checks=[schedule.check], as_of=AS_OF.date(), strict=True)
    (outcome,) = [o for o in audit.outcomes if o.table == schedule.table]
    return {"passed": 0, "finding": getattr(outcome, "rows", None)}.get(outcome.verdict, outcome)


def test_every_schedule_counts_what_its_sql_counts(source):
    with auditkit.open(source(schedules.tables(), KEYS)) as dataset:
        found = {name: counts(dataset, name) for name in SCHEDULES}
    assert found == schedules.truths(list(SCHEDULES))


def test_nearly_every_schedule_finds_some_rows_and_leaves_others():
    truths = schedules.truths(list(SCHEDULES))
    assert {name for name, rows in truths.items() if rows == 0} == {"a placeholder that means open"}


PEOPLE = [{"id": n, "ended_at": datetime(2019, 1, 1), "email": f"p{n}@example.org"} for n in range(1, 8)]
HOLDS = [
    {"user_id": 1, "placed_at": datetime(2026, 1, 1), "released_at": None},
    {"user_id": 2, "placed_at": datetime(2024, 1, 1), "released_at": datetime(2025, 1, 1)},
    {"user_id": 3, "placed_at": datetime(2024, 1, 1), "released_at": datetime(2027, 1, 1)},
    {"user_id": 4, "placed_at": datetime(2027, 1, 1), "released_at": None},
    {"user_id": 5, "placed_at": None, "released_at": None},
    {"user_id": None, "placed_at": datetime(2024, 1, 1), "released_at": None},
]
BLOCK = "holds: {table: holds, subject: user_id, placed: placed_at, released: released_at}\n"
RULE = "retention: {start: ended_at, max: P3Y, basis: law}"


def outcome(tables, declared, table, *, also=""):
    policy = auditkit.Policy.parse(f"version: 1\nname: S\n{also}tables: {{{declared}}}\n")
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    checks = ["retention-overdue"]
    audit = auditkit.audit(frames, policy, checks=checks, as_of=AS_OF.date(), strict=True)
    return [o for o in audit.outcomes if o.table == table]


def test_a_hold_suspends_from_its_beginning_to_its_end():
    (found,) = outcome({"users": PEOPLE, "holds": HOLDS}, f"users: {{{RULE}}}", "users", also=BLOCK)
    assert (found.rows, found.of) == (4, 7)


def test_a_hold_suspends_the_rows_that_lead_to_its_subject_over_several_references():
    tables = {
        "users": PEOPLE,
        "holds": HOLDS,
        "tickets": [{"id": n, "user_id": n, "author_id": 1} for n in range(1, 8)],
        "messages": [{"id": n, "ticket_id": n, "at": datetime(2019, 1, 1)} for n in range(1, 8)],
    }
    declared = (
        "tickets: {references: {user_id: users.id, author_id: users.id}}, messages: {references: {ticket_id:"
        " tickets.id}, retention: {start: at, max: P3Y, basis: law}}"
    )
    (found,) = outcome(tables, declared, "messages", also=BLOCK)
    assert (found.rows, found.of) == (4, 7)


def test_holds_that_suspend_nobody_are_an_error():
    with pytest.raises(auditkit.PolicyError, match=r"privacy.yaml:3:\d+: holds.subject.*the holds suspend"):
        holds = [{"case_no": 7, "placed_at": None}]
        also = "holds: {table: holds, subject: case_no, placed: placed_at}\n"
        outcome({"users": PEOPLE, "holds": holds}, f"users: {{{RULE}}}", "users", also=also)


@pytest.mark.parametrize(
    "periods, verdict, reason",
    [
        (["P1Y", "P1Y"], "finding", ""),
        (["P99Y", "for ever"], "not_assessed", "1 row without a period"),
        (["P99Y", None], "not_assessed", "1 row without a period"),
        (["for ever", None], "not_assessed", "holds nothing that can be read as a period"),
        (["12", "24"], "not_assessed", "say with `unit`"),
        (["P99Y", "P50Y"], "passed", ""),
    ],
)
def test_rows_whose_period_cannot_be_read_have_not_passed(periods, verdict, reason):
    kinds = [{"id": n, "period": period} for n, period in enumerate(periods, 1)]
    documents = [{"id": n, "kind_id": n, "at": datetime(2019, 1, 1)} for n in (1, 2)]
    rule = "{references: {kind_id: kinds.id}, retention: {start: at, max: kinds.period, basis: law}}"
    (found,) = outcome({"kinds": kinds, "documents": documents}, f"documents: {rule}", "documents")
    assert found.verdict == verdict
    assert reason in (found.reason if verdict == "not_assessed" else "")


@pytest.mark.parametrize("known, verdict", [([], "not_assessed"), (["2026-01-01"], "passed")])
def test_rows_whose_start_nobody_can_read_have_not_passed(known, verdict):
    rows = [{"id": n, "ended_at": start} for n, start in enumerate(["2026-13-45", None, *known])]
    rule = "{retention: {start: ended_at, max: P3Y, basis: law}}"
    (found,) = outcome({"t": rows}, f"t: {rule}", "t")
    assert found.verdict == verdict


def test_an_open_row_is_not_overdue_whatever_its_clock_says():
    rows = [{"id": n, "status": s, "at": datetime(2019, 1, 1)} for n, s in enumerate(("open", "closed"))]
    rule = "{retention: {start: at, max: P3Y, open: \"status = 'open'\", basis: law}}"
    (found,) = outcome({"t": rows}, f"t: {rule}", "t")
    assert (found.rows, found.of) == (1, 2)


def test_the_cells_of_a_column_follow_the_clock_of_the_row():
    tables = {
        "tickets": [{"id": 1, "closed_at": datetime(2026, 1, 1), "name": "Ana", "note": "a"}],
        "messages": [{"id": n, "ticket_id": 1, "ip": ip} for n, ip in enumerate(("192.0.2.1", "", None))],
    }
    columns = "columns: {ip: {category: user.device.ip_address, retention: P30D}}"
    declared = (
        "tickets: {retention: {start: closed_at, max: P3Y, min: P1Y, basis: law}}, messages: {references:"
        f" {{ticket_id: tickets.id}}, retention: {{via: ticket_id, basis: law}}, {columns}}}"
    )
    found = {o.columns: o for o in outcome(tables, declared, "messages")}
    assert found["ticket_id",].verdict == "passed"
    assert (found["ip",].rows, found["ip",].of) == (1, 1)


def test_the_last_versions_need_an_object():
    rows = [{"id": 1, "at": datetime(2019, 1, 1), "a_id": 1, "b_id": 1}]
    with pytest.raises(auditkit.PolicyError, match=r"retention.keep: say with `per`"):
        outcome({"t": rows}, "t: {retention: {start: at, keep: 2, basis: law}}", "t")


def test_a_minimum_that_an_inherited_maximum_cannot_keep_is_an_error():
    tables = {"tickets": [{"id": 1, "at": AS_OF}], "messages": [{"id": 1, "ticket_id": 1}]}
    declared = (
        "tickets: {retention: {start: at, max: P1Y, basis: x}}, messages: {references: {ticket_id:"
        " tickets.id}, retention: {via: ticket_id, min: P2Y, basis: x}}"
    )
    with pytest.raises(auditkit.PolicyError, match="kept for P2Y but may be kept for P1Y only"):
        outcome(tables, declared, "messages")


def test_a_child_follows_the_rule_that_decides_on_its_parent():
    tables = {
        "tickets": [{"id": n, "of": of, "at": datetime(2019, 1, 1)} for n, of in enumerate("ab")],
        "messages": [{"id": n, "ticket_id": ticket} for n, ticket in enumerate((0, 1, 1))],
    }
    rules = (
        "[{name: a, start: at, max: P50Y, where: \"of = 'a'\", priority: 1}, {name: b, start: at, max: P1Y}]"
    )
    declared = (
        f"tickets: {{retention: {rules}}}, messages:"
        " {references: {ticket_id: tickets.id}, retention: {via: ticket_id}}"
    )
    found = {o.target: getattr(o, "rows", o.verdict) for o in outcome(tables, declared, "messages")}
    assert found == {"a": "passed", "b": 2}
