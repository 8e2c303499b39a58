"""Plotly figures of an audit, for notebooks: interactive in JupyterLab, static and without a script wherever
else the notebook is read.

The numbers are those of the report's own figures; no figure holds a value of anybody's data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit import html_tables, sortable
from auditkit.audit.audit import Audit
from auditkit.catalogue import catalogue
from auditkit.detection import Profile
from auditkit.exploration.figures import coarser_figure, what_if_figure
from auditkit.incident import RECENT_DAYS
from auditkit.outcome import Cause, Finding, NotAssessed, Outcome, Severity
from auditkit.policy import Policy
from auditkit.record import Group, next_step
from auditkit.relations import ScopeKind
from auditkit.relations.tenant_map import UNSEEN, TenantMap
from auditkit.report import figures, manifest, text
from auditkit.report import incidents as in_words
from auditkit.report.case import Case, words
from auditkit.report.causes import reasons
from auditkit.report.figures import meetings, network, timeline
from auditkit.report.figures.interactive import drawn
from auditkit.report.figures.offline import RENDERER, use_offline_renderer
from auditkit.report.risk import sections
from auditkit.report.run_index import Point, trend_of
from auditkit.report.terminal import MOST_PAIRS
from auditkit.report.wording import cause_words
from auditkit.scanners.retention.other_periods import Effect

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from markupsafe import Markup

    from auditkit.exploration.hiding import Hiding

__all__ = [
    "RENDERER", "class_sizes", "coarser", "coverage", "effects", "findings", "incident_days", "incidents",
    "not_assessed", "outcomes", "overdue", "personal_data", "risks", "rows", "tenant_map", "tenant_pairs",
    "tenants", "trend", "use_offline_renderer", "what_if", "what_if_figure",
]  # fmt: skip


def personal_data(found: Audit | Profile) -> go.Figure:
    """Return the columns with personal data, by table and kind."""
    if isinstance(found, Profile):
        found = Audit(outcomes=(), source="", as_of=date.min, columns=found.columns)
    return drawn(figures.personal_data(found), "no personal data was found by these detectors")


def overdue(audit: Audit) -> go.Figure:
    """Return the rows past their retention period, by how late they are, with the cut-off of each table."""
    nothing = _nothing(audit, {"retention-overdue"}, "no rows past their period were found")
    return drawn(figures.overdue(audit), nothing)


def class_sizes(audit: Audit) -> go.Figure:
    """Return how many equivalence classes have which size, for the finding with the smallest class."""
    every = figures.class_sizes(audit)
    nothing = _nothing(audit, {"reidentification-low-k"}, "no groups smaller than k were found")
    return drawn(every[0] if every else None, nothing)


def coarser(found: Sequence[Hiding]) -> go.Figure:
    """Return how many rows stay alone as the quasi-identifiers get coarser, for the table with the most."""
    reason = next((h.reason for h in found if h.reason), "no rows are alone, or no column may identify them")
    return drawn(coarser_figure(found), f"not counted: {reason}")


def findings(audit: Audit) -> go.Figure:
    """Return the findings by severity; waived findings are counted apart."""
    return drawn(figures.severities(audit), _nothing(audit, None, "no violation was found"))


def rows(audit: Audit) -> go.Figure:
    """Return the rows that break the policy, by place and by severity.

    A finding about a whole column or table has no rows to count.
    """
    counts: dict[str, Counter[Severity]] = {}
    for finding in audit.findings:
        if finding.rows:
            where = text.place_of(finding)
            counts.setdefault(where, Counter())[finding.severity] += finding.rows
    levels = [s for s in reversed(Severity) if any(s in count for count in counts.values())]
    bars = [figures.Bar(where, tuple(count[s] for s in levels)) for where, count in counts.items()]
    series = tuple(figures.Series(s.value, s.value) for s in levels)
    title = f"Where do rows break the policy? {html_tables.count(len(counts), 'place')}"
    shown, hidden = tuple(bars[: figures.MAX_BARS]), max(0, len(bars) - figures.MAX_BARS)
    figure = figures.Figure("rows", title, "rows", series, shown, hidden=hidden) if bars else None
    return drawn(figure, _nothing(audit, None, "no rows that break the policy were found"))


def coverage(audit: Audit) -> go.Figure:
    """Return how often each check found something, passed, or could not be assessed."""
    counts = Counter((o.check, o.verdict) for o in audit.outcomes)
    series = (
        figures.Series("findings", "high"),
        figures.Series("passed", "calm"),
        figures.Series("not assessed", "waived"),
    )
    bars = tuple(
        figures.Bar(check, tuple(counts[check, verdict] for verdict in ("finding", "passed", "not_assessed")))
        for check in sorted({check for check, _ in counts})
    )
    title = f"What became of each check? {html_tables.count(len(audit.outcomes), 'outcome')}"
    figure = figures.Figure("coverage", title, "outcomes", series, bars) if bars else None
    return drawn(figure, "no outcome was found by these checks")


def not_assessed(audit: Audit) -> html_tables.Fragment:
    """Return what was not assessed as tables: errors, what one can repair, and, folded away, the rest."""
    repairable = [group for group in audit.by_cause if group.not_assessed and not group.is_hidden]
    others = [group for group in audit.by_cause if group.not_assessed and group.is_hidden]
    caption = (
        f"{len(audit.not_assessed):,} of {html_tables.count(len(audit.outcomes), 'outcome')} not assessed"
    )
    parts = [
        _reasons(f"{caption}; with a remedy:", repairable)
        if repairable
        else html_tables.paragraph(f"{caption}.")
    ]
    if others:
        counts = Counter(cause_words(o.cause) for group in others for o in group.not_assessed)
        summary = ", ".join(f"{n:,} {cause}" for cause, n in counts.items())
        parts.append(html_tables.folded(summary, _reasons("Nothing to repair", others)))
    return html_tables.Fragment(sortable.fragment(*parts), caption)


def outcomes(audit: Audit) -> html_tables.Fragment:
    """Return every outcome as a table to sort, search and filter: findings first, then what was not seen."""
    ordered: list[Outcome] = [*audit.findings, *audit.not_assessed, *audit.passed]
    body = [
        (
            o.verdict.replace("_", " "),
            o.severity.value if isinstance(o, Finding) else "",
            o.title,
            o.where,
            o.rows if isinstance(o, Finding) else None,
            o.reason if isinstance(o, NotAssessed) else None,
            o.check,
            o.fingerprint[:8],
        )
        for o in ordered
    ]
    head = ("Verdict", "Severity", "What", "Where", "Rows", "Reason", "Check", "Fingerprint")
    caption = html_tables.count(len(ordered), "outcome")
    choices = ("Verdict", "Severity", "Check")
    shown = sortable.table(caption, head, body, numeric=("Rows",), choose=choices, more="audit.to_pandas()")
    return html_tables.Fragment(sortable.fragment(shown), caption)


def incidents(audit: Audit) -> html_tables.Fragment:
    """Return the observed leaks as a table: what GDPR Art. 33(3) asks and a check can measure.

    Whether a leak is a personal data breach is for a person to say.
    """
    case = Case(audit)
    caption = f"{html_tables.count(len(case.leaks), 'incident')} to assess under GDPR Art. 33 and 34"
    if not case.leaks:
        nothing = _nothing(audit, _about_incidents(), "No leak between tenants was found")
        return html_tables.Fragment(html_tables.fragment(html_tables.paragraph(f"{nothing}.")), caption)
    body = []
    for finding in case.leaks:
        incident = case.incidents.get(finding.fingerprint)
        pairs, more = in_words.met(incident, MOST_PAIRS)
        rest = [html_tables.quiet(f"and {html_tables.count(more, 'more pair')}")] if more else []
        body.append(
            (
                in_words.where(finding),
                words(finding.check).title,
                in_words.days(incident),
                in_words.goes_on(incident),
                finding.rows,
                in_words.subjects(finding, incident),
                html_tables.lines([*map(html_tables.whole, pairs), *rest]),
                in_words.data(incident.categories) if incident else None,
            )
        )
    recent = f"In the last {RECENT_DAYS} days"
    head = (
        "Where",
        "What",
        "Days of the rows (UTC)",
        recent,
        "Rows",
        "Data subjects",
        "Tenants that meet",
        "Personal data in reach",
    )
    aware = (
        "The 72 hours of Art. 33(1) run from the moment the controller is aware. Consequences and measures"
        " are for a person to state."
    )
    shown = html_tables.table(caption, head, body, numeric=("Rows",), more="audit.incidents")
    return html_tables.Fragment(
        html_tables.fragment(shown, html_tables.paragraph(html_tables.quiet(aware))), caption
    )


def incident_days(audit: Audit) -> go.Figure:
    """Return the observed leaks on a time line, from the first to the last day of their rows."""
    nothing = _nothing(audit, _about_incidents(), "no leak between tenants was found")
    return drawn(timeline.leaks(audit), nothing)


def risks(audit: Audit, policy: Policy | str | Path | None = None) -> go.Figure:
    """Return how many of the risks of an assessment have which residual severity and likelihood.

    A position is proposed by the printed method, or stated by a named person in the policy.
    """
    declared = Policy.load(policy) if policy is not None else None
    figure = sections.matrix(Case(audit, declared))
    return drawn(figure, "not assessed: no risk has a position, because no personal data was seen")


def tenant_pairs(audit: Audit) -> go.Figure:
    """Return which tenants meet in the observed leaks, as a matrix of labels with the rows of each pair."""
    nothing = _nothing(audit, _about_incidents(), "no leak between tenants was found")
    unnamed = "not assessed: no pair of tenants could be named" if Case(audit).leaks else nothing
    return drawn(meetings.pairs(audit.incidents), unnamed)


def trend(runs: str | Path) -> go.Figure:
    """Return the findings of each run of a folder over time.

    Args:
        runs: the folder of the runs of one policy, such as `reports/shop`.
    """
    sealed = sorted(manifest.sealed_in(Path(runs)), key=lambda run: (str(run.contents["sealed"]), run.run))
    return drawn(trend_of(list(map(Point.of, sealed))), "not assessed: a trend needs two runs")


def tenant_map(found: TenantMap) -> go.Figure:
    """Return all tables by how they belong to a tenant, with the references between them."""
    return drawn(network.tenant_map(found), "no tables were found by these checks")


def tenants(found: TenantMap) -> html_tables.Fragment:
    """Return the tenant map as a table: every table with its scope and the evidence, what is unknown last."""
    unknown = sum(p.scope in (ScopeKind.UNKNOWN, UNSEEN) for p in found.tables)
    caption = f"{html_tables.count(len(found.tables), 'table')}, {unknown:,} of them unknown or not seen"
    body = []
    for p in found.tables:
        notes = ["rows without a tenant belong to everybody"] if p.null_is_shared else []
        notes += [f"also through {path}" for path in p.paths[1:]]
        notes += [f"{column} looks like a reference to an unknown table" for column in p.unknown]
        body.append(
            (network.scope_words(p.scope), p.table, p.evidence, html_tables.lines(notes) if notes else None)
        )
    head = ("Scope", "Table", "Evidence", "Notes")
    shown = sortable.table(caption, head, body, choose=("Scope",), more="`auditkit tenants`")
    return html_tables.Fragment(sortable.fragment(shown), caption)


def what_if(effects: Sequence[Effect]) -> go.Figure:
    """Return how many rows each retention rule would make overdue, by the period."""
    return drawn(what_if_figure(effects), "no rows under a retention rule were found by these checks")


def effects(found: Sequence[Effect]) -> html_tables.Fragment:
    """Return how many rows other periods would make overdue, as a table.

    The declared period of each rule is marked. A rule that cannot be counted says why.
    """
    periods = list(dict.fromkeys(p for e in found for p in e.overdue))
    counted = [e for e in found if e.missing is None]
    body: list[tuple[object, ...]] = [
        (e.table, e.rule or ", ".join(e.columns), e.of, *(_cell(e, p) for p in periods)) for e in counted
    ]
    caption = "Rows that would be overdue, by the period; a frame is the declared one"
    parts = [
        html_tables.table(
            caption,
            ("Table", "Rule", "Rows", *periods),
            body,
            numeric=("Rows", *periods),
            more="`auditkit retention`",
        )
    ]
    if missing := [(e.table, e.missing.reason) for e in found if e.missing is not None]:
        parts.append(
            html_tables.folded(
                f"{len(missing):,} not counted",
                html_tables.table("Not counted", ("Table", "Reason"), missing),
            )
        )
    return html_tables.Fragment(
        html_tables.fragment(*parts),
        f"{html_tables.count(len(counted), 'rule')}, {len(missing):,} not counted",
    )


def _about_incidents() -> frozenset[str]:
    """Return the checks whose findings may be personal data breaches."""
    return frozenset(id for id, check in catalogue().items() if check.incident)


def _nothing(audit: Audit, checks: Collection[str] | None, clean: str) -> str:
    """Return what a figure says that has nothing to draw: what was seen, or why nothing was.

    Args:
        audit: the audit.
        checks: the checks of the figure; None for all.
        clean: the words for checks that saw everything and found nothing.
    """
    every = [o for o in audit.outcomes if checks is None or o.check in checks]
    gaps = [o for o in every if isinstance(o, NotAssessed)]
    if not every:
        return "not assessed: these checks were not run"
    if len(gaps) == len(every):
        (reason, _), *others = Counter(gap.reason for gap in gaps).most_common()
        more = f" (and {html_tables.count(len(others), 'other reason')})" if others else ""
        return f"not assessed: {reason}{more}"
    unseen = sum(gap.cause is not Cause.NOT_APPLICABLE for gap in gaps)
    return f"{clean} by these checks" + (f"; {unseen:,} more were not assessed" if unseen else "")


def _cell(effect: Effect, period: str) -> object:
    rows = effect.overdue.get(period)
    return rows if rows is None or period != effect.current else html_tables.badge(f"{rows:,}", "strong")


def _reasons(caption: str, groups: Sequence[Group]) -> Markup:
    body = [
        (
            cause_words(group.not_assessed[0].cause),
            reasons(group),
            next_step(group),
            html_tables.names(group.checks),
            html_tables.names(group.tables or ("the whole source",)),
        )
        for group in groups
    ]
    head = ("Cause", "Reason", "What to do", "Checks", "Tables")
    return sortable.table(caption, head, body, choose=("Cause",), more="audit.not_assessed")
