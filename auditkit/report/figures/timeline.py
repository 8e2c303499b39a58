"""The observed leaks on a line of time: since when, until when, and whether rows of the last days are among
them.
"""

from __future__ import annotations

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
    left, row, room = 230, 38, WIDTH - 230 - 30
    first, last = reach(figure)
    scale = room / (last - first)
    bottom = top + row * len(figure.bars) + 4
    out = [key]
    for at, label in ticks(first, last):
        x = left + (at - first) * scale
        out.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" stroke="currentColor"'
            ' stroke-opacity="0.15"/>'
        )
        out.append(text(x, bottom + 14, label, anchor="middle", small=True))
    if figure.mark is not None:
        x = left + (figure.mark - first) * scale
        line = (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" stroke="{TONES["critical"]}"'
            ' stroke-dasharray="4 3"/>'
        )
        out.append(
            line
            + text(
                x,
                bottom + 29,
                say("figure.mark", day=date.fromordinal(figure.mark)),
                anchor="end",
                small=True,
            )
        )
    for i, bar in enumerate(figure.bars):
        y = top + i * row
        out.append(text(left - 10, y + 14, clip(bar.label, left), anchor="end", title=bar.label))
        out.append(text(left - 10, y + 28, clip(bar.note, left), anchor="end", small=True, title=bar.note))
        if bar.values:
            start, end, series = bar.values
            width = max(4.0, (end - start) * scale)
            out.append(
                rect(
                    min(left + (start - first) * scale, left + room - width),
                    y + 6,
                    width,
                    16,
                    figure.series[series].tone,
                )
            )
        else:
            out.append(text(left + 4, y + 19, say("figure.no_clock"), small=True))
    return "".join(out), bottom + 36


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
