"""How a notebook shows figures without loading anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from auditkit.extras import require
from auditkit.html_tables import fragment, seen
from auditkit.report.figures import Figure, numbers, svg
from auditkit.report.figures.interactive import META

RENDERER, NUMBERS = "auditkit", "auditkit-numbers"


def use_offline_renderer() -> None:
    """Make Plotly show figures without loading anything from elsewhere, each with its numbers as a table.

    JupyterLab draws the figure from its data; a saved page shows the static drawing of the report. Plotly's
    own renderers either leave the figure out of a saved page, or put 5 MB of script and the address of a
    server into it.
    """
    require("report", "figures need")
    import plotly.io as pio
    from plotly.io.base_renderers import ExternalRenderer, MimetypeRenderer

    class Quiet(MimetypeRenderer):  # type: ignore[misc]
        """The figure's data for JupyterLab, and our own drawing for everything else."""

        def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, Any]:
            bundle: dict[str, Any] = {"application/vnd.plotly.v1+json": fig_dict}
            figure = _figure(fig_dict)
            if figure is not None:
                title = f"<p><strong>{escape(seen(figure.title))}</strong></p>"
                bundle["text/html"] = f"{title}{svg.draw(figure)}"
            return bundle

    class Numbers(ExternalRenderer):  # type: ignore[misc]
        """The numbers of the figure, below it."""

        def render(self, fig_dict: dict[str, Any]) -> None:
            figure = _figure(fig_dict)
            if figure is not None and figure.bars:
                from IPython.display import HTML, display

                display(HTML(fragment(numbers.html(figure))))  # type: ignore[no-untyped-call]

    pio.renderers[RENDERER], pio.renderers[NUMBERS] = Quiet(), Numbers()
    pio.renderers.default = f"{RENDERER}+{NUMBERS}"


def _figure(drawn: dict[str, Any]) -> Figure | None:
    """Return the numbers that one of our figures was drawn from; None for a figure of somebody else."""
    ours = (drawn.get("layout", {}).get("meta") or {}).get(META)
    return Figure.from_dict(ours) if ours else None
