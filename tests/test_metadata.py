"""What checks say of columns is evaluated for many tables at once, and means the same as for each alone."""

from __future__ import annotations

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.examine.metadata import rows_of

QUESTIONS = {
    "filter": lambda t: t.filter(t.rows > 1).mutate(severity=ibis.literal("high")),
    "groups": lambda t: t.group_by("column").aggregate(rows=t.rows.max()).filter(lambda g: g.rows > 1),
    "distinct": lambda t: t.select("column").distinct(),
    "count": lambda t: t.aggregate(n=t.count()),
    "share": lambda t: t.mutate(most=t.rows.max()),
    "first": lambda t: t.order_by("rows", "column").limit(1),
    "join": lambda t: joined(t),
    "inner": lambda t: joined(t, how="inner"),
    "outer": lambda t: joined(t, how="outer"),
    "two": lambda t: t.join(ibis.memtable({"column": ["a"], "says": ["x"]}), "column"),
}


def joined(t, how="left"):
    some = t.filter(t.rows > 1).group_by("column").aggregate(large=ibis._.count())
    every = t.group_by("column").aggregate(rows=t.rows.sum())
    return every.join(some, every.column == some.column, how=how).select(every.column, "rows", "large")


def table(rows):
    columns, numbers = zip(*rows, strict=True)
    return ibis.memtable({"column": columns, "rows": numbers})


def ordered(rows):
    return sorted(rows, key=repr)


SOME_ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=4)


@settings(max_examples=3)
@given(some=st.lists(SOME_ROWS, min_size=2, max_size=3))
def test_together_is_as_alone(some):
    asked = [question(table(rows)) for rows in some for question in QUESTIONS.values()]
    alone = [ordered(rows_of([one])[0]) for one in asked]
    assert [ordered(rows) for rows in rows_of(asked)] == alone


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_rows_are_those_of_the_expression(name):
    question = QUESTIONS[name](table([("a", 1), ("a", 2), ("b", 0), ("c", 3), ("c", 3)]))
    (rows,) = rows_of([question])
    assert ordered(rows) == ordered(question.to_pyarrow().to_pylist())
