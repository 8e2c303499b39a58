"""The findings of an audit as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

from auditkit.outcome import Audit

COLUMNS = (
    "check", "verdict", "severity", "confidence", "table", "columns", "entity", "target", "rows", "of", "subjects",
    "fingerprint", "waived_until",
    "detail",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection).

    >>> neutral("=1+1"), neutral("tickets")
    ("'=1+1", 'tickets')
    """
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def render(audit: Audit) -> str:
    """Return one line a finding, the worst first, under a header; names that look like formulas are neutralised."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for f in audit.findings:
        told = (
            f.check, f.verdict, f.severity, f.confidence, f.table, " ".join(f.columns), f.entity, f.target, f.rows, f.of, f.subjects,
            f.fingerprint,
            f.waiver.until.isoformat() if f.waiver else None, json.dumps(dict(sorted(f.detail.items())), ensure_ascii=False),
        )  # fmt: skip
        writer.writerow([c if isinstance(c, int) else neutral(str(c or "")) for c in told])
    return out.getvalue()
