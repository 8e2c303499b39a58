"""The answer on a terminal is one screen, and what it leaves out is counted."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.locate.location import (
    KeptRows,
    Level,
    Location,
    NotSearched,
    SoughtIdentifier,
    TableResult,
    Way,
)
from auditkit.locate.location_text import SCREEN
from auditkit.outcome import Cause, Missing

SUBJECT = (SoughtIdentifier("S-00", "e-mail address", 1),)


def table(number: int, about: int, linked: int = 0, mentioned: int = 0, kind: str = "table") -> TableResult:
    """Return a table with rows of the subject, some of which must be kept."""
    name = f"t{number}_" + "long" * (number % 9)
    origin, path = (
        ("value", f"value of {name}.email") if number % 7 == 3 else ("inferred", f"{name}.a -> b.id")
    )
    ways = (
        Way(path, origin, "high", Level.ABOUT if about else Level.LINKED, about or linked),
        Way(f"text of {name}.body", "text", "medium", Level.MENTIONED, mentioned),
    )
    kept = (KeptRows(name, held=1, within_minimum=None),) if number % 2 else ()
    return TableResult(name, kind, 1000, about, linked, mentioned, ways=ways, kept=kept)


def location(tables=(), not_searched=(), not_followed=(), notes=()) -> Location:
    return Location(
        "s", date(2026, 1, 1), SUBJECT, tuple(tables), tuple(not_searched), tuple(not_followed), tuple(notes)
    )


_TABLES = st.lists(st.tuples(*[st.integers(0, 3)] * 3, st.sampled_from(["table", "view"])), max_size=120)
_PARTS = st.lists(
    st.tuples(st.sampled_from(list(Cause)), st.integers(0, 12), st.sampled_from([(), ("a",), ("a", "b")])),
    max_size=90,
)


@given(_TABLES, _PARTS, st.integers(0, 90), st.integers(0, 9))
def test_a_screen_is_enough_and_every_count_adds_up(tables, parts, columns, notes):
    found = location(
        [table(n, *numbers) for n, numbers in enumerate(tables)],
        [NotSearched(f"u{n}", Missing(cause, f"r{why}"), c) for n, (cause, why, c) in enumerate(parts)],
        [f"c{n}.x" for n in range(columns)],
        [f"note {n}" for n in range(notes)],
    )
    lines = found.to_text(everything=False).splitlines()
    assert sum(max(1, -(-len(line) // 120)) for line in lines) <= SCREEN
    if "\n".join(lines) + "\n" == found.to_text():
        return
    shown = [line for line in lines if re.match(r"t\d+_", line)]
    rows = sum(int(re.search(r"(\d+) of 1,000", line)[1]) for line in shown)
    more, tables_more = amounts(lines, r"^and (\d+) rows? in (\d+) more table")
    assert rows + more == found.rows
    assert len(shown) + tables_more == len(found.found)
    assert amounts(lines, r"^nothing in (\d+) tables?")[0] == len(tables) - len(found.found)
    whole = amounts(lines, r"^not searched: (\d+) tables?")[0]
    within = amounts(lines, r"^not searched:(?: \d+ tables? and)? (\d+) parts?")[0]
    assert (whole, within) == (sum(not c for *_, c in parts), sum(bool(c) for *_, c in parts))
    assert amounts(lines, r"^not followed: (\d+) columns?")[0] == columns
    assert (
        len([line for line in lines if line.startswith("note: ")]) + amounts(lines, r"^(\d+) more note")[0]
        == notes
    )


def amounts(lines: list[str], pattern: str) -> list[int]:
    """Return the sum of each number of a pattern over all lines."""
    numbers = [tuple(map(int, m.groups())) for line in lines if (m := re.search(pattern, line))]
    return list(map(sum, zip(*numbers, strict=True))) or [0] * re.compile(pattern).groups


def test_the_tables_that_hold_the_identifier_come_first_and_views_after_tables():
    many = [table(n, about=0, linked=9) for n in range(40)]
    found = location([*many, table(40, 1, kind="view"), table(41, 1), table(45, 1), table(42, 0, 0, 9)])
    lines = found.to_text(everything=False).splitlines()
    first = [line.split("_")[0] for line in lines[3:]]
    assert first[0] == "t45", "it lists the person"
    assert first.index("t41") < first.index("t40")
    assert "t42_" not in "\n".join(lines)
    assert any("rules of retention limit the erasure in " in line for line in lines)


def test_what_somebody_has_to_repair_is_named_before_what_the_policy_excludes():
    excluded = [NotSearched(f"x{n}", Missing(Cause.EXCLUDED, f"reason {n % 7}")) for n in range(70)]
    found = location(not_searched=[*excluded, NotSearched("pay", Missing(Cause.NO_RIGHT, "no SELECT"))])
    lines = found.to_text(everything=False).splitlines()
    first = next(line for line in lines if line.startswith("not searched"))
    assert first == "not searched: 1 table: no_right: no SELECT: pay"
    assert "not searched: 30 tables for 3 other reasons" in lines


@pytest.mark.parametrize("everything", [True, False])
def test_a_short_answer_is_whole(everything):
    found = location([table(1, 1)], [NotSearched("u", Missing(Cause.ERROR, "r"), ("a",))])
    assert "rows: without labels" in found.to_text(everything=everything)
    assert "not searched: u.a: error: r" in found.to_text(everything=everything)
