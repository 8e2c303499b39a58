"""The findings of an audit as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from auditkit import outcome as outcomes_json
from auditkit.escaping import escaped, visible
from auditkit.outcome import Outcome
from auditkit.record import AuditRecord

COLUMNS = (
    "check", "verdict", "severity", "confidence", "table", "columns", "entity", "target", "rows", "of",
    "subjects", "fingerprint", "waived_until", "detail", "cause", "reason",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, also in the full width of Asian scripts."""


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection).

    >>> neutral("=1+1"), neutral(" @SUM(A1)"), neutral("tickets")
    ("'=1+1", "' @SUM(A1)", 'tickets')
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def cell(value: object) -> object:
    r"""Return a cell that no spreadsheet takes for a formula, and in which no character hides or acts.

    >>> cell("=1+1"), cell("a" + chr(7)), cell(3), cell(None)
    ("'=1+1", 'a\\u0007', 3, '')
    """
    return (
        value if isinstance(value, int | float) else neutral(visible(str(value if value is not None else "")))
    )


def passage(text: str) -> str:
    r"""Return a cell that holds a text of a person: as `cell`, but its paragraphs stay.

    >>> passage("It is needed.\n\nWe asked.")
    'It is needed.\n\nWe asked.'
    """
    return neutral(escaped(text.replace("\r\n", "\n")))


def render(audit: AuditRecord) -> str:
    """Return one line for each finding and for all that makes the run incomplete, under a header.

    Errors come first, then the worst findings. Names that look like formulas are neutralised, and characters
    that act are written as escapes.
    """
    out = io.StringIO()
    # Lines end with CR LF (RFC 4180), and so a name that holds either is put in quotes.
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for group in audit.by_cause:
        for outcome in group.outcomes if group.findings or group.is_blind else ():
            writer.writerow(
                [c if isinstance(c, int) else neutral(escaped(str(c or ""))) for c in _cells(outcome)]
            )
    return out.getvalue()


def _cells(outcome: Outcome) -> Iterator[object]:
    """Yield the cells of an outcome, in the order of the columns."""
    cells = outcomes_json.to_dict(outcome)
    waiver, detail = cells["waiver"], cells["detail"]
    cells["columns"] = " ".join(outcome.columns)
    cells["waived_until"] = waiver["until"] if waiver else None
    cells["detail"] = None if detail is None else json.dumps(detail, ensure_ascii=False)
    yield from (cells[name] for name in COLUMNS)
