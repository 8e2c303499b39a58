"""Clocks and columns of periods: how a policy writes them, and what is refused."""

from __future__ import annotations

import pytest

from auditkit.policy import Period, Policy, PolicyError
from auditkit.policy.clock import Chosen, Later, leaves, parse
from auditkit.policy.column import Column
from auditkit.policy.term import parse as term
from auditkit.policy.term import unit_of

YEAR = Period(years=1)


@pytest.mark.parametrize(
    "stated, clock",
    [
        ("closed_at", Column("closed_at")),
        ("Closed At", Column("Closed At")),
        ("closed-at", Column("closed-at")),
        ("at: {2}", Column("at: {2}")),
        ("tickets.closed_at", Column("closed_at", "tickets")),
        ("crm.tickets.closed_at", Column("closed_at", "crm.tickets")),
        ("a + P1Y", Later(Column("a"), YEAR)),
        ("a + INTERVAL '1 year'", Later(Column("a"), YEAR)),
        ("COALESCE(a, b)", Chosen("first_of", (Column("a"), Column("b")))),
        ("GREATEST(a + P1Y, b)", Chosen("latest", (Later(Column("a"), YEAR), Column("b")))),
        ("MAX(invoices.at)", Chosen("latest", (Column("at", "invoices"),))),
        ({"latest": ["a", "t.b"]}, Chosen("latest", (Column("a"), Column("b", "t")))),
        ({"earliest": "t.b"}, Chosen("earliest", (Column("b", "t"),))),
        ({"latest": [{"start": "a", "max": "P1Y"}]}, Chosen("latest", (Later(Column("a"), YEAR),))),
        (
            {"first_of": [{"earliest": ["a", "b"]}, "c"]},
            Chosen("first_of", (Chosen("earliest", (Column("a"), Column("b"))), Column("c"))),
        ),
    ],
)
def test_a_clock_is_read(stated, clock):
    assert parse(stated) == clock


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "a + 3",
        "FOO(a)",
        "GREATEST(a, 3)",
        "(a",
        {"newest": ["a"]},
        {"latest": []},
        {"latest": "a", "x": 1},
        3,
    ],
)
def test_what_is_no_clock_is_refused(stated):
    with pytest.raises(PolicyError, match=r"clock|expected"):
        parse(stated)


def test_what_an_outer_clock_adds_comes_after_what_an_inner_one_adds():
    (one, other) = leaves(Later(Chosen("latest", (Later(Column("a"), YEAR), Column("b"))), Period(days=3)))
    assert (one.periods, other.periods) == ((YEAR, Period(days=3)), (Period(days=3),))


@pytest.mark.parametrize(
    "name, unit",
    [
        ("keep_years", "years"), ("retentionDays", "days"), ("audit_logs_period", None), ("months", "months"),
        ("day_or_month", None), ("period", None),
    ],
)  # fmt: skip
def test_the_name_of_a_column_may_say_its_unit(name, unit):
    assert term(f"types.{name}") == Column(name, "types")
    assert unit_of(name) == unit


@pytest.mark.parametrize(
    "rule, problem",
    [
        ("{start: at, max: P3X}", "ISO 8601"),
        ("{start: at, max: 3 years}", "ISO 8601"),
        ("{start: at, max: P1Y, calendar: end_of_week}", "end_of_quarter"),
        ("{start: at, max: P1Y, review_every: P1Y}", "leave out `max` or `review_every`"),
        ("{start: at, max: P1Y, reviewed: seen_at}", "means nothing without `review_every`"),
        ("{start: at, per: [object], max: P1Y}", "mean nothing without `keep`"),
        ("{start: at, max: P1Y, unit: decades}", "minutes"),
        ("{start: at, max: P1Y, calendar: end_of_month, min: 3 working days}", "write it in days"),
        ("{start: at, max: P1Y, where: \"at < today - 3\"}", "today - P30D"),
        ("{start: at, max: P1Y, hold: \"a = (SELECT 1 FROM t)\"}", "a sub-query as a value"),
        ("{start: at, max: P1Y, hold: \"EXISTS (SELECT 1 FROM a JOIN b ON a.x = b.x)\"}", "SELECT"),
        ("{start: at, max: P1Y, anonymised: \"users.gone\"}", "the name of a table"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_honoured_is_refused_when_the_policy_loads(rule, problem):
    with pytest.raises(PolicyError, match=rf"privacy.yaml:1:\d+: tables.t.retention.*{problem}"):
        Policy.parse(f"{{version: 1, name: S, tables: {{t: {{retention: {rule}}}}}}}")


def test_a_sign_of_life_has_no_period():
    with pytest.raises(PolicyError, match="leave out the period"):
        Policy.parse("{version: 1, name: S, tables: {t: {subject: {key: id, activity: ['a + P1Y']}}}}")
