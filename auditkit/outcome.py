"""What comes out of an audit: passed, a finding, or not assessed, and never nothing.

The outcomes are a sum type of frozen dataclasses. No field ever holds a value of anybody's data: `rows`, `of`
and `subjects` are counts, `detail` holds numbers and names of schema objects.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from auditkit.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from auditkit.record.difference import Difference

SCHEMA = "auditkit/audit/1"


class _Level(StrEnum):
    """A word that is ordered by its place in the definition, not by the alphabet."""

    @property
    def rank(self) -> int:
        """Its place in the scale, from 0."""
        return list(type(self)).index(self)

    def __lt__(self, other: str) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= type(self)(other).rank

    def shifted(self, steps: int) -> Any:
        """Return the level so many steps up (down where negative), within the scale."""
        levels = list(type(self))
        return levels[min(max(self.rank + steps, 0), len(levels) - 1)]


class Severity(_Level):
    """How bad a finding is for the people the data is about.

    >>> Severity.HIGH > Severity.MEDIUM, Severity.HIGH.shifted(1), Severity.CRITICAL.shifted(1)
    (True, <Severity.CRITICAL: 'critical'>, <Severity.CRITICAL: 'critical'>)
    """

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(_Level):
    """How sure it is that a finding is what it says."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Cause(StrEnum):
    """Why something was not assessed."""

    UNDECLARED = "undeclared"
    NOT_APPLICABLE = "not_applicable"
    NOT_INSTALLED = "not_installed"
    EXCLUDED = "excluded"
    NO_RIGHT = "no_right"
    UNSEEN = "unseen"
    BUDGET = "budget"
    ERROR = "error"


BLIND = frozenset({Cause.NO_RIGHT, Cause.UNSEEN, Cause.BUDGET, Cause.ERROR})
"""The causes that make a run incomplete: somebody has to mend something before it is whole."""


@dataclass(frozen=True)
class Missing:
    """A fact that is not there, and why; a check that asks for it becomes `NotAssessed` with these words."""

    cause: Cause
    reason: str


