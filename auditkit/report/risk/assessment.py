"""A risk as the register shows it: inherent, residual and target, each computed, and stated where a person
stated it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from auditkit.outcome import NotAssessed
from auditkit.policy.statements import Action
from auditkit.report.case import Case
from auditkit.report.risk import measures, stated
from auditkit.report.risk.exposure import Exposure, exposure, is_observed_leak
from auditkit.report.risk.measures import Effect
from auditkit.report.risk.register import HAPPENED, REGISTER, Risk
from auditkit.report.risk.scale import STEPS, UNKNOWN, Axis, Position, acceptance
from auditkit.report.risk.stated import Opinion

INHERENT, RESIDUAL, TARGET = POSITIONS = ("inherent", "residual", "target")


@dataclass(frozen=True)
class Assessed:
    """A risk with its three positions.

    Attributes:
        risk: which one.
        exposure: what data and findings propose.
        effects: what its measures do.
        opinion: what a person stated of it.
        computed: the positions by the printed method.
        valid: the positions that count: stated where a person stated them, else computed.
        owner: who answers for the first open action about it.
        due: by when.
        highest: the highest level that is acceptable without anybody's word.
        tenants: whether the data is that of several tenants, as declared or as checks saw.
    """

    risk: Risk
    exposure: Exposure
    effects: tuple[Effect, ...]
    opinion: Opinion
    computed: dict[str, Position]
    valid: dict[str, Position]
    owner: str | None = None
    due: str | None = None
    highest: str = "low"
    tenants: bool = False

    def parts(self, name: str) -> tuple[str, ...]:
        """Return its `sources`, `threats` or `impacts`: stated ones, else the usual ones."""
        return self.opinion.parts.get(name) or self.risk.parts(name, tenants=self.tenants)

    @property
    def inherent(self) -> Position:
        """Where it stands before its measures."""
        return self.valid[INHERENT]

    @property
    def residual(self) -> Position:
        """Where it stands with the measures that are proven."""
        return self.valid[RESIDUAL]

    @property
    def target(self) -> Position:
        """Where it will stand with all measures."""
        return self.valid[TARGET]

    @property
    def acceptance(self) -> str:
        """Whether its residual level may be accepted."""
        return acceptance(self.residual.level, self.highest)

    @cached_property
    def differs(self) -> tuple[tuple[str, Axis], ...]:
        """The steps that a person stated otherwise than the method computes them."""
        return tuple(
            (name, axis)
            for name in POSITIONS
            for axis in Axis
            if self.valid[name].at(axis) != self.computed[name].at(axis)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "id": self.risk.id,
            "title": self.risk.title,
            "scenario": self.risk.scenario,
            "by_design": self.risk.by_design,
            **{name: list(self.parts(name)) for name in stated.PARTS},
            "factors": list(self.opinion.parts.get(stated.FACTORS, ())),
            "kind": self.exposure.kind,
            "checks": {"ran": self.exposure.ran, "planned": self.exposure.planned},
            "because": {
                "severity": self.exposure.severity_because,
                "likelihood": self.exposure.likelihood_because,
            },
            "findings": [f.fingerprint for f in self.exposure.findings],
            "measures": [
                {
                    "title": e.title,
                    "severity": e.severity,
                    "likelihood": e.likelihood,
                    "proof": e.proof.value,
                    "findings": e.findings,
                }
                for e in self.effects
            ],
            "computed": {name: position.to_dict() for name, position in self.computed.items()},
            "stated": self.opinion.to_dict(),
            **{name: self.valid[name].to_dict() for name in POSITIONS},
            "acceptance": self.acceptance,
            "owner": self.owner,
            "due": self.due,
        }


@lru_cache(maxsize=4)  # many parts of one report ask for the same risks
def assessed(case: Case) -> tuple[Assessed, ...]:
    """Return every risk of the register, in its order."""
    return tuple(assess(case, risk) for risk in REGISTER)


def top(risks: Iterable[Assessed], most: int = 5) -> tuple[Assessed, ...]:
    """Return the gravest risks: by residual, then inherent level; those not assessed last."""
    order = sorted(risks, key=lambda r: (-r.residual.rank, -r.inherent.rank, -r.inherent.severity))
    return tuple(order[:most])


def assess(case: Case, risk: Risk) -> Assessed:
    """Return a risk with its three positions, computed and as they count."""
    seen, effects = exposure(case, risk), measures.effects(case, risk.id)
    opinion = stated.opinion(case, risk)
    observed = any(is_observed_leak(case, f) for f in seen.findings)
    computed, valid = {INHERENT: seen.position}, {INHERENT: opinion.over(INHERENT, seen.position)}
    for positions in (computed, valid):
        at = positions[INHERENT]
        positions[RESIDUAL] = lowered(at, [e for e in effects if e.counts], while_observed=observed)
        positions[TARGET] = lowered(at, effects)
    for name in (RESIDUAL, TARGET):
        valid[name] = opinion.over(name, valid[name])
    action = min(_open(case, risk), key=lambda a: a.due or date.max, default=None)
    return Assessed(
        risk, seen, effects, opinion, computed, valid,
        owner=action.owner if action else None,
        due=action.due.isoformat() if action and action.due else None,
        highest=stated.accepted_level(case), tenants=_has_tenants(case),
    )  # fmt: skip


def _has_tenants(case: Case) -> bool:
    """Return whether the data is that of several tenants: the policy says so, or a check saw them."""
    if (tenancy := case.declared.tenancy) is not None and (tenancy.root or tenancy.key):
        return True
    return any(o.scanner == "tenancy" and not isinstance(o, NotAssessed) for o in case.audit.outcomes)


def _open(case: Case, risk: Risk) -> list[Action]:
    """Return the actions about a risk that are not done."""
    return [a for a in case.declared.actions if risk.id in a.risks and a.status not in {"done", "dropped"}]


def lowered(position: Position, effects: Iterable[Effect], *, while_observed: bool = False) -> Position:
    """Return a position after measures: each takes its steps, and none goes below the first.

    While a leak is observed, the likelihood stays where it is.

    >>> from auditkit.report.risk.measures import Proof
    >>> lowered(Position(4, 3), [Effect("Encryption", Proof.PROVEN, likelihood=1)] * 3)
    Position(severity=4, likelihood=1)
    """
    every = tuple(effects)
    for axis in Axis:
        step = position.at(axis)
        held = while_observed and axis is Axis.LIKELIHOOD and step == HAPPENED
        if step != UNKNOWN and not held:
            position = position.moved(axis, max(STEPS[0], step - sum(e.steps(axis) for e in every)))
    return position
