"""Figures as static SVG: no script, no font, no remote address; legible in light and dark and without colour.

Colours are attributes, so that a figure stands alone in a notebook; each shape also has a class, by which the
report's style sheet sets its own shades.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from auditkit.html_tables import seen
from auditkit.report.figures import Bar, Figure, Series, lines, network, timeline
from auditkit.report.figures.strokes import FONT, TONES, WIDTH, clip, legend, rect, text
from auditkit.report.say import number_words, say


def draw(figure: Figure) -> str:
    """Return a figure as an `<svg>` element, with its title and all its numbers as text for readers that do
    not see it.

    >>> from auditkit.report.figures import Series
    >>> drawn = draw(Figure("f", "Rows", "rows", (Series("open", "high"),), (Bar("users", (3,)),)))
    >>> drawn.startswith('<svg'), 'users: 3 rows' in drawn, 'http://www.w3.org/2000/svg' in drawn
    (True, True, True)
    """
    body, height = _DRAWN[figure.layout](figure)
    if figure.hidden:
        body += text(
            0,
            height + 12,
            say("figure.more", n=figure.hidden, place=_rest(figure)),
            small=True,
        )
        height += 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="ak-figure" viewBox="0 0 {WIDTH}'
        f' {height}" '
        f'width="{WIDTH}" height="{height}" font-family="{FONT}" font-size="12.5" fill="currentColor"'
        ' style="max-width:100%;height:auto" '
        f'aria-label="{escape(seen(figure.title))}"><title>{escape(seen(figure.title))}</title><desc>{escape(seen(words(figure)))}</desc>{body}</svg>'
    )


def tone(series: Series, bar: Bar) -> str:
    """Return the colour of a part of a bar; bars of severities have each their own.

    >>> tone(Series("open", "severity"), Bar("critical", (1,), tone="critical"))
    '#c42a5b'
    """
    return TONES.get(_name(series, bar), TONES["ink"])


def _name(series: Series, bar: Bar) -> str:
    return bar.tone if series.tone == "severity" else series.tone


def words(figure: Figure) -> str:
    """Return all that a figure shows as a sentence, for readers that do not see it."""
    match figure.layout:
        case "timeline":
            return timeline.words(figure)
        case "network":
            return network.words(figure)
        case "lines":
            return lines.words(figure)
    parts = []
    for bar in figure.bars:
        split = ", ".join(
            f"{number_words(n)} {series.label}"
            for n, series in zip(bar.values, figure.series, strict=True)
            if n
        )
        detail = f" ({split})" if split and len(figure.series) > 1 else ""
        parts.append(
            f"{bar.label[:60]}: {number_words(sum(bar.values))} {figure.unit}{detail}"
            + (f", {bar.note}" if bar.note else "")
        )
    return "; ".join(parts) + "."


def _bars(figure: Figure) -> tuple[str, int]:
    left, right, row = _label_width(figure), 12, 30
    key, top = _legend(figure) if len(figure.series) > 1 else ("", 4)
    notes = any(bar.note for bar in figure.bars)
    row += 14 if notes else 0
    room = WIDTH - left - right - 74
    most = max((sum(bar.values) for bar in figure.bars), default=0) or 1
    out = [key]
    for i, bar in enumerate(figure.bars):
        y, x = top + i * row, float(left)
        out.append(text(left - 10, y + 15, clip(bar.label, left), anchor="end", title=bar.label))
        out.append(
            f'<rect class="ak-rail" x="{left}" y="{y + 3}" width="{room}" height="17" fill="currentColor"'
            ' fill-opacity="0.07" rx="2"/>'
        )
        for value, series in zip(bar.values, figure.series, strict=True):
            if value:
                width = max(2.0, room * value / most)
                out.append(rect(x, y + 3, width, 17, _name(series, bar)))
                x += width
        out.append(text(left + room + 10, y + 16, number_words(sum(bar.values)), bold=True))
        if bar.note:
            out.append(text(left, y + 33, bar.note, small=True))
    return "".join(out), top + len(figure.bars) * row + 2


def _legend(figure: Figure) -> tuple[str, int]:
    return legend(
        ("high" if series.tone == "severity" else series.tone, series.label) for series in figure.series
    )


def _matrix(figure: Figure) -> tuple[str, int]:
    left, row = _label_width(figure), 26
    step = min(76, (WIDTH - left - 60) / max(1, len(figure.series)))
    slanted = step < 7 * max((len(word) for s in figure.series for word in s.label.split(" ")), default=0)
    top = 86 if slanted else 40
    most = max((n for bar in figure.bars for n in bar.values), default=1) or 1
    out = []
    for j, series in enumerate(figure.series):
        x = left + step * (j + 0.5)
        if slanted:
            out.append(
                f'<g transform="translate({x - 4:.1f} {top - 6})'
                f' rotate(-40)">{text(0, 0, series.label, small=True)}</g>'
            )
            continue
        for line, word in enumerate(reversed(series.label.split(" "))):
            out.append(text(x, top - 10 - 13 * line, word, anchor="middle", small=True))
    out.append(
        text(left + step * len(figure.series) + 24, top - 10, say("figure.all"), anchor="middle", small=True)
    )
    for i, bar in enumerate(figure.bars):
        y = top + i * row
        out.append(text(left - 10, y + 17, clip(bar.label, left), anchor="end", title=bar.label))
        for j, n in enumerate(bar.values):
            x = left + step * j
            shade = (
                f'fill="{TONES["ink"]}" fill-opacity="{0.12 + 0.33 * n / most:.2f}"'
                if n
                else 'fill="currentColor" fill-opacity="0.03"'
            )
            out.append(
                f'<rect class="ak-cell" x="{x + 1.5:.1f}" y="{y + 1.5}" width="{step - 3:.1f}"'
                f' height="{row - 3}" rx="3" {shade}/>'
            )
            if n:
                out.append(text(x + step / 2, y + 17, f"{n}", anchor="middle"))
        out.append(
            text(left + step * len(bar.values) + 24, y + 17, f"{sum(bar.values)}", anchor="middle", bold=True)
        )
    return "".join(out), top + len(figure.bars) * row + 2


def _label_width(figure: Figure) -> int:
    longest = max((len(bar.label) for bar in figure.bars), default=0)
    return int(min(220, max(64, 7.0 * longest + 18)))


def _rest(figure: Figure) -> str:
    """Return where the rest of a figure is: the report has no lines and no networks."""
    return say("figure.the_table") if figure.layout in ("lines", "network") else "report.json"


_DRAWN: Mapping[str, Callable[[Figure], tuple[str, int]]] = {
    "bars": _bars, "matrix": _matrix, "lines": lines.drawn, "timeline": timeline.drawn,
    "network": network.drawn,
}  # fmt: skip
