"""The matrix of the risks: which risk stands where, by name and not by a dot alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditkit.report.risk.assessment import POSITIONS, Assessed
from auditkit.report.risk.scale import STEPS, Axis, Position, level_of, level_words, step_words
from auditkit.report.say import say


@dataclass(frozen=True)
class Cell:
    """A pair of steps: its level, and the names of the risks there."""

    level: str
    names: tuple[str, ...]
    zone: str = ""
    """The level as a name of a class of the page."""


@dataclass(frozen=True)
class Line:
    """A step of severity with its cells."""

    severity: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """The matrix with its heads and its legend."""

    likelihoods: tuple[str, ...]
    rows: tuple[Line, ...]
    legend: str


def matrix(risks: Sequence[Assessed]) -> Matrix:
    """Return the matrix of some risks."""
    named = [(say("matrix.name", n=n), risk) for n, risk in enumerate(risks, 1)]
    rows = tuple(
        Line(
            step_words(Axis.SEVERITY, severity),
            tuple(
                Cell(
                    level_words(level_of(severity, likelihood)),
                    tuple(filter(None, (_at(n, r, Position(severity, likelihood)) for n, r in named))),
                    level_of(severity, likelihood).replace("_", "-"),
                )
                for likelihood in STEPS
            ),
        )
        for severity in reversed(STEPS)
    )
    legend = "; ".join(say("matrix.risk", risk=name, title=r.risk.title) for name, r in named)
    unknown = ", ".join(name for name, r in named if not r.inherent.level)
    tail = say("matrix.unknown", risks=unknown) if unknown else ""
    return Matrix(
        tuple(step_words(Axis.LIKELIHOOD, step) for step in STEPS),
        rows,
        say("matrix.legend", risks=legend, unknown=tail),
    )


def _at(name: str, risk: Assessed, position: Position) -> str:
    """Return the name of a risk with those of its positions that are at one place; empty where none is."""
    here = [p for p in POSITIONS if risk.valid[p] == position]
    if not here:
        return ""
    if len(here) == len(POSITIONS):
        return name
    return say("matrix.some", risk=name, positions=", ".join(say(f"risk.position.{p}") for p in here))
