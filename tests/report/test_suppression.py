"""A published table gives away no small cell, whatever totals it has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditkit.report.suppression import NOT_SHOWN, Counts, published

SMALLEST = st.integers(2, 8)


@st.composite
def tables(draw) -> Counts:
    """Return counts in which small numbers are frequent, and parts are never larger than their line."""
    numbers = st.one_of(st.integers(0, 9), st.integers(0, 2000))
    width = draw(st.integers(1, 4))
    lines = {}
    for name in "abcd"[: draw(st.integers(1, 4))]:
        every = draw(numbers)
        lines[name] = (every, tuple(draw(st.integers(0, every)) for _ in range(width)))
    return Counts(tuple("wxyz"[:width]), lines)


def changed(counts: Counts, line: str, place: int, number: int) -> Counts:
    every, parts = counts.lines[line]
    other = (every, (*parts[:place], number, *parts[place + 1 :]))
    return Counts(counts.columns, {**counts.lines, line: other})


@given(tables(), SMALLEST)
def test_a_table_looks_the_same_whatever_a_hidden_cell_holds(counts, smallest):
    table = published(counts, smallest)
    for name, _, *texts in table.lines[: len(counts.lines)]:
        every, _ = counts.lines[name]
        for place, text in enumerate(texts):
            few = text.startswith("fewer")
            others = range(1, smallest) if few else range(every - smallest + 1, every)
            if few or text.startswith("all but"):
                fitting = [n for n in others if n <= every and (few or n >= smallest)]
                for other in fitting:
                    assert published(changed(counts, name, place, other), smallest) == table


@given(tables(), SMALLEST)
def test_what_is_hidden_is_small_and_what_is_shown_is_true(counts, smallest):
    table = published(counts, smallest)
    for (name, whole, *texts), (every, parts) in zip(table.lines, counts.lines.values(), strict=False):
        for text, number in zip([whole, *texts], [every, *parts], strict=True):
            if text.startswith("fewer"):
                assert 0 < number < smallest, name
            elif text.startswith("all but"):
                assert 0 < every - number < smallest
            else:
                assert text == f"{number:,}" and not 0 < number < smallest


@given(tables(), SMALLEST)
def test_a_total_adds_only_cells_that_are_shown(counts, smallest):
    table = published(counts, smallest)
    if len(counts.lines) < 2:
        return
    *lines, total = table.lines
    for place, text in enumerate(total[1:], 1):
        cells = [line[place] for line in lines]
        if all(cell[0].isdigit() for cell in cells):
            assert text == f"{sum(int(cell.replace(',', '')) for cell in cells):,}"
        else:
            assert text == NOT_SHOWN
