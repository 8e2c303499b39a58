"""What a run comes to, in a few numbers: they stand in its manifest, and the index of the runs shows them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from auditkit.outcome import BLIND, Severity
from auditkit.record import AuditRecord
from auditkit.report.case import Case
from auditkit.report.risk.assessment import assessed

DONE = frozenset({"done", "dropped"})


def tally(audit: AuditRecord) -> dict[str, Any]:
    """Return the findings by severity, the incidents, the risks by residual level, and the open actions.

    Waived findings are counted apart. A risk that was not assessed has the level `not_assessed`.
    """
    case = Case(audit, audit.declared_policy if audit.declared else None)
    severities = Counter(f.severity for f in audit.findings if f.waiver is None)
    levels = Counter(risk.residual.level or "not_assessed" for risk in assessed(case))
    actions = [a for a in case.declared.actions if a.status not in DONE]
    late = sum(a.due is not None and a.due < audit.as_of for a in actions)
    return {
        "findings": {s.value: severities[s] for s in reversed(Severity)},
        "waived": sum(f.waiver is not None for f in audit.findings),
        "incidents": len(case.leaks),
        "risks": dict(sorted(levels.items())),
        "actions": {"open": len(actions), "late": late},
        "unseen": sum(o.cause in BLIND for o in audit.not_assessed),
    }
