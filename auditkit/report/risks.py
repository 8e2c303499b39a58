"""The register of risks: what the findings propose, by a rule that is printed, and what only people decide.

The scale follows the method of the French authority (CNIL, PIA, 2018): four levels of severity and of
likelihood. A number is a floor that data and findings propose; a level without any input is not assessed, and
never low.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auditkit.html_tables import count
from auditkit.outcome import BLIND, Confidence, Finding, NotAssessed
from auditkit.report.case import Case, unstated, words
from auditkit.report.evidence import Evidence, Grid, Provenance, Row, Section, Statement
from auditkit.report.figures import Bar, Figure, Series
from auditkit.vocabulary import ENTITIES, PRESENT, Sensitivity, sensitivity

NOTHING = "not assessed"
LEVELS = ("negligible", "limited", "significant", "maximum")
FLOORS: Mapping[Sensitivity, int] = {
    Sensitivity.SPECIAL_CATEGORY: 4, Sensitivity.CRIMINAL: 4, Sensitivity.CREDENTIAL: 3,
    Sensitivity.FINANCIAL: 3, Sensitivity.GOVERNMENT_ID: 3, Sensitivity.LOCATION: 2, Sensitivity.CONTACT: 2,
    Sensitivity.ONLINE_IDENTIFIER: 2, Sensitivity.DEMOGRAPHIC: 2, Sensitivity.PSEUDONYMOUS: 1,
    Sensitivity.OTHER: 1,
}  # fmt: skip
"""The least severity that a kind of personal data proposes."""

_LEVEL = (
    ("low", "low", "medium", "medium"),
    ("low", "medium", "medium", "high"),
    ("medium", "medium", "high", "high"),
    ("medium", "high", "very high", "very high"),
)
"""The level by severity, then by likelihood; a table, not a product, so that the gravest is never low."""


@dataclass(frozen=True)
class Risk:
    """A risk: what could happen, and the scanners and checks whose findings make it more likely.

    A check that one risk names counts for that risk alone, not for others that name its scanner.
    """

    id: str
    title: str
    scenario: str
    speaks: tuple[str, ...]


REGISTER = (
    Risk(
        "access",
        "Illegitimate access to data",
        "a user of another tenant, a member of staff, or an outsider reads data that is not theirs",
        ("tenancy", "access"),
    ),
    Risk(
        "change",
        "Unwanted change of data",
        "rows are altered, or tied to the wrong person or tenant",
        (
            "tenancy-derived-drift",
            "tenancy-orphan-parent",
            "tenancy-orphan-tenant",
            "tenancy-cascade",
            "access-auditor-writes",
        ),
    ),
    Risk("loss", "Disappearance of data", "rows are lost, or erased too early", ("retention-premature",)),
    Risk(
        "excess",
        "More data than needed",
        "data that nobody declared, or that stands in free text, is used or lost with the rest",
        ("pii", "minimisation"),
    ),
    Risk("storage", "Data kept too long", "data that should be gone is read, used or lost", ("retention",)),
    Risk(
        "singling_out",
        "Re-identification",
        "a person is recognised in data that holds no names",
        ("reidentification",),
    ),
)
STATED = "to be stated by a person"


@dataclass(frozen=True)
class Proposal:
    """What is proposed of a risk, and why; 0 where nothing speaks of it."""

    severity: int
    kind: str
    likelihood: int
    because: str

    @property
    def level(self) -> str:
        """The level that the table gives."""
        return (
            _LEVEL[self.severity - 1][self.likelihood - 1] if self.severity and self.likelihood else NOTHING
        )


def register(case: Case) -> Section:
    """Return the register of risks: severity and likelihood as the machine proposes them, with their inputs,
    and what people decided.
    """
    rows = []
    stated = {risk.id: case.attestation(risk.title, f"risk.{risk.id}") for risk in REGISTER}
    for risk in REGISTER:
        found = proposed(case, risk)
        known = (
            case.derived("the findings")
            if found.level != NOTHING
            else Provenance(Evidence.NOT_ASSESSED, "the findings")
        )
        severity = f"{_word(found.severity)} ({found.kind})" if found.severity else NOTHING
        decided = stated[risk.id].value or STATED
        rows.append(
            Row(
                (
                    risk.title,
                    risk.scenario,
                    severity,
                    _word(found.likelihood),
                    found.level,
                    found.because,
                    decided,
                ),
                known,
            )
        )
    head = (
        "Risk",
        "What happens",
        "Severity, proposed",
        "Likelihood, proposed",
        "Level, proposed",
        "Because of",
        "Stated by a person",
    )
    grid = Grid("Risks as the machine proposes them; a person decides", head, tuple(rows))
    text = (
        "A proposal is a floor that data and findings give before measures; it is no assessment. A person"
        " confirms or corrects each, states the impact on the people, the measures, and what remains after"
        " them."
    )
    statements = (Statement("How to read it", text, case.derived("the method")),)
    return Section(
        "17",
        "Risks",
        "What could happen to whom?",
        "3.1, 4.1, 4.2.b",
        statements,
        (grid,),
        ("risks",),
        missing=unstated(stated.values()),
    )


def matrix(case: Case) -> Figure | None:
    """Return how many of the proposed risks have which severity and likelihood; None where none could be
    proposed.
    """
    found = [p for p in (proposed(case, risk) for risk in REGISTER) if p.level != NOTHING]
    if not found:
        return None
    at = Counter((p.severity, p.likelihood) for p in found)
    series = tuple(Series(f"{n} {word}", "ink") for n, word in enumerate(LEVELS, 1))
    bars = tuple(Bar(f"{n} {LEVELS[n - 1]}", tuple(at[n, m] for m in range(1, 5))) for n in range(4, 0, -1))
    return Figure(
        "risks",
        "Risks as the machine proposes them: severity downwards, likelihood across",
        "risks",
        series,
        bars,
        "matrix",
    )


def proposed(case: Case, risk: Risk) -> Proposal:
    """Return what data and findings propose of a risk."""
    seen = [o for o in case.audit.outcomes if _speaks_of(risk, o.check)]
    found = [
        o for o in seen if isinstance(o, Finding) and o.waiver is None and o.confidence >= Confidence.MEDIUM
    ]
    tables = {str(f.table) for f in found} | {
        t for f in found if f.fingerprint in case.incidents for t in case.incidents[f.fingerprint].tables
    }
    severity, kind = _severity(case, tables)
    if risk.id == "access" and case.leaks:
        because = (
            f"{count(len(case.leaks), 'observed leak')}: besides, section 11 tells them as incidents to"
            " assess"
        )
        return Proposal(severity, kind, len(LEVELS), because)
    if found:
        worst = max(found, key=lambda f: f.severity.rank)
        because = (
            f"{count(len(found), 'finding')}, the worst: {words(worst.check).title} ({worst.fingerprint[:8]})"
        )
        return Proposal(severity, kind, worst.severity.rank + 1, because)
    if any(isinstance(o, NotAssessed) and o.cause in BLIND for o in seen):
        return Proposal(severity, kind, 0, "not all could be seen")
    if any(not isinstance(o, NotAssessed) for o in seen):
        return Proposal(severity, kind, 2, "no violation found by these checks")
    return Proposal(severity, kind, 0, "no check speaks of it in this run")


def _word(level: int) -> str:
    return f"{level} {LEVELS[level - 1]}" if level else NOTHING


def _severity(case: Case, tables: Collection[str]) -> tuple[int, str]:
    """Return the severity that the gravest kind of data in some tables proposes (in all where none is named),
    and that kind.
    """
    kinds = {
        known.sensitivity
        for c in case.audit.columns
        if c.verdict in PRESENT
        and (known := ENTITIES.get(c.entity or "")) is not None
        and (not tables or c.table in tables)
    }
    for name, table in case.declared.tables.items():
        if not tables or name in tables:
            kinds |= {sensitivity(c.category) for c in table.columns.values() if c.personal}
    if not kinds:
        return (1, "none found or declared there") if tables and case.audit.columns else (0, "")
    worst = max(kinds, key=lambda kind: (FLOORS[kind], -list(Sensitivity).index(kind)))
    return FLOORS[worst], worst.value.replace("_", " ")


def _speaks_of(risk: Risk, check: str) -> bool:
    named = any(check in other.speaks for other in REGISTER)
    return (check if named else check.partition("-")[0]) in risk.speaks
