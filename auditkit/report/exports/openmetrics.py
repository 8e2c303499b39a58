"""The counts of a run as OpenMetrics, for Prometheus and what reads its format.

It holds numbers by severity, verdict and cause, never the name of a table. The age of a run is the time now
minus `auditkit_run_finished_timestamp_seconds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from auditkit.escaping import visible
from auditkit.outcome import Cause, Severity
from auditkit.record import AuditRecord

if TYPE_CHECKING:
    from auditkit.report.saved import SavedRun

FILE = "auditkit.prom"


def render(run: SavedRun) -> str:
    """Return the counts of a run."""
    return of(run.audit)


def of(audit: AuditRecord) -> str:
    """Return the counts of an audit; every number that may be 0 is there, so that an alert can compare it."""
    labels = {"policy": str(audit.policy.get("name") or ""), "source": audit.source}
    lines = [line for name, help, samples in _metrics(audit) for line in _metric(name, help, samples, labels)]
    return "\n".join([*lines, "# EOF"]) + "\n"


Samples = Mapping[tuple[str, str] | None, float]
"""Numbers by the label that tells them apart; None where there is one number."""


def _metrics(audit: AuditRecord) -> Iterator[tuple[str, str, Samples]]:
    open_findings = Counter(f.severity for f in audit.findings if f.waiver is None)
    yield (
        "auditkit_findings",
        "Findings that nobody waived.",
        {("severity", s.value): open_findings[s] for s in reversed(Severity)},
    )
    waived = sum(f.waiver is not None for f in audit.findings)
    yield "auditkit_findings_waived", "Findings that somebody waived.", {None: waived}
    verdicts = {"passed": audit.passed, "finding": audit.findings, "not_assessed": audit.not_assessed}
    yield (
        "auditkit_outcomes",
        "Planned checks on a place, by what became of them.",
        {("verdict", verdict): len(outcomes) for verdict, outcomes in verdicts.items()},
    )
    causes = Counter(o.cause for o in audit.not_assessed)
    yield (
        "auditkit_not_assessed",
        "Planned checks on a place that were not assessed.",
        {("cause", cause.value): causes[cause] for cause in Cause},
    )
    examined, known = audit.relations
    yield "auditkit_relations_examined", "Tables and views that were examined.", {None: examined}
    yield "auditkit_relations_known", "Tables and views that there are.", {None: known}
    yield "auditkit_run_complete", "1 where everything was seen, else 0.", {None: not audit.is_incomplete}
    day = datetime.combine(audit.as_of, time(), UTC)
    yield "auditkit_as_of_timestamp_seconds", "The day of the audit.", {None: day.timestamp()}
    if finished := audit.run.get("finished"):
        ended = datetime.fromisoformat(str(finished)).timestamp()
        yield "auditkit_run_finished_timestamp_seconds", "When the run ended.", {None: ended}


def _metric(name: str, help: str, samples: Samples, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    if name.endswith("_seconds"):
        yield f"# UNIT {name} seconds"
    yield f"# HELP {name} {help}"
    for label, number in samples.items():
        pairs = {**labels, **({label[0]: label[1]} if label else {})}
        shown = ",".join(f'{key}="{_label(value)}"' for key, value in pairs.items())
        yield f"{name}{{{shown}}} {number:.0f}"


def _label(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')
