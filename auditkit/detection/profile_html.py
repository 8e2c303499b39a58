"""A profile as HTML: a table of the columns, and a card for each, without values.

In a notebook and as a page of its own it is the same. Without its script the cards stand below the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit import html_page, html_tables, sortable
from auditkit.detection import card_html
from auditkit.detection.cards import MOST_IN_A_NOTEBOOK, Card, cards, is_personal, label
from auditkit.html_tables import badge, count, gap, lines, name, paragraph, quiet
from auditkit.outcome import Outcome

if TYPE_CHECKING:
    from auditkit.detection.profile import Profile
    from auditkit.detection.verdict import ColumnVerdict

_HEAD = ("Column", "Table", "Holds", "Verdict", "Cells that match", "Empty", "Distinct")


def fragment(profile: Profile) -> str:
    """Return a profile as one piece of HTML for a notebook."""
    found = cards(profile, most=MOST_IN_A_NOTEBOOK)
    style = Markup("<style>{}</style>").format(Markup(_style()))
    return html_tables.fragment(style, _body(profile, found), *_scripts(found), kind="profile")


def page(profile: Profile, source: str, outcomes: Iterable[Outcome]) -> str:
    """Return a profile as a page of one file.

    Args:
        profile: the profile.
        source: what is shown of the source.
        outcomes: what became of checks; each is on the cards of its columns.
    """
    found = cards(profile, outcomes)
    title = f"Personal data in {source}"
    body = Markup("<main>\n<h1>{}</h1>\n{}\n</main>\n<footer>{}</footer>").format(
        html_tables.safe(title),
        Markup(html_tables.fragment(_body(profile, found), kind="profile")),
        quiet("Made by auditkit profile. The page holds names of tables and columns, and counts; no value."),
    )
    return html_page.page(title, _asset("page.css") + _style(), body, sortable.script(), script())


def section(profile: Profile) -> tuple[Markup, str, tuple[str, ...]]:
    """Return a profile as a part of a page, with the style sheet and the scripts that the page needs."""
    shown = Markup(html_tables.fragment(_body(profile, cards(profile)), kind="profile"))
    return shown, _asset("page.css") + _style(), (sortable.script(), script())


@cache
def script() -> str:
    """Return the script that opens the card of a column."""
    return _asset("profile.js")


def _scripts(found: Mapping[tuple[str, str], Card]) -> list[Markup]:
    scripts = [sortable.script(), script()] if found else []
    return [Markup("<script>{}</script>").format(Markup(text)) for text in scripts]


def _style() -> str:
    return sortable.STYLE + _asset("profile.css") + card_html.BARS


def _asset(file: str) -> str:
    return (Path(__file__).parent / file).read_text(encoding="utf-8").strip()


def _body(profile: Profile, found: Mapping[tuple[str, str], Card]) -> Markup:
    columns = profile.columns
    personal = sum(map(is_personal, columns))
    summary = f"{personal:,} of {count(len(columns), 'column')} hold or may hold personal data"
    parts = [paragraph(_nothing(profile))] if not personal else []
    for table, missing in profile.failed.items():
        parts.append(paragraph(name(table), ": ", gap(f"not read: {missing.reason}")))
    if profile.note:
        parts.append(paragraph(quiet(profile.note)))
    if not columns:
        return Markup("").join(parts)
    anchors = {key: f"{_prefix(profile)}-{number}" for number, key in enumerate(found)}
    ordered = sorted(profile.places, key=lambda verdict: not is_personal(verdict))
    listed = sortable.table(
        summary,
        _HEAD,
        [_row(verdict, anchors.get((verdict.table, verdict.column))) for verdict in ordered],
        numeric=_HEAD[4:],
        choose=("Table", "Verdict"),
        more="profile.to_pandas()",
    )
    shown = Markup("").join(card_html.card(card, anchors[key]) for key, card in found.items())
    left_out = len(profile.places) - len(found)
    more = quiet(f"{count(left_out, 'more place')} without a card: profile.to_html()") if left_out else ""
    split = Markup(
        '<div class="split"><div class="columns">{}</div><div class="cards" role="region"'
        ' aria-label="What is known of a column" tabindex="0">{}{}</div></div>'
    )
    return Markup("").join(parts) + split.format(listed, shown, more)


def _row(verdict: ColumnVerdict, anchor: str | None) -> tuple[object, ...]:
    column = name(verdict.column)
    linked = Markup('<a href="#{}">{}</a>').format(anchor, column) if anchor else column
    shade = badge(verdict.verdict, card_html.BADGES.get(verdict.verdict, ""))
    cells = f"{verdict.matches:,} of {verdict.rows - verdict.nulls:,}"
    return (linked, verdict.table, _holds(verdict), shade, cells, verdict.nulls, verdict.distinct)


def _holds(verdict: ColumnVerdict) -> Markup | None:
    """Return in words what a column holds, and what else stands inside its cells."""
    held: list[object] = [label(verdict.entity)] if verdict.entity else []
    if verdict.contains:
        inside = (f"{label(entity)} ({count(n, 'cell')})" for entity, n in verdict.contains.items())
        held.append(quiet(f"inside: {', '.join(inside)}"))
    return lines(held) if held else None


def _nothing(profile: Profile) -> str:
    return f"No personal data was found by these detectors in {count(len(profile.columns), 'column')}."


def _prefix(profile: Profile) -> str:
    """Return the beginning of the names of the cards: two profiles in one notebook do not share any."""
    names = "\0".join(f"{v.table}\1{v.column}\1{v.rows}" for v in profile.columns)
    return "column-" + hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()[:8]
