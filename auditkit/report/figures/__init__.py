"""The figures of an audit as plain numbers: what the report draws as SVG and a notebook as Plotly.

A figure is a set of bars, each split into the same series. No figure holds anything but counts and names of
schema objects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from auditkit.outcome import Finding, Severity
from auditkit.record import AuditRecord
from auditkit.report.say import day_words, say
from auditkit.report.wording import kind_words
from auditkit.vocabulary import PRESENT, Sensitivity

Layout = Literal["bars", "matrix", "lines", "timeline", "network"]
MAX_BARS = 24
AGE_BANDS = ("overdue_to_1_1x", "overdue_to_1_5x", "overdue_to_3x", "overdue_over_3x")
"""The details of `retention-overdue` that count rows by how late they are."""
CLASS_BANDS = {
    "classes_1": (1, 1), "classes_2": (2, 2), "classes_3_4": (3, 4), "classes_5_9": (5, 9),
    "classes_10_19": (10, 19), "classes_20_up": (20, None),
}  # fmt: skip
"""The details of `reidentification-low-k` that count groups by their size, each with its bounds."""


@dataclass(frozen=True)
class Series:
    """One colour of a figure; `tone` names it, so that each renderer picks its own shade."""

    label: str
    tone: str


@dataclass(frozen=True)
class Bar:
    """One bar: a value for each series, and what is said beside it."""

    label: str
    values: tuple[int, ...]
    note: str = ""
    tone: str = ""
    """Its own colour, where its series leaves that to each bar."""


@dataclass(frozen=True)
class Figure:
    """A figure: bars, a matrix of the same numbers, lines over the series, a timeline or a network.

    Of a timeline the values of a bar are its first and its last day (ordinals; none where they are not known)
    and its series; of a network a bar is a node, and its one value is its series.
    """

    name: str
    title: str
    unit: str
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    layout: Layout = "bars"
    hidden: int = 0
    """How many bars were left out."""
    links: tuple[tuple[int, int, str], ...] = ()
    """Of a network: from which bar to which, and in what way."""
    mark: int | None = None
    """Of a timeline: the day of the audit."""
    reads: str = "figure.after"
    """Of lines: the sentence by which a number and its step are read aloud."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Figure:
        """Return the figure that `to_dict` wrote.

        >>> figure = Figure("f", "Rows", "rows", (Series("open", "high"),), (Bar("users", (3,)),))
        >>> Figure.from_dict(figure.to_dict()) == figure
        True
        """
        series = tuple(Series(**s) for s in data["series"])
        bars = tuple(Bar(b["label"], tuple(b["values"]), b["note"], b.get("tone", "")) for b in data["bars"])
        links = tuple(tuple(link) for link in data.get("links", ()))
        return cls(**{**data, "series": series, "bars": bars, "links": links})


def personal_data(audit: AuditRecord) -> Figure | None:
    """Return the columns that hold personal data, by table and by kind; None where none was found."""
    found = [c for c in audit.columns if c.verdict in PRESENT and c.entity]
    counts = Counter((c.table, kind_words(c.entity)) for c in found)
    present = {kind for _, kind in counts}
    kinds = [k for k in (say(f"risk.kind.{s.value}") for s in Sensitivity) if k in present]
    totals = Counter[str]()
    for (table, _), n in counts.items():
        totals[table] += n
    tables = sorted(totals, key=lambda t: (-totals[t], t))
    if not tables:
        return None
    bars = tuple(Bar(table, tuple(counts[table, kind] for kind in kinds)) for table in tables[:MAX_BARS])
    title = say("figure.personal", found=len(found), of=len(audit.columns))
    return Figure(
        "personal-data", title, say("figure.unit.columns"),
        tuple(Series(k, "ink") for k in kinds), bars, "matrix", hidden=max(0, len(tables) - MAX_BARS),
    )  # fmt: skip


def overdue(audit: AuditRecord) -> Figure | None:
    """Return the overdue rows of each table by how late they are; None where no finding of
    `retention-overdue` says so.
    """
    found = [
        f for f in audit.findings if f.check == "retention-overdue" and any(k in f.detail for k in AGE_BANDS)
    ]
    if not found:
        return None
    bars = [Bar(_place(f), tuple(_count(f, key) for key in AGE_BANDS), _cut_off(f)) for f in found]
    bars.sort(key=lambda b: (-sum(b.values), b.label))
    series = tuple(
        Series(label, f"late-{i}") for i, label in enumerate((say(f"figure.{band}") for band in AGE_BANDS), 1)
    )
    late, of = sum(f.rows or 0 for f in found), sum(f.of or 0 for f in found)
    title, unit, hidden = (
        say("figure.overdue", late=late, of=of),
        say("figure.unit.rows"),
        max(0, len(bars) - MAX_BARS),
    )
    return Figure("overdue", title, unit, series, tuple(bars[:MAX_BARS]), hidden=hidden)


def class_sizes(audit: AuditRecord) -> tuple[Figure, ...]:
    """Return, for each finding of `reidentification-low-k`, how many groups of alike people have which
    size.
    """
    found = [
        f
        for f in audit.findings
        if f.check == "reidentification-low-k" and any(k in f.detail for k in CLASS_BANDS)
    ]
    return tuple(_classes(f) for f in found[:6])


def _classes(finding: Finding) -> Figure:
    k = _count(finding, "k")
    series = (
        Series(say("figure.below_k"), "high"),
        Series(say("figure.partly_below_k"), "medium"),
        Series(say("figure.k_or_more"), "calm"),
    )
    bars = []
    for key, (low, high) in CLASS_BANDS.items():
        label = _size(low, high)
        place = 0 if high is not None and high < k else 1 if low < k else 2
        bars.append(Bar(label, tuple(_count(finding, key) if i == place else 0 for i in range(3))))
    used = tuple(i for i in range(3) if i != 1 or any(b.values[1] for b in bars))
    bars = [Bar(b.label, tuple(b.values[i] for i in used)) for b in bars]
    counts = {"rows": finding.rows or 0, "of": finding.of or 0}
    title = say("figure.classes_k" if k else "figure.classes", table=finding.table, k=k, **counts)
    name, unit = f"class-sizes-{finding.fingerprint}", say("figure.unit.groups")
    return Figure(name, title, unit, tuple(series[i] for i in used), tuple(bars))


def _size(low: int, high: int | None) -> str:
    if high is None:
        return say("figure.size_up", low=low)
    return say("figure.size", n=low) if low == high else say("figure.sizes", low=low, high=high)


def severities(audit: AuditRecord) -> Figure | None:
    """Return the findings by severity, the waived apart; None where there is no finding."""
    if not audit.findings:
        return None
    counts = Counter((f.severity, f.waiver is not None) for f in audit.findings)
    bars = tuple(
        Bar(say(f"severity.{s.value}"), (counts[s, False], counts[s, True]), tone=s.value)
        for s in reversed(Severity)
    )
    series = (Series(say("figure.open"), "severity"), Series(say("figure.waived"), "waived"))
    return Figure(
        "findings", say("figure.severities", n=len(audit.findings)), say("figure.unit.findings"), series, bars
    )


def _place(finding: Finding) -> str:
    return f"{finding.table} ({finding.target})" if finding.target else str(finding.table)


def _cut_off(finding: Finding) -> str:
    day = finding.detail.get("cut_off")
    return say("figure.kept_since", day=day_words(str(day))) if day else ""


def _count(finding: Finding, key: str) -> int:
    value = finding.detail.get(key)
    return int(value) if isinstance(value, int | float) else 0
