"""What data and findings propose of a risk: the floor of its severity and of its likelihood, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from auditkit.catalogue import catalogue
from auditkit.incident import is_sure
from auditkit.outcome import BLIND, Cause, Confidence, Finding, NotAssessed, Outcome
from auditkit.report.case import Case, listed, words
from auditkit.report.risk import register, stated
from auditkit.report.risk.register import DIFFICULT, HAPPENED, POSSIBLE, Risk
from auditkit.report.risk.scale import UNKNOWN, Position
from auditkit.report.say import say
from auditkit.vocabulary import ENTITIES, PRESENT, Sensitivity, sensitivity

CHILDREN, NO_KIND = "children", "none"
_ELSEWHERE = frozenset({Cause.NOT_APPLICABLE, Cause.EXCLUDED})
FLOORS: Mapping[str, int] = {
    Sensitivity.SPECIAL_CATEGORY: 4, Sensitivity.CRIMINAL: 4, CHILDREN: 3, Sensitivity.CREDENTIAL: 3,
    Sensitivity.FINANCIAL: 3, Sensitivity.GOVERNMENT_ID: 3, Sensitivity.LOCATION: 2, Sensitivity.CONTACT: 2,
    Sensitivity.ONLINE_IDENTIFIER: 2, Sensitivity.DEMOGRAPHIC: 2, Sensitivity.PSEUDONYMOUS: 1,
    Sensitivity.OTHER: 1, NO_KIND: 1,
}  # fmt: skip
"""The least severity that a kind of personal data proposes, the gravest first."""


@dataclass(frozen=True)
class Exposure:
    """What data and findings propose of a risk, each with its reason.

    Attributes:
        position: the proposed severity and likelihood.
        kind: the gravest kind of data.
        severity_because: why that severity.
        likelihood_because: why that likelihood.
        findings: the findings that speak of the risk, the worst first.
        ran: how many of its checks judged something.
        planned: how many of its checks were planned.
    """

    position: Position
    kind: str
    severity_because: str
    likelihood_because: str
    findings: tuple[Finding, ...]
    ran: int
    planned: int


def exposure(case: Case, risk: Risk) -> Exposure:
    """Return what data and findings propose of a risk: more data and more faults never propose less."""
    seen = [o for check, outcomes in case.by_check.items() if risk.covers(check) for o in outcomes]
    ran, planned = {o.check for o in seen if not isinstance(o, NotAssessed)}, {o.check for o in seen}
    found = sorted(
        (o for o in seen if isinstance(o, Finding)),
        key=lambda f: (-floor_of(case, f), -f.severity.rank, f.sort_key),
    )
    severity, kind, why = _severity(case, apart=not_concerned(seen) if risk.by_design else frozenset())
    likelihood, because = _likelihood(case, risk, seen, found, len(ran), len(planned))
    return Exposure(Position(severity, likelihood), kind, why, because, tuple(found), len(ran), len(planned))


def not_concerned(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Return the tables of which each check of a risk says that it does not apply to them.

    A risk that arises by design is about the other tables. A finding only ever adds a table.
    """
    about: dict[str, bool] = {}
    for o in outcomes:
        if o.table is not None:
            elsewhere = isinstance(o, NotAssessed) and o.cause in _ELSEWHERE
            about[o.table] = about.get(o.table, False) or not elsewhere
    return frozenset(table for table, concerned in about.items() if not concerned)


def floor_of(case: Case, finding: Finding) -> int:
    """Return the least likelihood that a finding shows.

    Neither its severity nor a waiver counts: the data gives the severity, and a waiver repairs nothing.
    """
    if finding.confidence < Confidence.MEDIUM or finding.check in register.WEAK:
        return DIFFICULT
    if finding.check in register.OBSERVED or is_observed_leak(case, finding):
        return HAPPENED
    return POSSIBLE


