"""The method and the register of risks as sections of the report, and the matrix as a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditkit.report.case import Case, unstated
from auditkit.report.evidence import Evidence, Grid, Provenance, Row, Section, Statement
from auditkit.report.figures import Bar, Figure, Series
from auditkit.report.foreign import quoted
from auditkit.report.risk.assessment import INHERENT, POSITIONS, RESIDUAL, TARGET, Assessed, assessed
from auditkit.report.risk.scale import (
    LEVELS,
    STEPS,
    Axis,
    Position,
    acceptance,
    level_of,
    level_words,
    step_words,
)
from auditkit.report.risk.stated import FACTORS, PARTS, accepted_level
from auditkit.report.say import day_words, say


def method(case: Case) -> tuple[Statement, ...]:
    """Return how risks are proposed, in sentences."""
    by = case.derived(say("known.method"))
    keys = ("severity", "likelihood", "coverage", "people", INHERENT, RESIDUAL, TARGET, "level", "leak")
    return tuple(Statement(say(f"risk.method.label.{key}"), say(f"risk.method.{key}"), by) for key in keys)


def scales(case: Case) -> tuple[Grid, ...]:
    """Return what the steps mean, the level of each pair of steps, and which level may be accepted."""
    by, highest = case.derived(say("known.method")), accepted_level(case)
    means = tuple(
        Row((step_words(Axis.SEVERITY, step), *(say(f"scale.{axis}_means.{step}") for axis in Axis)), by)
        for step in STEPS
    )
    levels = tuple(
        Row(
            (
                step_words(Axis.SEVERITY, severity),
                *(level_words(level_of(severity, likelihood)) for likelihood in STEPS),
            ),
            by,
        )
        for severity in reversed(STEPS)
    )
    accepted = tuple(
        Row((level_words(level), say(f"scale.acceptance_means.{acceptance(level, highest)}")), by)
        for level in LEVELS
    )
    likelihoods = tuple(step_words(Axis.LIKELIHOOD, step) for step in STEPS)
    return (
        Grid(
            say("scale.table.steps"),
            (say("scale.head.step"), say("scale.head.severity"), say("scale.head.likelihood")),
            means,
        ),
        Grid(say("scale.table.levels"), (say("scale.head.corner"), *likelihoods), levels),
        Grid(
            say("scale.table.acceptance"), (say("scale.head.level"), say("scale.head.acceptance")), accepted
        ),
    )


def position_words(position: Position) -> str:
    """Return a position in words: its level, with both steps.

    >>> position_words(Position(4, 3)), position_words(Position(4, 0))
    ('very high (severity 4, likelihood 3)', 'not assessed (severity 4, likelihood not assessed)')
    """
    steps = {axis.value: position.at(axis) or say("scale.not_assessed") for axis in Axis}
    return say("scale.full", level=level_words(position.level), **steps)


def short_position(position: Position) -> str:
    """Return a position in short: its level, and the steps of severity and likelihood.

    >>> short_position(Position(4, 3)), short_position(Position(4, 0))
    ('very high (4×3)', 'not assessed (4×?)')
    """
    severity, likelihood = (position.at(axis) or "?" for axis in Axis)
    return say("scale.short", level=level_words(position.level), severity=severity, likelihood=likelihood)


def register(case: Case) -> Section:
    """Return the register: who could do what to which data and people, where each risk stands, and why."""
    risks = assessed(case)
    stated = tuple(case.attestation(say(f"field.risk.{r.risk.id}"), f"risk.{r.risk.id}") for r in risks)
    return Section(
        "17",
        say("risk.title"),
        say("risk.question"),
        "3.1, 4.1, 4.2.b",
        grids=(positions(case), scenarios(case), measure_grid(case)),
        figures=("risks",),
        missing=unstated(
            s for s, r in zip(stated, risks, strict=True) if r.risk.stated or not r.inherent.level
        ),
    )


def _provenance(case: Case, risk: Assessed) -> Provenance:
    if risk.opinion.signed is not None and risk.opinion.positions:
        s = risk.opinion.signed
        return case.attested("attestations", by=f"{s.by}, {case.own(s.role)}", at=s.at)
    if risk.inherent.level:
        return case.derived(say("risk.method.by"))
    return Provenance(Evidence.NOT_ASSESSED, say("risk.method.by"))


WHOLE = ("risk", *POSITIONS, "acceptance", "owner", "why")
BEFORE = ("risk", INHERENT, "why")
AFTER = ("risk", RESIDUAL, TARGET, "acceptance", "owner")
"""The columns of the register: all, those before measures, and those after them."""


def positions(case: Case, columns: Sequence[str] = WHOLE) -> Grid:
    """Return where each risk stands, and why."""
    rows = tuple(
        Row(tuple(_cell(r, column) for column in columns), _provenance(case, r)) for r in assessed(case)
    )
    return Grid(say("risk.table.positions"), tuple(say(f"risk.head.{c}") for c in columns), rows)


def _cell(risk: Assessed, column: str) -> str | None:
    """Return what the register says of a risk in one of its columns."""
    match column:
        case "risk":
            return risk.risk.title
        case "acceptance":
            return say(f"scale.acceptance.{risk.acceptance}")
        case "owner":
            return owner(risk)
        case "why":
            return why(risk)
        case _:
            return short_position(risk.valid[column])


def owner(risk: Assessed) -> str | None:
    """Return who answers for a risk, and by when; None where no action names it."""
    if not risk.owner:
        return None
    named = quoted(risk.owner, risk.opinion.language)
    return say("risk.owner_due", owner=named, due=day_words(risk.due)) if risk.due else named


def why(risk: Assessed) -> str:
    """Return the reasons of a risk's steps, and what a person stated in their place."""
    seen, opinion = risk.exposure, risk.opinion
    parts = [
        say("risk.why.severity", reason=seen.severity_because),
        say("risk.why.likelihood", reason=seen.likelihood_because),
    ]
    if opinion.signed is not None and risk.differs:
        computed = "; ".join(_computed(risk))
        parts.append(
            say(
                "risk.why.stated",
                signature=opinion.signature,
                reason=quoted(opinion.text, opinion.language),
                computed=computed,
            )
        )
    if opinion.problem:
        parts.append(opinion.problem)
    return " ".join(parts)


