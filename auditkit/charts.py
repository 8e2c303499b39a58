"""Plotly figures of an audit, for notebooks: interactive in JupyterLab, static and without a script wherever else the notebook is read.

The numbers are those of the report's own figures; no figure holds a value of anybody's data.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from auditkit.outcome import Audit
from auditkit.report import figures, svg

if TYPE_CHECKING:
    import plotly.graph_objects as go

RENDERER = "auditkit"


def personal_data(audit: Audit) -> go.Figure:
    """Return the columns with personal data, by table and kind."""
    return _figure(figures.personal_data(audit), "no personal data was found by these detectors")


def overdue(audit: Audit) -> go.Figure:
    """Return the rows past their retention period, by how late they are, with the cut-off of each table."""
    return _figure(figures.overdue(audit), "no rows past their period were found by these checks")


def class_sizes(audit: Audit) -> go.Figure:
    """Return how many groups of people who look alike have which size, for the finding with the smallest groups."""
    every = figures.class_sizes(audit)
    return _figure(every[0] if every else None, "no groups smaller than k were found by these checks")


def findings(audit: Audit) -> go.Figure:
    """Return the findings by severity, the waived apart."""
    return _figure(figures.severities(audit), "no violation found by these checks")


def use_offline_renderer() -> None:
    """Make Plotly show figures without loading anything from elsewhere.

    JupyterLab draws the figure from its data; a saved page shows the static drawing of the report. Plotly's own renderers either leave
    the figure out of a saved page, or put 5 MB of script and the address of a server into it.
    """
    import plotly.io as pio
    from plotly.io.base_renderers import MimetypeRenderer

    class Quiet(MimetypeRenderer):  # type: ignore[misc]
        """The figure's data for JupyterLab, and our own drawing for everything else."""

        def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, Any]:
            bundle: dict[str, Any] = {"application/vnd.plotly.v1+json": fig_dict}
            ours = (fig_dict.get("layout", {}).get("meta") or {}).get(RENDERER)
            if ours:
                drawn = figures.Figure.from_dict(ours)
                bundle["text/html"] = f"<p><strong>{escape(drawn.title)}</strong></p>{svg.draw(drawn)}"
            return bundle

    pio.renderers[RENDERER] = Quiet()
    pio.renderers.default = RENDERER


def _figure(figure: figures.Figure | None, otherwise: str) -> go.Figure:
    """Return a figure as Plotly draws it; where there is nothing to draw it says so."""
    import plotly.graph_objects as go

    figure = figure or figures.Figure("empty", otherwise.capitalize(), "", (), ())
    chart = go.Figure(_matrix(figure) if figure.layout == "matrix" else _bars(figure))
    chart.update_layout(
        template="none", title={"text": figure.title, "x": 0, "font": {"size": 15}}, barmode="stack", bargap=0.35, font={"size": 12},
        height=150 + 28 * len(figure.bars), margin={"l": 10, "r": 10, "t": 60, "b": 40}, legend={"orientation": "h", "y": -0.15},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", meta={RENDERER: figure.to_dict()},
    )  # fmt: skip
    chart.update_yaxes(autorange="reversed", automargin=True, visible=bool(figure.bars))
    chart.update_xaxes(title=None if figure.layout == "matrix" else figure.unit, automargin=True, visible=bool(figure.bars))
    return chart


def _bars(figure: figures.Figure) -> list[go.Bar]:
    import plotly.graph_objects as go

    labels = [f"{bar.label}<br>{bar.note}" if bar.note else bar.label for bar in figure.bars]
    return [
        go.Bar(
            name=series.label, y=labels, x=[bar.values[i] for bar in figure.bars], orientation="h",
            marker={"color": [svg.tone(series, bar) for bar in figure.bars]},
            hovertemplate=f"%{{y}}: %{{x:,}} {figure.unit}, {series.label}<extra></extra>",
        )
        for i, series in enumerate(figure.series)
    ]  # fmt: skip


def _matrix(figure: figures.Figure) -> go.Heatmap:
    import plotly.graph_objects as go

    return go.Heatmap(
        x=[series.label for series in figure.series], y=[bar.label for bar in figure.bars], z=[list(bar.values) for bar in figure.bars],
        text=[[str(n) if n else "" for n in bar.values] for bar in figure.bars], texttemplate="%{text}", showscale=False, xgap=2, ygap=2,
        colorscale=[[0, "rgba(59,110,168,0.06)"], [1, "rgba(59,110,168,0.6)"]],
        hovertemplate=f"%{{y}}, %{{x}}: %{{z}} {figure.unit}<extra></extra>",
    )  # fmt: skip
