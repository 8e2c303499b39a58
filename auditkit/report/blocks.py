"""What the run shows, in blocks: every view of the report puts the same blocks in its own order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditkit.outcome import Cause, Finding, NotAssessed, Passed
from auditkit.report import changes, data, incidents, lawfulness, measured, plan, stated
from auditkit.report.case import Case
from auditkit.report.causes import severity_counts
from auditkit.report.evidence import Grid, Row, Statement
from auditkit.report.front import criteria, people, signatures
from auditkit.report.risk import sections as risks
from auditkit.report.risk.register import REGISTER
from auditkit.report.risk.stated import FACTORS, PARTS
from auditkit.report.say import day_words, percent, say
from auditkit.vocabulary import PRESENT


@dataclass(frozen=True)
class Block:
    """Statements, tables and figures that belong together."""

    statements: tuple[Statement, ...] = ()
    grids: tuple[Grid, ...] = ()
    figures: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    """The fields of the list whose statements it shows whole, by the beginnings of their ids."""

    @property
    def is_measured(self) -> bool:
        """Whether it shows anything."""
        return bool(self.statements or self.figures or any(g.rows for g in self.grids))


Maker = Callable[[Case], Block]


def block(case: Case, name: str) -> Block:
    """Return a block by its name."""
    if name in BLOCKS:
        return BLOCKS[name](case)
    risk, _, part = name.partition(".")
    return Block(grids=(risks.part(case, risk, part),))


def _history(case: Case) -> Block:
    review = case.declared.review
    head = tuple(say(f"history.head.{key}") for key in ("version", "at", "by", "text"))
    versions = review.history if review is not None else ()
    rows = tuple(
        Row(
            (v.version, day_words(v.at) if v.at else None, v.by, case.own(v.text or "") or None),
            case.attested("review", "history", i),
        )
        for i, v in enumerate(versions)
    )
    return Block(grids=(Grid(say("history.table"), head, rows),) if rows else (), shows=("review.history",))


def _criteria(case: Case) -> Block:
    return Block((criteria.conclusion(case),), (criteria.grid(case),), shows=("criterion.",))


def _scope(case: Case) -> Block:
    section = measured.scope(case)
    return Block(section.statements, tuple(g for g in section.grids if g.caption != say("scope.not_seen")))


def _purposes(case: Case, *places: int) -> Block:
    """Return the purposes and what makes each lawful, or only some of the columns."""
    section = lawfulness.lawfulness(case)
    grids = (g for g in section.grids if g.caption == say(lawfulness.PURPOSES))
    return Block(grids=tuple(g.only(*places) if places else g for g in grids), shows=("purposes",))


def _special(case: Case) -> Block:
    section = lawfulness.lawfulness(case)
    return Block(section.statements, tuple(g for g in section.grids if g.caption == say(lawfulness.SPECIALS)))


def subjects(case: Case, *scanners: str) -> Grid:
    """Return what became of the checks of each subject."""
    head = tuple(
        say(f"subjects.head.{key}") for key in ("subject", "findings", "worst", "passed", "open", "elsewhere")
    )
    rows = []
    for scanner in measured.SUBJECTS:
        if scanners and scanner not in scanners:
            continue
        outcomes = [o for o in case.audit.outcomes if o.scanner == scanner]
        found = [o for o in outcomes if isinstance(o, Finding)]
        blind = [o for o in outcomes if isinstance(o, NotAssessed)]
        aside = sum(o.cause in {Cause.NOT_APPLICABLE, Cause.EXCLUDED} for o in blind)
        cells = (
            say(f"subject.{scanner}"),
            len(found),
            _worst(found),
            sum(isinstance(o, Passed) for o in outcomes),
            len(blind) - aside,
            aside,
        )
        if outcomes:
            rows.append(Row(cells, case.measured(say("subjects.by"))))
    return Grid(say("subjects.table"), head, tuple(rows), say("subjects.none"))


def _worst(found: list[Finding]) -> str | None:
    return severity_counts(Counter(f.severity for f in found)) or None


def _retention(case: Case) -> Block:
    return Block(figures=("overdue",), grids=(subjects(case, "retention"),))


def _quality(case: Case) -> Block:
    """Return, for each table, how far its personal columns are filled, and hold what they should."""
    head = tuple(say(f"quality.head.{key}") for key in ("table", "columns", "filled", "fits"))
    rows = []
    tables = sorted({c.table for c in case.audit.columns if c.verdict in PRESENT})
    for table in tables:
        columns = [c for c in case.audit.columns if c.table == table and c.verdict in PRESENT]
        cells = sum(c.rows for c in columns)
        filled = sum(c.rows - c.nulls for c in columns)
        fits = sum(c.matches for c in columns)
        share = (
            percent(filled / cells) if cells else None,
            percent(min(1, fits / filled)) if filled else None,
        )
        rows.append(Row((table, len(columns), *share), case.measured("detection")))
    return Block(grids=(Grid(say("quality.table"), head, tuple(rows), say("data.none")),))


def _incidents(case: Case) -> Block:
    if not case.leaks:
        return Block((incidents.nothing(case),))
    return Block(grids=(incidents.seen(case), incidents.asked_of(case)))


def _incident_statements(case: Case) -> Block:
    every = [case.attestation(say(f"field.{field}"), field) for field in incidents.ASKED]
    return Block(tuple(s for s in every if s.is_shown) if case.leaks else ())


def _measures(case: Case) -> Block:
    return Block(grids=plan.measures(case).grids, shows=("measures",))


def _changes(case: Case) -> Block:
    section = changes.section(case)
    if case.previous is None:
        by = case.derived(say("known.runs"))
        return Block((Statement(say("front.title.changed"), say("front.no_previous"), by),))
    return Block((*section.statements, *changes.risks_moved(case)), section.grids)


_PARTS = tuple(f"risk.{risk.id}.{part}" for risk in REGISTER for part in (*PARTS, FACTORS))
"""The fields that the table of scenarios shows."""
BLOCKS: Mapping[str, Maker] = {
    "history": _history,
    "criteria": _criteria,
    "people": lambda case: Block(people.statements(case)[2:], (people.grid(case),)),
    "data": lambda case: Block(grids=(data.grid(case),)),
    "items": lambda case: Block(grids=(data.grid(case).only(0, 1, 2, 3, 4),)),
    "kept": lambda case: Block(grids=(data.grid(case).only(0, 5, 6, 7),)),
    "scope": _scope,
    "purposes": lambda case: _purposes(case, 0, 1),
    "bases": lambda case: _purposes(case, 0, 2, 3, 4),
    "lawfulness": _purposes,
    "special": _special,
    "subjects": lambda case: Block(grids=(subjects(case),)),
    "separation": lambda case: Block(grids=(subjects(case, "tenancy", "access"),)),
    "by_design": lambda case: Block(grids=(risks.scenarios(case, by_design=True),), shows=_PARTS),
    "retention": _retention,
    "overdue": lambda _: Block(figures=("overdue",)),
    "quality": _quality,
    "processors": lambda case: Block(grids=stated.processors(case).grids, shows=("processors",)),
    "scales": lambda case: Block(grids=risks.scales(case)),
    "method": lambda case: Block(risks.method(case)),
    "register": lambda case: Block(grids=(risks.positions(case),), figures=("risks",)),
    "inherent": lambda case: Block(grids=(risks.positions(case, risks.BEFORE),), figures=("risks",)),
    "residual": lambda case: Block(grids=(risks.positions(case, risks.AFTER),)),
    "scenarios": lambda case: Block(grids=(risks.scenarios(case),), shows=_PARTS),
    "risk_measures": lambda case: Block(grids=(risks.measure_grid(case),)),
    "measures": _measures,
    "actions": lambda case: Block(grids=plan.actions(case).grids, shows=("actions",)),
    "incidents": _incidents,
    "incident_statements": _incident_statements,
    "changes": _changes,
    "decision": lambda case: Block(
        tuple(s for s in stated.decided(case).statements[1:] if s.label != say("sign.review"))
    ),
    "signatures": lambda case: Block(grids=(signatures.grid(case),)),
}
"""The blocks by their names in the views."""
