"""Observed leaks as incidents to assess (GDPR Art. 33, 34): what was seen, what a person must state."""

from __future__ import annotations

from collections.abc import Iterable

from auditkit.catalogue import catalogue as checks
from auditkit.incident import RECENT_DAYS, Incident
from auditkit.outcome import Finding, NotAssessed
from auditkit.report.case import Case, listed, words
from auditkit.report.evidence import Grid, Row, Statement
from auditkit.report.foreign import english
from auditkit.report.say import day_words, number_words, say
from auditkit.report.wording import category_words
from auditkit.vocabulary import Sensitivity, sensitivity

ASKED = (
    "incident.aware", "incident.assessed_by", "incident.assessment", "incident.consequences",
    "incident.measures",
)  # fmt: skip
"""The fields of the statements on what Art. 33 asks and no check can measure."""

_NAMED = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL, Sensitivity.CREDENTIAL})


def statements(case: Case) -> tuple[Statement, ...]:
    """Return what holds for all incidents together: first what was seen, then what people state."""
    leaks = case.leaks
    if not leaks:
        return ()
    rows, places = sum(f.rows or 0 for f in leaks), listed(sorted({str(f.table) for f in leaks}))
    text = say(
        "incident.together",
        findings=say("count.findings", n=len(leaks)),
        places=places,
        rows=say("count.rows", n=rows),
    )
    by = case.measured(", ".join(sorted({f.check for f in leaks})))
    return (
        Statement(say("incident.leak"), text, by),
        case.statement(say("incident.contact"), case.declared.dpo, "dpo"),
        *(case.attestation(say(f"field.{field}"), field) for field in ASKED),
    )


def overview(case: Case) -> Grid:
    """Return one line for each incident: since when, whether it goes on, how many people, who is aware."""
    keys = ("incident", "seen", "goes_on", "people", "rows", "aware")
    head = tuple(say(f"incident.head.{key}") for key in keys)
    rows = tuple(_overview(case, finding) for finding in case.leaks)
    return Grid(say("incident.overview"), head, rows, str(nothing(case).value))


def nothing(case: Case) -> Statement:
    """Return what is known where there is no incident to assess; a check that could not run shows nothing."""
    label = say("front.title.incidents")
    outcomes = [o for check in checks().values() if check.incident for o in case.by_check.get(check.id, ())]
    found = [o for o in outcomes if isinstance(o, Finding)]
    waived = sum(f.waiver is not None for f in found)
    if waived:
        return Statement(label, say("incident.waived", n=waived), case.attested("waivers"))
    if found:
        return Statement(label, say("incident.unsure", n=len(found)), case.measured("tenancy"))
    if all(isinstance(o, NotAssessed) for o in outcomes):
        return Statement(label, say("incident.not_sought"), case.unknown("tenancy"))
    return Statement(label, say("incident.none"), case.measured("tenancy"))


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
    return say("incident.earlier", day=day_words(known.day), run=known.run)


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
    names = tuple(field.removeprefix("incident.") for field in ASKED)
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
    keys = ("incident", "where", "seen", "days", "recent", "rows", "subjects", "reach")
    head = tuple(say(f"incident.seen_head.{key}", days=RECENT_DAYS) for key in keys)
    rows = tuple(_row(case, f, case.incidents.get(f.fingerprint)) for f in case.leaks)
    return Grid(say("incident.seen_table"), head, rows)


def pairs(case: Case) -> Grid:
    """Return the tenants that meet in each incident, under the labels of the project's key."""
    known = case.incidents
    rows = tuple(
        row for f in case.leaks if f.fingerprint in known for row in _pairs(case, f, known[f.fingerprint])
    )
    keys = sorted({i.key for i in known.values() if i.key})
    caption = say("incident.met_under", keys=", ".join(keys)) if keys else say("incident.met")
    head = tuple(
        say(f"incident.met_head.{key}") for key in ("incident", "where", "tenant", "counterpart", "rows")
    )
    return Grid(caption, head, rows)


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
    '2 Jan 2026 to 4 Mar 2026, by made_at; 2 rows without a time'
    >>> days(None), days(Incident(fingerprint="", check="c", table="t"))
    ('unknown: not looked for in this run', 'unknown: the table has no clock')
    """
    if incident is None:
        return say("incident.days.unsought")
    if incident.clock is None:
        missing = incident.missing
        return (
            say("incident.days.missing", reason=english(missing))
            if missing
            else say("incident.days.no_clock")
        )
    if incident.first is None or incident.last is None:
        return say("incident.days.implausible", clock=incident.clock)
    first, last = day_words(incident.first), day_words(incident.last)
    key = "one_day" if incident.first == incident.last else "span"
    span = say(f"incident.days.{key}", first=first, last=last, clock=incident.clock)
    if not incident.undated:
        return span
    return say("incident.days.undated", span=span, rows=say("count.rows", n=incident.undated))


def goes_on(incident: Incident | None) -> str:
    """Return whether there are rows of the last days, in words."""
    if incident is None or incident.goes_on is None:
        return say("incident.unknown")
    if not incident.goes_on:
        return say("incident.no_recent")
    return say("incident.recent", rows=say("count.rows", n=incident.recent or 0))


def subjects(finding: Finding, incident: Incident | None) -> str:
    """Return how many data subjects the rows are about, where the policy says who they are."""
    number = incident.subjects if incident is not None and incident.subjects is not None else finding.subjects
    return number_words(number) if number is not None else say("incident.subjects_undeclared")


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
        words, kind_words = category_words(category), say(f"risk.kind.{kind}")
        return words if words == kind_words else say("incident.sensitive", category=words, kind=kind_words)
    return category_words(".".join(category.split(".")[:2]))


def _data(case: Case, incident: Incident | None) -> str:
    if incident is not None and incident.categories:
        kinds = listed(dict.fromkeys(map(_in_words, incident.categories)))
        return say("incident.reach", kinds=kinds, tables=listed(incident.tables, most=4))
    return say("incident.no_reach" if case.audit.columns else "incident.reach_unsought")


def met(incident: Incident | None, most: int) -> tuple[list[str], int]:
    """Return the pairs of tenants with the most rows, in words, and how many more there are.

    >>> from auditkit.incident import Pair
    >>> pairs = (Pair("T-1", None, 3), Pair("T-2", "T-1", 1))
    >>> met(Incident(fingerprint="", check="c", table="t", pairs=pairs), most=1)
    (['T-1 with none known: 3'], 1)
    """
    if incident is None:
        return [], 0
    nobody = say("incident.nobody")
    pairs = [f"{p.tenant or nobody} with {p.other or nobody}: {p.rows:,}" for p in incident.pairs[:most]]
    return pairs, incident.more_pairs + len(incident.pairs[most:])


def _pairs(case: Case, finding: Finding, incident: Incident) -> Iterable[Row]:
    title, place, nobody = words(finding.check).title, where(finding), say("incident.nobody")
    for pair in incident.pairs:
        yield case.finding_row(finding, title, place, pair.tenant or nobody, pair.other or nobody, pair.rows)
    if incident.missing:
        yield case.finding_row(finding, title, place, english(incident.missing), None, None)
    if incident.more_pairs:
        more = say("incident.more_pairs", n=incident.more_pairs)
        yield case.finding_row(finding, title, place, more, None, None)
