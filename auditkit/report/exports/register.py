"""The register of processing (Art. 30(1)), CSV.

For the person who keeps the register: a line for each purpose, with all of Art. 30(1)(a) to (g), what the
policy declares beside what the run measured. `auditkit register` puts several processings into one register.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from auditkit.report.csv import passage
from auditkit.report.register import Entry, entries, head
from auditkit.report.saved import SavedRun

FILE = "register.csv"


def render(run: SavedRun) -> str:
    """Return the register of one run."""
    return text(entries([run.case]))


def text(register: Iterable[Entry]) -> str:
    """Return one line for each entry, under a header; lines end with CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(name for names in head().values() for name in names)
    writer.writerows([map(passage, entry.cells) for entry in register])
    return out.getvalue()
