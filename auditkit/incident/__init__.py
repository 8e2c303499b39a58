"""What Art. 33(3) GDPR asks of an observed leak: since when, whose rows, how many, about what; never whether
it is a breach.

An incident is made for each finding in which the rows of one tenant meet another's, while the source is open.
Consequences and measures are for a person to state, and so is the moment from which the 72 hours of Art.
33(1) run: that of awareness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date

from auditkit import project_key
from auditkit.budget import Deadline
from auditkit.check import Check
from auditkit.dataset import Dataset, SourceError
from auditkit.errors import UsageError
from auditkit.examine import Examination, Progress, Question, ask
from auditkit.gather import Facts
from auditkit.incident import cells, rows
from auditkit.incident.incident import RECENT_DAYS, Incident, Pair, Seen
from auditkit.incident.personal import categories, tables
from auditkit.outcome import Confidence, Finding, Locus, Missing, Outcome

__all__ = ["RECENT_DAYS", "Incident", "Pair", "incidents"]

NO_KEY = "the tenants cannot be labelled: there is no key of the project that can be read"


def incidents(
    checks: Iterable[Check],
    outcomes: Sequence[Outcome],
    dataset: Dataset,
    facts: Facts,
    *,
    as_of: date,
    strict: bool = False,
    deadline: Deadline | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[Incident, ...], tuple[str, ...]]:
    """Return the incidents of an examination that has just been made, in the order of their findings; and
    failures, value-free.

    Args:
        checks: those that ran.
        outcomes: what came of them.
        dataset: the same, still open.
        facts: those that were gathered; none is computed twice.
        as_of: the day, 00:00 UTC.
        strict: raise where an incident cannot be told.
        deadline: what is not begun by then is not told, and a statement that takes too much of it is cut off.
        progress: called with what is being done, how much is done, and of how much.
    """
    found: dict[str, list[Finding]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Finding) and is_sure(outcome):
            found.setdefault(outcome.check, []).append(outcome)
    run = Examination(dataset, facts, strict, sample=None, deadline=deadline)
    told: list[Incident] = []
    wanted = [c for c in checks if c.id in found]
    with run.bounded():
        for done, check in enumerate(wanted):
            if progress is not None:
                progress("incidents", done, len(wanted))
            for question in ask(run, [check]):
                if isinstance(question, Question):
                    told += _told(run, question, found[check.id], as_of)
    place = {o.fingerprint: i for i, o in enumerate(outcomes)}
    return tuple(sorted(_labelled(told), key=lambda i: place[i.fingerprint])), tuple(run.failures)


def is_sure(finding: Finding) -> bool:
    """Return whether a finding can be an observed leak: of the tenants' scanner, not merely suspected, and of
    a boundary that holds.
    """
    return (
        finding.scanner == "tenancy"
        and finding.confidence >= Confidence.MEDIUM
        and "boundary" not in finding.detail
    )


def _told(
    run: Examination, question: Question, findings: Sequence[Finding], as_of: date
) -> Iterator[Incident]:
    """Yield the incidents of one run of a check."""
    if rows.tells(question):
        here = Locus(check=question.check.id, **question.locus).fingerprint
        for finding in findings:
            if finding.fingerprint == here:
                yield _incident(run, question, finding, as_of)
    elif question.check.id in cells.CHECKS:
        for finding in findings:
            if finding.table == question.locus.get("table"):
                yield _incident(run, question, finding, as_of)


def _incident(run: Examination, question: Question, finding: Finding, as_of: date) -> Incident:
    involved = tables(run.dataset, question.scope, finding)
    try:
        seen = run.late or (rows.seen if rows.tells(question) else cells.seen)(run, question, finding, as_of)
    except Exception as error:  # what is not told of an incident must not end the audit that found it
        if not isinstance(error, SourceError) and run.strict:
            raise
        seen = run.failed(f"incident of {finding.check}", error)
    if isinstance(seen, Missing):
        seen = Seen(missing=seen.reason)
    return Incident(
        fingerprint=finding.fingerprint, check=finding.check, table=str(finding.table), tables=involved,
        categories=categories(run.facts, involved), rows=finding.rows, as_of=as_of.isoformat(),
        **{**asdict(seen), "pairs": seen.pairs, "subjects": finding.subjects if seen.subjects is None else seen.subjects},
    )  # fmt: skip


def _labelled(told: Iterable[Incident]) -> Iterator[Incident]:
    """Yield incidents with labels in place of keys of tenants; where there is no key of the project, with no
    pairs.
    """
    every = list(told)
    try:
        key = project_key.key() if any(i.pairs for i in every) else None
    except (OSError, UsageError):  # as in a container without a home
        for i in every:
            yield (
                replace(i, pairs=(), more_pairs=i.more_pairs + len(i.pairs), missing=NO_KEY) if i.pairs else i
            )
        return
    for incident in every:
        yield (
            replace(incident, pairs=_shown(key, incident.pairs), key=key.id if incident.pairs else None)
            if key
            else incident
        )


def _shown(key: project_key.Key, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    def label(tenant: str | None) -> str | None:
        return None if tenant is None else key.label("tenant", tenant)

    named = [Pair(label(p.tenant), label(p.other), p.rows) for p in pairs]
    return tuple(sorted(named, key=lambda p: (-p.rows, p.tenant or "", p.other or "")))
