"""Observed leaks as incidents to assess (GDPR Art. 33, 34): what was seen, what a person must state."""

from __future__ import annotations

from collections.abc import Iterable

from auditkit.html_tables import count
from auditkit.incident import RECENT_DAYS, Incident
from auditkit.outcome import Finding
from auditkit.report.case import Case, listed, words
from auditkit.report.evidence import Grid, Row, Statement
from auditkit.report.say import say
from auditkit.report.wording import category_words
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
"""What Art. 33 asks and no check can measure, each with the field of the attestation that states it."""

_NAMED = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL, Sensitivity.CREDENTIAL})
UNKNOWN, NOBODY = "unknown", "none known"


def statements(case: Case) -> tuple[Statement, ...]:
    """Return what holds for all incidents together: first what was seen, then what people state."""
    leaks = case.leaks
    if not leaks:
        return ()
    rows, places = sum(f.rows or 0 for f in leaks), listed(sorted({str(f.table) for f in leaks}))
    text = (
        f"{count(len(leaks), 'finding')} of rows in which two tenants meet, in {places}: {count(rows, 'row')}"
        " at most, because one row may count in several findings. Assess them under GDPR Art. 33/34: an"
        " observed leak is an incident, not a risk to weigh."
    )
    return (
        Statement(
            "Observed leak between tenants", text, case.measured(", ".join(sorted({f.check for f in leaks})))
        ),
        case.statement("Contact point (Art. 33(3)(b))", case.declared.dpo, "dpo"),
        *(case.attestation(label, field) for label, field in ASKED.items()),
    )


def overview(case: Case) -> Grid:
    """Return one line for each incident: since when, whether it goes on, how many people, who is aware."""
    keys = ("incident", "seen", "goes_on", "people", "rows", "aware")
    head = tuple(say(f"incident.head.{key}") for key in keys)
    rows = tuple(_overview(case, finding) for finding in case.leaks)
    return Grid(say("incident.overview"), head, rows, say("incident.none"))


def _overview(case: Case, finding: Finding) -> Row:
    incident = case.incidents.get(finding.fingerprint)
    title = say("incident.title", title=words(finding.check).title, place=where(finding))
    number = incident.subjects if incident is not None and incident.subjects is not None else finding.subjects
    people = say("incident.people_undeclared") if number is None else say("incident.people", n=number)
    aware = statement(case, finding, "aware")
    awareness = say("incident.aware", text=aware.value) if aware.value else say("incident.not_aware")
    return case.finding_row(
        finding, title, first_seen(case, finding), still_going(incident), people, finding.rows, awareness
    )


def first_seen(case: Case, finding: Finding) -> str:
    """Return in which run an incident was first seen, and for which day that run is."""
    known = case.audit.first_seen.get(finding.fingerprint)
    if known is None:
        return say("incident.this_run")
    return say("incident.earlier", day=known.day, run=known.run)


def still_going(incident: Incident | None) -> str:
    """Return whether rows of the last days are among those of an incident, in words."""
    if incident is None or incident.goes_on is None:
        return say("incident.unknown")
    if incident.goes_on:
        return say("incident.goes_on", n=incident.recent or 0, days=RECENT_DAYS)
    return say("incident.ended", days=RECENT_DAYS)


def statement(case: Case, finding: Finding, name: str) -> Statement:
    """Return what a person stated on one incident: under its own fingerprint, else for all of them."""
    label = say(f"field.incident.{name}")
    own = next((f for f in case.stated if _is_about(f, finding, name)), None)
    return case.attestation(label, own or f"incident.{name}")


def _is_about(field: str, finding: Finding, name: str) -> bool:
    """Return whether a field of a statement is about one incident."""
    kind, _, rest = field.partition(".")
    digits, _, last = rest.partition(".")
    return kind == "incident" and last == name and bool(digits) and finding.fingerprint.startswith(digits)


def asked_of(case: Case) -> Grid:
    """Return what people state of single incidents, under their fingerprints; the common statements apart."""
    names = tuple(field.removeprefix("incident.") for field in ASKED.values())
    rows = []
    for finding in case.leaks:
        own = {n: f for n in names for f in case.stated if _is_about(f, finding, n)}
        each = {n: case.attestation(say(f"field.incident.{n}"), field) for n, field in own.items()}
        if not each:
            continue
        place = say("incident.title", title=words(finding.check).title, place=where(finding))
        cells = tuple(_stated(each[n]) if n in each else None for n in names)
        rows.append(Row((place, *cells), next(iter(each.values())).provenance, anchor=finding.fingerprint))
    head = (say("incident.head.incident"), *(say(f"incident.short.{name}") for name in names))
    return Grid(say("incident.stated"), head, tuple(rows))


def _stated(statement: Statement) -> str:
    return "\n".join(filter(None, (str(statement.value or statement.former or ""), statement.note)))


def grids(case: Case) -> tuple[Grid, ...]:
    """Return what was seen of each incident, and the tenants that meet in each."""
    if not case.leaks:
        return ()
    meeting = pairs(case)
    return (seen(case), meeting) if meeting.rows else (seen(case),)


