"""A location as text for a terminal and as HTML for a notebook. Both show labels and counts, no values."""

from __future__ import annotations

from collections.abc import Iterator

from auditkit import html_tables
from auditkit.html_tables import count
from auditkit.locate.location import KeptRows, Location, NotSearched, TableResult
from auditkit.report.text import printable, table

_HEAD = ("TABLE", "ROWS", "ABOUT", "LINKED", "MENTIONED", "ALSO OF OTHERS", "MUST BE KEPT")
_SHOWN_LABELS = 12
"""How many labels of a table are shown; the JSON holds all of them."""
_DEAD_END = "looks like a reference, but no table matches it"


def text(location: Location) -> str:
    """Return a location as lines of text."""
    return "\n".join(_lines(location)) + "\n"


def _lines(location: Location) -> Iterator[str]:
    identifiers = (f"{s.label} ({s.kind}, in {count(s.tables, 'table')})" for s in location.subject)
    yield f"data subject: {', '.join(identifiers)}"
    if location.found:
        yield ""
        yield table([_HEAD, *map(_row, location.found)])
    for found in location.found:
        yield ""
        yield from _section(found)
    if empty := [t for t in location.tables if not t.rows]:
        yield ""
        rows = count(sum(t.of for t in empty), "row")
        names = ", ".join(printable(t.table) for t in empty)
        yield f"nothing in {count(len(empty), 'table')} ({rows}): {names}"
    yield from (f"not searched: {printable(not_searched(part))}" for part in location.not_searched)
    yield from (f"not followed: {printable(column)} {_DEAD_END}" for column in location.not_followed)
    yield from (f"note: {printable(note)}" for note in location.notes)


def _row(found: TableResult) -> tuple[str, ...]:
    counts = (found.about, found.linked, found.mentioned, found.of_others)
    return (
        html_tables.elided(printable(_name(found))),
        f"{found.rows:,} of {found.of:,}",
        *(f"{number:,}" for number in counts),
        "; ".join(map(kept, found.kept)) or "-",
    )


def _section(found: TableResult) -> Iterator[str]:
    yield printable(found.table)
    for way in found.ways:
        certainty = f"{way.origin}, confidence {way.confidence}"
        yield f"  {way.level.value}: {way.rows:,} by {printable(way.path)} ({certainty})"
    yield f"  rows: {labels(found)}"


def html(location: Location) -> str:
    """Return a location as HTML for a notebook."""
    head = ("table", "of", "about", "linked", "mentioned", "also of others", "reached by", "must be kept")
    rows = [
        (
            html_tables.name(_name(t)),
            t.of,
            t.about,
            t.linked,
            t.mentioned,
            t.of_others,
            html_tables.lines([f"{w.path} ({w.origin}): {w.rows:,}" for w in t.ways]),
            "; ".join(map(kept, t.kept)),
        )
        for t in location.found
    ]
    caption = f"Rows about a data subject in {location.source}"
    parts = [
        html_tables.table(caption, head, rows, numeric=head[1:6], more="see to_pandas()"),
        html_tables.paragraph(location.summary),
    ]
    for summary, lines in (
        ("not searched", list(map(not_searched, location.not_searched))),
        (f"not followed: {_DEAD_END}", list(location.not_followed)),
        ("notes", list(location.notes)),
    ):
        if lines:
            parts.append(html_tables.folded(f"{summary} ({len(lines)})", html_tables.lines(lines)))
    return html_tables.fragment(*parts)


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
    place = f"{part.table}.{', '.join(part.columns)}" if part.columns else part.table
    return f"{place}: {part.missing.cause.value}: {part.missing.reason}"


def _name(found: TableResult) -> str:
    return f"{found.table} ({found.kind})" if "view" in found.kind else found.table
