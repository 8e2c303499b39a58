"""Along which references a retention rule reads another table."""

from __future__ import annotations

import sqlite3

import pytest

import auditkit
from auditkit.audit.meeting import check
from auditkit.policy import PolicyError


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of a database in which a check-in reaches events over its list and over its item."""
    path = tmp_path_factory.mktemp("ways") / "tickets.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(
            "create table events (id integer primary key, ended_on date);"
            "create table lists (id integer primary key, event_id integer references events);"
            "create table items (id integer primary key, event_id integer references events);"
            "create table checkins (id integer primary key, list_id integer references lists,"
            " item_id integer references items);"
            "insert into events values (1, '2020-01-01'), (2, '2026-11-01');"
            "insert into lists values (10, 1), (11, 2); insert into items values (20, 2);"
            "insert into checkins values (1, 10, 20), (2, 10, 20), (3, 11, 20);"
        )
    return str(path)


def overdue(source: str, rule: str) -> int:
    policy = f"{{version: 1, name: x, tables: {{checkins: {{retention: {{{rule}, max: P1Y, basis: x}}}}}}}}"
    audit = auditkit.audit(
        source, auditkit.Policy.parse(policy), checks=["retention-overdue"], as_of="2026-11-29", strict=True
    )
    return sum(f.rows or 0 for f in audit.findings)


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("start: list_id.event_id.ended_on", 2),
        ("start: item_id.event_id.ended_on", 0),
        ("start: list_id.event_id.ended_on, where: item_id.event_id.ended_on > '2026-01-01'", 2),
        ("start: list_id.event_id.ended_on, hold: list_id.event_id.id = 1", 0),
    ],
)
def test_columns_say_along_which_references_a_rule_reads(tickets, rule, rows):
    assert overdue(tickets, rule) == rows


def test_several_ways_are_refused_before_a_row_is_read_with_what_to_write(tickets):
    policy = auditkit.Policy.parse(
        "{version: 1, name: x, tables: {checkins: {retention: {start: events.ended_on, max: P1Y}}}}"
    )
    with auditkit.open(tickets) as dataset, pytest.raises(PolicyError) as error:
        check(dataset, policy)
    assert "checkins reaches events by several columns (item_id.event_id, list_id.event_id)" in str(
        error.value
    )


def test_a_wrong_column_behind_references_is_refused_before_a_row_is_read_with_the_nearest_name(tickets):
    policy = auditkit.Policy.parse(
        "{version: 1, name: x, tables: {checkins: {retention: {start: list_id.event_id.ended, max: P1Y}}}}"
    )
    with auditkit.open(tickets) as dataset, pytest.raises(PolicyError) as error:
        check(dataset, policy)
    assert "events has no column 'ended'. Did you mean 'ended_on'?" in str(error.value)


@pytest.mark.parametrize("word", ["list_id.event.ended_on", "list_id.event_id.no_such"])
def test_a_way_that_ends_nowhere_is_an_error(tickets, word):
    with pytest.raises(PolicyError):
        overdue(tickets, f"start: {word}")