def is_observed_leak(case: Case, finding: Finding) -> bool:
    """Return whether a finding is an observed leak, waived or not."""
    check = catalogue().get(finding.check)
    return (
        check is not None and check.incident and is_sure(finding)
    ) or finding.fingerprint in case.incidents


def _likelihood(
    case: Case, risk: Risk, seen: list[Outcome], found: list[Finding], ran: int, planned: int
) -> tuple[int, str]:
    worst = words(found[0].check).title if found else ""
    if risk.stated:
        if found:
            return UNKNOWN, say("risk.because.no_signal_findings", n=len(found), worst=worst)
        return UNKNOWN, say("risk.because.no_signal")
    if leaks := [f for f in found if is_observed_leak(case, f)]:
        return HAPPENED, say("risk.because.observed_leaks", n=len(leaks))
    if found:
        return floor_of(case, found[0]), say("risk.because.findings", n=len(found), worst=worst)
    if not planned:
        return UNKNOWN, say("risk.because.no_check")
    counts = {"ran": ran, "planned": planned}
    if blind := sum(isinstance(o, NotAssessed) and o.cause in BLIND for o in seen):
        return UNKNOWN, say("risk.because.blind", n=blind, **counts)
    if not ran:
        return UNKNOWN, say("risk.because.none_ran", planned=planned)
    if 2 * ran < planned:
        return UNKNOWN, say("risk.because.few_ran", **counts)
    return DIFFICULT, say("risk.because.passed", **counts)


def _severity(case: Case, apart: frozenset[str]) -> tuple[int, str, str]:
    """Return the severity that the gravest kind of data proposes, that kind, and why.

    Data of the tables that stand apart, because a risk is not about them, does not count.
    """
    kept = (
        (kind, [name for table, name in found if table not in apart])
        for kind, found in kinds_of_data(case).items()
    )
    places = {kind: names for kind, names in kept if names}
    if not places:
        if not case.audit.columns:
            return UNKNOWN, "", say("risk.unprofiled")
        return FLOORS[NO_KIND], NO_KIND, say("risk.no_data")
    kind = next(k for k in FLOORS if k in places)
    step, where = FLOORS[kind], listed(places[kind], most=3)
    why = say("risk.because.severity_data", kind=say(f"risk.kind.{kind}"), where=where)
    if stated.is_large_scale(case) and step < max(FLOORS.values()):
        return step + 1, kind, say("risk.because.severity_scale", reason=why)
    return step, kind, why


@lru_cache(maxsize=4)  # the same for every risk of one report
def kinds_of_data(case: Case) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return where each kind of personal data is, whether found, declared or shown by a finding.

    A place is a table, with the name of the table or of its column.
    """
    found: dict[str, dict[tuple[str, str], None]] = {}
    for kind, table, name in _kinds(case):
        found.setdefault(kind, {})[table, name] = None
    return {kind: tuple(sorted(places)) for kind, places in found.items()}


def _kinds(case: Case) -> Iterable[tuple[str, str, str]]:
    for c in case.audit.columns:
        if c.verdict in PRESENT and (known := ENTITIES.get(c.entity or "")) is not None:
            yield known.sensitivity.value, c.table, f"{c.table}.{c.column}"
    for (table, column), declared in case.columns.items():
        if declared.personal:
            yield sensitivity(declared.category).value, table, f"{table}.{column}"
    for incident in case.audit.incidents:
        for category in incident.categories:
            yield sensitivity(category).value, incident.table, incident.table
    for finding in case.audit.findings:
        place = str(finding.table)
        if finding.check == register.CHILDREN and finding.confidence >= Confidence.MEDIUM:
            yield CHILDREN, place, place
        elif finding.check in register.SECRETS:
            yield Sensitivity.CREDENTIAL.value, place, place
        elif finding.check == register.SPECIAL and finding.confidence >= Confidence.MEDIUM:
            yield Sensitivity.SPECIAL_CATEGORY.value, place, place
