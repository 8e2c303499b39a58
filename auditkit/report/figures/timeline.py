"""The observed leaks on a line of time: since when, until when, and whether rows of the last days are among
them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from auditkit.incident import RECENT_DAYS
from auditkit.record import AuditRecord
from auditkit.report.case import Case
from auditkit.report.case import words as words_of
from auditkit.report.figures import MAX_BARS, Bar, Figure, Series
from auditkit.report.figures.strokes import TONES, WIDTH, clip, legend, rect, text
from auditkit.report.incidents import where
from auditkit.report.say import say

GOES_ON, ENDED = range(2)
_LEFT, _ROW = 230, 38
_ROOM = WIDTH - _LEFT - 30
_FAINT = 'stroke="currentColor" stroke-opacity="0.15"'
_TODAY = f'stroke="{TONES["critical"]}" stroke-dasharray="4 3"'


def leaks(audit: AuditRecord) -> Figure | None:
    """Return the observed leaks by their first and last day; None where nothing is known of any."""
    case = Case(audit)
    known = [(f, case.incidents[f.fingerprint]) for f in case.leaks if f.fingerprint in case.incidents]
    if not known:
        return None
    bars = []
    for finding, incident in known:
        days = (incident.first, incident.last) if incident.first and incident.last else ()
        spans = (
            *(date.fromisoformat(d).toordinal() for d in days),
            *((GOES_ON if incident.goes_on else ENDED,) if days else ()),
        )
        rows = say("count.rows", n=finding.rows or 0)
        note = say("figure.note", what=words_of(finding.check).title, rows=rows)
        note = note if days else say("figure.unknown_days", note=note)
        bars.append(Bar(where(finding), tuple(spans), note))
    bars.sort(key=lambda b: (not b.values, b.values[:1], b.label, b.note))
    series = (
        Series(say("figure.goes_on", days=RECENT_DAYS), "high"),
        Series(say("figure.ended"), "low"),
    )
    return Figure(
        "incidents",
        say("figure.leaks", known=len(known), of=len(case.leaks)),
        "",
        series,
        tuple(bars[:MAX_BARS]),
        "timeline",
        max(0, len(bars) - MAX_BARS),
        mark=audit.as_of.toordinal(),
    )


def words(figure: Figure) -> str:
    """Return a timeline as a sentence."""
    return "; ".join(f"{bar.label}, {bar.note}{span(figure, bar)}" for bar in figure.bars) + "."


def span(figure: Figure, bar: Bar) -> str:
    """Return the days of a bar in words; nothing where they are not known."""
    if not bar.values:
        return ""
    first, last, series = bar.values
    days = {"first": date.fromordinal(first), "last": date.fromordinal(last)}
    return ", " + say("figure.span", **days, series=figure.series[series].label)


def reach(figure: Figure) -> tuple[int, int]:
    """Return the first and the last day of the axis."""
    days = [d for bar in figure.bars for d in bar.values[:2]] + (
        [figure.mark] if figure.mark is not None else []
    )
    return (min(days, default=1), max(max(days, default=2), min(days, default=1) + 1))


def drawn(figure: Figure) -> tuple[str, int]:
    """Return a timeline as SVG, and its height."""
    key, top = legend((s.tone, s.label) for s in figure.series)
    bottom = top + _ROW * len(figure.bars) + 4
    first, last = reach(figure)
    scale = _ROOM / (last - first)

    def x(day: int) -> float:
        return _LEFT + (day - first) * scale

    out = [key]
    for day, label in ticks(first, last):
        out.append(_upright(x(day), top, bottom, _FAINT))
        out.append(text(x(day), bottom + 14, label, anchor="middle", small=True))
    if figure.mark is not None:
        label = say("figure.mark", day=date.fromordinal(figure.mark))
        out.append(_upright(x(figure.mark), top, bottom, _TODAY))
        out.append(text(x(figure.mark), bottom + 29, label, anchor="end", small=True))
    for i, bar in enumerate(figure.bars):
        out.append(_drawn_bar(figure, bar, top + i * _ROW, x))
    return "".join(out), bottom + 36


def _upright(x: float, top: int, bottom: int, paint: str) -> str:
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" {paint}/>'


def _drawn_bar(figure: Figure, bar: Bar, y: int, x: Callable[[int], float]) -> str:
    """Return a bar at a height, with its words before it; `x` says where a day is."""
    words = text(_LEFT - 10, y + 14, clip(bar.label, _LEFT), anchor="end", title=bar.label)
    words += text(_LEFT - 10, y + 28, clip(bar.note, _LEFT), anchor="end", small=True, title=bar.note)
    if not bar.values:
        return words + text(_LEFT + 4, y + 19, say("figure.no_clock"), small=True)
    start, end, series = bar.values
    width = max(4.0, x(end) - x(start))
    begin = min(x(start), _LEFT + _ROOM - width)
    return words + rect(begin, y + 6, width, 16, figure.series[series].tone)


def ticks(first: int, last: int) -> list[tuple[int, str]]:
    """Return at most seven marks of an axis of days: beginnings of years or of months.

    >>> [label for _, label in ticks(date(2025, 6, 1).toordinal(), date(2026, 11, 22).toordinal())]
    ['2025-07', '2025-10', '2026', '2026-04', '2026-07', '2026-10']
    """
    begin, end = date.fromordinal(first), date.fromordinal(last)
    months = range(begin.year * 12 + begin.month, end.year * 12 + end.month)
    for step in (1, 2, 3, 6, 12, 24, 60, 120, 600):
        chosen = [m for m in months if m % step == 0]
        if len(chosen) <= 7:
            break
    at = [date(m // 12, m % 12 + 1, 1) for m in chosen]
    return [(d.toordinal(), f"{d:%Y}" if step >= 12 or d.month == 1 else f"{d:%Y-%m}") for d in at]
