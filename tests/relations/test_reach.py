"""What a rule reads of other tables: which way leads there, and what is refused with its place."""

from __future__ import annotations

import pandas as pd
import pytest

import auditkit
from auditkit.policy import PolicyError

AT = pd.to_datetime(["2019-01-01", "2025-01-01"])
SOURCE = {
    "users": pd.DataFrame({"id": [1, 2], "country": ["DE", "FR"], "manager_id": [2, None], "seen_at": AT}),
    "tickets": pd.DataFrame({"id": [1, 2], "requester_id": [1, 2], "assignee_id": [2, 1], "at": AT}),
    "messages": pd.DataFrame({"id": [1, 2], "ticket_id": [1, 2], "sent_at": AT}),
    "plans": pd.DataFrame({"code": ["a", "b"], "at": AT}),
}
REFERENCES = {
    "users": "manager_id: users.id", "tickets": "requester_id: users.id, assignee_id: users.id",
    "messages": "ticket_id: tickets.id",
}  # fmt: skip


def overdue(table, rule):
    blocks = {name: f"references: {{{stated}}}" for name, stated in REFERENCES.items()}
    blocks[table] = ", ".join(filter(None, [blocks.get(table), f"retention: {{{rule}, basis: x}}"]))
    declared = ", ".join(f"{name}: {{{block}}}" for name, block in blocks.items())
    policy = auditkit.Policy.parse(f"{{version: 1, name: S, tables: {{{declared}}}}}")
    audit = auditkit.audit(SOURCE, policy, checks=["retention-overdue"], as_of="2026-01-01", strict=True)
    return {f.table: f.rows for f in audit.findings}.get(table, 0)


@pytest.mark.parametrize(
    "table, rule, rows",
    [
        ("tickets", "start: requester_id.seen_at, max: P3Y", 1),
        ("tickets", "start: at, max: P3Y, where: \"requester_id.country = 'DE'\"", 1),
        ("tickets", "start: at, max: P3Y, where: \"assignee_id.country = 'DE'\"", 0),
        ("messages", 'start: sent_at, max: P3Y, where: "tickets.requester_id = 1"', 1),
        ("users", "start: seen_at, max: P3Y, where: \"users.country = 'DE'\"", 1),
        ("users", "start: seen_at, max: P3Y, where: \"manager_id.country = 'FR'\"", 1),
        (
            "users",
            'start: seen_at, max: P3Y, where: "EXISTS (SELECT 1 FROM users u WHERE u.id = users.manager_id)"',
            1,
        ),
        ("users", 'start: seen_at, max: P3Y, hold: "id NOT IN (SELECT manager_id FROM users)"', 0),
        (
            "users",
            'start: seen_at, max: P3Y, hold: "EXISTS (SELECT 1 FROM tickets WHERE requester_id = users.id AND'
            ' EXISTS (SELECT 1 FROM messages m WHERE m.ticket_id = tickets.id))"',
            0,
        ),
    ],
)
def test_it_leads_to_the_rows_that_are_meant(table, rule, rows):
    assert overdue(table, rule) == rows


@pytest.mark.parametrize(
    "table, rule, problem",
    [
        ("tickets", "start: users.seen_at, max: P3Y", r"several columns \(assignee_id, requester_id\)"),
        ("tickets", "start: user.seen_at, max: P3Y", r"no table 'user'.*users"),
        ("tickets", "start: requester_id.sen_at, max: P3Y", "sen_at.*seen_at"),
        ("messages", "start: plans.at, max: P3Y", "no reference between messages and plans is known"),
        ("messages", "start: sent_at, max: plans.code", "no reference between messages and plans is known"),
        ("messages", 'start: sent_at, max: P3Y, hold: "plans.code = 1"', "no reference between"),
        ("tickets", 'start: at, max: P3Y, hold: "EXISTS (SELECT 1 FROM plans)"', "WHERE plans.<column>"),
        (
            "tickets",
            'start: at, max: P3Y, hold: "EXISTS (SELECT 1 FROM messages m WHERE m.sent_at > tickets.at)"',
            "by columns that are equal",
        ),
        ("users", 'start: seen_at, max: P3Y, hold: "tickets.at > today"', "several"),
    ],
)
def test_what_cannot_be_reached_is_an_error_at_its_place(table, rule, problem):
    with pytest.raises(PolicyError, match=rf"privacy.yaml:1:\d+: tables.{table}.retention.*{problem}"):
        overdue(table, rule)
