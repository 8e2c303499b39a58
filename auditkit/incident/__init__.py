"""What Art. 33(3) GDPR asks of an observed leak: since when, whose rows, how many, and about what.

An incident is made for each finding in which rows of one tenant meet another's, while the source is open. It
never says whether it is a breach. A person states that, the consequences, the measures, and the moment of
awareness, from which the 72 hours of Art. 33(1) run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from auditkit import project_key
from auditkit.dataset import SourceError
from auditkit.errors import UsageError
from auditkit.examine import Examination, Examined, Question
from auditkit.incident import cells, rows
from auditkit.incident.incident import RECENT_DAYS, Incident, Pair, Seen
from auditkit.incident.personal import categories, tables
from auditkit.outcome import Confidence, Finding, Missing
from auditkit.running.progress import step

__all__ = ["RECENT_DAYS", "Incident", "Pair", "incidents"]

NO_KEY = "the tenants cannot be labelled, because no project key can be read"


def incidents(examined: Examined) -> tuple[Incident, ...]:
    """Return the incidents of an examination, in the order of their findings; its source must still be open.

    What fails is added to the failures of the run.
    """
    run = examined.run
    found: dict[tuple[str, str | None], list[Finding]] = {}
    for outcome in examined.outcomes:
        if isinstance(outcome, Finding) and is_sure(outcome):
            found.setdefault((outcome.check, outcome.table), []).append(outcome)
    questions = [q for q in examined.questions if _place(q) in found]
    seen: list[Incident] = []
    with run.bounded():
        for done, question in enumerate(questions):
            run.report(step("incidents", question.locus.get("table")), done, len(questions))
            seen += [_incident(run, question, f) for f in _about(question, found[_place(question)])]
    run.report(step("incidents"), len(questions), len(questions))
    place = {o.fingerprint: i for i, o in enumerate(examined.outcomes)}
    return tuple(sorted(_labelled(seen), key=lambda i: place[i.fingerprint]))


def is_sure(finding: Finding) -> bool:
    """Return whether a finding can be an observed leak: not only suspected, across a boundary that holds."""
    return finding.scanner == "tenancy" and finding.confidence >= Confidence.MEDIUM and finding.boundary_holds


def _place(question: Question) -> tuple[str, str | None]:
    """Return the check and the table of a question, which its findings have too."""
    return question.check.id, question.locus.get("table")


def _about(question: Question, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of a check in a table that one of its questions is about."""
    if rows.names_rows(question):
        return [f for f in findings if f.fingerprint == question.fingerprint]
    return list(findings) if question.check.id in cells.CHECKS else []


def _incident(run: Examination, question: Question, finding: Finding) -> Incident:
    """Return the incident of a finding; what cannot be seen of it is said, and never ends the audit."""
    as_of, involved = run.options.as_of, tables(run.dataset, question.scope, finding)
    look = rows.seen if rows.names_rows(question) else cells.seen
    try:
        seen = run.late or look(run, question, finding, as_of)
    except Exception as error:
        if not isinstance(error, SourceError) and run.options.strict:
            raise
        seen = run.failed(f"incident of {finding.check}", error)
    if isinstance(seen, Missing):
        seen = Seen(missing=seen.reason)
    subjects = finding.subjects if seen.subjects is None else seen.subjects
    return Incident(
        fingerprint=finding.fingerprint,
        check=finding.check,
        table=str(finding.table),
        tables=involved,
        categories=categories(run.facts, involved),
        rows=finding.rows,
        as_of=as_of.isoformat(),
        **{**asdict(seen), "pairs": seen.pairs, "subjects": subjects},
    )


def _labelled(incidents: Sequence[Incident]) -> Iterator[Incident]:
    """Yield incidents with labels in place of the keys of tenants; without a project key, with no pairs."""
    try:
        key = project_key.key() if any(i.pairs for i in incidents) else None
    except (OSError, UsageError):  # as in a container without a home
        yield from map(_unlabelled, incidents)
        return
    for incident in incidents:
        if key is None or not incident.pairs:
            yield incident
        else:
            yield replace(incident, pairs=_shown(key, incident.pairs), key=key.id)


def _unlabelled(incident: Incident) -> Incident:
    """Return an incident with its pairs counted, not named."""
    if not incident.pairs:
        return incident
    more = incident.more_pairs + len(incident.pairs)
    return replace(incident, pairs=(), more_pairs=more, missing=NO_KEY)


def _shown(key: project_key.Key, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    def label(tenant: str | None) -> str | None:
        return None if tenant is None else key.label("tenant", tenant)

    named = [Pair(label(p.tenant), label(p.other), p.rows) for p in pairs]
    return tuple(sorted(named, key=lambda p: (-p.rows, p.tenant or "", p.other or "")))
