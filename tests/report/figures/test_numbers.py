"""Every figure has its numbers as a table: of each bar, node and line, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.incident import Pair
from auditkit.report import figures, run_index
from auditkit.report.figures import Bar, Figure, Series, meetings, network, numbers, timeline
from tests.test_charts import AUDIT, INCIDENT, LEAKING, MAP
from tests.test_html_tables import Page


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(0, 10**6), st.integers(0, 99)), max_size=12))
def test_the_table_holds_the_numbers_of_the_figure(drawn):
    bars = tuple(Bar(label, (a, b)) for label, a, b in drawn)
    figure = Figure("f", "Rows", "rows", (Series("open", "high"), Series("waived", "waived")), bars)
    assert [tuple(row) for row in numbers.rows(figure)] == drawn
    assert all(len(row) == len(numbers.head(figure)) for row in numbers.rows(figure))
    page = Page(str(numbers.html(figure)))
    assert len(page.all("table")) == (1 if bars else 0)


@pytest.mark.parametrize("figure", [timeline.leaks(LEAKING), figures.overdue(AUDIT), network.tenant_map(MAP)])
def test_each_bar_is_a_row(figure):
    rows = list(numbers.rows(figure))
    assert [row[0] for row in rows] == [bar.label for bar in figure.bars]
    assert all(len(row) == len(numbers.head(figure)) for row in rows)


def test_a_network_says_which_table_refers_to_which():
    found = {row[0]: row[3] for row in numbers.rows(network.tenant_map(MAP))}
    assert set(found["tickets"].split(", ")) == {"tickets", "tenants"}
    assert found["notes"] == "tickets"


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), st.integers(1, 99)), min_size=1))
def test_the_matrix_of_tenants_holds_every_row_once(met):
    incident = replace(INCIDENT, pairs=tuple(Pair(*pair) for pair in met))
    figure = meetings.pairs([incident])
    assert sum(sum(bar.values) for bar in figure.bars) == sum(n for *_, n in met)
    for bar in figure.bars:
        for other, n in zip(figure.series, bar.values, strict=True):
            assert n == sum(rows for a, b, rows in met if (a, b) == (bar.label, other.label))


def test_no_pair_is_no_matrix():
    assert meetings.pairs([]) is None
    assert run_index.trend_of([]) is None
