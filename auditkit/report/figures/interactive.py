"""Figures as Plotly draws them, interactive in JupyterLab, from the same numbers that the report draws as
SVG.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from auditkit import html_tables
from auditkit.extras import require
from auditkit.report.figures import Bar, Figure, lines, network, svg, timeline
from auditkit.report.figures.strokes import TONES
from auditkit.report.say import say

if TYPE_CHECKING:
    import plotly.graph_objects as go

INK, GRID = "#7a7d82", "rgba(128,128,128,0.25)"
"""Legible on white and on the black of a dark theme alike, because a figure does not know on which it
stands.
"""
_FEW = 6
"""An axis that ends below this has a mark for each whole number, so that it shows no fractions."""
META = "auditkit"
"""Where a figure of Plotly's keeps the numbers that it was drawn from."""


def drawn(figure: Figure | None, otherwise: str) -> go.Figure:
    """Return a figure as Plotly draws it; where there is nothing to draw it says so."""
    require("report", "figures need")
    import plotly.graph_objects as go

    figure = figure or Figure("empty", otherwise.capitalize(), "", (), ())
    if figure.layout in _SHAPES:
        return _SHAPES[figure.layout](figure)
    chart = go.Figure(_matrix(figure) if figure.layout == "matrix" else _bars(figure))
    _laid_out(chart, figure, 150 + 28 * len(figure.bars))
    unit = None if figure.layout == "matrix" else figure.unit
    chart.update_yaxes(
        autorange="reversed",
        automargin=True,
        visible=bool(figure.bars),
        showgrid=False,
        zeroline=False,
        ticks="outside",
        ticklen=6,
        tickcolor="rgba(0,0,0,0)",
    )
    most = max((sum(bar.values) for bar in figure.bars), default=0)
    chart.update_xaxes(
        title=unit,
        dtick=1 if unit is not None and most < _FEW else None,
        automargin=True,
        visible=bool(figure.bars),
        showgrid=unit is not None,
        gridcolor=GRID,
        zeroline=False,
    )
    return chart


def _laid_out(chart: go.Figure, figure: Figure, height: int) -> None:
    chart.update_layout(
        template="none", title={"text": _title(figure), "x": 0, "font": {"size": 15}},
        font={"size": 12, "color": INK},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        barmode="stack", bargap=0.35, height=height, margin={"l": 10, "r": 50, "t": 90, "b": 40},
        modebar={"orientation": "v", "bgcolor": "rgba(0,0,0,0)"},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", meta={META: figure.to_dict()},
    )  # fmt: skip


def _title(figure: Figure) -> str:
    """Return the title: the question, and what it counts on a line of its own."""
    return "?<br>".join(_label(part, 110) for part in figure.title.split("? "))


def _label(text: str, most: int = 48) -> str:
    """Return a name as Plotly may show it, which takes tags for its own: none are left, and a long one is
    cut.

    >>> _label("<a href='x'>users")
    "&lt;a href='x'&gt;users"
    """
    whole = html_tables.seen(text)
    return escape(whole if len(whole) <= most else whole[: most - 1] + "…", quote=False)


def _labels(bars: Sequence[Bar]) -> list[str]:
    """Return the label of each bar; all differ, because Plotly draws bars with equal labels as one."""
    labels = [_label(bar.label) + (f"<br>{_label(bar.note, 60)}" if bar.note else "") for bar in bars]
    seen = Counter[str]()
    for i, label in enumerate(labels):
        seen[label] += 1
        labels[i] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return labels


def _bars(figure: Figure) -> list[go.Bar]:
    import plotly.graph_objects as go

    labels = _labels(figure.bars)
    return [
        go.Bar(
            name=series.label, y=labels, x=[bar.values[i] for bar in figure.bars], orientation="h",
            marker={"color": [svg.tone(series, bar) for bar in figure.bars]},
            text=[f"{bar.values[i]:,}" if bar.values[i] else "" for bar in figure.bars],
            textposition="auto", textangle=0, insidetextfont={"color": "#fff"},
            hovertemplate=f"%{{y}}: %{{x:,}} {figure.unit}, {series.label}<extra></extra>",
        )
        for i, series in enumerate(figure.series)
    ]  # fmt: skip


def _matrix(figure: Figure) -> go.Heatmap:
    import plotly.graph_objects as go

    return go.Heatmap(
        x=[series.label for series in figure.series], y=_labels(figure.bars),
        z=[list(bar.values) for bar in figure.bars],
        text=[[str(n) if n else "" for n in bar.values] for bar in figure.bars], texttemplate="%{text}",
        textfont={"color": "#fff"}, showscale=False, xgap=2, ygap=2, zmin=0,
        zmax=max((n for bar in figure.bars for n in bar.values), default=0) or 1,  # else zmin is ignored
        colorscale=[[0, "rgba(128,128,128,0.1)"], [1e-6, "#4f759f"], [1, "#1f4a78"]],
        hovertemplate=f"%{{y}}, %{{x}}: %{{z}} {figure.unit}<extra></extra>",
    )  # fmt: skip


