"""JSON document refers to another tenant's row

## What it finds
JSON documents of one tenant that hold the key of a row of another: under a name such as `inbox_id` or
`team_ids`, or in an object that stands for the row, as in `{"customer": {"id": 7}}`. Where the column has a
JSON type, or an object stands for a tenant, the key of another tenant is found too.

## Why it matters
Rules, filters, workflows and settings keep keys of rows in documents, where no foreign key and no row-level
policy looks. So the rule of one tenant can send messages into the inbox of another (GDPR Art. 5(1)(f), 32).

## How to fix
Correct the documents that name rows of another tenant. Check every key of a document against the tenant when
it is saved. Or move the references into a table with `FOREIGN KEY (tenant_id, inbox_id) REFERENCES inboxes
(tenant_id, id)`.

## Limits
The name alone says that a value is the key of a row, so the confidence is medium at most. Where half of at
least 200 documents name rows of another tenant, the confidence is low. A document that names a row of another
tenant, and that tenant too, counts once. The key of a tenant under a plain name in a text column, as in
`{"tenant_id": 7}`, is found by `tenancy-embedded-identifier`. Cells that look like JSON but cannot be read
are counted.

## Example
>>> import auditkit, pandas as pd
>>> actions = ['{"inbox_ids": [10]}', '{"then": {"inbox_ids": [10, 20]}}']
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "inboxes": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...     "rules": pd.DataFrame({"id": [1, 2], "tenant_id": [1, 1], "action": actions}),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-json-reference"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('rules', ('action',), 'inboxes', 1, 2)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.tenancy.row_owners import owners_of
from auditkit.facts.text_marks import TextMarks
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.relations.documents import Documents, Meanings, read_documents
from auditkit.relations.references import OF_A_TENANT
from auditkit.relations.row_tenants import TENANT

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("target", pa.string()), ("rows", pa.int64()),
     ("of", pa.int64()), ("naming", pa.int64()), ("not_json", pa.int64()), ("confidence", pa.string())]
)  # fmt: skip
FEW, HALF = 200, 0.5


@fact
def json_references(
    dataset: Dataset,
    relations: Relations,
    row_keys: Mapping[str, str],
    meanings: Meanings,
    relation: Examined,
    scope: Scope,
    text_marks: Mapping[str, TextMarks],
    tenanted: ir.Table,
) -> ir.Table | Missing:
    """How JSON documents of a tenant's table refer to rows: one row for each column and each table they name.

    `of` cells hold a document. `naming` of them name a row of the table `target`, and `rows` of them name one
    of another tenant. `not_json` cells look like a document but cannot be read.
    """
    if scope.kind not in OF_A_TENANT:
        return Missing(
            Cause.NOT_APPLICABLE, f"the rows of {relation.name} do not belong to one tenant: {scope.evidence}"
        )
    columns = _document_columns(tenanted, text_marks)
    if not columns:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no documents")
    kinds = tenanted.schema()

    @cache
    def owners(name: str) -> Mapping[str, str]:
        return owners_of(dataset, relations, name, row_keys[name])

    counts = [Documents() for _ in columns]
    for batch in dataset.stream(tenanted.select(TENANT, *columns)):
        tenants, *texts = zip(*batch, strict=True)
        counts = [
            # tenancy-embedded-identifier reads the keys of tenants in text
            count + read_documents(tenants, cells, meanings, owners, names_tenants=kinds[c].is_json())
            for count, cells, c in zip(counts, texts, columns, strict=True)
        ]
    rows = [
        _row(relation.name, column, count, target)
        for column, count in zip(columns, counts, strict=True)
        for target in sorted(count.naming)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _document_columns(rows: ir.Table, marks: Mapping[str, TextMarks]) -> list[str]:
    """Return the columns of a JSON type, and those of text in which some cells begin like JSON."""
    kinds = rows.schema()
    typed = [c for c in marks if kinds[c].is_json()]
    return [*typed, *(c for c, mark in marks.items() if kinds[c].is_string() and mark.documents)]


def _row(table: str, column: str, count: Documents, target: str) -> dict[str, object]:
    foreign, naming = count.foreign.get(target, 0), count.naming[target]
    is_open = naming >= FEW and foreign >= HALF * naming
    return {
        "table": table,
        "column": column,
        "target": target,
        "rows": foreign,
        "of": count.cells,
        "naming": naming,
        "not_json": count.broken,
        "confidence": (Confidence.LOW if is_open else Confidence.MEDIUM).value,
    }


@check(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(f)", "GDPR 32"),
    says=(
        "{naming:document names|documents name} a row of that table;"
        " {not_json:cell looks|cells look} like JSON but cannot be read"
    ),
)
def json_reference(json_references: ir.Table) -> ir.Table:
    """Return the columns with documents that name rows of another tenant, with the table of these rows."""
    return json_references.filter(json_references.rows > 0)
