"""A location as HTML for a notebook. It shows labels and counts, no values."""

from __future__ import annotations

from auditkit import html_tables
from auditkit.locate.location import Location
from auditkit.locate.location_text import DEAD_END, kept, name, not_searched


def html(location: Location) -> str:
    """Return a location as HTML for a notebook."""
    head = ("table", "of", "about", "linked", "mentioned", "also of others", "reached by", "must be kept")
    rows = [
        (
            html_tables.name(name(t)),
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
        (f"not followed: {DEAD_END}", list(location.not_followed)),
        ("notes", list(location.notes)),
    ):
        if lines:
            parts.append(html_tables.folded(f"{summary} ({len(lines)})", html_tables.lines(lines)))
    return html_tables.fragment(*parts)
