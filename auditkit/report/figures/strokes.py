"""What figures are drawn with: shades, rectangles, words, each as a piece of SVG that stands alone.

A shade has a contrast of 3 to 1 or more on white and on the black of a dark theme alike, because a figure
does not know on which it stands (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from auditkit.html_tables import seen

WIDTH = 640
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
TONES = {
    "critical": "#c42a5b", "high": "#cc4a12", "medium": "#a86a00", "low": "#4178b5", "waived": "#7f8896",
    "calm": "#2f8371", "ink": "#4178b5", "late-1": "#c2843d", "late-2": "#c06a2a", "late-3": "#b5521f",
    "late-4": "#a8431f", "root": "#8a63b8", "direct": "#4178b5", "derived": "#2f8371",
    "membership": "#1f8a99", "global": "#7f8896", "unknown": "#cc4a12",
}  # fmt: skip


def clip(label: str, width: float) -> str:
    """Return a label cut to a width in pixels."""
    label = seen(label)
    most = int((width - 12) / 7.3)
    return label if len(label) <= most else label[: most - 1] + "…"


def rect(x: float, y: float, width: float, height: float, tone: str) -> str:
    """Return a rectangle in a tone, with an edge that is seen on any ground."""
    # The waived are hollow, so that they differ from the open without colour.
    hollow = f'fill="none" stroke="{TONES["waived"]}" stroke-dasharray="3 2"'
    solid = (
        f'fill="{TONES.get(tone, TONES["ink"])}" stroke="currentColor" stroke-opacity="0.35"'
        ' stroke-width="0.7"'
    )
    paint = hollow if tone == "waived" else solid
    inset = 0.5 if tone == "waived" else 0
    place = (
        f'x="{x + inset:.1f}" y="{y + inset}" width="{width - 2 * inset:.1f}" height="{height - 2 * inset}"'
    )
    return f'<rect class="ak-{escape(tone)}" {place} rx="2" {paint}/>'


def legend(entries: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """Return a legend of tones and their words, in as many lines as it needs, and its height."""
    out, x, y = [], 0.0, 2.0
    for tone, label in entries:
        width = 16 + 6.9 * len(label) + 14
        x, y = (0.0, y + 18) if x and x + width > WIDTH else (x, y)
        out.append(rect(x, y, 11, 11, tone) + text(x + 16, y + 10, label, small=True))
        x += width
    return "".join(out), int(y) + 20


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    small: bool = False,
    bold: bool = False,
    title: str = "",
) -> str:
    """Return words at a place; `title` is shown where a pointer rests."""
    style = (' font-size="11.5" fill-opacity="0.8"' if small else "") + (' font-weight="600"' if bold else "")
    hover = f"<title>{escape(seen(title))}</title>" if title and title != words else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{hover}{escape(seen(words))}</text>'