def _computed(risk: Assessed) -> Iterator[str]:
    """Yield what the method gives where a person stated something else; the same is said once."""
    names: dict[str, list[str]] = {}
    for n in POSITIONS:
        if any(name == n for name, _ in risk.differs):
            names.setdefault(position_words(risk.computed[n]), []).append(say(f"risk.position.{n}"))
    for position, of in names.items():
        yield say("risk.why.computed", name=", ".join(of), position=position)


def scenarios(case: Case, *, by_design: bool = False) -> Grid:
    """Return the sources, threats, impacts and factors of each risk: stated ones, else the usual ones.

    With `by_design` only of those that arise although all works as intended.
    """
    head = tuple(say(f"risk.head.{key}") for key in ("risk", "kind", *PARTS, FACTORS, "by"))
    rows = []
    for r in assessed(case):
        if by_design and not r.risk.by_design:
            continue
        parts = [_part(r, name) for name in PARTS]
        factors = quoted("; ".join(r.opinion.parts.get(FACTORS, ())), r.opinion.language) or None
        rows.append(
            Row(
                (
                    r.risk.title,
                    say("risk.by_design" if r.risk.by_design else "risk.operational"),
                    *parts,
                    factors,
                    "; ".join(r.opinion.by) or None,
                ),
                case.derived(say("risk.method.by")),
            )
        )
    return Grid(say("risk.table.scenarios"), head, tuple(rows))


def _part(risk: Assessed, name: str) -> str:
    """Return one part of a risk's scenario; what no person stated is marked as proposed."""
    text = "; ".join(risk.parts(name))
    if risk.opinion.parts.get(name):
        return quoted(text, risk.opinion.language)
    return say("risk.proposed", text=text)


def lowered(severity: int, likelihood: int) -> str | None:
    """Return by how many steps a measure lowers a risk; None where it lowers neither.

    >>> lowered(0, 2), lowered(1, 1), lowered(0, 0)
    ('likelihood −2', 'severity −1, likelihood −1', None)
    """
    steps = {Axis.SEVERITY: severity, Axis.LIKELIHOOD: likelihood}
    return ", ".join(say(f"risk.lowers.{axis}", n=n) for axis, n in steps.items() if n) or None


def measure_grid(case: Case) -> Grid:
    """Return the measures of each risk with their proof."""
    rows = []
    for r in assessed(case):
        for e in r.effects:
            steps = lowered(e.severity, e.likelihood)
            rows.append(
                Row((r.risk.title, case.own(e.title), steps, e.state), case.derived(say("known.checks")))
            )
    head = tuple(say(f"risk.head.{key}") for key in ("risk", "measure", "steps", "proof"))
    return Grid(say("risk.table.measures"), head, tuple(rows), say("risk.no_measures"))


def part(case: Case, risk: str, name: str) -> Grid:
    """Return one part of a risk as a table: its `impacts`, `threats`, `sources`, `measures` or a step."""
    found = next(r for r in assessed(case) if r.risk.id == risk)
    by = _provenance(case, found)
    if name == "measures":
        whole = measure_grid(case)
        rows = tuple(
            Row(row.cells[1:], row.provenance) for row in whole.rows if row.cells[0] == found.risk.title
        )
        return Grid(say(f"risk.head.{name}"), whole.head[1:], rows, say("risk.no_measures"))
    if name in PARTS:
        return Grid(say(f"risk.head.{name}"), (say(f"risk.head.{name}"),), (Row((_part(found, name),), by),))
    axis = Axis(name)
    because = found.exposure.severity_because if axis is Axis.SEVERITY else found.exposure.likelihood_because
    head = (*(say(f"risk.head.{n}") for n in POSITIONS), say("risk.head.why"))
    steps = tuple(step_words(axis, found.valid[n].at(axis)) for n in POSITIONS)
    return Grid(say(f"scale.head.{name}"), head, (Row((*steps, because), by),))


def matrix(case: Case) -> Figure | None:
    """Return how many of the risks have which residual severity and likelihood; None without any."""
    every = assessed(case)
    found = [r.residual for r in every if r.residual.level]
    if not found:
        return None
    at = Counter((p.severity, p.likelihood) for p in found)
    series = tuple(Series(step_words(Axis.LIKELIHOOD, n), "ink") for n in STEPS)
    bars = tuple(Bar(step_words(Axis.SEVERITY, n), tuple(at[n, m] for m in STEPS)) for n in reversed(STEPS))
    title = say("risk.figure", known=len(found), of=len(every))
    return Figure("risks", title, say("risk.unit"), series, bars, "matrix")