def seen(case: Case) -> Grid:
    """Return what was seen of each incident: where, between which days, how many rows, what is in reach."""
    recent = f"In the last {RECENT_DAYS} days"
    head = (
        "Incident", "Where", "First seen", "Days of the rows (UTC)", recent, "Rows", "Data subjects",
        "Personal data in reach",
    )  # fmt: skip
    rows = tuple(_row(case, f, case.incidents.get(f.fingerprint)) for f in case.leaks)
    return Grid("Incidents to assess (Art. 33(3)(a))", head, rows)


def pairs(case: Case) -> Grid:
    """Return the tenants that meet in each incident, under the labels of the project's key."""
    known = case.incidents
    rows = tuple(
        row for f in case.leaks if f.fingerprint in known for row in _pairs(case, f, known[f.fingerprint])
    )
    keys = sorted({i.key for i in known.values() if i.key})
    under = f", labelled under the project's key {', '.join(keys)}" if keys else ""
    head = ("Incident", "Where", "Tenant of the row", "Other tenant", "Rows")
    return Grid(f"Tenants that meet in these rows{under}", head, rows)


def _row(case: Case, finding: Finding, incident: Incident | None) -> Row:
    title, place = words(finding.check).title, where(finding)
    return case.finding_row(
        finding,
        title,
        place,
        first_seen(case, finding),
        days(incident),
        goes_on(incident),
        finding.rows,
        subjects(finding, incident),
        _data(case, incident),
    )


def where(finding: Finding) -> str:
    """Return the place of a finding in words: `tickets.project_id`."""
    return f"{finding.table}.{'+'.join(finding.columns)}" if finding.columns else str(finding.table)


def days(incident: Incident | None) -> str:
    """Return between which days the rows came to be, and which column says so.

    >>> seen = Incident(fingerprint="", check="c", table="t", clock="made_at", first="2026-01-02",
    ...                 last="2026-03-04", undated=2)
    >>> days(seen)
    '2026-01-02 to 2026-03-04, by made_at; 2 rows without a time'
    >>> days(None), days(Incident(fingerprint="", check="c", table="t"))
    ('unknown: not looked for in this run', 'unknown: the table has no clock')
    """
    if incident is None:
        return f"{UNKNOWN}: not looked for in this run"
    if incident.clock is None:
        return f"{UNKNOWN}: {incident.missing or 'the table has no clock'}"
    if incident.first is None or incident.last is None:
        return f"{UNKNOWN}: {incident.clock} holds no plausible time"
    undated = f"; {count(incident.undated, 'row')} without a time" if incident.undated else ""
    span = incident.first if incident.first == incident.last else f"{incident.first} to {incident.last}"
    return f"{span}, by {incident.clock}{undated}"


def goes_on(incident: Incident | None) -> str:
    """Return whether there are rows of the last days, in words."""
    if incident is None or incident.goes_on is None:
        return UNKNOWN
    return f"yes, {count(incident.recent or 0, 'row')}" if incident.goes_on else "no row"


def subjects(finding: Finding, incident: Incident | None) -> str:
    """Return how many data subjects the rows are about, where the policy says who they are."""
    number = incident.subjects if incident is not None and incident.subjects is not None else finding.subjects
    return f"{number:,}" if number is not None else "not declared"


def data(categories: Iterable[str]) -> str:
    """Return categories of personal data in short: the second level, or the whole name of a sensitive one.

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


def _in_words(category: str) -> str:
    """Return a category in words, with its kind where it is a sensitive one."""
    kind = sensitivity(category)
    if kind in _NAMED:
        return say("incident.sensitive", category=category_words(category), kind=say(f"risk.kind.{kind}"))
    return category_words(".".join(category.split(".")[:2]))


def _data(case: Case, incident: Incident | None) -> str:
    if incident is not None and incident.categories:
        kinds = listed(dict.fromkeys(map(_in_words, incident.categories)))
        return say("incident.reach", kinds=kinds, tables=listed(incident.tables, most=4))
    return "none declared or detected" if case.audit.columns else "none declared; not looked for in this run"


def met(incident: Incident | None, most: int) -> tuple[list[str], int]:
    """Return the pairs of tenants with the most rows, in words, and how many more there are.

    >>> from auditkit.incident import Pair
    >>> pairs = (Pair("T-1", None, 3), Pair("T-2", "T-1", 1))
    >>> met(Incident(fingerprint="", check="c", table="t", pairs=pairs), most=1)
    (['T-1 with none known: 3'], 1)
    """
    if incident is None:
        return [], 0
    pairs = [f"{p.tenant or NOBODY} with {p.other or NOBODY}: {p.rows:,}" for p in incident.pairs[:most]]
    return pairs, incident.more_pairs + len(incident.pairs[most:])


def _pairs(case: Case, finding: Finding, incident: Incident) -> Iterable[Row]:
    title, place = words(finding.check).title, where(finding)
    for pair in incident.pairs:
        yield case.finding_row(finding, title, place, pair.tenant or NOBODY, pair.other or NOBODY, pair.rows)
    if incident.missing:
        yield case.finding_row(finding, title, place, incident.missing, None, None)
    if incident.more_pairs:
        yield case.finding_row(
            finding, title, place, f"and {count(incident.more_pairs, 'more pair')}", None, None
        )
