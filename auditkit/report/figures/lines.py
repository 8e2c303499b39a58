"""A figure of lines: a number for each step, one line for each thing that is compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from auditkit.report.figures import Figure
from auditkit.report.figures.strokes import TONES, WIDTH, clip, text
from auditkit.report.say import number_words, say

MAX_LINES = 8
STROKES = (
    ("critical", ""), ("low", "7 3"), ("calm", "2 3"), ("medium", ""),
    ("root", "7 3"), ("membership", "2 3"), ("high", ""), ("waived", "7 3"),
)  # fmt: skip
"""The tone and the dashes of each line, so that lines can be parts apart without colour."""


def is_noted(figure: Figure) -> bool:
    """Return whether any line has a ring."""
    return any(bar.note in {series.label for series in figure.series} for bar in figure.bars)


def note() -> str:
    """Return what a ring means."""
    return say("figure.ring")


def words(figure: Figure) -> str:
    """Return lines as a sentence."""
    parts = []
    for bar in figure.bars:
        steps = zip(bar.values, figure.series, strict=True)
        after = [
            say("figure.declared_step" if s.label == bar.note else figure.reads, n=n, step=s.label)
            for n, s in steps
        ]
        parts.append(f"{bar.label}: {', '.join(after)}")
    return "; ".join(parts) + "."


def drawn(figure: Figure) -> tuple[str, int]:
    """Return lines as SVG, and their height; each begins at its name, and has a ring at the declared
    period.
    """
    left, right, top, height = 180, 60, 12, max(200, 20 * len(figure.bars))
    most = max((n for bar in figure.bars for n in bar.values), default=0) or 1
    steps = max(1, len(figure.series) - 1)
    room = WIDTH - left - right

    def x(i: int) -> float:
        return left + room * i / steps

    def y(n: float) -> float:
        return top + height * (1 - n / most)

    out = _grid(left, room, most, y)
    widest = max((len(series.label) for series in figure.series), default=0)
    every = math.ceil((6.9 * widest + 8) * steps / room) or 1
    out += [
        text(x(i), top + height + 20, series.label, anchor="middle", small=True)
        for i, series in enumerate(figure.series)
        if (steps - i) % every == 0
    ]
    ends = _apart([y(bar.values[0]) for bar in figure.bars], last=float(top + height))
    for bar, end, (tone, dashes) in zip(figure.bars, ends, STROKES, strict=False):
        places = [(x(i), y(n)) for i, n in enumerate(bar.values)]
        points = " ".join(f"{at:.1f},{up:.1f}" for at, up in places)
        paint = f'stroke="{TONES[tone]}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
        out.append(
            f'<polyline points="{left - 16},{end:.1f} {points}" fill="none" stroke-width="2" {paint}/>'
        )
        dot = f'r="2.5" fill="{TONES[tone]}"'
        ring = f'r="5" fill="none" stroke="{TONES[tone]}" stroke-width="1.6"'
        for (at, up), series in zip(places, figure.series, strict=True):
            out.append(f'<circle cx="{at:.1f}" cy="{up:.1f}" {ring if series.label == bar.note else dot}/>')
        out.append(text(left - 20, end + 4, clip(bar.label, left - 20), anchor="end", title=bar.label))
    if is_noted(figure):
        out.append(text(left, top + height + 38, note(), small=True))
    return "".join(out), top + height + 46


def _grid(left: int, room: int, most: int, y: Callable[[float], float]) -> list[str]:
    """Return the lines of nothing, half and the most, each with its number; `y` says where a number is."""
    out = []
    for part in (0, 0.5, 1):
        at = y(most * part)
        out.append(
            f'<line x1="{left}" x2="{left + room}" y1="{at:.1f}" y2="{at:.1f}" stroke="currentColor"'
            ' stroke-opacity="0.15"/>'
        )
        out.append(text(left + room + 8, at + 4, number_words(round(most * part)), small=True))
    return out


def _apart(places: Sequence[float], last: float, gap: float = 16) -> list[float]:
    """Return places so that none is nearer than a gap to the next and none is beyond the last, each near to
    its own.

    >>> _apart([10, 10, 50], last=60), _apart([60, 60, 60], last=60)
    ([10.0, 26.0, 50.0], [28.0, 44.0, 60.0])
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    heights: dict[int, float] = {}
    below = float("-inf")
    for i in order:
        heights[i] = below = max(float(places[i]), below + gap)
    above = float(last) + gap
    for i in reversed(order):
        heights[i] = above = min(heights[i], above - gap)
    return [heights[i] for i in range(len(places))]
