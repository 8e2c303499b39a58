"""The findings of an audit as SARIF 2.1.0, for code-scanning views.

A finding about data has no line of code: its logical location is the column, its physical one the line of the
policy that the data breaks. The fingerprint is the finding's own, so that counts do not make it look new.
With an earlier audit every result has a baseline state; a finding that is gone because nothing looked for it
this time is an open question (`kind: open`), never `absent`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from auditkit.catalogue import catalogue
from auditkit.outcome import Finding, Severity
from auditkit.record import AuditRecord, Group, next_step
from auditkit.report.causes import failed, reasons, scope
from auditkit.report.text import amount, place_of, printable

if TYPE_CHECKING:
    from auditkit.policy import Policy

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}
SCORE = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}


def render(audit: AuditRecord, *, policy: Policy | None = None, previous: AuditRecord | None = None) -> str:
    """Return the audit as a SARIF log of one run.

    Args:
        audit: what the checks found.
        policy: gives the lines that the findings point to; without it they point to the first.
        previous: the audit that is the baseline.
    """
    results = list(_results(audit, previous))
    ids = sorted({f.check for f, _ in results})
    version = audit.run.get("versions", {}).get("privacy-auditkit")
    driver = {
        "name": "auditkit",
        "rules": [_rule(i) for i in ids],
        **({"semanticVersion": version} if version else {}),
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {
            "id": f"auditkit/{audit.policy.get('name') or audit.source}/{audit.run.get('id', '')}"
        },
        "invocations": [_invocation(audit)],
        "results": [{**_result(f, ids.index(f.check), audit, policy), **state} for f, state in results],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False)
        + "\n"
    )


def _results(audit: AuditRecord, previous: AuditRecord | None) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """Yield the findings by cause, with what the baseline says of them; then those of the baseline that are
    gone.
    """
    findings = [finding for group in audit.by_cause for finding in group.findings]
    if previous is None:
        yield from ((f, {}) for f in findings)
        return
    change = audit.diff(previous)
    states = {f.fingerprint: "new" for f in change.new} | {
        f.fingerprint: "updated" for _, f in change.updated
    }
    yield from ((f, {"baselineState": states.get(f.fingerprint, "unchanged")}) for f in findings)
    yield from ((f, {"baselineState": "absent"}) for f in change.resolved)
    yield from ((f, {"baselineState": "unchanged", "kind": "open", "level": "none"}) for f in change.unseen)


def _invocation(audit: AuditRecord) -> dict[str, Any]:
    """Return how the run went: what could not be seen is a notification for each reason, errors first, so
    that no view takes it for clean.
    """
    notes = [_notification(group, audit) for group in audit.by_cause if group.is_blind]
    times = {"startTimeUtc": audit.run.get("started"), "endTimeUtc": audit.run.get("finished")}
    return {
        "executionSuccessful": not (audit.run.get("failures") or audit.errors),
        **{name: _utc(str(moment)) for name, moment in times.items() if moment},
        "toolExecutionNotifications": notes,
    }


def _notification(group: Group, audit: AuditRecord) -> dict[str, Any]:
    ended = failed(len(group.outcomes)) if group.is_error else "not assessed"
    text = f"{ended}: {scope(group)}: {reasons(group)}; {next_step(group)}"
    return {
        "level": "error" if group.is_error else "warning",
        "message": {"text": printable(text)},
        "locations": [
            {"logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}]}
            for name in group.tables or (audit.source,)
        ],
        **({"associatedRule": {"id": group.check}} if group.check else {}),
    }


def _utc(moment: str) -> str:
    return moment.replace("+00:00", "Z")


def _rule(id: str) -> dict[str, Any]:
    check = catalogue().get(id)
    if check is None:
        return {"id": id}
    return {
        "id": id,
        "shortDescription": {"text": check.title},
        "help": {"text": check.remedy or check.title},
        "defaultConfiguration": {"level": LEVEL[check.severity]},
        "properties": {"tags": ["privacy", *check.articles], "security-severity": SCORE[check.severity]},
    }


def _result(f: Finding, index: int, audit: AuditRecord, policy: Policy | None) -> dict[str, Any]:
    where = place_of(f)
    location: dict[str, Any] = {
        "logicalLocations": [
            {"fullyQualifiedName": ".".join([f.table or audit.source, *f.columns]), "kind": "member"}
        ]
    }
    if audit.policy.get("file"):
        region = {"startLine": _line(f, policy)}
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(str(audit.policy["file"]))},
            "region": region,
        }
    waiver = (
        [{"kind": "external", "status": "accepted", "justification": f.waiver.reason}] if f.waiver else []
    )
    return {
        "ruleId": f.check,
        "ruleIndex": index,
        "level": LEVEL[f.severity],
        "message": {"text": ": ".join(filter(None, [where, f.entity, amount(f)]))},
        "locations": [location],
        "partialFingerprints": {"auditkitFinding/v1": f.fingerprint},
        "suppressions": waiver,
    }


def _line(f: Finding, policy: Policy | None) -> int:
    """Return the line of the policy that the data breaks: that of the column, of the rule, of the table, or
    the nearest block to them.
    """
    if policy is None:
        return 1
    table = policy.table(f.table or "")
    if table is None:
        return policy.line("tables") or 1
    path: tuple[str, ...] = ("tables", f.table or "")
    declared = next((c for c in f.columns if c in table.columns), None)
    if f.scanner == "retention" and table.retention:
        path = (*path, "retention")
    elif f.scanner == "tenancy" and any(c in table.references for c in f.columns):
        path = (*path, "references", next(c for c in f.columns if c in table.references))
    elif declared is not None:
        path = (*path, "columns", declared)
    return policy.line(*path) or 1
