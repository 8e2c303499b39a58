"""The numbers of a figure as a table: for those who do not see it, and for those who want them exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from markupsafe import Markup

from auditkit.html_tables import folded, table
from auditkit.report.figures import Bar, Figure
from auditkit.report.say import say

Row = Sequence[object]


def head(figure: Figure) -> tuple[str, ...]:
    """Return the heads of the columns.

    >>> from auditkit.report.figures import Series
    >>> figure = Figure("f", "Rows", "rows", (Series("open", "high"),), (Bar("users", (3,)),))
    >>> head(figure), list(rows(figure))
    (('What', 'open'), [('users', 3)])
    """
    match figure.layout:
        case "timeline":
            return _heads("where what first last days")
        case "network":
            return _heads("table kind evidence refers")
    notes = _heads("note") if any(bar.note for bar in figure.bars) else ()
    return (*_heads("what"), *(series.label for series in figure.series), *notes)


def rows(figure: Figure) -> Iterator[Row]:
    """Yield the rows, one for each bar, node or line."""
    has_notes = any(bar.note for bar in figure.bars)
    for place, bar in enumerate(figure.bars):
        match figure.layout:
            case "timeline":
                yield (bar.label, bar.note, *_days(figure, bar))
            case "network":
                kind = figure.series[bar.values[0]].label
                targets = [figure.bars[b].label for a, b, _ in figure.links if a == place]
                yield (bar.label, kind, bar.note, ", ".join(targets))
            case _:
                yield (bar.label, *bar.values, *((bar.note,) if has_notes else ()))


def html(figure: Figure) -> Markup:
    """Return the numbers as a table that opens where a reader clicks; nothing for a figure without any."""
    if not figure.bars:
        return Markup("")
    heads = head(figure)
    numeric = () if figure.layout in ("timeline", "network") else heads[1:]
    shown = table(figure.title, heads, list(rows(figure)), numeric=numeric, more="the figure")
    return folded(say("page.numbers"), shown)


def _heads(keys: str) -> tuple[str, ...]:
    return tuple(say(f"figure.head.{key}") for key in keys.split())


def _days(figure: Figure, bar: Bar) -> tuple[object, ...]:
    if not bar.values:
        return (None, None, None)
    first, last, series = bar.values
    return (date.fromordinal(first), date.fromordinal(last), figure.series[series].label)
