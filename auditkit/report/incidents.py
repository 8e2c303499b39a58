"""Observed leaks as incidents to assess (GDPR Art. 33, 34): what was seen of each, and what only a person can
say.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditkit.html_tables import count
from auditkit.incident import RECENT_DAYS, Incident
from auditkit.outcome import Finding
from auditkit.report.case import Case, listed, words
from auditkit.report.evidence import Grid, Row, Statement
from auditkit.vocabulary import Sensitivity, sensitivity

ASKED = {
    "When the controller became aware; the 72 hours of Art. 33(1) run from then": "incident.aware",
    "Who assesses it": "incident.assessed_by",
    "Whether it is a personal data breach, and the risk for the people (Art. 33(1), 34(1))": (
        "incident.assessment"
    ),
    "Likely consequences (Art. 33(3)(c))": "incident.consequences",
    "Measures taken or proposed (Art. 33(3)(d))": "incident.measures",
}
"""What Art. 33 asks and no check can tell, by the field of the attestation that says it."""

UNKNOWN, NOBODY = "unknown", "none known"


def statements(case: Case) -> tuple[Statement, ...]:
    """Return what is said of all incidents together: what was seen first, then what people state; none where
    there is no incident.
    """
    leaks = case.leaks
    if not leaks:
        return ()
    rows, places = sum(f.rows or 0 for f in leaks), listed(sorted({str(f.table) for f in leaks}))
    text = (
        f"{count(len(leaks), 'finding')} of rows in which two tenants meet, in {places}: {count(rows, 'row')}"
        " at most, for one row may stand in several. Assess under GDPR Art. 33/34: this is an incident, not"
        " a risk to be weighed."
    )
    return (
        Statement(
            "Observed leak between tenants", text, case.measured(", ".join(sorted({f.check for f in leaks})))
        ),
        case.statement("Contact point (Art. 33(3)(b))", case.declared.dpo, "dpo"),
        *(case.attestation(label, field) for label, field in ASKED.items()),
    )


def grids(case: Case) -> tuple[Grid, ...]:
    """Return what was seen of each incident, and the tenants that meet in each."""
    leaks = case.leaks
    if not leaks:
        return ()
    recent = f"In the last {RECENT_DAYS} days"
    head = (
        "Incident",
        "Where",
        "Days of the rows (UTC)",
        recent,
        "Rows",
        "Data subjects",
        "Personal data in reach",
    )
    known = case.incidents
    seen = Grid(
        "Incidents to assess (Art. 33(3)(a))",
        head,
        tuple(_row(case, f, known.get(f.fingerprint)) for f in leaks),
    )
    pairs = tuple(
        row for f in leaks if f.fingerprint in known for row in _pairs(case, f, known[f.fingerprint])
    )
    if not pairs:
        return (seen,)
    keys = sorted({i.key for i in known.values() if i.key})
    under = f", labelled under the project's key {', '.join(keys)}" if keys else ""
    return (
        seen,
        Grid(
            f"Tenants that meet in these rows{under}",
            ("Incident", "Where", "Tenant of the row", "Other tenant", "Rows"),
            pairs,
        ),
    )


def _row(case: Case, finding: Finding, told: Incident | None) -> Row:
    title, place = words(finding.check).title, where(finding)
    return case.finding_row(
        finding,
        title,
        place,
        days(told),
        goes_on(told),
        finding.rows,
        subjects(finding, told),
        _data(case, told),
    )


def where(finding: Finding) -> str:
    """Return the place of a finding in words: `tickets.project_id`."""
    return f"{finding.table}.{'+'.join(finding.columns)}" if finding.columns else str(finding.table)


def days(told: Incident | None) -> str:
    """Return between which days the rows came to be, and which column says so.

    >>> days(Incident(fingerprint="", check="c", table="t", clock="made_at", first="2026-01-02", last="2026-03-04", undated=2))
    '2026-01-02 to 2026-03-04, by made_at; 2 rows without a time'
    >>> days(None), days(Incident(fingerprint="", check="c", table="t"))
    ('unknown: not looked for in this run', 'unknown: the table has no clock')
    """
    if told is None:
        return f"{UNKNOWN}: not looked for in this run"
    if told.clock is None:
        return f"{UNKNOWN}: {told.missing or 'the table has no clock'}"
    if told.first is None or told.last is None:
        return f"{UNKNOWN}: {told.clock} holds no time that can be meant"
    undated = f"; {count(told.undated, 'row')} without a time" if told.undated else ""
    span = told.first if told.first == told.last else f"{told.first} to {told.last}"
    return f"{span}, by {told.clock}{undated}"


def goes_on(told: Incident | None) -> str:
    """Return whether there are rows of the last days, in words."""
    if told is None or told.goes_on is None:
        return UNKNOWN
    return f"yes, {count(told.recent or 0, 'row')}" if told.goes_on else "no row"


def subjects(finding: Finding, told: Incident | None) -> str:
    """Return how many data subjects the rows are about; who they are only the policy can say."""
    number = told.subjects if told is not None and told.subjects is not None else finding.subjects
    return f"{number:,}" if number is not None else "not declared"


def data(categories: Iterable[str]) -> str:
    """Return categories of personal data in short: their second level, with those that weigh most named
    whole.

    >>> data(["user.contact.email", "user.contact.phone_number", "user.health_and_medical"])
    'user.contact, user.health_and_medical (special category)'
    """
    short = dict.fromkeys(_short(c) for c in categories)
    return ", ".join(short)


def _short(category: str) -> str:
    kind = sensitivity(category)
    named = {
        Sensitivity.SPECIAL_CATEGORY: "special category",
        Sensitivity.CRIMINAL: "criminal",
        Sensitivity.CREDENTIAL: "credential",
    }
    return f"{category} ({named[kind]})" if kind in named else ".".join(category.split(".")[:2])


def _data(case: Case, told: Incident | None) -> str:
    if told is not None and told.categories:
        return f"{data(told.categories)} (in {listed(told.tables, most=4)})"
    return "none declared or detected" if case.audit.columns else "none declared; not looked for in this run"


def met(told: Incident | None, most: int) -> tuple[list[str], int]:
    """Return the pairs of tenants with the most rows, in words, and how many more there are.

    >>> from auditkit.incident import Pair
    >>> met(Incident(fingerprint="", check="c", table="t", pairs=(Pair("T-1", None, 3), Pair("T-2", "T-1", 1))), most=1)
    (['T-1 with none known: 3'], 1)
    """
    if told is None:
        return [], 0
    pairs = [f"{p.tenant or NOBODY} with {p.other or NOBODY}: {p.rows:,}" for p in told.pairs[:most]]
    return pairs, told.more_pairs + len(told.pairs[most:])


def _pairs(case: Case, finding: Finding, told: Incident) -> Iterable[Row]:
    title, place = words(finding.check).title, where(finding)
    for pair in told.pairs:
        yield case.finding_row(finding, title, place, pair.tenant or NOBODY, pair.other or NOBODY, pair.rows)
    if told.missing:
        yield case.finding_row(finding, title, place, told.missing, None, None)
    if told.more_pairs:
        yield case.finding_row(
            finding, title, place, f"and {count(told.more_pairs, 'more pair')}", None, None
        )
