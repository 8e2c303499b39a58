"""What a run has that the run of a signature did not have: a decision, and an advice, can go stale.

The run is the one that the decision names. Where it is not at hand, the days on which findings were first
seen still show which of them are newer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from auditkit.detection.verdict import ColumnVerdict
from auditkit.outcome import Finding, Severity
from auditkit.policy import review
from auditkit.policy.statements import RunReference
from auditkit.record import AuditRecord
from auditkit.report.case import Case, is_leak
from auditkit.report.lawfulness import sensitive_columns
from auditkit.report.risk.assessment import assessed
from auditkit.report.say import day_words, say
from auditkit.vocabulary import ENTITIES, PRESENT

_HUMAN = frozenset(
    "attestations decision review actions measures waivers proposed reviewed controller dpo".split()
)
"""The keys of a policy whose change is no change of the processing."""


@dataclass(frozen=True, eq=False)
class Since:
    """What is new since the run that somebody signed on.

    Attributes:
        case: the run of today.
        run: the run that was signed on.
        day: the day of the signature.
        base: the record of that run; None where it is not at hand.
    """

    case: Case
    run: RunReference
    day: date
    base: AuditRecord | None

    @property
    def is_same(self) -> bool:
        """Whether the signature is on this very run."""
        return str(self.case.audit.run.get("id") or "") == self.run.id

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are new and not waived."""
        audit = self.case.audit
        if self.is_same:
            return ()
        if self.base is not None:
            return tuple(f for f in audit.diff(self.base).new if f.waiver is None)
        return tuple(
            f for f in audit.findings if f.waiver is None and audit.sighting(f.fingerprint).day > self.day
        )

    @property
    def incidents(self) -> tuple[Finding, ...]:
        """The possible incidents among them."""
        return tuple(f for f in self.findings if is_leak(f))

    @cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The columns with personal data that are new; none where the run is not at hand."""
        return self._new(
            lambda case: ((c.table, c.column) for c in case.audit.columns if c.verdict in PRESENT)
        )

    @cached_property
    def special(self) -> tuple[tuple[str, str], ...]:
        """The columns with special categories or criminal data that are new."""
        return self._new(lambda case: ((s.table, s.column) for s in sensitive_columns(case)))

    @cached_property
    def categories(self) -> tuple[tuple[str, str], ...]:
        """The categories of personal data that are new in a table."""
        return self._new(lambda case: filter(None, map(_category, case.audit.columns)))

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables with personal data that are new."""
        if self._then is None:
            return ()
        before = {c.table for c in self._then.audit.columns}
        return tuple(dict.fromkeys(table for table, _ in self.columns if table not in before))

    @cached_property
    def risks(self) -> tuple[str, ...]:
        """The titles of the risks whose level is higher than it was."""
        if self._then is None:
            return ()
        before = {r.risk.id: r.residual.rank for r in assessed(self._then)}
        now = assessed(self.case)
        return tuple(r.risk.title for r in now if r.residual.rank > before.get(r.risk.id, 0))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures whose checks have findings that are new."""
        checks = {f.check for f in self.findings}
        return tuple(m.title or m.id or "" for m in self.case.declared.measures if m.check in checks)

    @property
    def policy(self) -> tuple[str, ...]:
        """The keys of the policy that say something else about the processing."""
        if self._then is None:
            return ()
        then, now = (a.declared for a in (self._then.audit, self.case.audit))
        keys = sorted((then.keys() | now.keys()) - _HUMAN)
        return tuple(key for key in keys if then.get(key) != now.get(key))

    @cached_property
    def _then(self) -> Case | None:
        """The case of the run that was signed on, under what its policy declared then."""
        if self.base is None or self.is_same:
            return None
        return replace(self.case, audit=self.base, policy=self.base.declared_policy, previous=None)

    def _new(self, places: Callable[[Case], Iterator[tuple[str, str]]]) -> tuple[tuple[str, str], ...]:
        if self._then is None:
            return ()
        before = set(places(self._then))
        return tuple(sorted(set(places(self.case)) - before))

    @cached_property
    def events(self) -> Mapping[str, int]:
        """How often each event of the closed list has happened; of those that have."""
        counts = {
            "new_special_category": len(self.special),
            "new_category": len(self.categories),
            "new_source": len(self.tables),
            "new_incident": len(self.incidents),
            "new_critical_finding": sum(f.severity is Severity.CRITICAL for f in self.findings),
            "risk_level_up": len(self.risks),
            "measure_failed": len(self.measures),
            "policy_changed": len(self.policy),
        }
        return {name: count for name, count in counts.items() if count}

    @property
    def predates(self) -> tuple[str, ...]:
        """What the signature could not know, each with its number, in words."""
        counts = {
            "findings": self.findings, "incidents": self.incidents, "columns": self.columns,
            "special": self.special, "risks": self.risks, "policy": self.policy,
        }  # fmt: skip
        return tuple(say(f"since.{key}", n=len(new)) for key, new in counts.items() if new)


def _category(column: ColumnVerdict) -> tuple[str, str] | None:
    """Return the table of a column and its category of personal data; None where it holds none."""
    known = ENTITIES.get(column.entity or "")
    category = column.category or (known.category if known else None)
    return (column.table, category) if category and column.verdict in PRESENT else None


def decision(case: Case) -> Since | None:
    """Return what is new since the run of the decision; None where nothing is decided."""
    made = case.declared.decision
    if case.decision.value is None or made is None or made.run is None or made.at is None:
        return None
    return Since(case, made.run, made.at, case.runs.get(made.run.id))


def advice(case: Case) -> Since | None:
    """Return what is new since the run of the advice of the data protection officer; None without one."""
    _, given = case.attestations.get("dpo_advice", (0, None))
    if given is None or given.run is None or given.at is None:
        return None
    return Since(case, given.run, given.at, case.runs.get(given.run.id))


def stale(case: Case) -> Iterator[str]:
    """Yield why the assessment needs a review: what the decision predates, events, and a day that is over."""
    since = decision(case)
    if since is not None:
        if since.predates:
            yield say("since.predates", what=", ".join(since.predates))
        if since.base is None and not since.is_same:
            yield say("since.not_here", run=since.run.id)
        yield from happened(case, since)
    day = review.due(case.declared)
    if day is not None and day < case.audit.as_of:
        yield say("since.overdue", day=day_words(day), n=(case.audit.as_of - day).days)


def happened(case: Case, since: Since) -> Iterator[str]:
    """Yield each review trigger of the policy that has happened since the run of a signature."""
    wanted = case.declared.review.triggers if case.declared.review is not None else ()
    for name in wanted:
        if count := since.events.get(name):
            yield say("since.trigger", name=name, what=say(f"trigger.{name}"), n=count)
