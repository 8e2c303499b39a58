"""The notice of a run that a command gets, as JSON of the schema `auditkit/notice/1`.

It holds counts, names of tables and columns, and the exit code: no value, no path and no password.
"""

from __future__ import annotations

import json
from typing import Any

from auditkit.record import AuditRecord
from auditkit.report import terminal
from auditkit.report.causes import places, title
from auditkit.report.folder import allowance
from auditkit.report.selfscan import withheld
from auditkit.version import __version__

SCHEMA = "auditkit/notice/1"
MOST = 5
"""So many findings are named, the worst first."""


def of(
    program: str, exit_code: int, audit: AuditRecord, earlier: AuditRecord | None = None, **more: Any
) -> str:
    """Return the notice of a run that has ended.

    Args:
        program: the command that ran.
        exit_code: its exit code.
        audit: what the run found.
        earlier: the audit that it was compared with.
        more: what else is known, such as the name of the run's folder.
    """
    change = audit.diff(earlier) if earlier is not None else None
    since = change and {
        "new": len(change.new), "grown": len(change.grown), "resolved": len(change.resolved),
        "not_seen_again": len(change.unseen),
    }  # fmt: skip
    worst = [group for group in audit.by_cause if group.findings and not group.waived][:MOST]
    return _written(
        program,
        exit_code,
        audit=audit,
        **audit.log_details(),
        complete=not audit.is_incomplete,
        since=since,
        worst=[
            {
                "check": group.findings[0].check, "title": title(group), "severity": str(group.severity),
                "places": places(group), "tables": list(group.tables[:MOST]),
                "fingerprints": [f.fingerprint for f in group.findings[:MOST]],
            }
            for group in worst
        ],
        summary=terminal.summary(audit),
        **more,
    )  # fmt: skip


def of_failure(program: str, exit_code: int, error: Exception, source: str | None) -> str:
    """Return the notice of a run that could not audit anything: the name of its error, never its text."""
    return _written(program, exit_code, source=source, error=type(error).__name__)


_KEYS = ("source policy as_of sample complete counts findings since worst summary run error").split()
"""The keys of every notice; what a run does not know is null."""


def _written(program: str, exit_code: int, audit: AuditRecord | None = None, **details: Any) -> str:
    head = {"schema": SCHEMA, "program": program, "version": __version__, "exit_code": exit_code}
    text = json.dumps({**head, **dict.fromkeys(_KEYS), **details}, indent=1, ensure_ascii=False) + "\n"
    allowed = allowance(None, audit) if audit is not None else None
    return withheld("notice.json", text, allowed)[0]
