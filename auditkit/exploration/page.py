"""An exploration as HTML: the same parts as on a terminal, as tables; a page of its own has figures too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit import html_page, html_tables
from auditkit.detection import profile_html
from auditkit.exploration.figures import coarser_figure, what_if_figure
from auditkit.exploration.statements import block
from auditkit.exploration.text import gains, label, labels, other_findings, started
from auditkit.html_tables import badge, count, folded, lines, paragraph, quiet, share, table
from auditkit.report.causes import places, title
from auditkit.report.figures import svg
from auditkit.report.text import place_of

if TYPE_CHECKING:
    from auditkit.exploration.exploration import Exploration


def html(found: Exploration) -> str:
    """Return an exploration as one piece of HTML."""
    return html_tables.fragment(*_parts(found))


def page(found: Exploration) -> str:
    """Return an exploration as a page of one file: its parts, two figures, and a card for each column."""
    title = f"A first look at {found.source}"
    drawn = (coarser_figure(found.hiding), what_if_figure(found.ages))
    figures = [Markup(svg.draw(figure)) for figure in drawn if figure is not None]
    shown = Markup("").join(
        Markup("<figure><figcaption>{}</figcaption>{}</figure>").format(figure.title, picture)
        for figure, picture in zip(filter(None, drawn), figures, strict=True)
    )
    columns, style, scripts = profile_html.section(found.profile)
    note = "Made by auditkit explore. The page holds names of tables and columns, and counts; no value."
    body = Markup(
        "<main>\n<h1>{}</h1>\n<p>As of {}</p>\n{}\n{}\n<h2>Every column</h2>\n{}\n</main>\n"
        "<footer>{}</footer>"
    ).format(
        html_tables.safe(title),
        found.as_of,
        Markup(html(found)),
        shown,
        columns,
        html_tables.quiet(note),
    )
    return html_page.page(title, style, body, *scripts)


def _parts(found: Exploration) -> Iterator[Markup]:
    from auditkit.exploration.exploration import NOTICE

    yield paragraph(badge("preview of a draft", "strong"), " ", quiet(NOTICE))
    for name, missing in found.profile.failed.items():
        yield paragraph(html_tables.name(name), ": ", html_tables.gap(f"not read: {missing.reason}"))
    yield _hiding(found)
    yield _ages(found)
    yield _personal(found)
    yield from _texts(found)
    yield _tenants(found)
    yield from _findings(found)
    yield _next(found)


def _hiding(found: Exploration) -> Markup:
    if not found.hiding:
        return paragraph("Who can be found: not assessed, because no column looks like a quasi-identifier.")
    body = [
        (
            h.table,
            html_tables.names(h.columns),
            h.rows,
            h.reason or (h.k if h.k is not None else f"{h.limit} or more"),
            h.alone,
            h.below,
            gains(h),
        )
        for h in found.hiding
    ]
    numbers = ("Rows", "k", "Rows alone", "Below the limit")
    head = ("Table", "Proposed quasi-identifiers", *numbers, "What would help")
    caption = "Who can be found: rows that few others are like, of all rows"
    return table(caption, head, body, numeric=numbers)


def _ages(found: Exploration) -> Markup:
    counted = [e for e in found.ages if e.missing is None and e.of]
    if not counted:
        return paragraph("What would be overdue: not assessed, because no column is named like an end.")
    periods = list(counted[0].overdue)
    years = [f"{p.strip('PY')} y" for p in periods]
    body = [
        (started(e), e.of, *(share(e.overdue[p], e.of or 1) for p in periods))
        for e in sorted(counted, key=lambda e: -sum(e.overdue.values()))
    ]
    caption = "What would be overdue: share of the rows, by the period in years"
    return table(caption, ("Table and start", "Rows", *years), body, numeric=("Rows", *years))


def _personal(found: Exploration) -> Markup:
    if not found.personal:
        return paragraph("No personal data was found by these detectors.")
    columns = sum(map(len, found.personal.values()))
    caption = f"Personal data: {columns:,} of {count(len(found.profile.columns), 'column')}"
    body = [
        (name, html_tables.names([v.column for v in verdicts]), labels(verdicts))
        for name, verdicts in found.personal.items()
    ]
    return table(caption, ("Table", "Columns", "Holds"), body, more="exploration.profile")


def _texts(found: Exploration) -> Iterator[Markup]:
    if found.texts:
        body = [
            (
                v.table,
                v.column,
                v.inside,
                v.rows - v.nulls,
                ", ".join(f"{label(entity)} ({n:,})" for entity, n in v.contains.items()),
            )
            for v in found.texts
        ]
        head = ("Table", "Column", "Cells with identifiers", "Cells", "Identifiers")
        yield table("Free text with identifiers", head, body, numeric=head[2:4])


def _tenants(found: Exploration) -> Markup:
    tenants = found.tenants
    if len(tenants.tables) < 2:
        return Markup("")
    if tenants.root is None:
        return paragraph("Tenants: no table looks like the tenants.")
    scopes = ", ".join(f"{n} {scope}" for scope, n in found.scopes.items())
    key = html_tables.name(tenants.key) if tenants.key else "columns of different names"
    return paragraph("Tenants: the rows of ", html_tables.name(tenants.root), ", by ", key, f": {scopes}.")


def _findings(found: Exploration) -> Iterator[Markup]:
    if groups := other_findings(found):
        body = [
            (
                badge(str(g.severity)),
                title(g),
                places(g) if len(g.findings) > 1 else place_of(g.findings[0]),
                lines([quiet(g.findings[0].check), quiet(g.findings[0].fingerprint[:8])]),
            )
            for g in groups
        ]
        caption = f"What else the preview finds: {count(len(groups), 'cause')}"
        yield folded(caption, table(caption, ("Severity", "What", "Where", "Check and fingerprint"), body))


def _next(found: Exploration) -> Markup:
    if not found.next:
        return paragraph("Nothing to state next was found by these detectors.")
    head = paragraph(Markup("<strong>State next</strong>, in the policy; check each line first:"))
    return head + html_tables.preformatted(block(found.next, comments=True))
