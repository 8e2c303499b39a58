"""What people stated of a risk: its sources, threats, impacts and factors, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auditkit.policy.signing import Expired, NotStated, Signed, Unsigned, standing
from auditkit.policy.statements import Attestation
from auditkit.report.case import Case, reason_words
from auditkit.report.foreign import quoted
from auditkit.report.risk.register import Risk
from auditkit.report.risk.scale import Position
from auditkit.report.say import say

PARTS = ("sources", "threats", "impacts")
FACTORS = "factors"


@dataclass(frozen=True)
class Opinion:
    """What people stated of a risk.

    Attributes:
        parts: the stated `sources`, `threats`, `impacts` and `factors`, where a person signed them.
        positions: the stated positions, by `inherent`, `residual` and `target`.
        text: why, in the person's own words.
        signed: who stated it; None where the signature does not hold.
        problem: why a statement that is there does not count; empty where it counts, or nobody made one.
        by: who stated the parts, in which role and until when; what of them does not hold, and why.
    """

    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)
    text: str = ""
    signed: Signed | None = None
    problem: str = ""
    language: str | None = None
    """The language of the policy, in which people stated it."""
    by: tuple[str, ...] = ()

    def over(self, name: str, computed: Position) -> Position:
        """Return the position that counts: the stated one, else the computed one."""
        return self.positions.get(name, computed)

    @property
    def signature(self) -> str:
        """Who stated it, in which role, on which day, and until when; empty where nobody did."""
        if self.signed is None:
            return ""
        s = self.signed
        return say("signed.by", by=s.by, role=quoted(s.role, self.language), at=s.at, until=s.until)

    def to_dict(self) -> dict[str, Any] | None:
        """Return it as JSON types; null where nobody stated where the risk stands."""
        if self.signed is None:
            return {"problem": self.problem} if self.problem else None
        return {
            "by": self.signed.by, "role": self.signed.role, "at": self.signed.at.isoformat(),
            "until": self.signed.until.isoformat(), "reason": self.text,
            **{name: position.to_dict() for name, position in self.positions.items()},
        }  # fmt: skip


def opinion(case: Case, risk: Risk) -> Opinion:
    """Return what people stated of a risk; a statement whose signature does not hold is a problem."""
    found = {a.field: a for a in case.declared.attestations}
    parts = {
        name: (stated.text,)
        for name in (*PARTS, FACTORS)
        if (stated := found.get(f"risk.{risk.id}.{name}")) is not None
        and stated.text
        and isinstance(standing(stated, case.audit.as_of), Signed)
    }
    stated = found.get(f"risk.{risk.id}")
    match standing(stated, case.audit.as_of):
        case Signed() as signed if stated is not None:
            at, text, language = _positions(stated), stated.text or "", case.declared.language
            return Opinion(parts, at, text, signed, "", language, _signatures(case, risk))
        case Expired(by=by, role=role, until=until):
            problem = say("signed.expired", by=by, role=case.own(role), until=until)
        case Unsigned() as unsigned:
            problem = say("signed.does_not_hold", reason=reason_words(unsigned))
        case NotStated() | Signed():
            problem = ""
    return Opinion(parts, problem=problem, language=case.declared.language, by=_signatures(case, risk))


def _signatures(case: Case, risk: Risk) -> tuple[str, ...]:
    """Return who stated the parts of a risk, each once, and which of them do not hold, and why."""
    fields = [f"risk.{risk.id}.{name}" for name in (*PARTS, FACTORS)]
    stated = {f: case.stated[f][1] for f in fields if f in case.stated}
    notes = (case.signature(f, s) for f, s in stated.items() if s.text)
    return tuple(dict.fromkeys(filter(None, notes)))


def _positions(stated: Attestation) -> dict[str, Position]:
    named = {"inherent": stated.inherent, "residual": stated.residual, "target": stated.target}
    return {name: Position(p.severity, p.likelihood) for name, p in named.items() if p is not None}


def accepted_level(case: Case) -> str:
    """Return the highest level that is acceptable without further word: the stated one, else `low`."""
    stated = next((a for a in case.declared.attestations if a.field == "acceptance"), None)
    if stated is None or stated.level is None or not isinstance(standing(stated, case.audit.as_of), Signed):
        return "low"
    return stated.level.replace(" ", "_")


def is_large_scale(case: Case) -> bool:
    """Return whether a person stated that the processing is on a large scale."""
    stated = next((a for a in case.declared.attestations if a.field == "criterion.large_scale"), None)
    return bool(
        stated is not None and stated.answer and isinstance(standing(stated, case.audit.as_of), Signed)
    )
