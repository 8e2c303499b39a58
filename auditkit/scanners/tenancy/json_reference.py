"""A key inside a JSON document names another tenant's row.

Rules, filters, workflows and settings keep keys of rows in documents, where no foreign key and no row-level
policy looks: the rule of one tenant routes into the inbox of another (GDPR Art. 5(1)(f), 32). Read is what
stands in keys that are named like a table (`inbox_id`, `team_ids`); the confidence is medium at most, for it
is a name that says so.

Remedy: correct the documents that name another tenant's rows; check every key of a document against the
    tenant when it is saved, or move
the references into a table with `FOREIGN KEY (tenant_id, inbox_id) REFERENCES inboxes (tenant_id, id)`.

>>> import auditkit, pandas as pd
>>> rules = pd.DataFrame({"id": [1, 2], "tenant_id": [1, 1], "action": ['{"inbox_ids": [10]}', '{"then": {"inbox_ids": [10, 20]}}']})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "inboxes": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}), "rules": rules}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-json-reference"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('rules', ('action',), 'inboxes', 1, 2)]
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
from auditkit.facts.tenancy.row_owners import owners_of, row_keys
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.relations.documents import Documents
from auditkit.relations.documents import documents as read
from auditkit.relations.owner import TENANT
from auditkit.relations.references import OF_A_TENANT

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()),
     ("naming", pa.int64()), ("not_json", pa.int64()), ("confidence", pa.string())]
)  # fmt: skip
FEW, HALF = 200, 0.5


@fact
def json_references(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope, tenanted: ir.Table
) -> ir.Table | Missing:
    """How JSON documents of a tenant's table refer to rows of tenants: one row for each column and each table
    that they name.

    `rows` documents name another tenant's row, of those that name any (`naming`), of the documents (`of`).
    What stands in a key such as `inbox_id` or `team_ids` is the key of a row; `not_json` cells look like a
    document and are none.
    """
    if scope.kind not in OF_A_TENANT:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} is no table of a tenant's rows: {scope.evidence}"
        )
    columns = _documents(dataset, tenanted)
    keys = row_keys(dataset, relations) if columns else {}
    if not keys:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} has no documents, or no table has rows that they could name",
        )

    @cache
    def owners(name: str) -> Mapping[str, str]:
        return owners_of(dataset, relations, name, keys[name])

    counts = [Documents() for _ in columns]
    for batch in dataset.stream(tenanted.select(TENANT, *columns)):
        tenants, *cells = zip(*batch, strict=True)
        counts = [count + read(tenants, one, keys, owners) for count, one in zip(counts, cells, strict=True)]
    rows = [
        _row(relation.name, c, count, target)
        for c, count in zip(columns, counts, strict=True)
        for target in sorted(count.naming)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _documents(dataset: Dataset, rows: ir.Table) -> list[str]:
    """Return the columns that hold documents: those of such a type, and those of text in which some cells
    begin like one.
    """
    typed = [c for c in rows.columns if rows[c].type().is_json()]
    texts = [c for c in rows.columns if rows[c].type().is_string()]
    if not texts:
        return typed
    begins = {
        f"c{i}": rows.count(where=rows[c].strip().substr(0, 1).isin(["{", "["])) for i, c in enumerate(texts)
    }
    found = dataset.fetch(rows.aggregate(**begins))[0]
    return [*typed, *(c for i, c in enumerate(texts) if found[f"c{i}"])]


def _row(table: str, column: str, count: Documents, target: str) -> dict[str, object]:
    foreign, naming = count.foreign.get(target, 0), count.naming[target]
    open_to_all = naming >= FEW and foreign >= HALF * naming
    told = {"rows": foreign, "of": count.cells, "naming": naming, "not_json": count.broken}
    return {
        "table": table,
        "column": column,
        "target": target,
        **told,
        "confidence": (Confidence.LOW if open_to_all else Confidence.MEDIUM).value,
    }


@check(severity=Severity.HIGH, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 32"))
def json_reference(json_references: ir.Table) -> ir.Table:
    """Return the columns of documents, with the table of which they name another tenant's rows."""
    return json_references.filter(json_references.rows > 0)