@dataclass(frozen=True)
class Waiver:
    """A finding that a named person accepts until a date."""

    fingerprint: str
    reason: str
    owner: str
    until: date

    def to_dict(self) -> dict[str, str]:
        """Return the waiver as JSON types."""
        return {
            "fingerprint": self.fingerprint,
            "reason": self.reason,
            "owner": self.owner,
            "until": self.until.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class Locus:
    """Where a check looked: the identity of an outcome."""

    check: str
    table: str | None = None
    columns: tuple[str, ...] = ()
    entity: str | None = None
    target: str | None = None

    @property
    def scanner(self) -> str:
        """The scanner of the check."""
        return self.check.partition("-")[0]

    @property
    def fingerprint(self) -> str:
        """The first 16 hex digits of SHA-256 over what was looked at: no counts and no source, so that it
        outlives both.

        >>> Locus(check="retention-overdue", table="tickets", columns=("closed_at",)).fingerprint
        '0705fab6580818f8'
        """
        parts = [self.check, self.table or "", *sorted(self.columns), self.entity or "", self.target or ""]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    @property
    def sort_key(self) -> tuple[str, str, tuple[str, ...], str, str]:
        """The order of outcomes: by table, then by check."""
        return (self.table or "", self.check, self.columns, self.entity or "", self.target or "")


@dataclass(frozen=True, kw_only=True)
class Passed(Locus):
    """Everything was seen and nothing breaks the policy."""

    of: int | None = None
    interval: tuple[int, int] | None = None

    verdict: Literal["passed"] = field(default="passed", init=False)


@dataclass(frozen=True, kw_only=True)
class Finding(Locus):
    """Something breaks the policy; `rows` of `of` rows do, about `subjects` data subjects where that can be
    told.
    """

    severity: Severity
    confidence: Confidence
    rows: int | None = None
    of: int | None = None
    subjects: int | None = None
    interval: tuple[int, int] | None = None
    detail: Mapping[str, int | float | str | bool | None] = field(default_factory=dict)
    waiver: Waiver | None = None
    sql: str | None = None

    verdict: Literal["finding"] = field(default="finding", init=False)


@dataclass(frozen=True, kw_only=True)
class NotAssessed(Locus):
    """A check could not see what it needs: never a "clean"."""

    cause: Cause
    reason: str

    verdict: Literal["not_assessed"] = field(default="not_assessed", init=False)


Outcome = Passed | Finding | NotAssessed


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of a rate, at 95 % by default (Wilson 1927).

    >>> [round(bound, 4) for bound in wilson(0, 1000)]
    [0.0, 0.0038]
    """
    if not of:
        return (0.0, 1.0)
    rate, square = hits / of, z * z
    centre = (rate + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    return (max(0.0, centre - half), min(1.0, centre + half))


_KEYS = ("severity", "confidence", "rows", "of", "subjects", "cause", "reason", "sql")


def _outcome_to_dict(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome with every key of the contract; what does not apply is null."""
    finding = outcome if isinstance(outcome, Finding) else None
    interval = None if isinstance(outcome, NotAssessed) else outcome.interval
    return {
        "check": outcome.check, "scanner": outcome.scanner, "verdict": outcome.verdict,
        "table": outcome.table, "columns": list(outcome.columns), "entity": outcome.entity,
        "target": outcome.target, **{key: getattr(outcome, key, None) for key in _KEYS},
        "interval": None if interval is None else list(interval), "fingerprint": outcome.fingerprint,
        "detail": dict(sorted(finding.detail.items())) if finding else None,
        "waiver": finding.waiver.to_dict() if finding and finding.waiver else None,
    }  # fmt: skip


def _outcome_from_dict(data: Mapping[str, Any]) -> Outcome:
    where: dict[str, Any] = {
        "check": data["check"], "table": data["table"], "columns": tuple(data["columns"]),
        "entity": data.get("entity"), "target": data.get("target"),
    }  # fmt: skip
    interval = tuple(data["interval"]) if data.get("interval") else None
    match data["verdict"]:
        case "passed":
            return Passed(**where, of=data["of"], interval=interval)
        case "finding":
            waiver = data["waiver"] and Waiver(
                **{**data["waiver"], "until": date.fromisoformat(data["waiver"]["until"])}
            )
            return Finding(
                **where, severity=Severity(data["severity"]), confidence=Confidence(data["confidence"]),
                rows=data["rows"], of=data["of"], subjects=data["subjects"], interval=interval,
                detail=data["detail"] or {}, waiver=waiver or None, sql=data["sql"],
            )  # fmt: skip
        case "not_assessed":
            return NotAssessed(**where, cause=Cause(data["cause"]), reason=data["reason"])
        case other:
            raise UsageError(f"an outcome's verdict is passed, finding or not_assessed, not {other!r}")


@dataclass(frozen=True, kw_only=True, repr=False)
class Audit:
    """The result of an audit: every planned outcome, and what was detected on the way.

    `incidents` is what Art. 33(3) asks of observed leaks, `note` what detection did not look for (None: it
    did not run). `run` holds all that may differ between two runs on the same input (times, versions); the
    rest of `to_dict()` is the same bytes for the same input.
    """

    outcomes: tuple[Outcome, ...]
    source: str
    as_of: date
    detections: tuple[Mapping[str, Any], ...] = ()
    incidents: tuple[Mapping[str, Any], ...] = ()
    note: str | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[int, int] = (0, 0)
    sample: int | None = None
    run: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, the worst first."""
        found = [o for o in self.outcomes if isinstance(o, Finding)]
        return tuple(
            sorted(
                found, key=lambda f: (f.waiver is not None, -f.severity.rank, -f.confidence.rank, f.sort_key)
            )
        )

    @cached_property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """What could not be assessed, and why."""
        return tuple(o for o in self.outcomes if isinstance(o, NotAssessed))

    @cached_property
    def passed(self) -> tuple[Passed, ...]:
        """What was seen whole and breaks nothing."""
        return tuple(o for o in self.outcomes if isinstance(o, Passed))

    @property
    def worst(self) -> Severity | None:
        """The highest severity of the findings that nobody waived."""
        return max(
            (f.severity for f in self.findings if f.waiver is None), key=lambda s: s.rank, default=None
        )

    @property
    def coverage(self) -> dict[str, Any]:
        """How much was planned, and what became of it."""
        return {
            "planned": len(self.outcomes), "passed": len(self.passed), "findings": len(self.findings),
            "not_assessed": len(self.not_assessed), "relations": "{} of {}".format(*self.relations),
        }  # fmt: skip

    def exit_code(
        self,
        fail_on: Severity = Severity.HIGH,
        confidence: Confidence = Confidence.HIGH,
        against: Audit | None = None,
    ) -> Literal[0, 1, 3]:
        """Return 1 where an unwaived finding of that confidence is at or above `fail_on`, else 3 where
        something was not seen, else 0.

        With `against` only findings count that are new since that audit or have grown: more rows, more severe
        or certain, waived no longer.
        """
        counted: Iterable[Finding] = self.findings
        if against is not None:
            change = self.diff(against)
            counted = (*change.new, *change.grown)
        if any(f.waiver is None and f.severity >= fail_on and f.confidence >= confidence for f in counted):
            return 1
        return 3 if any(o.cause in BLIND for o in self.not_assessed) else 0

    def diff(self, earlier: Audit) -> Difference:
        """Return what changed since an earlier audit, finding by finding."""
        from auditkit.record.difference import between

        return between(earlier, self)

    def to_dict(self) -> dict[str, Any]:
        """Return the audit as design-stable JSON types (schema `auditkit/audit/1`)."""
        return {
            "schema": SCHEMA, "run": dict(self.run), "source": self.source, "as_of": self.as_of.isoformat(),
            "sample": self.sample, "policy": dict(self.policy), "note": self.note,
            "detections": [dict(d) for d in self.detections], "incidents": [dict(i) for i in self.incidents],
            "outcomes": [_outcome_to_dict(o) for o in sorted(self.outcomes, key=lambda o: o.sort_key)],
            "coverage": self.coverage,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Audit:
        """Return the audit that `to_dict` wrote."""
        if data.get("schema") != SCHEMA:
            raise UsageError(f"expected an audit of schema {SCHEMA}; the file says {data.get('schema')!r}")
        seen, _, known = str(data["coverage"]["relations"]).partition(" of ")
        return cls(
            outcomes=tuple(_outcome_from_dict(o) for o in data["outcomes"]), source=data["source"],
            as_of=date.fromisoformat(data["as_of"]), detections=tuple(data["detections"]),
            policy=data.get("policy", {}), relations=(int(seen), int(known)), sample=data.get("sample"),
            incidents=tuple(data.get("incidents", ())), note=data.get("note"), run=data["run"],
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | Path) -> Audit:
        """Return the audit of an `audit.json`, or of the run folder that holds one.

        Raises:
            FileNotFoundError: there is no such file.
            UsageError: it holds no audit.
        """
        file = Path(path)
        text = (file / "audit.json" if file.is_dir() else file).read_bytes()
        try:
            return cls.from_dict(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(
                f"{file.name} holds no audit that can be read: expected a run folder, or its audit.json"
            ) from None

    def to_json(self) -> str:
        """Return `to_dict()` as JSON text, the same bytes for the same input but for `run`."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def to_pandas(self) -> pd.DataFrame:
        """Return one row an outcome, with the keys of `to_dict()["outcomes"]` as columns."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["outcomes"])

    def to_html(self) -> str:
        """Return the report of this audit as one self-contained page."""
        from auditkit.report import html, model

        return html.render(model.of(self))

    def to_sarif(self) -> str:
        """Return the findings as SARIF 2.1.0."""
        from auditkit.report import sarif

        return sarif.render(self)

    def save(self, folder: str | Path) -> Path:
        """Write the files of a run (`audit.json`, `report.html` and the others) into a folder, whole or not
        at all; return the folder.
        """
        from auditkit.report import folder as run_folder

        return run_folder.save(self, Path(folder))

    def waived(self, waivers: Iterable[Waiver]) -> Audit:
        """Return this audit with waivers applied: a waived finding stays a finding.

        A waiver whose day has passed no longer counts; one that names several findings is refused.

        Raises:
            ValueError: a waiver's fingerprint fits more than one finding.
        """
        outcomes = list(self.outcomes)
        for waiver in waivers:
            fits = [
                i
                for i, o in enumerate(outcomes)
                if isinstance(o, Finding) and o.fingerprint.startswith(waiver.fingerprint)
            ]
            if len({outcomes[i].fingerprint for i in fits}) > 1:
                raise UsageError(
                    f"the waiver {waiver.fingerprint} fits {len(fits)} findings; give more digits of the"
                    " fingerprint"
                )
            if waiver.until >= self.as_of:
                for i in fits:
                    found = outcomes[i]
                    assert isinstance(found, Finding)
                    outcomes[i] = replace(found, waiver=waiver)
        return replace(self, outcomes=tuple(outcomes))

    def __repr__(self) -> str:
        c = self.coverage
        told = (
            f"{c['findings']} findings, worst {self.worst or 'none'}; {c['passed']} passed,"
            f" {c['not_assessed']} not assessed"
        )
        return f"Audit({self.source!r} as of {self.as_of}: {told})"

    def _repr_html_(self) -> str:
        from auditkit.report import html

        return html.fragment(self)
