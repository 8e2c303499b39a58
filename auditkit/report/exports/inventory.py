"""Every column as CSV: the verdict on it, what was counted, and what the policy declares of it.

For spreadsheets and for catalogues of data. It has a line for each column of each table, also of tables that
the report only counts, and for each column that only the policy names. Every run folder holds it. The heads
are in the language of the report, in the order of `COLUMNS`; what the cells hold are keys, as in the
policy.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from auditkit.report.case import Case
from auditkit.report.columns import Column, columns, retention
from auditkit.report.csv import cell
from auditkit.report.saved import SavedRun
from auditkit.report.say import say
from auditkit.report.wording import entity_words
from auditkit.vocabulary import ENTITIES, LEGAL_BASES

FILE = "inventory.csv"
COLUMNS = (
    "table", "column", "what", "entity", "found", "sensitivity", "verdict", "confidence", "rows", "empty",
    "distinct", "matches", "inside", "contains", "names_seen", "method", "evidence", "declared", "state",
    "reason", "subject", "purposes", "legal_bases", "retention", "findings",
)  # fmt: skip


def render(run: SavedRun) -> str:
    """Return the inventory of a run."""
    return text(run.case)


def text(case: Case) -> str:
    """Return one line for each column, under a header; lines end with CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(say(f"inventory_file.{name}") for name in COLUMNS)
    for column in columns(case):
        writer.writerow([cell(value) for value in _cells(case, column)])
    return out.getvalue()


def _cells(case: Case, c: Column) -> Iterator[object]:
    """Yield the cells of a column, in the order of `COLUMNS`."""
    seen, purposes = c.seen, c.of.purposes if c.of is not None else ()
    entity = seen.entity if seen is not None else None
    yield from (
        c.table,
        c.name,
        entity_words(entity) if entity and entity in ENTITIES else None,
        entity,
        c.found,
    )
    yield c.sensitivity
    if seen is not None:
        yield from (seen.verdict, seen.confidence, seen.rows, seen.nulls, seen.distinct, seen.matches)
        yield from (seen.inside, "; ".join(f"{e}: {n}" for e, n in sorted(seen.contains.items())))
        yield from (seen.names_seen, seen.method, seen.evidence)
    else:
        yield from (say("inventory_file.not_seen"), *[None] * 10)
    yield from (
        c.declared.category if c.declared else None,
        c.state_words,
        c.declared.reason if c.declared else None,
    )
    yield c.of.subject.type if c.of is not None and c.of.subject is not None else None
    yield "; ".join(purposes)
    bases = [case.declared.purposes[p].legal_basis for p in purposes if p in case.declared.purposes]
    yield "; ".join(f"{basis} ({LEGAL_BASES[basis]})" for basis in dict.fromkeys(bases) if basis)
    yield "; ".join(retention(c.of))
    yield c.findings
