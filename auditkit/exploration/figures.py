"""The figures of an exploration as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

from auditkit.exploration.hiding import Hiding
from auditkit.html_tables import count
from auditkit.report.figures import Bar, Figure, Series
from auditkit.report.figures.lines import MAX_LINES
from auditkit.report.wording import period_words
from auditkit.scanners.retention.other_periods import Effect


def coarser_figure(found: Sequence[Hiding]) -> Figure | None:
    """Return how many rows stay alone as the quasi-identifiers get coarser, for the table with the most rows.

    None where no row is alone, or nothing was counted.
    """
    hiding = next((h for h in found if h.steps and h.rows), None)
    if hiding is None:
        return None
    rows = hiding.rows or 0
    steps = [("as it is", hiding.alone, hiding.below), *((s.change, s.alone, s.below) for s in hiding.steps)]
    return Figure(
        "coarser",
        f"How many of {rows:,} rows of {hiding.table} stay alone as columns get coarser?",
        "rows",
        (
            Series("alone", "high"),
            Series(f"in a group below {hiding.limit}", "medium"),
            Series(f"in a group of {hiding.limit} or more", "calm"),
        ),
        tuple(
            Bar(change, (alone, below - alone, rows - below), f"{alone:,} alone")
            for change, alone, below in steps
        ),
    )


def what_if_figure(effects: Sequence[Effect]) -> Figure | None:
    """Return the numbers of `what_if`, the rule with the most rows first; None where nothing was counted."""
    counted = [e for e in effects if e.missing is None and e.overdue]
    periods = [p for p in counted[0].overdue if all(p in e.overdue for e in counted)] if counted else []
    if not periods:
        return None
    bars = [
        Bar(
            f"{e.table} ({e.rule})" if e.rule else e.table,
            tuple(e.overdue[p] for p in periods),
            period_words(e.current) if e.current else "",
        )
        for e in counted
    ]
    bars.sort(key=lambda b: (-max(b.values), b.label))
    rows = count(sum(e.of or 0 for e in counted), "row")
    return Figure(
        "what-if",
        f"How many of {rows} would be overdue, by the period that they may be kept?",
        "rows",
        tuple(Series(period_words(p), "ink") for p in periods),
        tuple(bars[:MAX_LINES]),
        "lines",
        hidden=max(0, len(bars) - MAX_LINES),
    )
