"""A location as text for a terminal: on one screen, or whole. It shows labels and counts, no values.

A location of a few tables is shown whole. Of a larger one, the screen shows the tables that say most about
the person, and counts everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from auditkit.html_tables import count, elided
from auditkit.locate.location import KeptRows, Level, Location, NotSearched, TableResult
from auditkit.outcome import BLIND
from auditkit.report.case import listed
from auditkit.report.text import printable, table

SCREEN, WIDTH = 40, 120
"""The lines of a screen, and the characters of a line."""
MOST_TABLES = 15
MOST_REASONS = 5
MOST_NOTES = 5
MOST_NAMES = 3
DEAD_END = "looks like a reference, but no table matches it"

_HEAD = ("TABLE", "ROWS", "ABOUT", "LINKED", "MENTIONED", "ALSO OF OTHERS", "MUST BE KEPT")
_SHOWN_LABELS = 12
"""How many labels of a table are shown; the JSON holds all of them."""
_LONGEST_NAME, _LONGEST_REASON = 32, 160


def text(location: Location, *, everything: bool = False) -> str:
    """Return a location as lines of text: on one screen, unless everything is asked for."""
    whole = list(_whole(location))
    fits = sum(max(1, -(-len(part) // WIDTH)) for line in whole for part in line.split("\n")) <= SCREEN
    return "\n".join(whole if everything or fits else _short(location)) + "\n"


def _whole(location: Location) -> Iterator[str]:
    yield f"data subject: {', '.join(_identifiers(location))}"
    found = _most_telling(location)
    if found:
        yield ""
        yield table([_HEAD, *((elided(printable(name(t))), *_counts(t), _kept(t)) for t in found)])
    for one in found:
        yield ""
        yield from _section(one)
    yield from _nothing(location, most=len(location.tables))
    yield from (f"not searched: {printable(not_searched(part))}" for part in location.not_searched)
    yield from (f"not followed: {printable(column)} {DEAD_END}" for column in location.not_followed)
    yield from (f"note: {printable(note)}" for note in location.notes)


def _short(location: Location) -> Iterator[str]:
    yield f"data subject: {listed(_identifiers(location), MOST_NAMES)}"
    found = _most_telling(location)
    if found:
        yield ""
        yield from _short_table(found[:MOST_TABLES])
    if rest := found[MOST_TABLES:]:
        levels = ", ".join(f"{sum(getattr(t, level) for t in rest):,} {level.value}" for level in Level)
        limited = sum(map(_limits_erasure, rest))
        must_be_kept = (
            f"; rules of retention limit the erasure in {count(limited, 'table')}" if limited else ""
        )
        rows = count(sum(t.rows for t in rest), "row")
        yield f"and {rows} in {count(len(rest), 'more table')} ({levels}){must_be_kept}"
    yield from _nothing(location, most=MOST_NAMES)
    yield from _reasons(location.not_searched)
    if columns := location.not_followed:
        names = listed((elided(printable(c)) for c in columns), MOST_NAMES)
        yield f"not followed: {count(len(columns), 'column')}: {names}: each {DEAD_END}"
    yield from (f"note: {printable(note)}" for note in location.notes[:MOST_NOTES])
    if more := location.notes[MOST_NOTES:]:
        yield f"{count(len(more), 'more note')}"
    yield ""
    yield "`--all` lists every table, way and place, and labels of rows; `--format json` has every label"


def _identifiers(location: Location) -> Iterator[str]:
    return (f"{s.label} ({s.kind}, in {count(s.tables, 'table')})" for s in location.subject)


def _most_telling(location: Location) -> list[TableResult]:
    """Return the tables with rows: first those that hold an identifier of the subject, then the nearest."""
    return sorted(location.found, key=_distance)


def _distance(found: TableResult) -> tuple[bool, int, bool, int]:
    is_listed = any(w.level is Level.ABOUT and w.origin == "value" for w in found.ways)
    nearest = next(n for n, level in enumerate(Level) if getattr(found, level))
    return not is_listed, nearest, _is_view(found), -found.rows


def _short_table(found: Sequence[TableResult]) -> Iterator[str]:
    """Yield a line on each table, with the way that reaches most of its rows, nearest first."""
    rows: list[tuple[str, ...]] = [(*_HEAD, "REACHED BY")]
    for one in found:
        must_be_kept = elided(_kept(one), _LONGEST_NAME)
        rows.append((elided(printable(name(one)), _LONGEST_NAME), *_counts(one), must_be_kept, _reached(one)))
    yield from (line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..." for line in table(rows).split("\n"))


def _reached(found: TableResult) -> str:
    ways = sorted(found.ways, key=lambda way: (list(Level).index(way.level), -way.rows))
    more = f"{count(len(ways), 'way')}: " if len(ways) > 1 else ""
    return more + printable(ways[0].path.removeprefix(f"{found.table}.")) if ways else ""


def _counts(found: TableResult) -> tuple[str, ...]:
    numbers = (found.about, found.linked, found.mentioned, found.of_others)
    return f"{found.rows:,} of {found.of:,}", *(f"{number:,}" for number in numbers)


def _kept(found: TableResult) -> str:
    return printable("; ".join(map(kept, found.kept))) or "-"


def _limits_erasure(found: TableResult) -> bool:
    """Return whether a rule keeps some rows, or could not say how many."""
    return any(k.held or k.within_minimum or k.reason is not None for k in found.kept)


def _section(found: TableResult) -> Iterator[str]:
    yield printable(found.table)
    for way in found.ways:
        certainty = f"{way.origin}, confidence {way.confidence}"
        yield f"  {way.level.value}: {way.rows:,} by {printable(way.path)} ({certainty})"
    yield f"  rows: {labels(found)}"


def _nothing(location: Location, most: int) -> Iterator[str]:
    """Yield a line on the tables without a row of the subject."""
    if empty := [t for t in location.tables if not t.rows]:
        yield ""
        rows = count(sum(t.of for t in empty), "row")
        names = listed((printable(t.table) for t in empty), most)
        yield f"nothing in {count(len(empty), 'table')} ({rows}): {names}"


def _reasons(parts: Iterable[NotSearched]) -> Iterator[str]:
    """Yield what could not be searched, by reason: first what somebody has to repair, then by size."""
    by_reason = [list(group) for _, group in groupby(sorted(parts, key=_reason), key=_reason)]
    by_reason.sort(key=lambda group: (group[0].missing.cause not in BLIND, -len(group)))
    for group in by_reason[:MOST_REASONS]:
        missing = group[0].missing
        reason = elided(printable(missing.reason), _LONGEST_REASON)
        places = listed((elided(printable(_place(part))) for part in group), MOST_NAMES)
        yield f"not searched: {_amount(group)}: {missing.cause.value}: {reason}: {places}"
    if rest := by_reason[MOST_REASONS:]:
        amount = _amount([part for group in rest for part in group])
        yield f"not searched: {amount} for {count(len(rest), 'other reason')}"


def _reason(part: NotSearched) -> tuple[str, str]:
    return part.missing.cause.value, part.missing.reason


def _amount(parts: Sequence[NotSearched]) -> str:
    """Return how many tables and how many parts of tables there are: `2 tables and 3 parts`."""
    within = sum(bool(part.columns) for part in parts)
    amounts = ((len(parts) - within, "table"), (within, "part"))
    return " and ".join(count(number, noun) for number, noun in amounts if number)


def labels(found: TableResult) -> str:
    """Return the first labels of a table's rows."""
    if not found.key:
        return "without labels: the table has no key"
    more = f" and {found.rows - _SHOWN_LABELS:,} more" if found.rows > _SHOWN_LABELS else ""
    return ", ".join(row.label for row in found.keys[:_SHOWN_LABELS]) + more


def kept(rows: KeptRows) -> str:
    """Return what a retention rule keeps from erasure, in words."""
    if rows.reason is not None:
        return f"{rows.rule}: not counted: {rows.reason}"
    parts = []
    if rows.held is not None:
        parts.append(f"{rows.held:,} on hold")
    if rows.within_minimum is not None:
        parts.append(f"{rows.within_minimum:,} within {rows.minimum}")
    return f"{rows.rule}: {', '.join(parts)}"


def not_searched(part: NotSearched) -> str:
    """Return what could not be searched, and why."""
    return f"{_place(part)}: {part.missing.cause.value}: {part.missing.reason}"


def name(found: TableResult) -> str:
    """Return the name of a table, with what it is where it is a view."""
    return f"{found.table} ({found.kind})" if _is_view(found) else found.table


def _is_view(found: TableResult) -> bool:
    return "view" in found.kind


def _place(part: NotSearched) -> str:
    return f"{part.table}.{', '.join(part.columns)}" if part.columns else part.table
