"""The findings of an audit as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

from auditkit.record import AuditRecord

COLUMNS = (
    "check", "verdict", "severity", "confidence", "table", "columns", "entity", "target", "rows", "of",
    "subjects", "fingerprint", "waived_until", "detail",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, also in the full width of Asian scripts."""


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection).

    >>> neutral("=1+1"), neutral(" @SUM(A1)"), neutral("tickets")
    ("'=1+1", "' @SUM(A1)", 'tickets')
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def render(audit: AuditRecord) -> str:
    """Return one line a finding, the worst first, under a header; names that look like formulas are
    neutralised.
    """
    out = io.StringIO()
    writer = csv.writer(
        out
    )  # lines end with CR LF (RFC 4180), and so a name that holds either is put in quotes
    writer.writerow(COLUMNS)
    for f in audit.findings:
        cells = (
            f.check, f.verdict, f.severity, f.confidence, f.table, " ".join(f.columns), f.entity, f.target,
            f.rows, f.of, f.subjects, f.fingerprint, f.waiver.until.isoformat() if f.waiver else None,
            json.dumps(dict(sorted(f.detail.items())), ensure_ascii=False),
        )  # fmt: skip
        writer.writerow([c if isinstance(c, int) else neutral(str(c or "")) for c in cells])
    return out.getvalue()
