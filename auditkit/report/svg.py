"""Figures as static SVG: no script, no font, no remote address; legible in light and dark and without colour.

Colours are attributes, so that a figure stands alone in a notebook; each shape also has a class, by which the report's style sheet
sets its own shades.
"""

from __future__ import annotations

from html import escape

from auditkit.report.figures import Bar, Figure, Series

WIDTH = 640
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
TONES = {
    "critical": "#a3123f", "high": "#c2410c", "medium": "#a86a00", "low": "#3b6ea8", "waived": "#8b93a1",
    "calm": "#2f7d6b", "ink": "#3b6ea8", "late-1": "#e3a15c", "late-2": "#d0762f", "late-3": "#b3501c", "late-4": "#7d2d12",
}  # fmt: skip


def draw(figure: Figure) -> str:
    """Return a figure as an `<svg>` element, with its title and all its numbers as text for readers that do not see it.

    >>> from auditkit.report.figures import Series
    >>> text = draw(Figure("f", "Rows", "rows", (Series("open", "high"),), (Bar("users", (3,)),)))
    >>> text.startswith('<svg'), 'users: 3 rows' in text, 'http://www.w3.org/2000/svg' in text
    (True, True, True)
    """
    body, height = _matrix(figure) if figure.layout == "matrix" else _bars(figure)
    if figure.hidden:
        body += _text(0, height + 12, f"and {figure.hidden} more, in report.json", small=True)
        height += 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="ak-figure" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="{FONT}" font-size="12.5" fill="currentColor" style="max-width:100%;height:auto" '
        f'aria-label="{escape(figure.title)}"><title>{escape(figure.title)}</title><desc>{escape(_words(figure))}</desc>{body}</svg>'
    )


def tone(series: Series, bar: Bar) -> str:
    """Return the colour of a part of a bar; bars of severities have each their own.

    >>> tone(Series("open", "severity"), Bar("critical", (1,)))
    '#a3123f'
    """
    return TONES.get(_name(series, bar), TONES["ink"])


def _name(series: Series, bar: Bar) -> str:
    return bar.label if series.tone == "severity" else series.tone


def _words(figure: Figure) -> str:
    parts = []
    for bar in figure.bars:
        split = ", ".join(f"{n:,} {series.label}" for n, series in zip(bar.values, figure.series, strict=True) if n)
        detail = f" ({split})" if split and len(figure.series) > 1 else ""
        parts.append(f"{bar.label[:60]}: {sum(bar.values):,} {figure.unit}{detail}" + (f", {bar.note}" if bar.note else ""))
    return "; ".join(parts) + "."


def _bars(figure: Figure) -> tuple[str, int]:
    left, right, row = _label_width(figure), 12, 30
    top = 26 if len(figure.series) > 1 else 4
    notes = any(bar.note for bar in figure.bars)
    row += 14 if notes else 0
    room = WIDTH - left - right - 74
    most = max((sum(bar.values) for bar in figure.bars), default=0) or 1
    out = [_legend(figure)] if len(figure.series) > 1 else []
    for i, bar in enumerate(figure.bars):
        y, x = top + i * row, float(left)
        out.append(_text(left - 10, y + 15, _clip(bar.label, left), anchor="end", title=bar.label))
        out.append(
            f'<rect class="ak-rail" x="{left}" y="{y + 3}" width="{room}" height="17" fill="currentColor" fill-opacity="0.07" rx="2"/>'
        )
        for value, series in zip(bar.values, figure.series, strict=True):
            if value:
                width = max(2.0, room * value / most)
                out.append(_rect(x, y + 3, width, 17, _name(series, bar)))
                x += width
        out.append(_text(left + room + 10, y + 16, f"{sum(bar.values):,}", bold=True))
        if bar.note:
            out.append(_text(left, y + 33, bar.note, small=True))
    return "".join(out), top + len(figure.bars) * row + 2


def _legend(figure: Figure) -> str:
    out, x = [], 0.0
    for series in figure.series:
        tone = "high" if series.tone == "severity" else series.tone
        out.append(_rect(x, 2, 11, 11, tone) + _text(x + 16, 12, series.label, small=True))
        x += 16 + 6.3 * len(series.label) + 16
    return "".join(out)


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
            out.append(f'<g transform="translate({x - 4:.1f} {top - 6}) rotate(-40)">{_text(0, 0, series.label, small=True)}</g>')
            continue
        for line, word in enumerate(reversed(series.label.split(" "))):
            out.append(_text(x, top - 10 - 13 * line, word, anchor="middle", small=True))
    out.append(_text(left + step * len(figure.series) + 24, top - 10, "all", anchor="middle", small=True))
    for i, bar in enumerate(figure.bars):
        y = top + i * row
        out.append(_text(left - 10, y + 17, _clip(bar.label, left), anchor="end", title=bar.label))
        for j, n in enumerate(bar.values):
            x = left + step * j
            shade = f'fill="{TONES["ink"]}" fill-opacity="{0.12 + 0.33 * n / most:.2f}"' if n else 'fill="currentColor" fill-opacity="0.03"'
            out.append(f'<rect class="ak-cell" x="{x + 1.5:.1f}" y="{y + 1.5}" width="{step - 3:.1f}" height="{row - 3}" rx="3" {shade}/>')
            if n:
                out.append(_text(x + step / 2, y + 17, f"{n}", anchor="middle"))
        out.append(_text(left + step * len(bar.values) + 24, y + 17, f"{sum(bar.values)}", anchor="middle", bold=True))
    return "".join(out), top + len(figure.bars) * row + 2


def _label_width(figure: Figure) -> int:
    longest = max((len(bar.label) for bar in figure.bars), default=0)
    return int(min(220, max(64, 7.0 * longest + 18)))


def _clip(label: str, width: int) -> str:
    most = int((width - 12) / 6.8)
    return label if len(label) <= most else label[: most - 1] + "…"


def _rect(x: float, y: float, width: float, height: float, tone: str) -> str:
    # The waived are hollow, so that they differ from the open without colour.
    paint = (
        f'fill="none" stroke="{TONES["waived"]}" stroke-dasharray="3 2"' if tone == "waived" else f'fill="{TONES.get(tone, TONES["ink"])}"'
    )
    inset = 0.5 if tone == "waived" else 0
    place = f'x="{x + inset:.1f}" y="{y + inset}" width="{width - 2 * inset:.1f}" height="{height - 2 * inset}"'
    return f'<rect class="ak-{escape(tone)}" {place} rx="2" {paint}/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", small: bool = False, bold: bool = False, title: str = "") -> str:
    style = (' font-size="11.5" fill-opacity="0.8"' if small else "") + (' font-weight="600"' if bold else "")
    hover = f"<title>{escape(title)}</title>" if title and title != text else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{hover}{escape(text)}</text>'
