"""The findings of an audit as SARIF 2.1.0, for code-scanning views.

A finding about data has no line of code: its logical location is the column, its physical one the policy that the data breaks. The
fingerprint is the finding's own, so that counts do not make it look new.
"""

from __future__ import annotations

import json
from typing import Any

from auditkit.outcome import Audit, Finding, Severity
from auditkit.report.text import amount, place
from auditkit.scanners import catalogue

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}
SCORE = {Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}


def render(audit: Audit) -> str:
    """Return the audit as a SARIF log of one run."""
    ids = sorted({f.check for f in audit.findings})
    run = {
        "tool": {"driver": {"name": "auditkit", "rules": [_rule(i) for i in ids]}},
        "automationDetails": {"id": f"auditkit/{audit.policy.get('name') or audit.source}/"},
        "invocations": [{"executionSuccessful": not audit.run.get("failures")}],
        "results": [_result(f, ids.index(f.check), audit) for f in audit.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


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


def _result(f: Finding, index: int, audit: Audit) -> dict[str, Any]:
    where = place(f.table, f.columns, f.target)
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": ".".join([f.table or audit.source, *f.columns]), "kind": "member"}]
    }
    if audit.policy.get("file"):
        location["physicalLocation"] = {"artifactLocation": {"uri": audit.policy["file"]}, "region": {"startLine": 1}}
    waiver = [{"kind": "external", "status": "accepted", "justification": f.waiver.reason}] if f.waiver else []
    return {
        "ruleId": f.check,
        "ruleIndex": index,
        "level": LEVEL[f.severity],
        "message": {"text": ": ".join(filter(None, [where, f.entity, amount(f)]))},
        "locations": [location],
        "partialFingerprints": {"auditkitFinding/v1": f.fingerprint},
        "suppressions": waiver,
    }
