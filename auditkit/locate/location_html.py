"""A location for people: on a terminal, and in a notebook; names of the source and counts, labels instead of
keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditkit import html_tables
from auditkit.locate.location import Found, Kept, Location, NotSearched
from auditkit.report.text import printable, table

_HEAD = ("TABLE", "ROWS", "ABOUT", "LINKED", "MENTIONED", "OF OTHERS", "AGAINST ERASURE")
_SHOWN = 12
"""So many labels of a table are shown in lines for people."""


def text(location: Location) -> str:
    """Return a location as lines."""
    return "\n".join(_lines(location)) + "\n"


def _lines(location: Location) -> Iterator[str]:
    told = ", ".join(
        f"{s.label} ({s.kind}, whole in {html_tables.count(s.tables, 'table')})" for s in location.subject
    )
    yield f"data subject: {told}"
    if location.found:
        yield ""
        rows = [
            (
                html_tables.elided(printable(_name(t))),
                _of(t),
                *_counts(t),
                "; ".join(map(kept, t.kept)) or "-",
            )
            for t in location.found
        ]
        yield table([_HEAD, *rows])
    for t in location.found:
        yield ""
        yield printable(t.table)
        yield from (
            f"  {w.level.value}: {w.rows:,} by {printable(w.path)} ({w.origin}, confidence {w.confidence})"
            for w in t.ways
        )
        yield f"  rows: {labels(t)}"
    if unfound := [t for t in location.tables if not t.rows]:
        searched = f"{html_tables.count(len(unfound), 'table')} ({html_tables.count(sum(t.of for t in unfound), 'row')})"
        yield ""
        yield f"nothing in {searched}: {', '.join(printable(t.table) for t in unfound)}"
    yield from (f"not searched: {printable(unseen(n))}" for n in location.not_searched)
    yield from (
        f"not followed: {printable(c)} looks like a reference and leads nowhere"
        for c in location.not_followed
    )
    yield from (f"note: {printable(n)}" for n in location.notes)


def html(location: Location) -> str:
    """Return a location as HTML for a notebook."""
    rows = [
        (
            html_tables.name(_name(t)),
            t.of,
            t.about,
            t.linked,
            t.mentioned,
            t.of_others,
            _ways(t),
            "; ".join(map(kept, t.kept)),
        )
        for t in location.found
    ]
    head = ("table", "of", "about", "linked", "mentioned", "of others", "reached by", "against erasure")
    parts = [
        html_tables.table(
            f"Rows about a data subject in {location.source}",
            head,
            rows,
            numeric=head[1:6],
            more="see to_pandas()",
        ),
        html_tables.paragraph(location.summary),
    ]
    for head_line, lines in (
        ("not searched", [unseen(n) for n in location.not_searched]),
        ("not followed: looks like a reference and leads nowhere", list(location.not_followed)),
        ("notes", list(location.notes)),
    ):
        if lines:
            parts.append(html_tables.folded(f"{head_line} ({len(lines)})", html_tables.lines(lines)))
    return html_tables.fragment(*parts)


def labels(found: Found) -> str:
    """Return the labels of a table's rows, the first of them."""
    if not found.key:
        return "not named: the table has no key"
    more = f" and {found.rows - _SHOWN:,} more" if found.rows > _SHOWN else ""
    return ", ".join(r.label for r in found.keys[:_SHOWN]) + more


def kept(one: Kept) -> str:
    """Return what a retention rule keeps from erasure, in words."""
    if one.reason is not None:
        return f"{one.rule}: not counted: {one.reason}"
    held = f"{one.held:,} on hold" if one.held is not None else ""
    young = f"{one.within_minimum:,} within {one.minimum}" if one.within_minimum is not None else ""
    return f"{one.rule}: {', '.join(filter(None, [held, young]))}"


def unseen(one: NotSearched) -> str:
    """Return what could not be searched, and why."""
    place = f"{one.table}.{', '.join(one.columns)}" if one.columns else one.table
    return f"{place}: {one.missing.cause.value}: {one.missing.reason}"


def _name(found: Found) -> str:
    return f"{found.table} ({found.kind})" if "view" in found.kind else found.table


def _of(found: Found) -> str:
    return f"{found.rows:,} of {found.of:,}"


def _counts(found: Found) -> tuple[str, ...]:
    return tuple(f"{n:,}" for n in (found.about, found.linked, found.mentioned, found.of_others))


def _ways(found: Found) -> object:
    return html_tables.lines([f"{w.path} ({w.origin}): {w.rows:,}" for w in found.ways])
