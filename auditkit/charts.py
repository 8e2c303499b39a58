"""Plotly figures of an audit, for notebooks: interactive in JupyterLab, static and without a script wherever else the notebook is read.

The numbers are those of the report's own figures; no figure holds a value of anybody's data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from auditkit import display
from auditkit.detection import Profile
from auditkit.outcome import Audit, Cause, NotAssessed, Severity
from auditkit.report import figures, svg, text
from auditkit.report.measured import CAUSES

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from markupsafe import Markup

RENDERER = "auditkit"
INK, GRID = "#7a7d82", "rgba(128,128,128,0.25)"
"""Legible on white and on the black of a dark theme alike, because a figure does not know on which it stands."""


def personal_data(found: Audit | Profile) -> go.Figure:
    """Return the columns with personal data, by table and kind."""
    if isinstance(found, Profile):
        found = Audit(outcomes=(), source="", as_of=date.min, detections=tuple(asdict(column) for column in found.columns))
    return _figure(figures.personal_data(found), "no personal data was found by these detectors")


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


def rows(audit: Audit) -> go.Figure:
    """Return the rows that break the policy, by place and by severity; findings about a whole column or table count none."""
    counts: dict[str, Counter[Severity]] = {}
    for finding in audit.findings:
        if finding.rows:
            where = text.place(finding.table, finding.columns, finding.target)
            counts.setdefault(where, Counter())[finding.severity] += finding.rows
    levels = [s for s in reversed(Severity) if any(s in count for count in counts.values())]
    bars = [figures.Bar(where, tuple(count[s] for s in levels)) for where, count in counts.items()]
    series = tuple(figures.Series(s.value, s.value) for s in levels)
    shown, hidden = tuple(bars[: figures.MAX_BARS]), max(0, len(bars) - figures.MAX_BARS)
    figure = figures.Figure("rows", "Rows that break the policy, by place", "rows", series, shown, hidden=hidden) if bars else None
    return _figure(figure, "no rows that break the policy were found by these checks")


def coverage(audit: Audit) -> go.Figure:
    """Return what became of each check, over all the places where it looked: findings, passed, not assessed."""
    counts = Counter((o.check, o.verdict) for o in audit.outcomes)
    series = (figures.Series("findings", "high"), figures.Series("passed", "calm"), figures.Series("not assessed", "waived"))
    bars = tuple(
        figures.Bar(check, tuple(counts[check, verdict] for verdict in ("finding", "passed", "not_assessed")))
        for check in sorted({check for check, _ in counts})
    )
    figure = figures.Figure("coverage", "What became of each check", "outcomes", series, bars) if bars else None
    return _figure(figure, "no outcome was found by these checks")


def not_assessed(audit: Audit) -> display.Fragment:
    """Return what was not assessed as tables: first what somebody can mend, folded away what is excluded or does not apply."""
    reasons: dict[tuple[Cause, str], list[NotAssessed]] = {}
    for outcome in sorted(audit.not_assessed, key=lambda o: (list(CAUSES).index(o.cause), o.reason)):
        reasons.setdefault((outcome.cause, outcome.reason), []).append(outcome)
    mendable = {key: those for key, those in reasons.items() if CAUSES[key[0]][1]}
    others = {key: those for key, those in reasons.items() if key not in mendable}
    caption = f"{len(audit.not_assessed):,} of {display.count(len(audit.outcomes), 'outcome')} not assessed"
    parts = [_reasons(f"{caption}; with a remedy:", mendable) if mendable else display.paragraph(f"{caption}.")]
    if others:
        told = Counter(CAUSES[o.cause][0] for those in others.values() for o in those)
        words = ", ".join(f"{n:,} {word}" for word, n in told.items())
        parts.append(display.folded(words, _reasons("Nothing to be mended", others)))
    return display.Fragment(display.fragment(*parts), caption)


def _reasons(caption: str, reasons: Mapping[tuple[Cause, str], list[NotAssessed]]) -> Markup:
    body = [
        (
            display.lines([word for word in (CAUSES[cause][0], display.quiet(CAUSES[cause][1])) if word]),
            reason,
            display.names(_known(o.check for o in those)),
            display.names(_known(o.table or "the whole source" for o in those)),
        )
        for (cause, reason), those in reasons.items()
    ]
    return display.table(caption, ("Cause", "Reason", "Checks", "Tables"), body, more="audit.not_assessed")


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


def _known(words: Iterable[str]) -> list[str]:
    return sorted(set(words))


def _figure(figure: figures.Figure | None, otherwise: str) -> go.Figure:
    """Return a figure as Plotly draws it; where there is nothing to draw it says so."""
    import plotly.graph_objects as go

    figure = figure or figures.Figure("empty", otherwise.capitalize(), "", (), ())
    chart = go.Figure(_matrix(figure) if figure.layout == "matrix" else _bars(figure))
    chart.update_layout(
        template="none", title={"text": figure.title, "x": 0, "font": {"size": 15}}, font={"size": 12, "color": INK},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}, barmode="stack", bargap=0.35,
        height=150 + 28 * len(figure.bars), margin={"l": 10, "r": 10, "t": 60, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", meta={RENDERER: figure.to_dict()},
    )  # fmt: skip
    unit = None if figure.layout == "matrix" else figure.unit
    chart.update_yaxes(autorange="reversed", automargin=True, visible=bool(figure.bars), showgrid=False, zeroline=False)
    chart.update_xaxes(title=unit, automargin=True, visible=bool(figure.bars), showgrid=unit is not None, gridcolor=GRID, zeroline=False)
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
        text=[[str(n) if n else "" for n in bar.values] for bar in figure.bars], texttemplate="%{text}", textfont={"color": "#fff"},
        showscale=False, xgap=2, ygap=2, zmin=0, colorscale=[[0, "rgba(128,128,128,0.1)"], [1e-6, "#4f759f"], [1, "#1f4a78"]],
        hovertemplate=f"%{{y}}, %{{x}}: %{{z}} {figure.unit}<extra></extra>",
    )  # fmt: skip
