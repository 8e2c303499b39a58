"""How many rows other periods would make overdue, and the laws of retention over rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.catalogue import chosen
from auditkit.examine import Examination, Question, ask
from auditkit.options import RunOptions
from auditkit.outcome import Cause, Missing
from auditkit.scanners.retention.other_periods import Effect, text, what_if

POLICY = """
version: 1
name: Shop
tables:
  orders:
    retention:
      - name: shop
        start: closed_at
        max: P3Y
        grace: P30D
        hold: held
        open: "status = 'open'"
        where: "kind = 'shop'"
        basis: b
      - name: trade
        start: closed_at
        max: P6Y
        calendar: end_of_year
        where: "kind = 'trade'"
        basis: b
  lines: {retention: {via: order_id}, references: {order_id: orders.id}}
  notes: {purposes: []}
"""
AS_OF = date(2026, 1, 1)


def order(id: int, year: int, kind: str = "shop", *, held: bool = False, status: str = "closed") -> dict:
    return {"id": id, "closed_at": datetime(year, 6, 1), "kind": kind, "held": held, "status": status}


ORDERS = [
    order(1, 2020),
    order(2, 2023),
    order(3, 2025),
    order(4, 2010, held=True),
    order(5, 2018, "trade"),
    order(6, 2024, "trade"),
]
LINES = [{"id": n, "order_id": o} for n, o in enumerate((1, 1, 2, 5))]


def effects(source, periods):
    with auditkit.open(source({"orders": ORDERS, "lines": LINES, "notes": [{"id": 1}]})) as dataset:
        return what_if(dataset, auditkit.Policy.parse(POLICY), periods, AS_OF)


def test_each_rule_is_counted_for_each_period_and_for_its_own(source):
    found = {(e.table, e.rule): e for e in effects(source, ["P5Y", "P1Y", "P3Y"])}
    assert found["orders", "shop"].overdue == {"P1Y": 2, "P3Y": 1, "P5Y": 1}
    assert found["orders", "trade"].overdue == {"P1Y": 2, "P3Y": 1, "P5Y": 1, "P6Y": 1}
    assert found["lines", "shop"].overdue == {"P1Y": 3, "P3Y": 2, "P5Y": 2}
    assert (found["orders", "shop"].of, found["orders", "shop"].current) == (4, "P3Y")
    assert found["notes", None].missing.cause.value == "undeclared"


def test_the_declared_period_is_what_the_check_finds(source):
    tables = source({"orders": ORDERS, "lines": LINES})
    audit = auditkit.audit(tables, auditkit.Policy.parse(POLICY), checks=["retention-overdue"], as_of=AS_OF)
    with auditkit.open(tables) as dataset:
        found = what_if(dataset, auditkit.Policy.parse(POLICY), [], AS_OF)
    assert {(f.table, f.target): f.rows for f in audit.findings} == {
        (e.table, e.rule): n for e in found for n in e.overdue.values() if n
    }


def test_it_reads_as_text_and_as_data():
    found = effects(lambda tables: {n: pd.DataFrame(rows) for n, rows in tables.items()}, ["P1Y"])
    assert (
        "orders (closed_at) [shop]: 2 of 4 rows overdue after P1Y, 1 after P3Y*" in text(found).splitlines()
    )
    assert "notes: not counted: the policy gives notes no retention rule" in text(found).splitlines()
    last = {
        "table": "orders",
        "columns": ["closed_at"],
        "rule": "trade",
        "of": 2,
        "current": "P6Y",
        "overdue": {"P1Y": 2, "P6Y": 1},
    }
    assert found[-1].to_dict() == {**last, "reason": None}


def test_tables_without_a_rule_are_one_line_however_many_they_are():
    unruled = [
        Effect(name, missing=Missing(Cause.UNDECLARED, f"the policy says nothing about {name}"))
        for name in (f"t{number}" for number in range(20))
    ]
    ruled = Effect("users", ("seen_at",), of=3, current="P1Y", overdue={"P1Y": 2})
    assert text([*unruled, ruled]).splitlines() == [
        "users (seen_at): 2 of 3 rows overdue after P1Y*",
        "20 tables not counted: the policy says nothing about the table: t0, t1, t2, t3, t4, t5, t6, t7"
        " and 12 more",
    ]


def test_what_is_no_period_is_refused():
    with pytest.raises(ValueError, match="P3Y"):
        effects(lambda tables: {n: pd.DataFrame(rows) for n, rows in tables.items()}, ["3 years"])


RULE = """
version: 1
name: Shop
tables:
  orders:
    retention: {{start: closed_at, min: {least}, max: {most}, grace: P{grace}D, hold: held{calendar}}}
