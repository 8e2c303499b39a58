"""Outcomes that have one cause, as one thing to read and one thing to repair.

A missing key of 200 tables is one cause with 200 places. The outcomes themselves stay as they are: each keeps
its place, its counts, its fingerprint and its waiver. Every form of an audit shows these groups in their
order: errors, tables that the policy names and the source does not have, findings from the worst on, waived
findings, and then what was not assessed, passed, or does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from auditkit.outcome import BLIND, Cause, Confidence, Finding, NotAssessed, Outcome, Severity
from auditkit.record.difference import worst_first

_HIDDEN = frozenset({Cause.NOT_APPLICABLE, Cause.EXCLUDED})
_ABSENT = "which the source does not have"
_TOKEN = re.compile(r"\w+(?:\.\w+)*")
_PLACES = (
    "error absent finding waived no_right unseen budget not_installed undeclared passed excluded"
    " not_applicable"
).split()
"""The order in which a reader sees the groups."""


@dataclass(frozen=True)
class Group:
    """Outcomes with one cause; there is always at least one.

    Attributes:
        outcomes: the outcomes, the worst first.

    >>> one = {"severity": Severity.HIGH, "confidence": Confidence.HIGH, "check": "tenancy-missing-key"}
    >>> (group,) = groups([Finding(table=name, **one) for name in ("teams", "users")])
    >>> group.check, group.tables, group.severity.value, len(group.findings)
    ('tenancy-missing-key', ('teams', 'users'), 'high', 2)
    """

    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> str:
        """What became of all of them: `finding`, `not_assessed` or `passed`."""
        return self.outcomes[0].verdict

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The outcomes, where they are findings."""
        return tuple(o for o in self.outcomes if isinstance(o, Finding))

    @cached_property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """The outcomes, where they were not assessed."""
        return tuple(o for o in self.outcomes if isinstance(o, NotAssessed))

    @cached_property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks; findings of one group come from one check."""
        return tuple(sorted({o.check for o in self.outcomes}))

    @property
    def check(self) -> str | None:
        """The id of the check; None where several checks have the same cause."""
        return self.checks[0] if len(self.checks) == 1 else None

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, in the order of the outcomes; without the source as a whole."""
        return tuple(dict.fromkeys(o.table for o in self.outcomes if o.table is not None))

    @property
    def severity(self) -> Severity | None:
        """The highest severity of the findings; None where there are no findings."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank, default=None)

    @property
    def confidence(self) -> Confidence | None:
        """The highest confidence of the findings; None where there are no findings."""
        return max((f.confidence for f in self.findings), key=lambda c: c.rank, default=None)

    @property
    def waived(self) -> bool:
        """Whether somebody accepts all of these findings."""
        return bool(self.findings) and self.findings[0].waiver is not None

    @property
    def cause(self) -> Cause | None:
        """Why they were not assessed; None for findings and for what passed."""
        return self.not_assessed[0].cause if self.not_assessed else None

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The reasons why they were not assessed, without the name of the outcome's own table where there are
        several.
        """
        alone = len({o.reason for o in self.not_assessed}) == 1
        return tuple(dict.fromkeys(o.reason if alone else reason_of(o) for o in self.not_assessed))

    @property
    def is_error(self) -> bool:
        """Whether the checks ended with an error."""
        return self.cause is Cause.ERROR

    @property
    def is_absent(self) -> bool:
        """Whether it is about tables that the policy names and the source does not have."""
        return self.cause is Cause.UNSEEN and _ABSENT in self.not_assessed[0].reason

    @property
    def is_blind(self) -> bool:
        """Whether it makes the run incomplete."""
        return self.cause in BLIND

    @property
    def is_hidden(self) -> bool:
        """Whether a reader can do nothing here: it passed, does not apply, or the policy excludes it."""
        return self.verdict == "passed" or self.cause in _HIDDEN

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Its place in every list of groups; the smallest comes first."""
        cause = self.cause
        kind = "absent" if self.is_absent else "waived" if self.waived else (cause or self.verdict)
        severity, confidence = self.severity, self.confidence
        return (
            _PLACES.index(kind),
            -severity.rank if severity is not None else 0,
            -confidence.rank if confidence is not None else 0,
            -len(self.outcomes) if cause is not None else 0,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the group as JSON types; the fingerprints lead to its outcomes."""
        return {
            "verdict": self.verdict, "checks": list(self.checks), "severity": self.severity,
            "waived": self.waived, "cause": self.cause, "reasons": list(self.reasons),
            "tables": len(self.tables), "outcomes": len(self.outcomes),
            "fingerprints": [o.fingerprint for o in self.outcomes],
        }  # fmt: skip


def groups(outcomes: Iterable[Outcome]) -> tuple[Group, ...]:
    """Return outcomes by their cause, in the order in which a reader sees them.

    Each outcome is in exactly one group. Findings have one cause when they come from one check, and all of
    them or none are waived. What was not assessed has one cause when the reason is the same but for the names
    of tables and columns, and for numbers.
    """
    every = sorted(outcomes, key=_order)
    key = _key({o.table.casefold() for o in every if o.table})
    members: dict[tuple[object, ...], list[Outcome]] = {}
    for outcome in every:
        members.setdefault(key(outcome), []).append(outcome)
    found = [Group(tuple(_worst_first(group))) for group in members.values()]
    return tuple(sorted(found, key=lambda g: (*g.rank, g.checks, _order(g.outcomes[0]))))


def _order(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.sort_key, outcome.reason if isinstance(outcome, NotAssessed) else "")


def reason_of(outcome: NotAssessed) -> str:
    """Return the reason without the name of its table, so that it reads the same for every table.

    >>> reason_of(NotAssessed(check="c", table="teams", cause=Cause.UNDECLARED, reason="no rule of teams"))
    'no rule of the table'
    """
    if not outcome.table or outcome.cause == Cause.EXCLUDED:
        return outcome.reason
    return _name(outcome.table).sub("the table", outcome.reason)


@lru_cache(maxsize=10_000)
def _name(table: str) -> re.Pattern[str]:
    """Return a pattern that finds the name of a table as a whole word, with its article."""
    return re.compile(rf"(?:\bthe )?(?<![\w.]){re.escape(table)}(?![\w.])")


def _worst_first(members: Sequence[Outcome]) -> Sequence[Outcome]:
    found = sorted((o for o in members if isinstance(o, Finding)), key=worst_first)
    return found or members


def _key(tables: set[str]) -> Callable[[Outcome], tuple[object, ...]]:
    """Return a function that gives outcomes of one cause the same key, among these tables."""

    @cache
    def blurred(reason: str, columns: tuple[str, ...]) -> str:
        own = {column.casefold() for column in columns}

        def name(found: re.Match[str]) -> str:
            word = found[0].casefold()
            if word in tables or word in own or word[0].isdigit():
                return "#"
            table, dot, column = word.rpartition(".")
            return f"#{dot}{'#' if column in own else column}" if table in tables else word

        return _TOKEN.sub(name, reason).replace("the #", "#")

    def key(outcome: Outcome) -> tuple[object, ...]:
        match outcome:
            case Finding():
                return ("finding", outcome.check, outcome.waiver is None, outcome.boundary_holds)
            case NotAssessed():
                reason, table = outcome.reason, outcome.table
                same = _name(table).sub("#", reason) if table is not None and table in reason else reason
                return ("not_assessed", outcome.cause, blurred(same, outcome.columns))
            case _:
                return ("passed", outcome.check)

    return key
