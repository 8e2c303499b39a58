"""Canary of one tenant in another tenant's rows

## What it finds
Text of one tenant that holds the canary of another. A canary is an invented word that was written into the
data of one tenant and nowhere else. Canaries stand in a text column of the tenants that is called `canary`,
or in a table with a tenant that is called so.

## Why it matters
Wherever a canary turns up, data of its tenant has arrived, whatever the way. This is the only test of tenant
isolation that needs no guess. A finding is a personal data breach to assess (GDPR Art. 5(1)(f), 32(1)(d),
33).

## How to fix
Find out how the rows with the canary came there: by an export, a cache, a restored backup, or a shared
index. Correct or erase them, and assess the breach (Art. 33(3)). To plant canaries, run `ALTER TABLE tenants
ADD COLUMN canary text DEFAULT 'canary-' || gen_random_uuid()`, and write each into a few rows of its tenant.

## Limits
Canaries with fewer than 8 characters do not count. Data that was copied without a row that holds a canary is
not seen.

## Example
>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "canary": ["kite-31f9", "wren-77a0"]})
>>> bodies = ["kite-31f9", "wren-77a0", "from kite-31f9"]
>>> notes = pd.DataFrame({"tenant_id": [1, 2, 2], "body": bodies})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": tenants, "notes": notes}, policy, checks=["tenancy-canary"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('notes', ('body',), 1, 3)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(d), testing and evaluating security
- GDPR Art. 33, notification of a personal data breach
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations
from auditkit.relations.canaries import Canaries, is_called_canary
from auditkit.relations.names import words
from auditkit.relations.references import Boundary
from auditkit.relations.row_tenants import TENANT, with_tenant

_HOLDS_WORDS = frozenset({"token", "word", "value", "text"})
SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("rows", pa.int64()), ("of", pa.int64())]
)


@fact
def canaries(dataset: Dataset, relations: Relations, boundary: Boundary) -> Canaries | Missing:
    """The words that were planted in the data of each tenant."""
    found = Canaries.of(
        pair
        for table, column in _kept(dataset, relations, boundary)
        for pair in _planted(dataset, relations, table, column)
    )
    if found.owners:
        return found
    return Missing(
        Cause.UNDECLARED,
        "no canaries are planted: give each tenant a word of 8 or more characters in a column `canary`",
    )


def _kept(dataset: Dataset, relations: Relations, boundary: Boundary) -> list[tuple[str, str]]:
    """Return the tables and columns in which the canaries themselves are kept."""
    found = []
    for name, scope in relations.scopes.items():
        table = dataset.tables[name]
        text = [c for c in table.columns if table[c].type().is_string()]
        if name == boundary.root:
            found += [(name, c) for c in text if is_called_canary(c)]
        elif scope.is_tenant and is_called_canary(name):
            found += [
                (name, c)
                for c in text
                if c != scope.column and (words(c) in _HOLDS_WORDS or is_called_canary(c))
            ]
    return found


def _planted(
    dataset: Dataset, relations: Relations, table: str, column: str
) -> Iterator[tuple[str | None, str | None]]:
    rows = with_tenant(dataset.tables, relations, table)
    for batch in dataset.stream(rows.select(TENANT, column)):
        yield from ((row[0], row[1]) for row in batch)


@fact
def canary_mentions(
    dataset: Dataset,
    relations: Relations,
    relation: Examined,
    tenanted: ir.Table,
    boundary: Boundary,
    canaries: Canaries,
) -> ir.Table | Missing:
    """How many cells of each text column of a tenant's table hold the canary of another tenant.

    The columns in which the canaries themselves are kept are left out.
    """
    kept = set(_kept(dataset, relations, boundary))
    texts = [
        c
        for c in tenanted.columns
        if c != TENANT and tenanted[c].type().is_string() and (relation.name, c) not in kept
    ]
    if not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    of, rows = [0] * len(texts), [0] * len(texts)
    for batch in dataset.stream(tenanted.select(TENANT, *texts)):
        tenants, *columns = zip(*batch, strict=True)
        for i, cells in enumerate(columns):
            of[i] += sum(cell is not None for cell in cells)
            rows[i] += canaries.foreign(tenants, cells)
    counts = [
        {"table": relation.name, "column": c, "rows": rows[i], "of": of[i]} for i, c in enumerate(texts)
    ]
    return ibis.memtable(pa.Table.from_pylist(counts, schema=SCHEMA))


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(d)", "GDPR 33"), incident=True)
def canary(canary_mentions: ir.Table) -> ir.Table:
    """Return the text columns that hold the canary of another tenant."""
    return canary_mentions.filter(canary_mentions.rows > 0)