deletions: {{table: deleted, of: of, key: key, at: at, start: start}}
"""
days = st.dates(date(2018, 1, 1), date(2026, 12, 31))
orders = st.lists(
    st.tuples(days, st.integers(0, 86_399), st.integers(1, 3), st.booleans()), min_size=1, max_size=25
)
rules = st.builds(
    lambda least, more, grace,
    calendar: RULE.format(least=f"P{least}M", most=f"P{least + more}M", grace=grace, calendar=calendar),
    st.integers(0, 24), st.integers(0, 24), st.integers(0, 40),
    st.sampled_from(["", ", calendar: end_of_year"]),
)  # fmt: skip


def rows_of(drawn):
    return [
        {
            "id": n,
            "closed_at": datetime(d.year, d.month, d.day) + timedelta(seconds=s),
            "tenant_id": t,
            "held": held,
        }
        for n, (d, s, t, held) in enumerate(drawn)
    ]


def broken(tables, rule, as_of, check="retention-overdue"):
    """Return the numbers of the rows that a check of the orders calls broken on a day."""
    with auditkit.open({name: pd.DataFrame(rows) for name, rows in tables.items()}) as dataset:
        run = Examination(dataset, auditkit.Policy.parse(rule), RunOptions(as_of, strict=True))
        (question,) = [q for q in ask(run, chosen(None, [check])) if isinstance(q, Question)]
        return {
            row["id"]
            for row in dataset.fetch(question.base.to_expr().filter(question.answer.result).select("id"))
        }


def overdue(rows, rule, as_of):
    return broken({"orders": rows}, rule, as_of)


law = settings(max_examples=8)


@law
@given(orders, rules, days, st.integers(0, 400))
def test_what_is_overdue_stays_overdue(drawn, rule, as_of, later):
    rows = rows_of(drawn)
    assert overdue(rows, rule, as_of) <= overdue(rows, rule, as_of + timedelta(days=later))


@law
@given(orders, rules, days)
def test_a_hold_never_makes_a_row_overdue(drawn, rule, as_of):
    rows = rows_of(drawn)
    free = overdue([{**r, "held": False} for r in rows], rule, as_of)
    assert overdue(rows, rule, as_of) == free - {r["id"] for r in rows if r["held"]}


@law
@given(orders, rules, days)
def test_tenants_sum_to_the_total(drawn, rule, as_of):
    rows = rows_of(drawn)
    parts = [
        overdue(mine, rule, as_of) for t in (1, 2, 3) if (mine := [r for r in rows if r["tenant_id"] == t])
    ]
    assert sum(map(len, parts)) == len(overdue(rows, rule, as_of))
    assert set().union(*parts) == overdue(rows, rule, as_of)


@law
@given(st.lists(days, min_size=1, max_size=25), rules, days)
def test_who_erases_what_is_overdue_erases_nothing_too_early(drawn, rule, as_of):
    """Of starts at the beginning of a day; within one day the clamped end of a month leaves hours between the
    two.
    """
    rows = [
        {"id": n, "closed_at": datetime(d.year, d.month, d.day), "held": False} for n, d in enumerate(drawn)
    ]
    erased = datetime(as_of.year, as_of.month, as_of.day)
    log = [
        {"id": r["id"], "of": "orders", "key": r["id"], "at": erased, "start": r["closed_at"]} for r in rows
    ]
    early = broken({"orders": rows, "deleted": log}, rule, as_of, "retention-premature")
    assert not overdue(rows, rule, as_of) & early