def _timeline(figure: Figure) -> go.Figure:
    import plotly.graph_objects as go

    labels = _labels(figure.bars)
    chart = go.Figure()
    for i, series in enumerate(figure.series):
        chosen = [
            (label, bar)
            for label, bar in zip(labels, figure.bars, strict=True)
            if bar.values and bar.values[2] == i
        ]
        first = [date.fromordinal(bar.values[0]).isoformat() for _, bar in chosen]
        length = [(bar.values[1] - bar.values[0] + 1) * _DAY for _, bar in chosen]
        chart.add_bar(
            name=series.label, y=[label for label, _ in chosen], base=first, x=length, orientation="h",
            marker={"color": TONES[series.tone]},
            customdata=[date.fromordinal(bar.values[1]).isoformat() for _, bar in chosen],
            hovertemplate="%{y}: %{base} to %{customdata}<extra></extra>",
        )  # fmt: skip
    _laid_out(chart, figure, 170 + 34 * len(figure.bars))
    begin, end = timeline.reach(figure)
    shown = [date.fromordinal(d).isoformat() for d in (begin, end + max(2, (end - begin) // 50))]
    chart.update_xaxes(type="date", range=shown, automargin=True, gridcolor=GRID, zeroline=False)
    chart.update_yaxes(
        autorange="reversed", automargin=True, categoryorder="array", categoryarray=labels, showgrid=False
    )
    if figure.mark is not None:
        chart.add_vline(
            x=date.fromordinal(figure.mark).isoformat(),
            line={"dash": "dash", "color": TONES["critical"], "width": 1},
        )
    return chart


def _lines(figure: Figure) -> go.Figure:
    import plotly.graph_objects as go

    chart = go.Figure()
    periods = [series.label for series in figure.series]
    for label, bar, (tone, dashes) in zip(
        _labels([replace(b, note="") for b in figure.bars]), figure.bars, lines.STROKES, strict=False
    ):
        rings = ["circle-open" if p == bar.note else "circle" for p in periods]
        chart.add_scatter(
            name=label, x=periods, y=bar.values, mode="lines+markers",
            line={"color": TONES[tone], "dash": _DASHES[dashes]},
            marker={"symbol": rings, "size": [11 if p == bar.note else 6 for p in periods]},
            hovertemplate=f"{label}, %{{x}}: %{{y:,}} {figure.unit}<extra></extra>",
        )  # fmt: skip
    _laid_out(chart, figure, 420)
    note = lines.note() if lines.is_noted(figure) else None
    chart.update_xaxes(title=note, type="category", automargin=True, showgrid=False)
    chart.update_yaxes(title=figure.unit, automargin=True, gridcolor=GRID, rangemode="tozero")
    return chart


def _network(figure: Figure) -> go.Figure:
    import plotly.graph_objects as go

    # Nodes of a column stand a little to the left or right, so that no line between two of them runs through
    # a third.
    at = {n: (column + 0.2 * (line % 3 - 1), line) for n, (column, line) in network.places(figure).items()}
    chart = go.Figure()
    for way, dash in ((network.DECLARED, "solid"), (network.INFERRED, "dot")):
        ends = [(at[a], at[b]) for a, b, how in figure.links if how == way and a != b]
        xs = [x for (x1, _), (x2, _) in ends for x in (x1, x2, None)]
        ys = [y for (_, y1), (_, y2) in ends for y in (y1, y2, None)]
        chart.add_scatter(
            x=xs,
            y=ys,
            mode="lines",
            name=say("figure.refers", way=say(f"figure.way.{way}")),
            line={"color": GRID, "dash": dash},
            hoverinfo="skip",
        )
    for i, series in enumerate(figure.series):
        nodes = [(at[n], bar) for n, bar in enumerate(figure.bars) if bar.values[0] == i]
        chart.add_scatter(
            x=[x for (x, _), _ in nodes], y=[y for (_, y), _ in nodes],
            text=[_label(bar.label, 24) for _, bar in nodes], mode="markers+text", name=series.label,
            textposition="top center",
            marker={"color": TONES[series.tone], "size": 12, "symbol": _SYMBOLS[i % len(_SYMBOLS)]},
            customdata=[f"{_label(bar.label, 120)}<br>{_label(bar.note, 160)}" for _, bar in nodes],
            hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    _laid_out(chart, figure, 200 + 44 * (1 + max(y for _, y in at.values())))
    chart.update_layout(legend={"y": 0, "yanchor": "top"})  # it has several lines, and would cover the title
    chart.update_xaxes(visible=False, range=[-0.5, max(x for x, _ in at.values()) + 0.5])
    chart.update_yaxes(visible=False, range=[max(y for _, y in at.values()) + 0.6, -0.9])
    return chart


_DAY = 24 * 60 * 60 * 1000
"""In the milliseconds that Plotly counts in."""
_DASHES = {"": "solid", "7 3": "dash", "2 3": "dot"}
_SYMBOLS = ("star", "circle", "diamond", "square", "hexagon", "triangle-up", "x")
_SHAPES: Mapping[str, Callable[[Figure], go.Figure]] = {
    "timeline": _timeline,
    "lines": _lines,
    "network": _network,
}
