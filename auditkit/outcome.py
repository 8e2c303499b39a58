"""What comes out of an audit: passed, a finding, or not assessed, and never nothing.

The outcomes are a sum type of frozen dataclasses. No field ever holds a value of anybody's data: `rows`, `of`
and `subjects` are counts, `detail` holds numbers and names of schema objects.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from auditkit import finding_card
from auditkit.check_page import Page, pages
from auditkit.errors import UsageError
from auditkit.html_tables import count
from auditkit.levels import Confidence as Confidence
from auditkit.levels import Severity as Severity


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
"""The causes that make a run incomplete: somebody has to fix something before everything is seen."""


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

    def fits(self, finding: Finding) -> bool:
        """Return whether it is about a finding: its digits are the first of the finding's fingerprint."""
        return finding.fingerprint.startswith(self.fingerprint)

    def to_dict(self) -> dict[str, str]:
        """Return the waiver as JSON types."""
        return {
            "fingerprint": self.fingerprint,
            "reason": self.reason,
            "owner": self.owner,
            "until": self.until.isoformat(),
        }


def place(table: str | None, columns: Collection[str] = (), target: str | None = None) -> str:
    """Return a place in the source as names.

    >>> place("tickets", ["project_id"], "projects"), place(None)
    ('tickets.project_id -> projects', 'the whole source')
    """
    where = (table or "the whole source") + (f".{'+'.join(columns)}" if columns else "")
    return f"{where} -> {target}" if target else where


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
    def where(self) -> str:
        """Where it is, as names: `tickets.project_id -> projects`.

        >>> Locus(check="pii-secret", table="users", columns=("pin",)).where
        'users.pin'
        """
        return place(self.table, self.columns, self.target)

    @property
    def page(self) -> Page | None:
        """The page of its check; None for a check that this version does not have."""
        return pages().get(self.check)

    @property
    def title(self) -> str:
        """What its check looks for, as a title."""
        return self.page.title if self.page is not None else self.check.replace("-", " ")

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


@dataclass(frozen=True, kw_only=True, repr=False)
class Finding(Locus):
    """Something breaks the policy.

    >>> place = {"check": "pii-secret", "table": "users", "columns": ("pin",)}
    >>> found = Finding(**place, severity=Severity.HIGH, confidence=Confidence.HIGH, rows=3, of=9)
    >>> found
    Finding(high, users.pin, 3 of 9 rows, pii-secret 368f93eb)
    >>> found.title
    'Passwords, keys or tokens stored in readable form'
    >>> found.remedy.partition("`")[2].partition("`")[0]
    'ALTER TABLE users DROP COLUMN pin'

    Attributes:
        severity: how bad it is, by the severity rule.
        confidence: how sure it is.
        rows: how many rows break the policy.
        of: out of how many.
        subjects: how many data subjects these rows are about; None where nothing says whom a row is about.
        interval: between how many rows of the whole table lie, where only a sample was read.
        detail: numbers and names of schema objects that a reader needs beside the counts.
        waiver: who accepts the finding, why, and until when.
        sql: selects the rows, for somebody who has the right to see them.
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

    @property
    def why(self) -> str:
        """Why it matters, from the page of its check."""
        return self.page.why if self.page is not None else ""

    @property
    def remedy(self) -> str:
        """How to fix it, with the names of its table and columns."""
        return self.page.remedy_at(self.table, self.columns, self.target) if self.page is not None else ""

    @property
    def rows_sql(self) -> str | None:
        """The statement that selects its rows, for somebody who has the right to see them; None for none."""
        return self.sql

    @property
    def amount(self) -> str:
        """How many rows it is about, in words; empty for a finding about no rows."""
        if self.rows is None:
            return ""
        return f"{self.rows:,} of {count(self.of, 'row')}" if self.of is not None else count(self.rows, "row")

    def explain(self) -> Page:
        """Return the page of its check.

        Raises:
            UsageError: this version does not have the check.
        """
        if self.page is None:
            raise UsageError(f"this version has no check {self.check!r}")
        return self.page

    def __repr__(self) -> str:
        ids = f"{self.check} {self.fingerprint[:8]}"
        waived = "waived" if self.waiver is not None else ""
        return f"Finding({', '.join(filter(None, (self.severity, self.where, self.amount, waived, ids)))})"

    def _repr_html_(self) -> str:
        people = count(self.subjects, "data subject") if self.subjects is not None else ""
        waiver = self.waiver
        return finding_card.html(
            self.title,
            severity=self.severity,
            place=self.where,
            amounts=[*filter(None, (self.entity, self.amount, people)), f"confidence {self.confidence}"],
            ids=(self.check, self.fingerprint),
            why=self.why,
            remedy=self.remedy,
            details=self.detail,
            waived=f"waived until {waiver.until} by {waiver.owner}: {waiver.reason}" if waiver else "",
            sql=self.sql,
        )

    @property
    def boundary_holds(self) -> bool:
        """Whether the tenant is a boundary here; where the data shows otherwise, no row leaks over it."""
        return "boundary" not in self.detail

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


def to_dict(outcome: Outcome) -> dict[str, Any]:
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


def from_dict(data: Mapping[str, Any]) -> Outcome:
    """Return the outcome that `to_dict` wrote.

    Raises:
        UsageError: its verdict is unknown.
        KeyError: a key is missing.
    """
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
